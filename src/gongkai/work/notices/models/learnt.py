"""What persons' corrections taught: meanings of heads; and what a table read anew took away, so that it can be put back."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.notices.column_meanings import MEANINGS
from gongkai.work.notices.models.notice import Notice


class HeadName(models.Model):
    """A head of a table as some office prints it, and what a person said it means (a key of `column_meanings.MEANINGS`).

    Used at the next reading for this government and those below it. Names of units that were learnt are aliases in `units`.
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
        """What it means, in words."""

        return MEANINGS.get(self.meaning, self.meaning)


class Rereading(models.Model):
    """A table that was read anew with other heads: what stood there before, to be put back as long as nothing was corrected since.

    `before` holds rows, units, duties, pairings as Django serializes them, and what of the notice changed; `learnt` the meanings
    that heads had before they were learnt (null: none). `version` is that of the notice right after.
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
