"""Sent reminders, number counters, job marks and saved filters."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Person


class Told(models.Model):
    """A sent reminder or escalation: one row per entry, step and due date prevents repeats.

    `said` is false for a milder step that a more serious one replaced.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="told", verbose_name="记录")
    step = models.CharField("级别", max_length=24)
    due_at = models.DateTimeField("针对的到期时间")
    at = models.DateTimeField("时间", auto_now_add=True)
    said = models.BooleanField("已发出", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "已提醒"
        constraints = [models.UniqueConstraint(fields=["entry", "step", "due_at"], name="told_step_once")]


class Counter(models.Model):
    """Last number of a series and year (`numbers.numbers`)."""

    series = models.CharField("字头", max_length=24)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_once")]


class Mark(models.Model):
    """A value that a job stores between runs, such as the digest of the calendar."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    value = models.CharField("值", max_length=200)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业标记"


class SavedFilter(models.Model):
    """A ledger filter that a person saved as a tab."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="filters", verbose_name="人员")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_name_once")]
