"""The outbox to the caches in front of the portal."""

from django.db import models
from django.utils import timezone


class Purge(models.Model):
    """One address that one cache must forget. Written in the transaction that changed it; gone once the cache has taken it.

    `due_at` lies in the future where a text was scheduled: the page before it must go when its time comes. `urgent` is what takes something
    away from the public; it is told before all else, and where a cache may have got the old page again meanwhile, once more (`told_at`: it
    was told once). Whoever tells holds the row until `held_until`.
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
