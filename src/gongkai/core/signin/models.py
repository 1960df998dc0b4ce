"""Models of sign-in: operations, sessions, former passwords, identities, passkeys."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django_otp.models import Device

from gongkai.core.units.models import Person


class Identity(models.Model):
    """An identifier with which a person signs in at a provider."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities", verbose_name="人员")
    provider = models.CharField("登录方式", max_length=20)
    identifier = models.CharField("标识", max_length=200)
    said_name = models.CharField("对方登记的姓名", max_length=60, blank=True)
    vouched = models.BooleanField("已确认", default=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "统一身份"
        ordering = ["person", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "identifier"], name="identifier_belongs_to_one"),
            models.UniqueConstraint(fields=["provider", "person"], name="one_identifier_of_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.identifier}）"


class OperationKind(models.TextChoices):
    """Operations in the log of sign-ins and accounts.

    `FACTOR…`: the second factor. `ENDED`: the user ended other sessions. `ENDED_THERE`: ended by single sign-out.
    """

    SIGN_IN = "sign_in", "登录"
    FAILED = "failed", "登录失败"
    LOCKED = "locked", "登录被锁定"
    FACTOR = "factor", "第二重验证通过"
    FACTOR_FAILED = "factor_failed", "第二重验证失败"
    FACTOR_SET = "factor_set", "设置第二重验证"
    FACTOR_REMOVED = "factor_removed", "删除通行密钥"
    SIGN_OUT = "sign_out", "退出"
    TIMED_OUT = "timed_out", "闲置退出"
    ENDED = "ended", "结束其他登录"
    ENDED_THERE = "ended_there", "统一退出"
    REFUSED = "refused", "无权访问"
    TAKEN = "taken", "下载导出"
    VIEWED = "viewed", "查看个人信息"


class Operation(models.Model):
    """A line of the operation log; `account` is the typed name (`operations.loggable_account_name`)."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    kind = models.CharField("操作", max_length=14, choices=OperationKind, db_index=True)
    account = models.CharField("账号", max_length=150, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员")
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    words = models.CharField("内容", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.account}"


class Passkey(Device):  # type: ignore[misc]
    """A passkey's public key; `confirmed` is false if it may have been copied."""

    credential_id = models.CharField("编号", max_length=1400, unique=True)
    credential = models.TextField("公钥")
    sign_count = models.PositiveBigIntegerField("计数", default=0)
    added_at = models.DateTimeField("登记时间", auto_now_add=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.name)


class PastPassword(models.Model):
    """The hash of a present or former password, with its date, to refuse reuse."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    hashed = models.CharField("摘要", max_length=200)
    at = models.DateTimeField("设置时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-pk"]


#: Part of a User-Agent → browser's usual name; the more specific come first.
BROWSER_NAMES = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
#: Part of a User-Agent → operating system's usual name.
SYSTEM_NAMES = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class Session(AbstractBaseSession):
    """A database session with owner, client address and last use."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="账号")
    address = models.GenericIPAddressField("来源地址", null=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    provider = models.CharField("登录方式", max_length=20, blank=True, default="", db_default="")
    subject = models.CharField("对方的人员", max_length=255, blank=True, default="", db_default="")
    sid = models.CharField("对方的会话", max_length=255, blank=True, default="", db_default="")
    started_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近使用", auto_now=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["provider", "sid"], condition=~models.Q(provider=""), name="session_there"),
            models.Index(fields=["provider", "subject"], condition=~models.Q(provider=""), name="session_of_subject"),
        ]

    @property
    def terminal(self) -> str:
        """Return browser and system in words, for example Chrome，Windows."""
        names = (
            next((name for token, name in name_table if token in self.agent), "")
            for name_table in (BROWSER_NAMES, SYSTEM_NAMES)
        )
        return "，".join(name for name in names if name) or self.agent[:40]

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the class that stores sessions in this model."""
        from gongkai.core.signin.sessions import SessionStore

        return SessionStore
