"""What a unit hands on of its task to its own offices (分解任务)."""

from django.db import models

from gongkai.core.ledger.models import Entry


class Delegation(models.Model):
    """The facts of an entry of the kind `delegated`: of which task, what is asked, how it was done.

    The office hands in to its own unit; what stood as evidence there then stands at the unit's task. Who gave the unit the task sees that task alone.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="delegation", verbose_name="台账记录"
    )
    task = models.ForeignKey(Entry, models.PROTECT, related_name="delegations", verbose_name="本单位任务")
    words = models.TextField("分解要求")
    statement = models.TextField("完成情况", blank=True)
    submitted_by = models.BigIntegerField("提交人编号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分解任务"
        ordering = ["pk"]
