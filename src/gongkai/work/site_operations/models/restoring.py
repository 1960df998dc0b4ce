"""Restore drills of backups, one row each, successful or not."""

from django.db import models
from django.utils import timezone


class RestoreDrill(models.Model):
    """A backup restored for verification and compared with its seal; insert-only."""

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
        """The name of its log stream."""
        return "restoredrill/0"
