"""Packages made or applied, and the rows carried over."""

from django.db import models
from django.utils import timezone


class Package(models.Model):
    """A package made here (inner side) or applied here (outer side); each names the digest of the previous one.

    `state` is a digest of all rows carried over; equal values on both sides prove that nothing is missing.
    """

    sequence = models.PositiveIntegerField("序号", unique=True)
    digest = models.CharField("摘要值", max_length=64, unique=True)
    previous = models.CharField("前一包摘要值", max_length=64, blank=True)
    state = models.CharField("累计摘要值", max_length=64)
    whole = models.BooleanField("全量", default=False)
    made_at = models.DateTimeField("制作时间")
    at = models.DateTimeField("办理时间", default=timezone.now)
    by = models.CharField("经手人", max_length=120)
    counts = models.JSONField("内容", default=dict)
    file = models.CharField("文件名", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "交换包"
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"第{self.sequence}号交换包"

    @property
    def stream(self) -> str:
        """Return the package's stream in the log."""
        return f"package/{self.sequence}"


class Carried(models.Model):
    """A row that the other installation has already: part, key and digest."""

    part = models.CharField("部分", max_length=40)
    key = models.CharField("标识", max_length=80)
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "已交换内容"
        constraints = [models.UniqueConstraint(fields=["part", "key"], name="carried_once")]


class Textless(models.Model):
    """An edition received without its text, because the text was not public."""

    edition_id = models.BigIntegerField("版本编号", primary_key=True)

    class Meta:
        verbose_name = verbose_name_plural = "未带内容的版本"
