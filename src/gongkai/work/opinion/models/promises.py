"""Models of public promises and statements on them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.html import escape

from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.opinion.models.cases import OpinionCase
from gongkai.work.opinion.models.texts import Revision, Spoken, StatementSort, text_to_html


class PromiseTopic(models.Model):
    """A topic of the public list of promises."""

    name = models.CharField("主题", max_length=40, unique=True)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "承诺主题"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Promise(Spoken):
    """A public promise: text, person, occasion and day (M-10).

    Number, unit and date are on the entry. The public text consists of the promise and its
    published statements.
    """

    source_name: ClassVar[str] = "promise"
    information: ClassVar[str] = ItemKind.LIVELIHOOD.value

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="promise", verbose_name="记录")
    words = models.TextField("承诺内容")
    promised_by = models.CharField("承诺人", max_length=120, blank=True)
    occasion = models.CharField("承诺场合", max_length=200)
    promised_on = models.DateField("承诺日期")
    first_until = models.DateField("最初承诺的期限", null=True, blank=True)
    address = models.CharField("出处", max_length=500, blank=True)
    topic = models.ForeignKey(
        PromiseTopic, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name="主题"
    )
    case = models.ForeignKey(
        OpinionCase, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name="相关舆情"
    )
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    ended_on = models.DateField("兑现（说明）日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开承诺"

    def __str__(self) -> str:
        return self.entry.title

    @property
    def unit(self) -> Body:
        """Return the unit that must fulfil the promise."""
        return self.entry.body

    @property
    def pending(self) -> "Statement | None":
        """Return the last statement if it is neither public nor dropped, else None."""
        last_statement = self.revisions.order_by("-pk").first()
        return (
            last_statement
            if last_statement and last_statement.public_at is None and not last_statement.dropped
            else None
        )

    def make_revision_content(self, revision: "Statement") -> tuple[str, str, dict[str, object]]:
        """Return (title, HTML, facts) of a statement, with the text of the earlier public statements."""
        rows = {row.pk: row for row in self.revisions.filter(pk__in=[*revision.before, revision.pk])}
        statements = [rows[number] for number in [*revision.before, revision.pk]]
        facts: dict[str, object] = {
            "formed_on": timezone.localdate(revision.at).isoformat(),
            "attribute": DisclosureAttribute.PROACTIVE,
            "attribute_basis": DisclosureBasis.A19,
        }
        return f"公开承诺：{statements[0].title}", "".join(statement.as_html() for statement in statements), facts


class Statement(Revision):
    """A public statement on a promise; each one is a revision of the promise's text.

    `before` are the keys of statements that were public when it was written. It takes effect at
    `public_at`. `until` is a changed date, `on` the day of an event, `link` its source or evidence.
    """

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="revisions", verbose_name="承诺")
    sort = models.CharField("类别", max_length=10, choices=StatementSort)
    title = models.CharField("标题", max_length=200, blank=True)
    text = models.TextField("内容")
    on = models.DateField("日期", null=True, blank=True)
    until = models.DateField("新的期限", null=True, blank=True)
    due_before = models.DateField("原定期限", null=True, blank=True)
    lead = models.TextField("说明", blank=True)
    link = models.URLField("出处或者佐证的网址", max_length=500, blank=True)
    before = models.JSONField("此前已公开的内容", default=list)
    public_at = models.DateTimeField("公开时间", null=True, blank=True)
    dropped = models.BooleanField("不再公开", default=False)

    class Meta(Revision.Meta):
        verbose_name = verbose_name_plural = "承诺公开内容"

    def as_html(self) -> str:
        """Return the statement as HTML."""
        if self.sort == StatementSort.PROMISE:
            return f"{text_to_html(self.text)}{text_to_html(self.lead)}{self._make_link_paragraph('出处')}"
        heading = f"{day_in_words(self.on)}　{self.get_sort_display()}" if self.on else self.get_sort_display()
        change_html = ""
        if self.sort == StatementSort.DATE and self.until:
            old_date_text = f"由{day_in_words(self.due_before)}" if self.due_before else ""
            change_html = f"<p>完成期限{old_date_text}变更为{day_in_words(self.until)}。</p>"
        return f"<h2>{escape(heading)}</h2>{change_html}{text_to_html(self.text)}{self._make_link_paragraph('佐证')}"

    def _make_link_paragraph(self, label: str) -> str:
        address = escape(self.link)
        return f'<p>{label}：<a href="{address}">{address}</a></p>' if address else ""
