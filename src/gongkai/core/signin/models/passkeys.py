"""Passkeys (WebAuthn) as second factor."""

from django.db import models
from django_otp.models import Device


class Passkey(Device):  # type: ignore[misc]
    """A passkey's public key; `confirmed` is false if it may have been copied."""

    credential_id = models.CharField("编号", max_length=1400, unique=True)
    credential = models.TextField("公钥")
    sign_count = models.PositiveBigIntegerField("计数", default=0)
    added_at = models.DateTimeField("登记时间", auto_now_add=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.name)
