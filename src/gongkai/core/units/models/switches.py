"""Apps that an installation does not use."""

from django.db import models
from django.utils import timezone


class AppSwitch(models.Model):
    """An app that was switched off or on again in this installation. An app without a row is on."""

    name = models.SlugField("应用", unique=True)
    off = models.BooleanField("停用", default=False)
    changed_at = models.DateTimeField("时间", default=timezone.now)
    changed_by = models.CharField("经手人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "应用开关"

    def __str__(self) -> str:
        return f"{self.name}（{'停用' if self.off else '启用'}）"
