"""The outbox's table."""

from django.db import models

from gongkai.units.models import Person


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"


class Message(models.Model):
    """One message to one person through one channel. `key` is unique with person and channel: nobody is told twice."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", verbose_name="收件人")
    channel = models.CharField("渠道", max_length=20)
    key = models.CharField("事由标识", max_length=160)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    state = models.CharField("状态", max_length=8, choices=MessageState, default=MessageState.WAITING)
    created_at = models.DateTimeField("产生时间", auto_now_add=True)
    sent_at = models.DateTimeField("送达时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    retry_at = models.DateTimeField("下次尝试", null=True, blank=True)
    error = models.CharField("失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["key", "person", "channel"], name="told_once")]
        indexes = [
            models.Index(fields=["person", "channel", "read_at"]),
            models.Index(
                fields=["state", "retry_at"], condition=~models.Q(state="sent"), name="message_to_send"
            ),
        ]
