"""What jobs remember: what was told about entries, the last number of a series; and the filters that people keep."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Person


class Told(models.Model):
    """A reminder or escalation that was given: one for each entry, step and due date, so that nobody is told twice.

    `said` is False for a milder step that a graver one made needless.
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
    """The last number drawn in a series and year (`numbers.numbers`)."""

    series = models.CharField("字头", max_length=24)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_once")]


class Mark(models.Model):
    """A value that a job keeps from one run to the next: digests of the calendar and the figures it last counted with."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    value = models.CharField("值", max_length=200)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业标记"


class SavedFilter(models.Model):
    """A filter of the ledger list that a person keeps as a tab; `shared` shows it to the whole body."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="filters", verbose_name="人员")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_name_once")]
