"""Hashes of former passwords, to prevent reuse and to enforce changes."""

from django.conf import settings
from django.db import models


class PastPassword(models.Model):
    """Hash of a present or former password of a login, and its date."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    hashed = models.CharField("摘要", max_length=200)
    at = models.DateTimeField("设置时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-pk"]
