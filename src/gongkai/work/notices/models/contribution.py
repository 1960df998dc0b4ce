"""Contributions of partner units (配合单位) to a task, and shares delegated to offices (分解任务)."""

from django.db import models

from gongkai.core.ledger.models import Entry


class Contribution(models.Model):
    """The facts of an entry of the kind `support`: the task, what is asked, what was contributed.

    It does not affect the light of the task or any count of tasks.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="contribution", verbose_name="台账记录"
    )
    task = models.ForeignKey(Entry, models.PROTECT, related_name="contributions", verbose_name="牵头单位的任务")
    words = models.TextField("配合事项")
    statement = models.TextField("配合情况", blank=True)
    submitted_by = models.BigIntegerField("提交人编号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "配合任务"
        ordering = ["pk"]


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
