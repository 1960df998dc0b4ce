"""Models of the disclosure clock and of releases through other channels."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.editions import Document
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry


class WordsState(models.TextChoices):
    """The state of proposed words."""

    WAITING = "waiting", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不同意"
    REPLACED = "replaced", "已由新的提议代替"
    WITHDRAWN = "withdrawn", "提出人已撤回"


class ProposedWords(models.Model):
    """Proposed words for a site, column or policy document; the former ones stay public until
    another person confirms.

    Targets are stored by name and key, not foreign key, so that proposals outlive them.
    """

    target = models.CharField("对象", max_length=64, db_index=True, help_text="如 website/3、column/12")
    title = models.CharField("对象名称", max_length=200)
    body_id = models.BigIntegerField("单位编号", db_index=True)
    before = models.JSONField("现在的文字", default=dict)
    after = models.JSONField("提议的文字", default=dict)
    state = models.CharField("状态", max_length=10, choices=WordsState, default=WordsState.WAITING)
    by = models.CharField("提出人", max_length=120)
    person_id = models.BigIntegerField("提出人编号", null=True)
    account_id = models.BigIntegerField("提出人账号", null=True)
    at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = models.CharField("确认人", max_length=120, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的文字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(state="waiting"), name="one_proposal_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.get_state_display()}"


class Disclosure(models.Model):
    """The duty to publish an item formed or changed on a day (条例第二十六条). Its ledger entry has
    the clock.

    The item by number: an item deleted from the desk deletes no record of what was owed.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="disclosure")
    item_id = models.BigIntegerField("信息编号", db_index=True)
    formed_on = models.DateField("形成或变更日期")

    class Meta:
        verbose_name = verbose_name_plural = "主动公开时限"


class DisclosureChannel(models.TextChoices):
    """Other channels of publication: 条例第二十三条, and 其他渠道 in notices."""

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
    """A release of a document through another channel: time and proof. Withdrawn ones stay with a
    reason."""

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
