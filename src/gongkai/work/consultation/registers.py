"""Registers of the Q&A base, of published messages and of the rows behind statistics."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import CharFilter, ChoiceFilter

from gongkai.core.ledger.columns import unit_filter
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.registers.columns import LIST_ONLY, Column, make_sheet_columns, render_light
from gongkai.core.registers.filters import YearFilter, make_month_filter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.work.consultation import actions, answer_index, figures, published_messages, queries
from gongkai.work.consultation.importers import KnownAnswerImporter
from gongkai.work.consultation.indicators import find_indicator_findings
from gongkai.work.consultation.models import Inquiry, KnownAnswer, MessagePublication
from gongkai.work.consultation.policy_registers import list_answers_without_media
from gongkai.work.consultation.rules import list_handled_units, list_supervised_governments
from gongkai.work.consultation.states import ANSWER_MACHINE

CONSULTATION_SECTION = ("互动交流",)
#: Value of the register's filter for answers due for review.
DUE_FOR_REVIEW = "tidy"
#: Value of the register's filter for answers in use without pictures or videos.
WITHOUT_MEDIA = "plain"


def _filter_answers_by_state(rows: "QuerySet[KnownAnswer]", name: str, value: str) -> "QuerySet[KnownAnswer]":
    """Filter answers by state, or by the special values DUE_FOR_REVIEW and WITHOUT_MEDIA."""
    if value == WITHOUT_MEDIA:
        return rows.filter(pk__in=list_answers_without_media().values("pk"))
    return queries.filter_due_for_review(rows) if value == DUE_FOR_REVIEW else rows.filter(state=value)


def _filter_answers_by_question(rows: "QuerySet[KnownAnswer]", name: str, value: str) -> "QuerySet[KnownAnswer]":
    suggested_ids = [answer.pk for answer in answer_index.list_first_answer_hits(value[:100], k=30)]
    return rows.filter(pk__in=suggested_ids) | rows.filter(question__icontains=value)


def _make_question_cell(row: KnownAnswer) -> SafeString:
    """Return the question with its warnings below."""
    flags = ((flag,) for flag in answer_index.find_flags(row))
    return format_html(
        "{}{}", row.question, format_html_join("", '<br><span class="gk-chip gk-chip--warn">{}</span>', flags)
    )


class KnownAnswerRegister(Register[KnownAnswer]):
    """The register of the Q&A base; its spreadsheet can be imported as drafts."""

    name, model, title, section = "consultation.answers", KnownAnswer, "政策问答库", CONSULTATION_SECTION
    columns = (
        Column("question", value=lambda row: row.question, cell=_make_question_cell, at=LIST_ONLY, width=50),
        Column("body", at=LIST_ONLY),
        Column("themes", at=LIST_ONLY, width=20),
        Column("state", at=LIST_ONLY),
        Column("confirmed_on", at=LIST_ONLY),
        Column("uses", "使用", at=LIST_ONLY),
        *make_sheet_columns(KnownAnswerImporter.sheet),
    )
    filters = (
        ("q", CharFilter(label="检索", method=_filter_answers_by_question)),
        (
            "state",
            ChoiceFilter(
                label="状态",
                choices=[
                    *ANSWER_MACHINE.labels.items(),
                    (DUE_FOR_REVIEW, "待梳理"),
                    (WITHOUT_MEDIA, "没有图解动画短视频的"),
                ],
                empty_label="全部",
                method=_filter_answers_by_state,
            ),
        ),
        "themes",
        "body",
    )
    ordering = ("-changed_at",)
    intro = "一个口径答复网站、窗口、电话和12345。问答由三人分别起草、初审、签发，签发后即可检索到。"
    empty = "问答库还是空的。可以导入已有的问答表格，也可以从已答复的咨询收入。"
    importer = KnownAnswerImporter.name
    new_label = "新增问答"
    has_record = False
    shown_at = "consultation:answer"
    template = "consultation/answers.html"

    def rows(self, by: Actor) -> "QuerySet[KnownAnswer]":
        """Return the answers of the Q&A base with the related data that the list shows."""
        return super().rows(by).select_related("body").prefetch_related("themes", "documents").distinct()

    def new_url(self, by: Actor) -> str:
        """Return the URL for a new answer, "" if the user handles no unit."""
        return reverse("consultation:write") if list_handled_units(by).exists() else ""

    def totals(self, listing: Listing[KnownAnswer]) -> Sequence[tuple[str, object]]:
        """Return the number of answers and of those due for review."""
        return (("问答", listing.rows.count()), ("其中待梳理", queries.filter_due_for_review(listing.rows).count()))


def _make_selection_cell(row: Inquiry) -> SafeString | str:
    """Return the link to the publication of an inquiry, "" if the user may not prepare it."""
    url = row.choose_url  # type: ignore[attr-defined]
    text = '<a class="gk-btn gk-btn--small" href="{}">选登<span class="gk-sr">：{}</span></a>'
    return format_html(text, url, row.entry.heading) if url else ""


class SelectableMessageRegister(Register[Inquiry]):
    """The register of inquiries that can be published, with inspection findings above it."""

    name, model, title, section = "consultation.publications", Inquiry, "留言公开", CONSULTATION_SECTION
    columns = (
        Column("title", "标题", value=lambda row: row.entry.heading, order="", width=40),
        Column("entry__body", "答复单位"),
        "category",
        "received_on",
        "answered_at",
        "satisfaction",
        Column("choose", "选登", value=lambda row: row.choose_url, cell=_make_selection_cell, at=LIST_ONLY, order=""),
    )
    filters = ("entry__body", "category", YearFilter("answered_at"))
    ordering = ("-answered_at",)
    intro = "有代表性的留言，隐去个人信息、经三审后公开摘要、受理日期、答复日期、答复部门和答复内容，每月至少一次。"
    empty = (
        "没有可以选登的留言：已答复、提出人同意公开、还没有选登的会出现在这里。"
        "没有同意公开的，在留言的页面上征得同意后也可以选登。"
    )
    file_name = "可以选登的留言"
    has_record = False
    shown_at = "entry.url"
    template = "consultation/publications.html"

    def rows(self, by: Actor) -> "QuerySet[Inquiry]":
        """Return answered inquiries with consent that were not selected yet."""
        return published_messages.list_selectable_inquiries(by).select_related("entry__body")

    def prefetch(self, rows: Sequence[Inquiry], by: Actor) -> Sequence[Inquiry]:
        """Attach readable subjects and the URLs for selecting them."""
        set_subjects([row.entry for row in rows], by)
        for row in rows:
            is_allowed = not actions.prepare_publication.why_not(row, by=by)
            row.choose_url = reverse("consultation:publication", args=[row.pk]) if is_allowed else ""  # type: ignore[attr-defined]
        return rows

    def extra_context(self, request: HttpRequest, listing: Listing[Inquiry]) -> Mapping[str, object]:
        """Return the inspection findings of the governments that the user supervises, and the tabs."""
        findings = [
            finding for body in list_supervised_governments(listing.by) for finding in find_indicator_findings(body)
        ]
        return {"findings": findings, "tabs": make_publication_tabs(listing.by, self.name)}


class SelectedMessageRegister(Register[MessagePublication]):
    """The register of selected messages with their status."""

    name, model, title, section = (
        "consultation.chosen",
        MessagePublication,
        "已选登的留言",
        SelectableMessageRegister.section,
    )
    columns = (
        Column("title", "标题", value=str, order="", width=40),
        Column("body", "答复单位"),
        "category",
        "received_on",
        "answered_on",
        Column("standing", "状态", value=published_messages.describe_publication_status, order=""),
    )
    filters = ("body", "category", YearFilter("answered_on"))
    search_fields = ("texts__title",)
    ordering = ("-pk",)
    empty = "还没有选登过留言。"
    has_record = False
    template = "consultation/publications.html"

    def rows(self, by: Actor) -> "QuerySet[MessagePublication]":
        """Return the publications of visible inquiries."""
        return published_messages.list_selected_publications(by).distinct()

    def get_url(self, row: MessagePublication) -> str:
        """Return the URL of the publication's page."""
        return reverse("consultation:publication", args=[row.inquiry_id])

    def extra_context(self, request: HttpRequest, listing: Listing[MessagePublication]) -> Mapping[str, object]:
        """Return the tabs."""
        return {"tabs": make_publication_tabs(listing.by, self.name)}


