"""What a partner (配合单位) owes the lead of a task."""

from django.db import models

from gongkai.core.ledger.models import Entry


class Contribution(models.Model):
    """The facts of an entry of the kind `support`: to which task of the lead it belongs, what is asked, what was given.

    The task's light is the lead's alone; a contribution is counted in no figure of tasks.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="contribution", verbose_name="台账记录"
    )
    task = models.ForeignKey(
        Entry, models.PROTECT, related_name="contributions", verbose_name="牵头单位的任务"
    )
    words = models.TextField("配合事项")
    statement = models.TextField("配合情况", blank=True)
    submitted_by = models.BigIntegerField("提交人编号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "配合任务"
        ordering = ["pk"]
