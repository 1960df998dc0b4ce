"""The outbox's tables: messages to staff, letters to people outside."""

from django.db import models
from django.db.models import Q

from gongkai.units.models import Person
from gongkai.vault.fields import EncryptedTextField


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
        ]

    @property
    def stream(self) -> str:
        """The name of a letter's stream in the log, which holds no address."""
        return f"letter/{self.pk}"
