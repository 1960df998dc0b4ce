"""State of the interpretation room."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from gongkai.editions.models import Document
from gongkai.ledger.models import Entry
from gongkai.units.models import Body, Person


class Form(models.TextChoices):
    """In what form something is explained; each has its own child of the column 政策解读."""

    TEXT = "text", "文字解读"
    PICTURE = "picture", "图片解读"
    VIDEO = "video", "视频解读"


class Field(models.TextChoices):
    """Fields whose interpretations are counted apart (任务分工通知)."""

    NONE = "", "其他领域"
    RELIEF = "relief", "助企纾困"
    TAX = "tax", "减税降费"
    APPROVAL = "approval", "投资审批"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    PROJECTS = "projects", "重大建设项目"
    EPIDEMIC = "epidemic", "疫情防控"
    JOBS = "jobs", "稳岗就业"


def _phase(on: date | None, how: str) -> str:
    return "　".join(part for part in (f"{on:%Y-%m-%d}" if on else "", how) if part)


class Plan(models.Model):
    """The interpretation plan (解读方案) of a policy item: whether, in which forms, when, passed by whom.

    The item by number, as everywhere on the desk. `ordered` are forms that the 政务公开 office named for this document.
    """

    item_id = models.BigIntegerField("信息编号", unique=True)
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="interpretation_plans", verbose_name="起草单位"
    )
    needed = models.BooleanField("需要解读", default=True)
    exempt_reason = models.CharField("不解读的理由", max_length=300, blank=True)
    outline = models.TextField("解读提纲", blank=True)
    forms = models.JSONField("解读形式", default=list)
    ordered = models.JSONField("指定的解读形式", default=list)
    ordered_by = models.CharField("指定人", max_length=120, blank=True)
    channels = models.CharField("发布渠道", max_length=200, blank=True)
    field = models.CharField("领域", max_length=16, choices=Field, blank=True, default="")
    before_on = models.DateField("出台前解读日期", null=True, blank=True)
    before_how = models.CharField("出台前解读方式", max_length=200, blank=True)
    release_on = models.DateField("同步解读日期", null=True, blank=True)
    during_on = models.DateField("执行中解读日期", null=True, blank=True)
    during_how = models.CharField("执行中解读方式", max_length=200, blank=True)
    passed_by = models.CharField("审定人", max_length=120, blank=True)
    passed_at = models.DateTimeField("审定时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读方案"

    @property
    def stream(self) -> str:
        """Plans are logged in their item's stream."""
        return f"item/{self.item_id}"

    @property
    def wanted(self) -> list[str]:
        """All forms this document needs: those planned and those ordered."""
        return [form for form in Form.values if form in {*self.forms, *self.ordered}]

    def said(self) -> list[tuple[str, str]]:
        """What the plan says, as (label, words), without what was left open; its three phases each in a line."""
        if not self.needed:
            return [("是否解读", f"不需要解读：{self.exempt_reason}")]
        rows = [
            ("解读形式", "、".join(Form(form).label for form in self.wanted)),
            ("领域", self.get_field_display()),
            ("解读提纲", self.outline),
            ("发布渠道", self.channels),
            ("出台前解读", _phase(self.before_on, self.before_how)),
            ("同步解读", _phase(self.release_on, "") or "与文件同时公开"),
            ("执行中解读", _phase(self.during_on, self.during_how)),
        ]
        return [(label, words) for label, words in rows if words]


