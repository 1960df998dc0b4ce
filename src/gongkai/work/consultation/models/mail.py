"""Models of the public mailbox (公开信箱)."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.work.consultation.models.inquiry import Inquiry


class MailFolder(models.Model):
    """A mail folder with the last read UID and its UIDVALIDITY (RFC 9051).

    The government's mailbox comes from settings and has no `host`; those of units are registered
    with an encrypted password.
    """

    name = models.CharField("信箱", max_length=200, unique=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="mail_folders", verbose_name="受理单位"
    )
    host = models.CharField("邮件服务器", max_length=120, blank=True)
    port = models.PositiveIntegerField("端口", default=993)
    account = models.CharField("账号", max_length=160, blank=True)
    secret = EncryptedTextField("密码", blank=True)
    folder = models.CharField("文件夹", max_length=60, default="INBOX")
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    uid_validity = models.BigIntegerField("编号有效期", default=0)
    last_uid = models.BigIntegerField("已读到", default=0)
    read_at = models.DateTimeField("最近收取", null=True, blank=True)
    error = models.CharField("收取失败", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开信箱"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return f"mail-folder/{self.pk}"


class MailState(models.TextChoices):
    """Outcomes of a mail."""

    TAKEN = "taken", "已登记"
    JOINED = "joined", "并入原留言"
    REPORT = "report", "退信通知"
    AUTO = "auto", "自动回复"
    COPY = "copy", "重复收到"
    HELD = "held", "待人工处理"
    DISMISSED = "dismissed", "不予登记"


class IncomingMail(models.Model):
    """A received mail; every mail has a row.

    `message_key` (digest of the Message-ID, else of the mail) and `content_key` (digest of the
    content) identify duplicates. The raw mail is an encrypted upload of `intake` under the matter
    of its inquiry, else under its own.
    """

    folder = models.ForeignKey(MailFolder, models.PROTECT, related_name="mails", verbose_name="信箱")
    uid_validity = models.BigIntegerField("编号有效期")
    uid = models.BigIntegerField("编号")
    message_id = models.CharField("邮件标识", max_length=250, blank=True)
    message_key = models.CharField("标识摘要值", max_length=64, db_index=True)
    content_key = models.CharField("内容摘要值", max_length=64, blank=True)
    sender_digest = models.CharField("发件人摘要值", max_length=64, blank=True, db_index=True)
    subject = EncryptedTextField("主题", blank=True)
    state = models.CharField("结果", max_length=10, choices=MailState)
    why = models.CharField("说明", max_length=300, blank=True)
    inquiry = models.ForeignKey(
        Inquiry, models.SET_NULL, null=True, blank=True, related_name="mails", verbose_name="咨询留言"
    )
    at = models.DateTimeField("收取时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="mail_once")]
        indexes = [models.Index(fields=["state", "-id"], name="mail_state")]

    def __str__(self) -> str:
        return f"来信{self.pk}"

    @property
    def matter(self) -> str:
        """The matter of a mail that is no inquiry."""
        return f"mail/{self.pk}"

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return f"mail/{self.pk}"
