"""Outbox of cache purges."""

from django.db import models
from django.utils import timezone


class Purge(models.Model):
    """A URL that a cache must purge; written with the change, deleted once purged.

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
