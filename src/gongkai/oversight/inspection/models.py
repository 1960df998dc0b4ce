"""Models of inspected sites, their runs, findings and indicator tables."""

from django.db import models
from django.utils import timezone

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body
from gongkai.oversight.inspection.site.report import describe_verdict
from gongkai.oversight.inspection.verdicts import FAULT_RESULTS, RESULT_LABELS
from gongkai.work.notices.models import Assignment, Duty
from gongkai.work.notices.queries.visible import make_unit_label


class InspectedKind(models.TextChoices):
    """Objects of an inspection: government websites and social-media accounts."""

    SITE = "site", "政府网站"
    ACCOUNT = "account", "政务新媒体账号"


#: Fields of an inspected site that a person enters; its form and its action use this list.
SITE_FIELDS = ("what", "name", "address", "body", "every", "rate", "pages", "watched", "ended_on")


class InspectedSite(models.Model):
    """A website, or a social-media account with a web page, that is inspected.

    `body` is the unit that runs the site and rectifies findings. `every` is the number of days
    between runs (0: on demand only). `layouts` are list layouts learnt from examples. `watched`
    turns on hourly visits (`visits`); `visited_at` is the last one.
    """

    what = models.CharField(
        "类别",
        max_length=8,
        choices=InspectedKind,
        default=InspectedKind.SITE,
        help_text="账号只检查主页能否打开、两周内是否更新；主页只能在客户端里看的，请人工查看。",
    )
    name = models.CharField("名称", max_length=100)
    address = models.CharField("首页网址", max_length=300, unique=True, help_text="例如 https://www.yunling.gov.cn/")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    every = models.PositiveSmallIntegerField("检查周期（天）", default=0, help_text="每隔几天检查一次；0 为不定期。")
    rate = models.FloatField("每秒最多请求数", default=2.0)
    pages = models.PositiveIntegerField("最多检查网页数", default=10_000)
    layouts = models.JSONField("学到的列表版式", default=list, blank=True)
    ended_on = models.DateField("停止检查", null=True, blank=True)
    watched = models.BooleanField(
        "每小时访问，统计可用率",
        default=True,
        help_text="全天分散访问首页，超过15秒打不开的计为一次；一周累计到指标规定的比例即为“站点无法访问”。",
    )
    visited_at = models.DateTimeField("最近访问", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "受检网站"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_account(self) -> bool:
        """Return True for a social-media account."""
        return self.what == InspectedKind.ACCOUNT


class InnerHost(models.Model):
    """An internal host that may be inspected: name or address, with a non-standard port.

    It is in force once confirmed (`confirmed_at`) and until ended (`ended_at`).
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="本级政府")
    host = models.CharField("地址", max_length=120, help_text="域名或者IP地址，可以带端口，例如 10.1.2.3:8080")
    why = models.CharField("理由", max_length=300)
    by = models.CharField("登记人", max_length=120)
    person_id = models.BigIntegerField("登记人编号", null=True)
    account_id = models.BigIntegerField("登记人账号", null=True)
    at = models.DateTimeField("登记时间", default=timezone.now)
    confirmed_by = models.CharField("确认人", max_length=120, blank=True, default="")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "允许检查的内部网络地址"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["host"], condition=models.Q(ended_at=None), name="inner_host_once")
        ]

    def __str__(self) -> str:
        return self.host

    stream = RowName("innerhost")


class SiteDay(models.Model):
    """The test visits to a site on one day: number, failures with time and reason, slowest response."""

    site = models.ForeignKey(InspectedSite, models.PROTECT, related_name="days", verbose_name="网站", db_index=False)
    day = models.DateField("日期")
    visits = models.PositiveSmallIntegerField("访问次数", default=0)
    failed = models.PositiveSmallIntegerField("未打开次数", default=0)
    slowest = models.FloatField("最慢（秒）", default=0.0)
    faults = models.JSONField("未打开的时间和原因", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "网站可用情况"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="siteday_once")]


class IndicatorTable(models.Model):
    """An immutable copy of an indicator table, so that earlier scores remain reproducible."""

    version = models.CharField("版本", max_length=40)
    digest = models.CharField("摘要值", max_length=64, unique=True)
    text = models.TextField("指标")

    class Meta:
        verbose_name = verbose_name_plural = "检查指标"

    def __str__(self) -> str:
        return self.version


class RunState(models.TextChoices):
    """Progress of one automatic inspection of a website or account."""

    WAITING = "waiting", "等待检查"
    RUNNING = "running", "正在检查"
    DONE = "done", "已完成"
    FAILED = "failed", "未能完成"


#: Effect of a finding on the score, by kind of indicator.
WEIGHT_LABELS = {"veto": "单项否决", "deduction": "扣分", "note": "提示，不计分", "bonus": "加分"}
#: States of runs that `run_processing.process_run` still has to process.
UNFINISHED_RUN_STATES = (RunState.WAITING, RunState.RUNNING)


class InspectionRun(models.Model):
    """One automatic inspection of a site.

    `report` contains the reasons of the score, the columns, and the indicators that were skipped.
    """

    site = models.ForeignKey(InspectedSite, models.PROTECT, related_name="runs", verbose_name="网站", db_index=False)
    state = models.CharField("状态", max_length=8, choices=RunState, default=RunState.WAITING)
    asked_by = models.CharField("发起人", max_length=120)
    asked_at = models.DateTimeField("发起时间", auto_now_add=True)
    claimed_at = models.DateTimeField("最近工作时间", null=True, blank=True)
    ended_at = models.DateTimeField("完成时间", null=True, blank=True)
    today = models.DateField("检查日期")
    pages = models.PositiveIntegerField("网页数", default=0)
    links = models.PositiveIntegerField("链接数", default=0)
    score = models.FloatField("得分", null=True, blank=True)
    passed = models.BooleanField("合格", default=False)
    table = models.ForeignKey(IndicatorTable, models.PROTECT, null=True, related_name="+", verbose_name="检查指标")
    report = models.JSONField("结果", default=dict, blank=True)
    words = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网站检查"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["site", "-id"], name="inspectionrun_site")]

    def __str__(self) -> str:
        return f"{self.site} {self.today}"

    @property
    def verdict(self) -> str:
        """Return the result of the inspection in Chinese."""
        return describe_verdict(self.passed, bool(self.report.get("veto")), self.report.get("unread", ""))

    @property
    def unjudged(self) -> list[str]:
        """Return the reasons why harmful content or outgoing links were not judged."""
        skipped, unread_reason = self.report.get("skipped", {}), self.report.get("unread", "")
        reasons = (skipped.get(key, "") for key in ("veto.harmful", "link.outer"))
        return [reason for reason in reasons if reason and not unread_reason.startswith(reason)]

    @property
    def under_way(self) -> bool:
        """Return True if the run is not finished."""
        return self.state in UNFINISHED_RUN_STATES


class SiteFinding(models.Model):
    """A fault that an inspection found. `mark` identifies the same fault of the site in later runs."""

    run = models.ForeignKey(InspectionRun, models.PROTECT, related_name="findings", verbose_name="检查", db_index=False)
    indicator = models.CharField("指标", max_length=60)
    name = models.CharField("指标名称", max_length=100)
    kind = models.CharField("类别", max_length=10)
    url = models.CharField("网址", max_length=1000)
    what = models.TextField("问题")
    count = models.PositiveIntegerField("网页数", default=1)
    evidence = models.JSONField("取证", default=dict)
    mark = models.CharField("标记", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "检查发现"
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "id"], name="sitefinding_run")]

    def __str__(self) -> str:
        return self.what[:60]

    @property
    def weight(self) -> str:
        """Return the effect on the score in words."""
        return WEIGHT_LABELS.get(self.kind, self.kind)


class Weight(models.TextChoices):
    """Effect of a problem on the verdict of an external inspection."""

    VETO = "veto", "单项否决"
    DEDUCTION = "deduction", "扣分"
    NOTE = "note", "提示，不计分"
    NONE = "none", "没有发现问题"


class OutsideFinding(models.Model):
    """One line of an external inspection by a third party or higher office."""

    site = models.ForeignKey(InspectedSite, models.PROTECT, related_name="outside", verbose_name="网站")
    on = models.DateField("检查日期")
    inspector = models.CharField("检查单位", max_length=120)
    weight = models.CharField("类别", max_length=10, choices=Weight, default=Weight.DEDUCTION)
    what = models.CharField("问题", max_length=300, blank=True)
    url = models.CharField("网址", max_length=1000, blank=True)
    score = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "第三方检查结果"
        ordering = ["-on", "pk"]

    def __str__(self) -> str:
        return f"{self.inspector}{self.on}：{self.what or self.get_weight_display()}"[:80]

    stream = RowName("outsidefinding")


class FalseAlarm(models.Model):
    """A finding that is no fault (误报), in all runs of the site, until withdrawn.

    If the finding alone fails the site, the mark stays `waiting` until a second person confirms it.
    """

    site = models.ForeignKey(InspectedSite, models.PROTECT, related_name="false_alarms", verbose_name="网站")
    mark = models.CharField("标记", max_length=64)
    indicator = models.CharField("指标", max_length=60)
    what = models.TextField("问题")
    reason = models.CharField("理由", max_length=300)
    by = models.CharField("认定人", max_length=120)
    person_id = models.BigIntegerField("认定人编号", null=True)
    account_id = models.BigIntegerField("认定人账号", null=True)
    at = models.DateTimeField("认定时间", default=timezone.now)
    waiting = models.BooleanField("待另一人确认", default=False, db_default=False)
    confirmed_by = models.CharField("确认人", max_length=120, blank=True, default="", db_default="")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查误报"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "mark"], condition=models.Q(withdrawn_at=None), name="false_alarm_once"
            )
        ]

    def __str__(self) -> str:
        return self.what[:60]


class DutyFinding(models.TextChoices):
    """A person's decision on the texts in the column of a duty."""

    MET = "met", "是本项要求的信息"
    OTHER = "other", "不是本项要求的信息"


class DutyVerdict(models.Model):
    """The verdict on one publication duty in one assignment and cycle, recomputed every day.

    `found`, `found_by` and `found_at` record a person's decision. It applies to the texts that were
    public at that time; the job never changes it.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+", verbose_name="任务", db_index=False)
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="+", verbose_name="要求")
    cycle = models.CharField("核查期次", max_length=20, blank=True)
    result = models.CharField("核验结果", max_length=10, db_index=True)
    why = models.CharField("依据", max_length=300)
    count = models.PositiveIntegerField("次数", default=0)
    wanted = models.PositiveIntegerField("要求次数", default=1)
    due = models.DateField("期限")
    evidence = models.JSONField("取证", default=list)
    checked_at = models.DateTimeField("核验时间")
    found = models.CharField("核对结果", max_length=8, choices=DutyFinding, blank=True, default="", db_default="")
    found_by = models.CharField("核对人", max_length=120, blank=True, default="", db_default="")
    found_at = models.DateTimeField("核对所见时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开要求核验"
        constraints = [models.UniqueConstraint(fields=["assignment", "duty", "cycle"], name="duty_verdict_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.why}"[:80]

    @property
    def label(self) -> str:
        """Return the verdict in Chinese."""
        return RESULT_LABELS[self.result]

    @property
    def unit(self) -> str:
        """Return the responsible unit, or the office for a unit's own notice."""
        return make_unit_label(self.assignment.entry)

    @property
    def found_words(self) -> str:
        """Return the person's decision in words, with name and day."""
        if not self.found or self.found_at is None:
            return ""
        return f"{self.found_by}核对{timezone.localdate(self.found_at)}前的信息：{self.get_found_display()}"

    @property
    def fault(self) -> bool:
        """Return True if the duty is not met: missing, too few or late."""
        return self.result in FAULT_RESULTS


class DutyChange(models.Model):
    """A change of the verdict on a duty, kept as history."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+", verbose_name="任务")
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="+", verbose_name="要求")
    cycle = models.CharField("核查期次", max_length=20, blank=True)
    before = models.CharField("原结果", max_length=10, blank=True)
    result = models.CharField("核验结果", max_length=10)
    why = models.CharField("依据", max_length=300)
    count = models.PositiveIntegerField("次数", default=0)
    at = models.DateTimeField("核验时间")

    class Meta:
        verbose_name = verbose_name_plural = "公开核验记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["assignment", "duty"], name="dutychange_duty")]

    @property
    def label(self) -> str:
        """Return the new verdict in Chinese."""
        return RESULT_LABELS[self.result]

    @property
    def unit(self) -> str:
        """Return the responsible unit, or the office for a unit's own notice."""
        return make_unit_label(self.assignment.entry)

    @property
    def label_before(self) -> str:
        """Return the previous verdict in words; empty for the first one."""
        return RESULT_LABELS.get(self.before, "")
