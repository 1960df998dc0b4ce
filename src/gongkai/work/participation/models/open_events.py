"""Open days and open meetings with their papers and publications."""

from datetime import date

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.files.models import Paper
from gongkai.core.ledger.models import Evidence
from gongkai.core.units.models import Body


class OpenEventKind(models.TextChoices):
    """Kinds of events: meetings by 国办发〔2016〕80号一（二）, open days by the yearly notices."""

    OPEN_DAY = "open_day", "政府开放日"
    MEETING = "meeting", "会议开放（列席）"


# Words by which a task is recognised as requiring an event.
TASK_WORDS_BY_KIND: dict[str, tuple[str, ...]] = {
    OpenEventKind.OPEN_DAY: ("开放日", "政府开放", "开放活动", "公众开放"),
    OpenEventKind.MEETING: ("列席", "会议开放", "旁听"),
}


class Opening(models.Model):
    """An open day or open meeting (政府开放日、会议开放); `guests` is set once it was held and recorded.

    `announcement` is the document that announces it, `documents` are public documents about it;
    `dropped` is the reason of a cancellation.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="openings", verbose_name="举办单位")
    kind = models.CharField("类别", max_length=10, choices=OpenEventKind)
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=200)
    theme = models.CharField("主题（会议名称、议题）", max_length=200)
    invited = models.CharField("邀请对象", max_length=200, blank=True)
    guests = models.PositiveIntegerField("参加人数", null=True, blank=True)
    account = models.TextField("活动情况、意见建议", blank=True)
    address = models.URLField("报道网址", max_length=500, blank=True)
    announcement = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公告"
    )
    documents = models.ManyToManyField(Document, related_name="openings", blank=True, verbose_name="公开的信息")
    dropped = models.CharField("取消、作废的理由", max_length=300, blank=True)
    made_by = models.CharField("登记人", max_length=120)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政府开放日、会议开放"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["body", "on"], name="opening_body_on")]

    def __str__(self) -> str:
        return self.theme

    @property
    def held(self) -> bool:
        """Return whether the event was held and recorded."""
        return self.guests is not None and not self.dropped

    @property
    def state(self) -> str:
        """Return the status in words."""
        if self.dropped:
            return "已取消"
        if self.guests is not None:
            return "已举办"
        return "待登记举办情况" if self.on < timezone.localdate() else "计划举办"

    @property
    def is_due(self) -> bool:
        """Return whether the event's day has passed without a record."""
        return not self.dropped and self.guests is None and self.on < timezone.localdate()

    def describe_event(self, day: date) -> str:
        """Return the event for use in a sentence, with `day` as its day."""
        return f"{day.isoformat()}{self.get_kind_display()}“{self.theme}”"


class OpeningPaper(Paper):
    """A paper of an event: notice, programme, sign-in sheet, photos, report."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="papers", verbose_name="活动")

    class Meta(Paper.Meta):
        verbose_name = verbose_name_plural = "活动材料"


class OpeningProof(models.Model):
    """The use of an event as evidence of a task, stored to recognise it."""

    evidence = models.OneToOneField(
        Evidence, models.CASCADE, primary_key=True, related_name="opening_proof", verbose_name="佐证"
    )
    opening = models.ForeignKey(Opening, models.CASCADE, related_name="proofs", verbose_name="活动")

    class Meta:
        verbose_name = verbose_name_plural = "活动佐证"
