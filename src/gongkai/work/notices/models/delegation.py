"""Shares of a task delegated to offices or lower units (分解任务)."""

from django.db import models

from gongkai.core.ledger.models import Entry


class Delegation(models.Model):
    """The facts of an entry of the kind `delegated`: the task, what is asked, how it was done.

    Its evidence moves to the task when it is accepted. Those who assigned the task see only the
    task.
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
