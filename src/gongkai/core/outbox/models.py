"""Models of the outbox: messages to staff, letters to outside persons, gateways."""

from django.db import models
from django.db.models import Q

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body, Person
from gongkai.core.vault.fields import EncryptedTextField


class MessageState(models.TextChoices):
    """Delivery state of an outgoing message; `DROPPED`: the recipient no longer has a contact."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"
    BOUNCED = "bounced", "被退回"
    DROPPED = "dropped", "收件人已注销"


class Delivery(models.Model):
    """Base class of messages and letters: one text through one channel, retried until accepted or failed."""

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
    # The service's id of the text, by which a delivery receipt names it.
    reference = models.CharField("对方编号", max_length=64, blank=True, default="", db_default="")
    arrived_at = models.DateTimeField("回执时间", null=True, blank=True)

    class Meta:
        abstract = True


class Message(Delivery):
    """One message to a staff member through one channel; `key` is unique per person and channel."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", verbose_name="收件人")
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    # Address fixed when written, even if the person's address changes
    # (`Notification.reached`); deleted after sending.
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
    """One text to an outside person through one channel.

    No address is stored: `recipient` (`party/12`) is looked up when sending
    (`outbox.register_recipient`), so erased persons get nothing. The text is encrypted and deleted
    some time after sending; its digest stays.
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

    stream = RowName("letter")


class GatewayKind(models.TextChoices):
    """Protocol of a gateway."""

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
    """A channel configured by an administrator: SMS, chat bot, app or webhook.

    `terms` are its parameters (`gateways.kinds`), except the encrypted secrets. It works after a
    successful test message.
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
        """Return the name of the gateway's channel in messages."""
        return f"gate-{self.pk}"

    stream = RowName("gateway")

    @property
    def works(self) -> bool:
        """Return true if a test succeeded since the last change."""
        return self.tested_at is not None and not self.tested
