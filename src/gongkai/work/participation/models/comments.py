"""Comment periods, comments and the points into which they are grouped."""

from datetime import date

from django.db import models
from django.utils import timezone

from gongkai.core.acts.models import RowName
from gongkai.core.intake.declared_fields import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.work.participation.models.announcements import Announcement
from gongkai.work.participation.models.decisions import Decision


class Consultation(models.Model):
    """A period for public comments on a draft.

    `starts_on` is the day of publication. `short` is the published reason for a period below the
    statutory length. `feedback` is the entry for the feedback due afterwards.
    """

    announcement = models.OneToOneField(
        Announcement, models.PROTECT, primary_key=True, related_name="consultation", verbose_name="公告"
    )
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="consultations", verbose_name="决策事项")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("截止日期", db_index=True)
    short = models.CharField("短于法定期限的理由", max_length=300, blank=True)
    feedback = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="consultation", verbose_name="反馈"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.announcement)

    stream = RowName("entry", "decision_id")

    def is_open(self, today: date | None = None) -> bool:
        """Return whether comments are accepted on a day (default: today)."""
        day = today or timezone.localdate()
        return self.starts_on <= day <= self.ends_on

    @property
    def is_over(self) -> bool:
        """Return whether the period has ended; false also before it starts."""
        return self.ends_on < timezone.localdate()


class PointOutcome(models.TextChoices):
    """Answer to a point raised in comments; `UNRELATED`: it does not concern the draft."""

    ADOPTED = "adopted", "采纳"
    PARTLY = "partly", "部分采纳"
    REJECTED = "rejected", "未采纳"
    UNRELATED = "unrelated", "与草案无关"


class Point(models.Model):
    """A point that summarises comments (归纳意见), with its outcome and reason."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="points", verbose_name="征求意见")
    position = models.PositiveIntegerField("序号")
    gist = models.TextField("归纳意见")
    outcome = models.CharField("采纳情况", max_length=10, choices=PointOutcome, blank=True)
    reason = models.TextField("说明", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "意见归纳"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "position"], name="point_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.gist[:60]}"

    @property
    def stream(self) -> str:
        """Return the name of the decision's log stream."""
        return self.consultation.stream


class CommentChannel(models.TextChoices):
    """Channels of comments."""

    FORM = "form", "网站"
    LETTER = "letter", "信函"
    MAIL = "mail", "电子邮件"
    PHONE = "phone", "电话、传真"
    HEARING = "hearing", "听证会、座谈会"
    OTHER = "other", "其他"


#: Channels whose comments exist on paper: staff enter them with a scan.
PAPER_CHANNELS = frozenset({CommentChannel.LETTER, CommentChannel.MAIL, CommentChannel.HEARING})


class Comment(models.Model):
    """A comment on a draft. Nothing of it is published; the public reads points.

    `text` may contain personal data and is erased with the party. Staff read `masked` in lists and
    tables.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments", verbose_name="征求意见")
    number = models.PositiveIntegerField("编号")
    channel = models.CharField("渠道", max_length=8, choices=CommentChannel)
    clause = declare(
        EncryptedWordsField("针对条款", blank=True),
        label="针对哪一条",
        help="如“第八条第二款”；对全文的意见可不填。",
        most=120,
    )
    text = declare(
        EncryptedWordsField("意见"),
        label="意见和理由",
        help="5至4000字，更长的写在附件里。写明怎样修改、为什么。请不要填写身份证号码、银行卡号等与意见无关的个人信息。",
        least=5,
        most=4000,
        rows=10,
    )
    masked = EncryptedWordsField("意见（隐去个人信息）")
    received_at = models.DateTimeField("收到时间", default=timezone.now)
    recorded_by = models.CharField(
        "登记人", max_length=80, blank=True, default="", db_default="", help_text="单位登记的；网站提交的为空"
    )
    point = models.ForeignKey(
        Point, models.SET_NULL, null=True, blank=True, related_name="comments", verbose_name="归纳"
    )

    class Meta:
        verbose_name = verbose_name_plural = "意见"
        ordering = ["consultation", "number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="comment_number_once")]

    def __str__(self) -> str:
        return f"{self.consultation_id}-{self.number}"

    matter = RowName("comment")
