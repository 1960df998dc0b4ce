"""Upward submissions (报送), guidance (指导督促) and checks by lead units."""

from django.db import models

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.work.notices.models.assignment import Assignment
from gongkai.work.notices.models.measure import Duty, Measure
from gongkai.work.notices.models.notice import Notice


class UpwardKind(models.TextChoices):
    """The nine kinds of submissions that notices order."""

    TASK_LIST = "task_list", "任务清单"
    COLUMN_TEMPLATES = "column_templates", "栏目模板"
    LISTS = "lists", "正负面清单"
    COMPLETION = "completion", "完成情况"
    RECONSIDERATION = "reconsideration", "复议诉讼数据"
    PROBLEMS = "problems", "共性问题"
    HIGHLIGHTS = "highlights", "工作亮点"
    RULES = "rules", "实施细则"
    FEEDBACK = "feedback", "检查反馈"


class Upward(models.Model):
    """The facts of an entry of the kind `upward`: a submission due to a higher office."""

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="upward", verbose_name="台账记录"
    )
    kind = models.CharField("报送事项", max_length=20, choices=UpwardKind)
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="upward", verbose_name="依据通知"
    )
    addressee = models.CharField("报送对象", max_length=120)
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    receipt = models.CharField("回执", max_length=200, blank=True)
    words = models.TextField("说明", blank=True)
    # The task and duty that ordered it; None if it was registered by hand.
    assignment = models.ForeignKey(
        Assignment, models.SET_NULL, null=True, blank=True, related_name="upward", verbose_name="任务"
    )
    duty = models.ForeignKey(Duty, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="要求")

    class Meta:
        verbose_name = verbose_name_plural = "报送"
        constraints = [models.UniqueConstraint(fields=["assignment", "duty", "kind"], name="upward_once_a_duty")]


class LeadCheck(models.Model):
    """A check by a lead unit: page, time and result."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="lead_checks", verbose_name="任务")
    lead = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="牵头单位")
    url = models.CharField("检查的地址", max_length=500)
    checked_at = models.DateTimeField("检查时间")
    holds = models.BooleanField("已按要求公开")
    words = models.CharField("说明", max_length=300, blank=True)
    by = models.CharField("检查人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "牵头单位检查"
        ordering = ["-checked_at", "-pk"]


class GuidanceKind(models.TextChoices):
    """Way in which a unit guided another on a measure; `LIAISON`: on its own initiative."""

    GUIDANCE = "guidance", "指导督促"
    LIAISON = "liaison", "主动对接"
    PLANNING = "planning", "同步部署"


class Guidance(models.Model):
    """A dated record of guidance: who guided whom, on which measure."""

    kind = models.CharField("方式", max_length=10, choices=GuidanceKind, default=GuidanceKind.GUIDANCE)
    on = models.DateField("日期")
    guiding = models.ForeignKey(Body, models.PROTECT, related_name="guidance_given", verbose_name="指导单位")
    guided = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="guidance_got", verbose_name="对象单位"
    )
    counterpart = models.CharField("对象（本系统之外）", max_length=120, blank=True)
    measure = models.ForeignKey(
        Measure, models.SET_NULL, null=True, blank=True, related_name="guidance", verbose_name="举措"
    )
    words = models.TextField("内容")
    recorded_by = models.CharField("登记人", max_length=120)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "指导记录"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["measure", "guiding"], name="guidance_measure_guiding")]
