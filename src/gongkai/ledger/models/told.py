"""What was already told about entries, and filters that people keep."""

from django.db import models

from gongkai.ledger.models.entry import Entry
from gongkai.units.models import Person


class Told(models.Model):
    """A reminder or escalation that was given: one for each entry, step and due date, so that nobody is told twice."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="told", verbose_name="记录")
    step = models.CharField("级别", max_length=24)
    due_at = models.DateTimeField("针对的到期时间")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已提醒"
        constraints = [models.UniqueConstraint(fields=["entry", "step", "due_at"], name="told_step_once")]


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
