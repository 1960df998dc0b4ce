"""Clock events of entries, and the record of deleted entries."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry


class ClockEvent(models.Model):
    """An insert-only event of an entry's clock (`law.Event`); the due date follows from all events.

    `on` is the day, `at` the moment for rules in hours. A wrong event is voided by a later row
    (`voids`). `irregular` names a breach of the deadline rules; such an event moves nothing.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="clock_events", verbose_name="记录", db_index=False)
    kind = models.CharField("事项", max_length=32)
    on = models.DateField("日期")
    at = models.DateTimeField("时刻", null=True, blank=True)
    value = models.PositiveIntegerField("数值", null=True, blank=True)
    until = models.DateField("规定日期", null=True, blank=True)
    voids = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="voided_by", verbose_name="更正的事项"
    )
    irregular = models.TextField("不合规定之处", blank=True)
    by = models.CharField("经手人", max_length=120)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "计时事项"
        indexes = [models.Index(fields=["entry", "id"], name="clockevent_entry")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"计时事项（{self.on}）"


class RemovedEntry(models.Model):
    """Permission to delete an entry and its clock events when an import is undone."""

    entry_id = models.BigIntegerField("记录编号", unique=True)
    number = models.CharField("编号", max_length=40)
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已撤销的记录"

    def __str__(self) -> str:
        return self.number
