"""Models of a yearly round: units, claims, marks, appeals, evaluators, results."""

from django.db import models

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Office, Person
from gongkai.oversight.assessment.models.schemes import Indicator, Scheme, ScoringWay
from gongkai.oversight.assessment.states import ROUND_MACHINE


class Round(models.Model):
    """A yearly assessment (年度考核) of the period `first` to `until`, run by `office`."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rounds", verbose_name="指标体系")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="政府")
    office = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="组织单位")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=100)
    first = models.DateField("考核期起")
    until = models.DateField("考核期止")
    self_until = models.DateField("自评截止")
    state = models.CharField("状态", max_length=12)
    measured_at = models.DateTimeField("取数时间", null=True, blank=True)
    published_on = models.DateField("反馈日期", null=True, blank=True)
    published_by = models.BigIntegerField("反馈人", null=True, blank=True)
    objections_until = models.DateField("申诉截止", null=True, blank=True)
    confirmed_on = models.DateField("确定日期", null=True, blank=True)
    confirmed_by = models.CharField("确定人", max_length=120, blank=True)
    digest = models.CharField("结果摘要值", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "年度考核"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """Return the label of the round's state."""

        return ROUND_MACHINE.labels[self.state]


class Assessed(models.Model):
    """A unit assessed in a round, or an office (处室) of the assessing bureau.

    `group` is the ranking group, `entry` the self-assessment.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="units", verbose_name="考核")
    body = models.ForeignKey(Body, models.PROTECT, related_name="assessed", verbose_name="单位")
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="assessed", verbose_name="处室"
    )
    group = models.CharField("分组", max_length=40)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="self_assessment", verbose_name="自评"
    )

    class Meta:
        verbose_name = verbose_name_plural = "被考核单位"
        ordering = ["group", "body__position", "office__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "body"], condition=models.Q(office=None), name="assessment_unit_once"
            ),
            models.UniqueConstraint(fields=["round", "office"], name="assessment_office_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.label}"

    @property
    def label(self) -> str:
        """Return the name of the office within its unit, or the unit's short name."""
        return self.office.name if self.office else self.body.label

    @property
    def name(self) -> str:
        """Return the full name of the office or unit."""
        return f"{self.body.name}{self.office.name}" if self.office else self.body.name


class Claim(models.Model):
    """The score that a unit claims for one indicator, with reasons."""

    unit = models.ForeignKey(Assessed, models.CASCADE, related_name="claims", verbose_name="单位")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="指标")
    value = models.DecimalField("自评得分率（%）", max_digits=6, decimal_places=2)
    words = models.TextField("自评说明")

    class Meta:
        verbose_name = verbose_name_plural = "自评"
        constraints = [models.UniqueConstraint(fields=["unit", "indicator"], name="assessment_claim_once")]


class Evaluator(models.Model):
    """A third-party person who scores some indicators of a round until a day."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="evaluators", verbose_name="考核")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="评估人员")
    organisation = models.CharField("评估机构", max_length=120)
    indicators = models.ManyToManyField(Indicator, related_name="+", verbose_name="评估的指标")
    until = models.DateField("评估截止")
    ended_on = models.DateField("提前结束", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "第三方评估人员"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.person.name}"


class Mark(models.Model):
    """A score given to a unit for one indicator; it never changes, a wrong one is struck with a reason.

    `value` is a share in percent, points (bonus, deduction) or 1 (veto); empty means not
    applicable. `cases` are the rows behind an automatic figure at that time. `ref` names the case
    that an evaluator judged.
    """

    unit = models.ForeignKey(Assessed, models.PROTECT, related_name="marks", verbose_name="单位", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="指标")
    way = models.CharField("方式", max_length=10, choices=ScoringWay)
    value = models.DecimalField("得分率或者分数", max_digits=9, decimal_places=4, null=True, blank=True)
    on = models.DateField("日期")
    words = models.TextField("情况", blank=True)
    script = models.TextField("测评内容", blank=True)
    recording = models.CharField("录音、截图编号", max_length=200, blank=True)
    ref = models.CharField("事项编号", max_length=120, blank=True)
    evaluator = models.ForeignKey(
        Evaluator, models.PROTECT, null=True, blank=True, related_name="marks", verbose_name="第三方"
    )
    cases = models.JSONField("明细", default=list, blank=True)
    by = models.CharField("评分人", max_length=120)
    made_at = models.DateTimeField("评分时间", auto_now_add=True)
    struck_at = models.DateTimeField("撤销时间", null=True, blank=True)
    struck_by = models.CharField("撤销人", max_length=120, blank=True)
    struck_why = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评分"
        ordering = ["pk"]
        indexes = [models.Index(fields=["unit", "indicator"], name="assessment_mark_unit")]

    def __str__(self) -> str:
        value = "不适用" if self.value is None else f"{self.value.normalize():f}"
        return f"{self.unit.label} {self.indicator}：{value}"


class Appeal(models.Model):
    """A unit's appeal against its result or against one indicator."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="appeal")
    unit = models.ForeignKey(Assessed, models.PROTECT, related_name="appeals", verbose_name="单位")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="指标"
    )
    grounds = models.TextField("申诉理由")
    decision = models.TextField("复核意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核申诉"


class Result(models.Model):
    """A unit's final result, frozen when a leader confirms the round; insert-only.

    `sheet` contains every indicator with points and marks; `digest` covers it and the scheme's
    digest.
    """

    unit = models.OneToOneField(Assessed, models.PROTECT, related_name="result", verbose_name="单位")
    total = models.DecimalField("得分", max_digits=7, decimal_places=2)
    grade = models.CharField("等次", max_length=20)
    #: 0: a unit with a veto has no place.
    place = models.PositiveIntegerField("名次")
    sheet = models.JSONField("评分表")
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "考核结果"
        ordering = ["place", "pk"]
