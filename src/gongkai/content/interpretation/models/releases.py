"""News releases before and after: what a unit plans for the year, and how its results come to those who publish them.

Both are entries on the ledger, which holds limit, light, reminders and files.
"""

from django.db import models

from gongkai.content.interpretation.models.registers import EventKind, PressEvent, Rank
from gongkai.core.ledger.models import Entry


class PlannedRelease(models.Model):
    """One row of a unit's yearly plan of news releases (年度新闻发布计划); `event` is the release that it became."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="planned_release")
    kind = models.CharField("形式", max_length=12, choices=EventKind)
    policy = models.CharField("涉及政策", max_length=200, blank=True)
    rank = models.CharField("发布人身份", max_length=12, choices=Rank, default=Rank.SPOKESPERSON)
    event = models.OneToOneField(
        PressEvent, models.PROTECT, null=True, blank=True, related_name="planned", verbose_name="举办的发布"
    )

    class Meta:
        verbose_name = verbose_name_plural = "新闻发布计划"

    def __str__(self) -> str:
        return self.entry.title


class Material(models.TextChoices):
    """What is handed over after a release."""

    VIDEO = "video", "视频"
    TRANSCRIPT = "transcript", "文字实录"
    PICTURES = "pictures", "图片"
    RELEASE = "release", "新闻通稿"
    OTHER = "other", "其他材料"


class HandOver(models.Model):
    """That the results of a release go from the publicity office to those who publish them (成果移交). The entry belongs to the receiving unit.

    `materials` are `Material` values; small files hang on the entry, `place` says where those lie that are too large to upload (films).
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
        """Return what was handed over, in words."""
        return "、".join(Material(material).label for material in self.materials)
