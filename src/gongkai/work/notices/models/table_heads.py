"""Learnt table heads, and rereadings of a table that can be undone."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.notices.importing.table_heads import COLUMN_MEANINGS
from gongkai.work.notices.models.notice import Notice


class HeadName(models.Model):
    """A printed head of a table and its meaning (a key of `table_heads.COLUMN_MEANINGS`).

    It applies to this government and those below it.
    """

    government = models.ForeignKey(Body, models.CASCADE, related_name="head_names", verbose_name="政府")
    printed = models.CharField("表头", max_length=60)
    meaning = models.CharField("含义", max_length=12)
    notice = models.ForeignKey(
        Notice, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="从哪份通知学得"
    )
    learnt_by = models.CharField("更正人", max_length=120)
    learnt_at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "记住的表头"
        ordering = ["government", "printed"]
        constraints = [models.UniqueConstraint(fields=["government", "printed"], name="head_name_once")]

    def __str__(self) -> str:
        return self.printed

    @property
    def meaning_label(self) -> str:
        """The label of the meaning."""

        return COLUMN_MEANINGS.get(self.meaning, self.meaning)


class Rereading(models.Model):
    """A table read again with other heads, and the rows before, so that it can be undone.

    `before` holds serialized rows, units, duties and pairings and changed fields of the notice;
    `learnt` the previous meaning of each head (null: none). `version` is that of the notice right
    after.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="rereadings", verbose_name="通知")
    before = models.JSONField("更正前")
    learnt = models.JSONField("更正前记住的表头", default=dict)
    version = models.PositiveIntegerField("更正后的版本")
    by = models.CharField("更正人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "重读表格"
        ordering = ["-pk"]
