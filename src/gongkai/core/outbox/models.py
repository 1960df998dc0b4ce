"""The outbox's tables: messages to staff, letters to people outside."""

from django.db import models
from django.db.models import Q

from gongkai.core.units.models import Body, Person
from gongkai.core.vault.fields import EncryptedTextField


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"
    BOUNCED = "bounced", "被退回"
    DROPPED = "dropped", "收件人已注销"


class Delivery(models.Model):
    """What messages and letters share: one text that goes through one channel, tried until it is taken or given up."""

    channel = models.CharField("渠道", max_length=20)
    key = models.CharField("事由标识", max_length=160)
    subject = models.CharField("标题", max_length=200)
    urgent = models.BooleanField("紧急", default=False)
    state = models.CharField("状态", max_length=8, choices=MessageState, default=MessageState.WAITING)
    created_at = models.DateTimeField("产生时间", auto_now_add=True)
    sent_at = models.DateTimeField("送达时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    retry_at = models.DateTimeField("下次尝试", null=True, blank=True)
    error = models.CharField("失败原因", max_length=300, blank=True)
    # What the other side calls it, for receipts; when a receipt said that it arrived.
    reference = models.CharField("对方编号", max_length=64, blank=True, default="", db_default="")
    arrived_at = models.DateTimeField("回执时间", null=True, blank=True)

    class Meta:
        abstract = True


class Message(Delivery):
    """One message to one of the staff through one channel. `key` is unique with person and channel: nobody is told twice."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", verbose_name="收件人")
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    # Where it must go although the person's address may change before it is sent (`Tell.reached`); emptied once it was sent.
    address = models.CharField("送达地址", max_length=254, blank=True, default="", db_default="")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "person", "channel"], name="told_once")]
        indexes = [
            models.Index(fields=["person", "channel", "read_at"]),
            models.Index(fields=["state", "retry_at"], condition=~Q(state="sent"), name="message_to_send"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="message_reported"),
            models.Index(fields=["link"], condition=Q(read_at=None), name="message_unread_link"),
        ]


class Letter(Delivery):
    """One text to somebody who is no staff, through one channel.

    No address stands here: `recipient` (`party/12`) is looked up when the letter is sent (`outside.register_recipient`), so that whoever was
    erased gets nothing. The text is stored encrypted and forgotten some time after it went out; its digest stays.
    """

    recipient = models.CharField("收件人", max_length=60)
    body = EncryptedTextField("内容", blank=True)
    digest = models.CharField("内容摘要值", max_length=64)
    headers = models.JSONField("邮件头", default=dict, blank=True)
    message_id = models.CharField("邮件编号", max_length=64, blank=True, db_index=True)
    bounced_at = models.DateTimeField("退回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对外信件"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "recipient", "channel"], name="letter_once")]
        indexes = [
            models.Index(fields=["recipient"]),
            models.Index(fields=["retry_at"], condition=Q(state="waiting"), name="letter_to_send"),
            models.Index(fields=["sent_at"], condition=~Q(body=""), name="letter_to_forget"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="letter_reported"),
        ]

    @property
    def stream(self) -> str:
        """The name of a letter's stream in the log, which holds no address."""
        return f"letter/{self.pk}"


class GatewayKind(models.TextChoices):
    """By whose published format a gateway is spoken to."""

    SMS = "sms", "短信网关（HTTP接口）"
    MAS = "mas", "移动云MAS短信"
    ALIYUN = "aliyun", "阿里云短信"
    WECOM_GROUP = "wecom_group", "企业微信（政务微信）群机器人"
    WECOM_APP = "wecom_app", "企业微信（政务微信）应用"
    DING_GROUP = "ding_group", "钉钉（政务钉钉）群机器人"
    DING_APP = "ding_app", "钉钉（政务钉钉）应用"
    FEISHU_GROUP = "feishu_group", "飞书群机器人"
    FEISHU_APP = "feishu_app", "飞书应用"
    HOOK = "hook", "网络推送（带签名的Webhook）"


class Gateway(models.Model):
    """A channel that an administrator set up in the office: text messages, robots of chat groups, apps, a signed hook.

    `terms` are what its kind asks for (`gateways.kinds`), secrets aside, which stand encrypted. It works once a test message of it was taken.
    """

    kind = models.CharField("种类", max_length=12, choices=GatewayKind)
    name = models.CharField("名称", max_length=60)
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="+", verbose_name="发给谁", help_text="这个单位和它下面的单位"
    )
    urgent_only = models.BooleanField("只发紧急事项", default=True)
    outside = models.BooleanField("也发给办事群众", default=False)
    quiet_from = models.TimeField("夜间不发，从", null=True, blank=True)
    quiet_until = models.TimeField("到", null=True, blank=True)
    quiet_urgent = models.BooleanField("夜间也发紧急事项", default=False)
    terms = models.JSONField("参数", default=dict, blank=True)
    secrets = EncryptedTextField("密钥", blank=True)
    active = models.BooleanField("启用", default=False)
    tested_at = models.DateTimeField("最近测试", null=True, blank=True)
    tested = models.CharField("测试结果", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "消息渠道"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> str:
        """The name of its channel, as messages hold it."""
        return f"gate-{self.pk}"

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"gateway/{self.pk}"

    @property
    def works(self) -> bool:
        """Whether a test message was taken since it was last changed."""
        return self.tested_at is not None and not self.tested
