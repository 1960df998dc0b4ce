"""Models of indicator schemes, line inspections and highlights."""

from django.db import models

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.oversight.assessment.states import SCHEME_MACHINE


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
    """An exemplary practice of a unit with its submission, outcome and media coverage."""

    class Outcome(models.TextChoices):
        """Decision of the higher authority on a submitted practice; `LEFT`: not used."""

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


class ScoringWay(models.TextChoices):
    """Scoring method of an indicator."""

    AUTO = "auto", "台账取数"
    ONLINE = "online", "网上检查"
    PHONE = "phone", "电话测评"
    THIRD = "third", "第三方评估"
    SELF = "self", "自评材料"
    BONUS = "bonus", "加分"
    DEDUCTION = "deduction", "扣分"
    VETO = "veto", "单项否决"


def usual_grades() -> list[list[object]]:
    """Return the default grades of a new scheme."""
    return [["优秀", 90], ["良好", 80], ["合格", 60]]


class Scheme(models.Model):
    """An indicator scheme (考核指标体系), which never changes once in force.

    `revise` creates the next edition. `share` is the weight in percent of open government in the
    government's performance assessment (绩效考核), with its basis. `digest` covers the whole tree from
    its enactment.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="政府")
    name = models.CharField("名称", max_length=100)
    edition = models.PositiveSmallIntegerField("版次", default=1)
    share = models.DecimalField("在绩效考核中的权重（%）", max_digits=5, decimal_places=2)
    basis = models.CharField("依据", max_length=300, blank=True)
    grades = models.JSONField("等次", default=usual_grades)
    state = models.CharField("状态", max_length=12)
    enacted_on = models.DateField("启用日期", null=True, blank=True)
    digest = models.CharField("摘要值", max_length=64, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revisions")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "考核指标体系"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["body", "name", "edition"], name="assessment_scheme_edition")]

    def __str__(self) -> str:
        return f"{self.name}（第{self.edition}版）"

    @property
    def state_label(self) -> str:
        """Return the label of the scheme's state."""

        return SCHEME_MACHINE.labels[self.state]


class Indicator(models.Model):
    """A node of the indicator tree; `way` is empty for group nodes.

    `source` names a score source (`ledger.figures`). `full_at` and `zero_at` are the shares in
    percent that give full and zero points. With a source, evaluators of a third-party leaf judge
    case by case.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators", verbose_name="指标体系")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name="上级指标"
    )
    code = models.CharField("编号", max_length=20)
    name = models.CharField("指标", max_length=100)
    points = models.DecimalField("分值", max_digits=6, decimal_places=2)
    way = models.CharField("评分方式", max_length=10, choices=ScoringWay, blank=True)
    source = models.CharField("数据来源", max_length=40, blank=True)
    full_at = models.DecimalField("得满分的比例（%）", max_digits=5, decimal_places=2, default=100)
    zero_at = models.DecimalField("不得分的比例（%）", max_digits=5, decimal_places=2, default=0)
    standard = models.TextField("评分标准", blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    position = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "考核指标"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="assessment_indicator_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