class Interpretation(models.Model):
    """That a text explains a document: the one link that both pages show. `aspects` is key → {"text", "none"}.

    By item for the desk, by document for the public: where editions come in packages there are no items.
    """

    item_id = models.BigIntegerField("信息编号", unique=True)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="interpretations", verbose_name="被解读文件"
    )
    text = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="explains", verbose_name="解读稿"
    )
    form = models.CharField("形式", max_length=8, choices=Form, default=Form.TEXT)
    aspects = models.JSONField("八个方面", default=dict)
    copied_digest = models.CharField("确认摘抄比例的文字", max_length=64, blank=True)
    copied_by = models.CharField("确认人", max_length=120, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读"

    @property
    def stream(self) -> str:
        """Links are logged in the stream of the item that interprets."""
        return f"item/{self.item_id}"


class Owed(models.Model):
    """That a public document waits for its interpretation (待解读清单). The entry holds the clock and the light."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="interpretation")
    document = models.ForeignKey(Document, models.PROTECT, related_name="interpretation_owed")
    forms = models.JSONField("所缺形式", default=list)
    until = models.DateField("指定的期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待解读文件"


class EventKind(models.TextChoices):
    """Forms of news release and of supplying the media."""

    CONFERENCE = "conference", "新闻发布会"
    BRIEFING = "briefing", "新闻通气会、吹风会"
    INTERVIEW = "interview", "媒体专访"
    TALK = "talk", "线上线下答问"
    ON_SITE = "on_site", "“发言人来了”活动"
    SUPPLY = "supply", "向媒体提供素材"


#: What counts towards the yearly number of releases; supplies and on-site events are registered beside.
COUNTED = (EventKind.CONFERENCE, EventKind.BRIEFING, EventKind.INTERVIEW, EventKind.TALK)


class Place(models.TextChoices):
    """Where an on-site event took place."""

    NONE = "", "不适用"
    COMMUNITY = "community", "社区"
    PARK = "park", "园区"
    CAMPUS = "campus", "校区"


class Rank(models.TextChoices):
    """Who spoke."""

    HEAD = "head", "主要负责人"
    LEADER = "leader", "其他负责人"
    SPOKESPERSON = "spokesperson", "新闻发言人"
    STAFF = "staff", "工作人员"


#: Ranks that count as led by a leader.
LEADERS = (Rank.HEAD, Rank.LEADER)


class PressEvent(models.Model):
    """One news release, on-site event or supply to the media; `result` is where the public finds it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="press_events", verbose_name="单位")
    kind = models.CharField("形式", max_length=12, choices=EventKind)
    on = models.DateField("日期")
    topic = models.CharField("主题", max_length=200)
    documents = models.ManyToManyField(
        Document, related_name="press_events", blank=True, verbose_name="涉及文件"
    )
    policy = models.CharField("涉及政策（文字）", max_length=200, blank=True)
    speaker = models.CharField("发布人", max_length=60, blank=True)
    rank = models.CharField("发布人身份", max_length=12, choices=Rank, default=Rank.STAFF)
    place = models.CharField("活动场所", max_length=10, choices=Place, blank=True, default="")
    medium = models.CharField("媒体", max_length=200, blank=True)
    coverage = models.CharField("报道情况", max_length=300, blank=True)
    result = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公开的结果"
    )
    address = models.URLField("结果链接", max_length=500, blank=True)
    dropped = models.CharField("作废理由", max_length=300, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    made_by = models.CharField("登记人", max_length=120)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新闻发布"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["body", "on"], name="press_event_body_on")]

    def __str__(self) -> str:
        return self.topic


class PressTarget(models.Model):
    """How many releases a unit owes in a year, and how many of them led by a leader, with the source of the order."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="press_targets", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    least = models.PositiveSmallIntegerField("至少场次", default=4)
    led = models.PositiveSmallIntegerField("其中负责人出席", default=2)
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "新闻发布要求"
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="press_target_once")]


class Specialist(models.Model):
    """A 政策解读专员: the person of a unit who explains its policies, with field and phone."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="specialists", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="specialisms", verbose_name="人员")
    field = models.CharField("负责领域", max_length=120)
    phone = models.CharField("联系电话", max_length=40)
    start = models.DateField("开始日期")
    end = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策解读专员"
        ordering = ["body__position", "body", "pk"]


class Setting(models.Model):
    """What a government decides for its units: how strict the gate is, from which share of copied sentences a confirmation is needed."""

    government = models.OneToOneField(Body, models.CASCADE, related_name="interpretation_setting")
    strict = models.BooleanField("政策文件没有解读方案和解读稿不得送审", default=True)
    copied_percent = models.PositiveSmallIntegerField("摘抄比例超过多少（%）须确认", default=30)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读设置"


def setting_of(body: Body) -> Setting:
    """Return the setting in force for a body: that of the nearest government above it, else the defaults (not stored)."""
    numbers = [int(part) for part in body.path.split("/") if part]
    found: Any = Setting.objects.filter(government__in=numbers).order_by("-government__path").first()
    return found or Setting()
