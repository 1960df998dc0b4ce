"""Duty reading (值班读网): turns, daily logs and finds; restore drills of backups."""

from django.db import models
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.work.site_operations.models.upkeep import Upkeep


class Turn(models.Model):
    """The person who reads the site on a day."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="turns", verbose_name="运行档案", db_index=False)
    day = models.DateField("日期")
    name = models.CharField("值班人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "值班安排"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["upkeep", "day"], name="turn_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DailyLog(models.Model):
    """The log of a day's reading; insert-only, a second reading is another row."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="logs", verbose_name="运行档案", db_index=False)
    day = models.DateField("日期")
    words = models.CharField("检查情况", max_length=500)
    by = models.CharField("值班人", max_length=60)
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "读网日志"
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["upkeep", "-day"], name="dailylog_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class DailyFind(models.Model):
    """A problem found while reading, and its rectification."""

    log = models.ForeignKey(DailyLog, models.CASCADE, related_name="finds", verbose_name="读网日志")
    address = models.CharField("网址", max_length=500, blank=True)
    what = models.CharField("问题", max_length=300)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+", verbose_name="整改")

    class Meta:
        verbose_name = verbose_name_plural = "读网发现"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what[:60]


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
