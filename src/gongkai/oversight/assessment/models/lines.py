"""Models of line inspections (条线检查, V-04) and highlights (亮点、典型案例, V-10)."""

from django.db import models

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body


class LineInspection(models.Model):
    """A bureau's inspection of its own system in a year: findings, circular and feedback."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="line_inspections", verbose_name="组织检查的单位")
    year = models.PositiveSmallIntegerField("年度")
    on = models.DateField("检查日期")
    units = models.ManyToManyField(Body, related_name="+", blank=True, verbose_name="被检查单位")
    scope = models.CharField("检查范围", max_length=300)
    third_party = models.CharField("受托第三方", max_length=120, blank=True)
    summary = models.TextField("检查情况")
    circular = models.CharField("通报文号或者标题", max_length=200, blank=True)
    circulated_on = models.DateField("通报日期", null=True, blank=True)
    feedback = models.CharField("反馈对象和方式", max_length=200, blank=True)
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)
    entries = models.ManyToManyField(Entry, related_name="+", blank=True, verbose_name="整改")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "条线检查"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.body.label}{self.year}年条线检查"


class Highlight(models.Model):
    """An exemplary practice with its submission, outcome and media coverage."""

    class Outcome(models.TextChoices):
        """Outcome of a submitted highlight."""

        OPEN = "open", "待定"
        TAKEN = "taken", "被采用"
        LEFT = "left", "未采用"

    body = models.ForeignKey(Body, models.PROTECT, related_name="highlights", verbose_name="单位")
    on = models.DateField("收集日期")
    title = models.CharField("题目", max_length=200)
    text = models.TextField("做法和成效")
    typical = models.BooleanField("典型案例", default=False)
    sent_on = models.DateField("报送日期", null=True, blank=True)
    sent_to = models.CharField("报送对象", max_length=120, blank=True)
    outcome = models.CharField("采用情况", max_length=8, choices=Outcome, default=Outcome.OPEN)
    covered_on = models.DateField("报道日期", null=True, blank=True)
    medium = models.CharField("报道媒体", max_length=120, blank=True)
    link = models.URLField("报道链接", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "亮点和典型案例"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.title
