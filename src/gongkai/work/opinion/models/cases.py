"""Models of opinion cases with consultations, duties, links, accountability and answers."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.core.acts.models import RowName
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Person
from gongkai.work.opinion.models.texts import (
    GRAVE_LEVELS,
    AnswerEffect,
    AnswerMeans,
    DutySort,
    GravityLevel,
    OpinionKind,
    Revision,
    Spoken,
    TalkSort,
    text_to_html,
)


class WatchField(models.Model):
    """A watched field of public opinion (重点关注领域, M-07) with its units and source notice."""

    name = models.CharField("领域", max_length=60, unique=True)
    bodies = models.ManyToManyField(Body, blank=True, related_name="+", verbose_name="责任单位")
    words = models.CharField("关键词", max_length=300, blank=True)
    source = models.CharField("依据的通知", max_length=200, blank=True)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "舆情关注领域"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def keywords(self) -> list[str]:
        """Return the keywords that assign a text to this field, its name as the last one."""
        listed_words = self.words.replace("，", "、").replace("；", "、").split("、")
        return [text.strip() for text in [*listed_words, self.name] if text.strip()]


class Spokesperson(models.Model):
    """A unit's spokesperson (新闻发言人); a government's also speaks for the units under it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="发言人")
    title = models.CharField("职务", max_length=80)
    phone = models.CharField("联系电话", max_length=40)
    start = models.DateField("确定日期")
    end = models.DateField("卸任日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新闻发言人"
        ordering = ["body__position", "pk"]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.title}）"


