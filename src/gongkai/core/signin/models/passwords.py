"""Passwords used before, as hashes: the same is not taken again, and an old one is changed."""

from django.conf import settings
from django.db import models


class PastPassword(models.Model):
    """The hash of a password that a login has or had, and since when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    hashed = models.CharField("摘要", max_length=200)
    at = models.DateTimeField("设置时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-pk"]