def make_publication_tabs(by: Actor, active_name: str) -> list[tuple[str, str, bool]]:
    """Return (label, URL, whether active) of the tabs of 留言公开."""
    views: tuple[tuple[str, str, int], ...] = (
        ("可以选登", SelectableMessageRegister.name, published_messages.list_selectable_inquiries(by).count()),
        ("已选登", SelectedMessageRegister.name, published_messages.list_selected_publications(by).count()),
    )
    return [(f"{text}（{count}）", reverse(name.replace(".", ":")), name == active_name) for text, name, count in views]


def _get_due_day(row: Inquiry) -> date | None:
    return timezone.localdate(row.entry.due_at) if row.entry.due_at else None


class FigureInquiryRegister(Register[Inquiry]):
    """The register of the inquiries that a statistic of 留言统计 counts."""

    name, model, title = "consultation.figures_behind", Inquiry, "留言统计明细"
    section = (("留言统计", "consultation:figures"),)
    columns = (
        Column("number", "编号", value=lambda row: row.entry.number, order="entry__number"),
        Column("title", "标题", value=lambda row: row.entry.heading, order="", width=40),
        "channel",
        Column("entry__body", "承办单位"),
        Column("received_on", "收到"),
        Column("due", "期限", value=_get_due_day, order="entry__due_at"),
        Column("answered_at", "答复"),
        Column(
            "light",
            "状态",
            value=lambda row: row.entry.state_label,
            cell=lambda row: render_light(row.entry.light, row.entry.state_label),
            order="",
        ),
    )
    filters = (
        (
            "what",
            ChoiceFilter(
                label="统计项",
                choices=[*figures.INQUIRY_FIGURES.items()],
                empty_label=None,
                method=lambda rows, name, value: rows.filter(figures.make_figure_condition(value)),
            ),
        ),
        YearFilter("received_on"),
        ("month", make_month_filter("received_on")),
        ("body", unit_filter("承办单位")),
    )
    initial_filters = {"what": "received"}
    ordering = ("-received_on", "-pk")
    empty = "没有这样的留言，或者不在您的查看范围内。"
    has_record = False
    shown_at = "entry.url"

    def rows(self, by: Actor) -> "QuerySet[Inquiry]":
        """Return the visible inquiries that count in statistics."""
        return figures.filter_countable_inquiries(super().rows(by)).select_related("entry__body")

    def prefetch(self, rows: Sequence[Inquiry], by: Actor) -> Sequence[Inquiry]:
        """Attach readable subjects."""
        set_subjects([row.entry for row in rows], by)
        return rows
