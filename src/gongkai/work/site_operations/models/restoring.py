"""Rehearsals of restoring from a backup (W-15): each one a row, whether it went well or not."""

from django.db import models
from django.utils import timezone


class RestoreDrill(models.Model):
    """A backup was restored into a scratch and held against its seal. Only added to."""

    at = models.DateTimeField("演练时间", default=timezone.now)
    made_at = models.CharField("备份时间", max_length=40)
    ok = models.BooleanField("完好")
    movements = models.PositiveBigIntegerField("流水（条）", default=0)
    files = models.PositiveBigIntegerField("文件（个）", default=0)
    broken = models.CharField("问题", max_length=300, blank=True)
    name = models.CharField("备份文件", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复演练"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    @property
    def stream(self) -> str:
        """The name of the stream in the log."""
        return "restoredrill/0"
