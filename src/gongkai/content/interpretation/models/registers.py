"""The registers: news releases with their yearly targets, specialists."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Person


class PressEventKind(models.TextChoices):
    """The form of a news release."""

    CONFERENCE = "conference", "新闻发布会"
    BRIEFING = "briefing", "新闻通气会、吹风会"
    INTERVIEW = "interview", "媒体专访"
    TALK = "talk", "线上线下答问"
    ON_SITE = "on_site", "“发言人来了”活动"
    SUPPLY = "supply", "向媒体提供素材"


#: Forms of release that count towards the yearly target; others are only registered.
COUNTED_KINDS = (PressEventKind.CONFERENCE, PressEventKind.BRIEFING, PressEventKind.INTERVIEW, PressEventKind.TALK)


class PressEventPlace(models.TextChoices):
    """The place of an on-site news release."""

    NONE = "", "不适用"
    COMMUNITY = "community", "社区"
    PARK = "park", "园区"
    CAMPUS = "campus", "校区"


class SpeakerRank(models.TextChoices):
    """Rank of the speaker at an event."""

    HEAD = "head", "主要负责人"
    LEADER = "leader", "其他负责人"
    SPOKESPERSON = "spokesperson", "新闻发言人"
    STAFF = "staff", "工作人员"


#: Ranks that count as led by a leader.
LEADER_RANKS = (SpeakerRank.HEAD, SpeakerRank.LEADER)


class PressEvent(models.Model):
    """A news release, on-site event or delivery to media.

    `result` is the document with its result.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="press_events", verbose_name="单位")
    kind = models.CharField("形式", max_length=12, choices=PressEventKind)
    on = models.DateField("日期")
    topic = models.CharField("主题", max_length=200)
    documents = models.ManyToManyField(Document, related_name="press_events", blank=True, verbose_name="涉及文件")
    policy = models.CharField("涉及政策（文字）", max_length=200, blank=True)
    speaker = models.CharField("发布人", max_length=60, blank=True)
    rank = models.CharField("发布人身份", max_length=12, choices=SpeakerRank, default=SpeakerRank.STAFF)
    place = models.CharField("活动场所", max_length=10, choices=PressEventPlace, blank=True, default="")
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
    """The number of news releases due from a unit in a year, and of those led by a leader, with the source."""

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

    def __str__(self) -> str:
        return f"{self.person.name}（{self.field}）"


class SpecialistRule(models.Model):
    """A unit's dated rule for its 政策解读专员 (专员制度; I-11), in force until ended."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="specialist_rules", verbose_name="单位")
    title = models.CharField("名称", max_length=120)
    dated = models.DateField("印发日期")
    number = models.CharField("文号", max_length=60, blank=True)
    text = models.TextField("制度内容", max_length=20_000)
    address = models.URLField("公开网址", max_length=500, blank=True)
    ended = models.DateField("废止日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策解读专员制度"
        ordering = ["body__position", "-dated", "pk"]

    def __str__(self) -> str:
        return f"《{self.title}》"


class PlannedRelease(models.Model):
    """A planned news release of a unit (年度新闻发布计划); `event` is the actual release."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="planned_release")
    kind = models.CharField("形式", max_length=12, choices=PressEventKind)
    policy = models.CharField("涉及政策", max_length=200, blank=True)
    rank = models.CharField("发布人身份", max_length=12, choices=SpeakerRank, default=SpeakerRank.SPOKESPERSON)
    event = models.OneToOneField(
        PressEvent, models.PROTECT, null=True, blank=True, related_name="planned", verbose_name="举办的发布"
    )

    class Meta:
        verbose_name = verbose_name_plural = "新闻发布计划"

    def __str__(self) -> str:
        return self.entry.title


class HandoverMaterial(models.TextChoices):
    """The kind of material handed over after a release."""

    VIDEO = "video", "视频"
    TRANSCRIPT = "transcript", "文字实录"
    PICTURES = "pictures", "图片"
    RELEASE = "release", "新闻通稿"
    OTHER = "other", "其他材料"


class HandOver(models.Model):
    """The handover of a release's results to the publishing unit (成果移交), whose entry it is.

    `materials` are `HandoverMaterial` values. Small files are attached to the entry; `place` is the
    location of larger ones, such as films.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="handover")
    event = models.ForeignKey(PressEvent, models.PROTECT, related_name="handovers", verbose_name="新闻发布")
    sender = models.CharField("移交处室", max_length=80, blank=True)
    materials = models.JSONField("移交内容", default=list)
    place = models.CharField("存放位置", max_length=300, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    handed_by = models.CharField("移交人", max_length=120)
    handed_at = models.DateTimeField("移交时间")
    received_by = models.CharField("签收人", max_length=120, blank=True)
    received_at = models.DateTimeField("签收时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新闻发布成果移交"

    @property
    def listed(self) -> str:
        """Return the labels of the materials handed over."""
        return "、".join(HandoverMaterial(material).label for material in self.materials)
