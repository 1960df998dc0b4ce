"""The report as a public page, and the home-page block of open reports."""

from collections.abc import Mapping
from datetime import date
from html import escape

from django.utils import timezone

from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import filter_delegated_governments
from gongkai.core.units.unit_filters import reads_only
from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.typed_json import read_record, read_text
from gongkai.lib.writing.forms import PrintedForm, render_form_html
from gongkai.oversight.annual.form import SECTION_BY_TABLE, SECTION_TITLES, format_figure, print_table
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import filter_importable_units, list_collecting_governments
from gongkai.oversight.annual.rules import check_earlier_report_confirmer
from gongkai.oversight.annual.snapshot import get_figures
from gongkai.oversight.annual.stale_facts import list_correction_lines
from gongkai.oversight.annual.states import ACCEPTED_STATES, EDITABLE_STATES, ReportState

#: Maximum number of items in the block.
MAX_LISTED_REPORTS = 8
#: Months in which users who collect reports are reminded to request them.
REMINDER_MONTHS = (11, 12, 1, 2, 3)


def get_reported_year(today: date) -> int:
    """Return the year being reported: last year until June, then this year."""
    return today.year if today.month > 6 else today.year - 1


def list_required_rows(by: Actor) -> list[RowCondition]:
    """Return conditions: without a row that meets one of them, `make_pending_block` returns None."""
    if by.has(Role.CHIEF):
        return [RowCondition(Body, {"path": ANY_VALUE})]
    return [RowCondition(Report, {"body": by.bodies}), RowCondition(EarlierReport, {"confirmed_at": None})]


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the block of open reports, or None if it is empty.

    It lists own open reports or, for chiefs, submitted corrections and (November to March) governments whose
    reports were not requested; and earlier reports to confirm.
    """
    today = timezone.localdate()
    year = get_reported_year(today)
    chief = by.has(Role.CHIEF)
    unconfirmed = list_unconfirmed_reports(by)
    context: dict[str, object] = {
        "unasked": [],
        "own": [],
        "corrected": [],
        "earlier": unconfirmed[:MAX_LISTED_REPORTS],
    }
    if chief and today.month in REMINDER_MONTHS:
        asked_bodies = set(Report.objects.filter(year=year).values_list("body", flat=True))
        context["unasked"] = [body for body in list_collecting_governments(by) if body.pk not in asked_bodies]
    reports = reports_visible_to(by).order_by("entry__due_at")
    if chief or not reads_only(by):
        own_reports = reports.filter(body_id__in=by.bodies, entry__state__in=EDITABLE_STATES | ACCEPTED_STATES)
        own_reports = own_reports.exclude(body__in=filter_delegated_governments(by).values("pk"))
        rows = reports.filter(entry__state=ReportState.CORRECTION_HANDED_IN) if chief else own_reports
        context["corrected" if chief else "own"] = list(rows[:MAX_LISTED_REPORTS])
        context["more"] = max(0, rows.count() - MAX_LISTED_REPORTS)
    context["more_earlier"] = max(0, len(unconfirmed) - MAX_LISTED_REPORTS)
    return {"year": year, **context} if any(context.values()) else None


def list_unconfirmed_reports(by: Actor) -> list[EarlierReport]:
    """Return imported reports with an address that the user may confirm as second person."""
    rows = EarlierReport.objects.filter(confirmed_at=None).exclude(address="").select_related("body")
    rows = rows.exclude(person=by.person_id) if by.person_id else rows
    return [
        earlier_report
        for earlier_report in rows.filter(body__in=Body.objects.filter(filter_importable_units(by))).order_by(
            "-year", "pk"
        )
        if not check_earlier_report_confirmer(by, earlier_report)
    ]


#: Number of a section → its table.
TABLE_BY_SECTION = {section: table for table, section in SECTION_BY_TABLE.items()}


def get_printed_table(content: Mapping[str, object], table: str) -> PrintedForm:
    """Return a table of submitted content, with its figures, as printed."""
    figures = get_figures(content)
    return print_table(table, lambda key: format_figure(figures[key].value))


def make_section_heading(number: int) -> str:
    """Return the heading of a section: 一、总体情况."""
    return f"{to_words(number)}、{SECTION_TITLES[number]}"


def list_paragraphs(content: Mapping[str, object], number: int) -> list[str]:
    """Return the paragraphs of a section of a report."""
    text = read_text(read_record(content, "sections"), str(number))
    return [line.strip() for line in text.splitlines() if line.strip()]


def render_page(content: Mapping[str, object]) -> str:
    """Return the report as HTML with correction note and accessible tables."""
    parts = [f"<p><strong>{escape(line)}</strong></p>" for line in list_correction_lines(content)]
    for number in SECTION_TITLES:
        parts.append(f"<h2>{escape(make_section_heading(number))}</h2>")
        table = TABLE_BY_SECTION.get(number)
        if table:
            parts.append(render_form_html(get_printed_table(content, table)))
        lines = list_paragraphs(content, number)
        parts += [f"<p>{escape(line)}</p>" for line in lines]
        if not lines and not table:
            parts.append("<p>无。</p>")
    return "".join(parts)
