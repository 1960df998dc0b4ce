"""Published inquiries (网民留言公开) as edition source, and firm subscriptions."""

from html import escape

from django.db import models

from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.sources import TextWriters
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body
from gongkai.core.units.queries import with_names_at
from gongkai.work.consultation.models.inquiry import Inquiry, InquiryCategory
from gongkai.work.consultation.states import InquiryState


class FirmSize(models.TextChoices):
    """Company sizes (统计上大中小微型企业划分办法（2017）)."""

    LARGE = "large", "大型企业"
    MIDDLE = "middle", "中型企业"
    SMALL = "small", "小型企业"
    MICRO = "micro", "微型企业"
    TRADER = "trader", "个体工商户"


class Firm(models.Model):
    """A firm's subscription. Its name and address are a party of `intake` (`firm/<number>`).

    Nothing is sent before the confirmation or after unsubscribing.
    """

    industries = models.JSONField("行业", default=list, help_text="门类代码（GB/T 4754），空为不限")
    size = models.CharField("规模", max_length=8, choices=FirmSize)
    place = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在区县")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    left_at = models.DateTimeField("退订时间", null=True, blank=True)
    told_upto = models.DateTimeField("已推送到", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政策直通车订阅"
        indexes = [
            models.Index(
                fields=["told_upto"], condition=models.Q(left_at=None, confirmed_at__isnull=False), name="firm_to_tell"
            )
        ]

    def __str__(self) -> str:
        return f"订阅{self.pk}"

    matter = RowName("firm")
    stream = RowName("firm")


class PolicyPush(models.Model):
    """A policy sent to a firm, once, and when it was opened."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="pushes", verbose_name="订阅")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="政策")
    letter_key = models.CharField("信件标识", max_length=160, db_index=True)
    at = models.DateTimeField("推送时间", auto_now_add=True)
    opened_at = models.DateTimeField("打开时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策推送"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["firm", "document"], name="pushed_once")]


PUBLICATION_SOURCE_NAME = "inquiry-publication"


class MessagePublication(models.Model):
    """An inquiry selected for publication (M-02), with its texts and public editions.

    Days, category and unit are those of the last text. It contains no personal data and outlives
    the erasure of the inquiry.
    """

    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="publication", verbose_name="咨询留言")
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="message_publication", verbose_name="公开信息"
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="答复单位")
    category = models.CharField("类别", max_length=16, choices=InquiryCategory)
    received_on = models.DateField("受理日期")
    answered_on = models.DateField("答复日期")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "留言公开"
        indexes = [models.Index(fields=["-answered_on", "-id"], name="publication_newest")]

    def __str__(self) -> str:
        last = self.texts.last()
        return last.title if last else f"留言{self.pk}"

    kind = ItemKind.MESSAGE.value
    stream = RowName(PUBLICATION_SOURCE_NAME)

    @property
    def unit(self) -> Body:
        """Return the unit that answered."""
        return self.body

    @property
    def latest_revision_id(self) -> int | None:
        """Return the number of the last text, or None."""
        return self.texts.aggregate(last=models.Max("number"))["last"]  # type: ignore[no-any-return]

    def frozen(self, revision: int) -> FrozenContent:
        """Return the content of the edition made from text number `revision` (M-02).

        Raises:
            Refused: there is no such text.
        """
        text = self.texts.filter(number=revision).first()
        if text is None:
            raise Refused("没有这一稿。")
        unit = with_names_at(self.body, text.at)
        return freeze_text(
            title=text.title,
            html=f"<h2>留言摘要</h2>{_make_paragraphs_html(text.summary)}<h2>答复内容</h2>{_make_paragraphs_html(text.answer)}",
            unit=unit,
            kind=self.kind,
            facts={
                "category": InquiryCategory(text.category).label,
                "received_on": text.received_on,
                "answered_on": text.answered_on,
                "answered_by": unit.name,
                "summary": text.summary[:200],
                "source": unit.label,
                "formed_on": text.answered_on,
            },
        )

    def writers(self, after: int, upto: int) -> TextWriters:
        """Return the authors of the texts numbered over `after` up to `upto`, and of the answer."""
        rows = list(self.texts.filter(number__gt=after, number__lte=upto))
        people = {message_text.person_id for message_text in rows} | {self.inquiry.drafted_by}
        return TextWriters(
            {message_text.user_id for message_text in rows if message_text.user_id is not None},
            {person for person in people if person is not None},
        )

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return Chinese reasons against publication: not answered (any more), or no consent."""
        reasons = []
        if self.inquiry.entry.state != InquiryState.ANSWERED:
            reasons.append("这条留言还没有答复，或者正在重新办理，不能公开。")
        if not self.inquiry.may_publish:
            reasons.append("提出人没有同意公开，请先征得同意。")
        return reasons


class MessageText(models.Model):
    """A masked text for publication, never changed; a correction gets the next number."""

    publication = models.ForeignKey(MessagePublication, models.CASCADE, related_name="texts", verbose_name="留言公开")
    number = models.PositiveIntegerField("稿次")
    title = models.CharField("标题", max_length=120)
    summary = models.TextField("留言摘要")
    answer = models.TextField("答复内容")
    category = models.CharField("类别", max_length=16, choices=InquiryCategory)
    received_on = models.DateField("受理日期")
    answered_on = models.DateField("答复日期")
    user_id = models.BigIntegerField("账号", null=True, blank=True)
    person_id = models.BigIntegerField("人员", null=True, blank=True)
    by = models.CharField("起草人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "留言公开稿"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="message_text_once")]


def _make_paragraphs_html(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def find_message_publication(number: int) -> MessagePublication | None:
    """Return a publication by primary key, for `register_source`; None if there is none."""
    rows = MessagePublication.objects.select_related("inquiry__entry", "body")
    return rows.filter(pk=number).first()
