"""Assignments with contributions and shares; each extends an entry."""

from django.db import models
from django.db.models import Q

from gongkai.content.publishing.models import ChannelRelease, DisclosureChannel
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import quote_words
from gongkai.work.notices.models.measure import Duty, Measure
from gongkai.work.notices.models.notice import Notice


class Assignment(models.Model):
    """The data of a task assigned to a unit, in addition to its ledger entry.

    `track` is the recurrence (year, half_year, quarter, month, week), `period` its label (2026,
    2026Q3, 2026-05). Measure, body, `share` (the office in a unit's own notice, else 0) and period
    are unique, so opening a period can be repeated. `body`, `notice`, `section_no` and `lead_ids`
    repeat related values to make lists fast. `submitted_at` is the time of the last submission, at
    which an accepted task closes.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="assignment", verbose_name="台账记录"
    )
    # No index of its own: the composite ones below begin with the measure and the notice.
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="assignments", db_index=False, verbose_name="举措"
    )
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="assignments", db_index=False, verbose_name="通知")
    section_no = models.PositiveSmallIntegerField("一级序号", default=0)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="责任单位")
    leads = models.ManyToManyField(Body, related_name="led_assignments", verbose_name="牵头单位")
    lead_ids = models.JSONField("牵头单位编号", default=list)
    share = models.BigIntegerField("所指处室编号", default=0, db_default=0)
    track = models.CharField("周期", max_length=10, default="year")
    period = models.CharField("期次", max_length=20)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.BigIntegerField("提交人编号", null=True, blank=True)
    statement = models.TextField("完成情况", blank=True)
    extended_to = models.DateField("同意延期至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        constraints = [
            models.UniqueConstraint(fields=["measure", "body", "share", "period"], name="assignment_once_a_period")
        ]
        indexes = [
            models.Index(fields=["notice", "section_no", "body"], name="assignment_matrix"),
            # Counts of a notice's tasks are read from this index and `entry_account_by_id` alone.
            models.Index(fields=["notice", "entry", "section_no", "measure", "body"], name="assignment_account"),
        ]


class DutyCheck(models.Model):
    """A tick of a duty in an assignment.

    Vague duties have one tick a cycle (`cycle` 2026Q3); others have one with an empty cycle.
    `count` is the number of times done (每年不少于4次).
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="checks", verbose_name="任务")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="checks", verbose_name="要求")
    cycle = models.CharField("核查期次", max_length=20, blank=True)
    count = models.PositiveSmallIntegerField("次数", default=1)
    done = models.BooleanField("已完成", default=True)
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单勾选"
        constraints = [models.UniqueConstraint(fields=["assignment", "duty", "cycle"], name="duty_check_once")]


class AskKind(models.TextChoices):
    """Requests that a unit can make to the lead unit."""

    NOT_APPLICABLE = "not_applicable", "不涉及"
    MORE_TIME = "more_time", "申请延期"
    OTHER_UNIT = "other_unit", "申请改派"
    SEND_BACK = "send_back", "退回任务"


class Ask(models.Model):
    """A unit's request to the lead unit, and the decision on it."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="asks", verbose_name="任务")
    kind = models.CharField("事项", max_length=16, choices=AskKind)
    reason = models.TextField("理由")
    wanted_date = models.DateField("申请的期限", null=True, blank=True)
    wanted_body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议的单位"
    )
    asked_by = models.CharField("申请人", max_length=120)
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    granted = models.BooleanField("是否同意", null=True, blank=True)
    decided_by = models.CharField("决定人", max_length=120, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    words = models.TextField("决定理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(granted=None), name="one_open_ask_an_assignment")
        ]

    @property
    def wanted(self) -> str:
        """Return the label of the request, with the other unit if one is named."""
        return f"{self.get_kind_display()}{f'给{self.wanted_body.label}' if self.wanted_body else ''}"


class EvidenceOffer(models.Model):
    """A published edition offered as evidence for an assignment until it is taken or declined.

    `release` is the key of a `ChannelRelease`, 0 for the site; `holds` is true if verified
    automatically; `duties` are keys of duties that require the channel.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="offers", verbose_name="任务")
    edition = models.BigIntegerField("公开版本编号")
    release = models.BigIntegerField("渠道登记编号", default=0)
    holds = models.BooleanField("系统已核实", default=True)
    duties = models.JSONField("对应的要求", default=list)
    title = models.CharField("名称", max_length=300)
    url = models.CharField("地址", max_length=500, blank=True)
    path = models.CharField("公开路径", max_length=400)
    at = models.DateTimeField("公开时间")
    taken = models.BooleanField("已采用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证据建议"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "edition", "release"], name="edition_offered_once")
        ]


class ChannelRecord(models.Model):
    """Evidence of a release through another channel (其他渠道), for the duties that require it."""

    evidence = models.OneToOneField(
        Evidence, models.PROTECT, primary_key=True, related_name="channel_record", verbose_name="佐证"
    )
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="channel_records", verbose_name="任务")
    channel = models.CharField("渠道", max_length=12, choices=DisclosureChannel)
    name = models.CharField("账号、报刊或场所名称", max_length=120)
    duties = models.ManyToManyField(Duty, related_name="channel_records", verbose_name="对应的要求")
    # The record on the page of the document; None if it was recorded on the task.
    release = models.ForeignKey(
        ChannelRelease, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="渠道登记"
    )

    class Meta:
        verbose_name = verbose_name_plural = "其他渠道记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}{quote_words(self.name)}"


class Carry(models.Model):
    """A task carried over into next year's look-back (回头看)."""

    source = models.OneToOneField(Assignment, models.CASCADE, related_name="carried", verbose_name="原任务")
    target = models.OneToOneField(Assignment, models.CASCADE, related_name="carried_from", verbose_name="回头看任务")
    reason = models.TextField("原因")
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "回头看"


class Contribution(models.Model):
    """The facts of an entry of the kind `support`: task, request and contribution.

    It does not affect the traffic light of the task or any count of tasks.
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
    """The facts of an entry of the kind `delegated`: task, request and result.

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
