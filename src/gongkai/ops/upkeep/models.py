"""Runs of jobs and backups made."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

# Name of the row for a whole round of due jobs.
JOB_ROUND_NAME = "round"


class JobRun(models.Model):
    """Last run of a job, its last success, and since when it fails. The row `round` covers all jobs."""

    name = models.CharField("作业", max_length=60, primary_key=True)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    good_at = models.DateTimeField("上次成功", null=True, blank=True)
    took_ms = models.PositiveIntegerField("用时（毫秒）", default=0)
    failures = models.PositiveIntegerField("连续失败", default=0)
    failing_since = models.DateTimeField("自何时失败", null=True, blank=True)
    error = models.CharField("失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期工作运行"

    def __str__(self) -> str:
        return self.name

    @property
    def is_hanging(self) -> bool:
        """Return True if the last start has not ended."""
        return self.ended_at is None or self.ended_at < self.started_at

    def idle(self, now: datetime | None = None) -> timedelta:
        """Return the time since the last run ended, or since the start of one that never ended."""
        return (now or timezone.now()) - (self.ended_at or self.started_at)


class BackupMade(models.Model):
    """A backup of this installation: time, place, size, seal, encrypted or not."""

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    place = models.CharField("位置", max_length=400)
    bytes = models.BigIntegerField("字节", default=0)
    files = models.PositiveIntegerField("文件数", default=0)
    seal = models.CharField("封存值", max_length=64, blank=True)
    encrypted = models.BooleanField("已加密", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "备份记录"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"
