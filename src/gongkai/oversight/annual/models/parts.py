"""Models of entered figures, explanations and texts."""

from django.db import models

from gongkai.oversight.annual.models.report import Report


class EnteredFigure(models.Model):
    """A figure entered by a unit with its `source`, where rows are missing or incomplete.

    `key` is one of `form.KEYS`, such as `table2/licences/value`.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="entered")
    key = models.CharField("数据项", max_length=60)
    value = models.DecimalField("数值", max_digits=15, decimal_places=6)
    source = models.CharField("数据来源", max_length=300)
    by = models.CharField("填报人", max_length=120)
    at = models.DateTimeField("填报时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "填报数据"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="annual_figure_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.key}"


class Explanation(models.Model):
    """The explanation of a difference, identified by `mark` (`carried_over/2/total`).

    `said` is the difference in words: another difference needs another explanation.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="explanations")
    mark = models.CharField("核对项", max_length=120)
    said = models.CharField("差异", max_length=300)
    text = models.CharField("说明", max_length=500)
    by = models.CharField("说明人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "差异说明"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="annual_explained_once")]


class Section(models.Model):
    """The text of one of the six sections.

    `drafted` is true for an unchanged draft; `confirmed_by` is the person responsible. `basis` is
    the draft on which the text is based, updated on confirmation and used to find outdated facts
    (`stale`); empty if never drafted.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField("部分")
    text = models.TextField("内容", blank=True)
    drafted = models.BooleanField("系统起草", default=False)
    basis = models.TextField("起草依据", blank=True)
    confirmed_by = models.CharField("确认人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文字部分"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="annual_section_once")]