class OpinionCase(models.Model):
    """The data of an opinion case, in addition to its ledger entry.

    `found_at` starts the deadline of 48 hours, `occurred_at` that of grave emergencies. Each of the
    five stages has its time: found, consulted, judged, responded, evaluated. `proposed` is the unit
    by the rules (M-05); another choice needs a reason.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="opinion_case", verbose_name="记录"
    )
    text = models.TextField("舆情内容")
    platform = models.CharField("来源平台", max_length=60)
    address = models.CharField("网址", max_length=500, blank=True)
    found_at = models.DateTimeField("发现时间")
    occurred_at = models.DateTimeField("事件发生时间", null=True, blank=True)
    collector = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="收集单位")
    field = models.ForeignKey(
        WatchField, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name="关注领域"
    )
    areas = models.ManyToManyField(Body, blank=True, related_name="+", verbose_name="涉及地区")
    proposed = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议的首要责任单位"
    )
    assigned_why = models.CharField("确定责任单位的理由", max_length=500, blank=True)
    kind = models.CharField("舆情类型", max_length=12, choices=OpinionKind, blank=True)
    level = models.CharField("等级", max_length=10, choices=GravityLevel, default=GravityLevel.GENERAL)
    consulted_at = models.DateTimeField("会商时间", null=True, blank=True)
    judged_at = models.DateTimeField("研判时间", null=True, blank=True)
    judged = models.TextField("研判意见", blank=True)
    judged_by = models.CharField("研判人", max_length=120, blank=True)
    responded_at = models.DateTimeField("首次回应时间", null=True, blank=True)
    evaluated_at = models.DateTimeField("评估时间", null=True, blank=True)
    effect = models.CharField("回应效果", max_length=10, choices=AnswerEffect, blank=True)
    evaluation = models.TextField("效果评估", blank=True)
    lessons = models.TextField("经验教训", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政务舆情"
        indexes = [models.Index(fields=["kind", "level"], name="opinion_case_kind")]

    def __str__(self) -> str:
        return self.entry.title

    @property
    def is_grave(self) -> bool:
        """Return True for the two highest grades: five hours and a press conference."""
        return self.kind == OpinionKind.EMERGENCY and self.level in GRAVE_LEVELS

    @property
    def was_late(self) -> bool:
        """Return True if the first answer came after its deadline."""
        due = self.entry.due_at
        return bool(self.responded_at and due and self.responded_at > due)


#: Shown in place of the question if the unit recorded a meeting.
MEETING_LABEL = "会商情况"


class Consulted(models.Model):
    """A unit's opinion on a case (会商), or the record of a meeting.

    `guidance` marks one of the publicity or cyberspace office.
    """

    case = models.ForeignKey(OpinionCase, models.CASCADE, related_name="consulted", verbose_name="舆情")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="会商单位")
    asked = models.CharField("会商内容", max_length=300)
    asked_at = models.DateTimeField("发出时间")
    text = models.TextField("会商意见", blank=True)
    by = models.CharField("提出人", max_length=120, blank=True)
    at = models.DateTimeField("提出时间", null=True, blank=True)
    guidance = models.BooleanField("宣传、网信指导意见", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "舆情会商"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "body"], condition=models.Q(guidance=False), name="consulted_once")
        ]


class OpinionDuty(models.Model):
    """A duty from a case with its own entry: press conference or measure (M-09)."""

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="opinion_duty", verbose_name="记录"
    )
    case = models.ForeignKey(OpinionCase, models.CASCADE, related_name="duties", verbose_name="舆情")
    sort = models.CharField("事项", max_length=8, choices=DutySort)
    what = models.TextField("要求")
    report = models.TextField("落实情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "舆情处置事项"


class CaseLink(models.Model):
    """A link from a case to another entry or a public document."""

    case = models.ForeignKey(OpinionCase, models.CASCADE, related_name="links", verbose_name="舆情")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="相关记录")
    document = models.ForeignKey(
        Document, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="相关信息"
    )
    words = models.CharField("关系", max_length=100, blank=True)
    by = models.CharField("关联人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "舆情关联"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "entry"], name="case_entry_once"),
            models.UniqueConstraint(fields=["case", "document"], name="case_document_once"),
        ]


class CaseTalk(models.Model):
    """A record that a unit was held accountable (约谈, 通报批评; M-08)."""

    case = models.ForeignKey(OpinionCase, models.PROTECT, related_name="talks", verbose_name="舆情")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    sort = models.CharField("方式", max_length=10, choices=TalkSort)
    on = models.DateField("日期")
    words = models.TextField("事由和要求")
    by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "舆情回应问责"
        ordering = ["-on", "-pk"]


class Feed(models.Model):
    """A feed (RSS, Atom) that is read regularly, such as a monitoring service's export.

    An entry becomes a lead if it contains one of `words`, separated by 、; without words, every
    entry does.
    """

    name = models.CharField("名称", max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="收集单位")
    address = models.CharField("地址", max_length=500)
    words = models.CharField("关键词", max_length=500, blank=True)
    active = models.BooleanField("启用", default=True)
    polled_at = models.DateTimeField("最近收取", null=True, blank=True)
    failed = models.CharField("最近失败的原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "舆情来源"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["body", "address"], name="feed_once")]

    def __str__(self) -> str:
        return self.name

    stream = RowName("feed")


class LeadState(models.TextChoices):
    """State of a feed entry that may concern the government; `TAKEN`: it became a case."""

    NEW = "new", "待甄别"
    TAKEN = "taken", "已立案"
    DROPPED = "dropped", "不立案"


class Lead(models.Model):
    """A lead (舆情线索): a feed entry that may concern the government, until it is dismissed or becomes a case."""

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="leads", verbose_name="来源")
    ref = models.CharField("标识", max_length=64)
    title = models.CharField("标题", max_length=300)
    text = models.TextField("摘要", blank=True)
    address = models.CharField("网址", max_length=500, blank=True)
    written_at = models.DateTimeField("发布时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=8, choices=LeadState, default=LeadState.NEW, db_index=True)
    case = models.ForeignKey(
        OpinionCase, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name="舆情"
    )
    reason = models.CharField("不立案的理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "舆情线索"
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "ref"], name="lead_once")]

    def __str__(self) -> str:
        return self.title

    stream = RowName("lead")


class Response(Spoken):
    """An answer to a case: means, channel, speaker and time.

    An answer on the website is a text with revisions, public after the reviews (`responded_at` is
    then the time of publication). Other answers are recorded with evidence on the entry.
    """

    source_name: ClassVar[str] = "opinion_response"
    information: ClassVar[str] = ItemKind.OTHER.value

    case = models.ForeignKey(OpinionCase, models.CASCADE, related_name="responses", verbose_name="舆情")
    means = models.CharField("回应方式", max_length=12, choices=AnswerMeans)
    channel = models.CharField("发布渠道", max_length=120, blank=True)
    speaker = models.CharField("回应人", max_length=120, blank=True)
    text = models.TextField("回应内容", blank=True)
    evidence = models.BigIntegerField("佐证编号", null=True, blank=True)
    responded_at = models.DateTimeField("回应时间", null=True, blank=True)
    drafted_at = models.DateTimeField("起草时间")

    class Meta:
        verbose_name = verbose_name_plural = "舆情回应"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_means_display()}：{self.case.entry.title}"

    @property
    def unit(self) -> Body:
        """Return the unit that answers."""
        return self.case.entry.body

    @property
    def last(self) -> "ResponseText | None":
        """Return the last revision, or None for other means than the website."""
        return self.revisions.order_by("-pk").first()

    def make_revision_content(self, revision: "ResponseText") -> tuple[str, str, dict[str, object]]:
        """Return (title, HTML, facts) of a revision."""
        facts: dict[str, object] = {
            "formed_on": timezone.localdate(revision.at).isoformat(),
            "attribute": DisclosureAttribute.PROACTIVE,
            "attribute_basis": DisclosureBasis.A19,
        }
        return revision.title, text_to_html(revision.text), facts


class ResponseText(Revision):
    """A revision of an answer."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="revisions", verbose_name="回应")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("正文")

    class Meta(Revision.Meta):
        verbose_name = verbose_name_plural = "舆情回应稿"
