"""The register of decisions with their stages and feedback; its spreadsheet can be imported."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.ledger.columns import title_column, unit_column, unit_filter
from gongkai.core.registers.columns import LIST_ONLY, Column, display_value
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.templatetags.ui import days_left, light
from gongkai.work.participation import queries
from gongkai.work.participation.importers import CATALOGUE_IMPORTER, export_decisions
from gongkai.work.participation.models import Consultation, Decision
from gongkai.work.participation.states import DECISION_MACHINE, DecisionState

DECISION_TABS = (("", "全部"), ("open", "正在征求意见"), ("owed", "待公布采纳情况"), ("late", "逾期未反馈"))


def _filter_tab(rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
    """Filter decisions by tab: comments open, feedback pending or late."""
    today, moment = timezone.localdate(), timezone.now()
    if value == "open":
        return rows.filter(entry__state=DecisionState.CONSULTING, consultations__ends_on__gte=today).distinct()
    pending = queries.filter_pending_feedback(Consultation.objects.all())
    if value == "late":
        pending = pending.filter(feedback__due_at__lt=moment)
    return rows.filter(pk__in=pending.values("decision")) if value else rows


def _make_period_cell(row: AnyRow) -> SafeString | str:
    """Return first and last day of the last consultation, a note if exempt, or ""."""
    consultation = row.listed.consultation
    if consultation is None:
        return "依法不公开" if row.exempt else ""
    short = format_html('<br><span class="gk-tag">{}</span>', "缩短期限") if consultation.short else ""
    template = '<span class="gk-nowrap">{}至</span><br><span class="gk-nowrap">{}</span>{}'
    return format_html(template, display_value(consultation.starts_on), display_value(consultation.ends_on), short)


def _make_comments_cell(row: AnyRow) -> SafeString | str:
    """Return the number of comments, linked if the user may read them, or ""."""
    listed = row.listed
    if listed.consultation is None:
        return ""
    url = reverse("participation:comments", args=[listed.consultation.pk])
    return format_html('<a href="{}">{}</a>', url, listed.comments) if listed.may else str(listed.comments)


def _make_due_cell(row: AnyRow) -> SafeString | str:
    """Return the day on which the decision or its feedback is due."""
    due = row.listed.due
    if due is None or row.entry.closed_at:
        return display_value(timezone.localdate(due)) if due else ""
    day = display_value(timezone.localdate(due))
    return format_html('{}<br><span class="gk-soft">{}</span>', day, days_left(due))


class DecisionListRegister(Register[Decision]):
    """The register of a year's decisions; closed ones come last."""

    name, model, title, section = "participation.decisions", Decision, "决策事项", ("决策预公开",)
    columns = (
        title_column("决策事项"),
        unit_column("承办单位"),
        Column("state", "阶段", value=lambda row: row.entry.state_label, at=LIST_ONLY, order="entry__state"),
        Column("period", "征求意见", value=_make_period_cell, at=LIST_ONLY, order=""),
        Column("comments", "意见", value=_make_comments_cell, at=LIST_ONLY, order="", number=True),
        Column("due", "到期", value=_make_due_cell, at=LIST_ONLY, order="entry__due_at"),
        Column("light", "灯", value=lambda row: light(row.listed.light), at=LIST_ONLY, order=""),
    )
    file_sheet, importer = CATALOGUE_IMPORTER.sheet, CATALOGUE_IMPORTER.name
    tabs = "tab"
    filters = (
        ("tab", ChoiceFilter(label="分类", choices=DECISION_TABS[1:], empty_label="全部", method=_filter_tab)),
        YearFilter("entry__year", this_year=True),
        (
            "state",
            ChoiceFilter(
                label="阶段", field_name="entry__state", choices=[*DECISION_MACHINE.labels.items()], empty_label="全部"
            ),
        ),
        ("unit", unit_filter("承办单位")),
    )
    search_fields = ("entry__title", "entry__number")
    ordering = (F("entry__closed_at").asc(nulls_first=True), "entry__due_at")
    intro = "从列入目录、征求意见、公布采纳情况，到决定、公布和后评估；征求意见届满没有反馈的亮红灯。"
    empty = "这一年没有决策事项。决策事项在年度目录中列入，也可以导入表格。"
    has_record = False
    shown_at = "entry.url"
    new_label = "年度目录"

    def prefetch(self, rows: Sequence[Decision], by: Actor) -> Sequence[Decision]:
        """Attach the listed data, loaded in one go."""
        for row, listed in zip(rows, queries.make_decision_rows(rows, by), strict=True):
            row.listed = listed  # type: ignore[attr-defined]
        return rows

    def file_objects(self, listing: Listing[Decision]) -> Iterable[object]:
        """Return the rows of the spreadsheet."""
        return export_decisions(listing.rows)

    def new_url(self, by: Actor) -> str:
        """Return the URL of the catalogues."""
        return reverse("participation:catalogues")
