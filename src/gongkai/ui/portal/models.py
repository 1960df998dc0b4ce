"""Models of the portal: subscriptions and pending cache purges."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.models import RowName
from gongkai.core.vault.fields import EncryptedWordsField


class Purge(models.Model):
    """A URL that a cache must discard; the row is written with the change and deleted once the
    cache has done so.

    `due_at` is in the future for scheduled texts. `urgent` purges remove content; they go first
    and, if a cache may have fetched the old page meanwhile, twice (`told_at`). A sender holds the
    row until `held_until`.
    """

    cache = models.CharField("缓存", max_length=200)
    host = models.CharField("域名", max_length=120)
    path = models.CharField("路径", max_length=400)
    due_at = models.DateTimeField("应通知时间", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("失败原因", max_length=200, blank=True)
    urgent = models.BooleanField("撤下的内容", default=False, db_default=False)
    told_at = models.DateTimeField("已通知一次", null=True, blank=True)
    held_until = models.DateTimeField("正在通知到", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "缓存清除"
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.host}{self.path}"


class Scope(models.TextChoices):
    """Scope of a mail subscription: the whole site, a column, a unit or a keyword."""

    SITE = "site", "全站"
    COLUMN = "column", "栏目"
    UNIT = "unit", "单位"
    WORDS = "words", "关键词"


class Subscriber(models.Model):
    """An encrypted mail address on one site, found by keyed digest.

    Content visible up to `seen_at` has been sent or was there before.
    """

    website = models.ForeignKey(Website, models.CASCADE, related_name="+", verbose_name="网站")
    email = EncryptedWordsField("邮箱")
    email_digest = models.CharField("邮箱摘要值", max_length=64, blank=True, default="", db_default="")
    seen_at = models.DateTimeField("已发送到", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "订阅人"
        constraints = [
            models.UniqueConstraint(
                fields=["website", "email_digest"],
                condition=~models.Q(email_digest=""),
                name="subscriber_once_by_digest",
            )
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def recipient(self) -> str:
        """Return the recipient key in the outbox."""
        return f"subscriber/{self.pk}"


class Subscription(models.Model):
    """A subscription of one address; it counts once confirmed (double opt-in)."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions", verbose_name="订阅人")
    scope = models.CharField("范围", max_length=8, choices=Scope)
    value = models.CharField("内容", max_length=100, blank=True, help_text="栏目或单位的编号、关键词")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "订阅"
        constraints = [models.UniqueConstraint(fields=["subscriber", "scope", "value"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.value}".strip()

    stream = RowName("subscription")
