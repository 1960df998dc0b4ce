"""Models of the disclosure clock and of releases through other channels."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.editions import Document
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry


class Disclosure(models.Model):
    """That an item, formed or changed on a day, is owed to the public (条例第二十六条). The entry holds the clock.

    The item by number: an item deleted from the desk deletes no record of what was owed.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="disclosure")
    item_id = models.BigIntegerField("信息编号", db_index=True)
    formed_on = models.DateField("形成或变更日期")

    class Meta:
        verbose_name = verbose_name_plural = "主动公开时限"


class DisclosureChannel(models.TextChoices):
    """Where else something was published: 条例第二十三条, and the 其他渠道 that notices name."""

    MEDIA = "media", "政务新媒体"
    GAZETTE = "gazette", "政府公报"
    READING = "reading", "政府信息查阅场所"
    BOARD = "board", "公开栏、电子屏"
    PRESS = "press", "报刊"
    BROADCAST = "broadcast", "广播、电视"
    CONFERENCE = "conference", "新闻发布会"
    SMS = "sms", "短信"
    OTHER = "other", "其他"


class ChannelRelease(models.Model):
    """One release of a document through another channel: when, where, the proof. Taken back, it stays with its reason."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="channel_releases", verbose_name="公开信息")
    channel = models.CharField("渠道", max_length=12, choices=DisclosureChannel)
    name = models.CharField("账号、报刊或场所名称", max_length=120)
    at = models.DateTimeField("发布时间")
    address = models.URLField("链接", max_length=500, blank=True)
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证文件"
    )
    proof_name = models.CharField("佐证文件名", max_length=200, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.CharField("登记人", max_length=120)
    dropped = models.CharField("作废理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "其他渠道发布"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["document", "channel"], name="channel_release_document")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.name}"
