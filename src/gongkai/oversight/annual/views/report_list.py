"""List the reports of a year with their status, and request missing ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.actions import urge
from gongkai.core.ledger.columns import due_column
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import ALL_OUTPUTS, FILE_ONLY, LIST_ONLY, Column, display_value, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import url_with_parameters
from gongkai.core.widgets.query_parameters import parse_whole_number, parse_year
from gongkai.lib.law.annual_form import CURRENT_FORM
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.page import get_reported_year
from gongkai.oversight.annual.queries.area import list_collecting_governments
from gongkai.oversight.annual.queries.comparisons import get_previous_figures
from gongkai.oversight.annual.rules import check_collector
from gongkai.oversight.annual.states import EDITABLE_STATES, KIND, REPORT_MACHINE, SUBMITTED_STATES


def get_report(request: HttpRequest, pk: int) -> tuple[Report, Actor]:
    """Return (visible report, acting user).

    Raises:
        Http404: there is no report, or the user may not see it.
    """
    by = get_actor(request.user)
    return get_visible_or_404(by, Report, pk), by


def make_report_context(report: Report, by: Actor, tab: str) -> dict[str, object]:
    """Return the template context that all report pages share: tabs and edit permission."""
    return {
        "report": report,
        "entry": report.entry,
        "tab": tab,
        "may_fill": not ACTIONS_BY_NAME[f"{KIND}.fill"].why_not(report.entry, by=by),
        "open": report.entry.state in EDITABLE_STATES,
        "form_version": CURRENT_FORM,
        "previous": get_previous_figures(report.body, report.year),
    }


def add_milestone_times(reports: Sequence[Report]) -> Sequence[Report]:
    """Return reports with their times (or None) of submission, publication and correction.

    The attributes are `given`, `public` and `corrected`; a correction is no first submission.
    """
    prefetch_related_objects(list(reports), "submissions", "corrections")
    documents = Document.objects.filter(source__in=[report.stream for report in reports])
    public = dict(documents.values_list("source", "published_at"))
    for report in reports:
        corrections = list(report.corrections.all())
        given = [row.at for row in report.submissions.all() if not corrections or row.number <= corrections[0].replaces]
        report.given = given[-1] if given and (corrections or report.entry.state in SUBMITTED_STATES) else None  # type: ignore[attr-defined]
        report.public = public.get(report.stream)  # type: ignore[attr-defined]
        corrected = [row.published_at for row in corrections if row.published_at]
        report.corrected = max(corrected, default=None)  # type: ignore[attr-defined]
    return reports


def _render_name(row: AnyRow) -> SafeString | str:
    text = '{}<br><span class="gk-soft">本级政府汇总报告</span>'
    return format_html(text, display_value(row.body)) if row.area else display_value(row.body)


def _render_state(row: AnyRow) -> SafeString | str:
    return render_light(row.entry.light, row.entry.state_label)  # the report's page links to its entry where that opens


def _to_local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _render_publication(row: AnyRow) -> SafeString | str:
    public = display_value(_to_local_day(row.public)) if row.public else "未公布"
    if row.corrected is None:
        return public
    return format_html('{}<br><span class="gk-soft">{}更正</span>', public, display_value(_to_local_day(row.corrected)))


def _urge_units(request: HttpRequest, by: Actor, rows: "QuerySet[Report]", facts: Mapping[str, object]) -> bool:
    """Urge the units whose reports are still editable; show the count and up to five refusals as messages."""
    done, refused = 0, []
    for report in rows.filter(entry__state__in=EDITABLE_STATES):
        try:
            urge(report.entry, by=by, words=f"请尽快报送{report.year}年度报告。")
            done += 1
        except Refused as no:
            refused.append(f"{report.body.label}：{no.reasons[0]}")
    if done:
        messages.success(request, f"已催办{done}个单位。")
    for reason in refused[:5]:
        messages.warning(request, reason)
    return True


class AnnualReportRegister(Register[Report]):
    """Register of a year's reports, with counts by state and missing requests."""

    name, model, title = "annual.list", Report, "年度报告"
    file_name = "年度报告报送情况"
    columns = (
        Column("body", "单位", cell=_render_name, width=30),
        Column(
            "state", "状态", value=lambda row: row.entry.state_label, cell=_render_state, order="entry__state", width=18
        ),
        due_column("法定期限"),
        Column("due_on", "法定期限", value=lambda row: _to_local_day(row.entry.due_at), at=FILE_ONLY, width=12),
        Column(
            "given",
            "报送时间",
            value=lambda row: row.given,
            cell=lambda row: _to_local_day(row.given) or "未报送",
            at=ALL_OUTPUTS,
            width=18,
        ),
        Column("public", "公布", value=lambda row: row.public, cell=_render_publication, at=LIST_ONLY, width=18),
        Column("public_at", "公布时间", value=lambda row: row.public, at=FILE_ONLY, width=18),
        Column("corrected", "更正公布时间", value=lambda row: row.corrected, at=FILE_ONLY, width=18),
        Column("until", "统计截止", value=lambda row: row.counted_until, at=FILE_ONLY, width=12),
    )
    filters = (
        YearFilter("year", this_year=True, newest=True),
        (
            "state",
            ChoiceFilter(
                label="状态", field_name="entry__state", choices=[*REPORT_MACHINE.labels.items()], empty_label="全部"
            ),
        ),
        "body",
    )
    ordering = ("-area", "body__position", "body__pk")
    intro = "政府部门在次年1月31日前报送并公布，县级以上人民政府在次年3月31日前公布（《政府信息公开条例》第四十九条）。"
    empty = "还没有年度报告。由政务公开办布置后，各单位在这里编制、报送。"
    has_record = False
    shown_at = "annual:tables"
    template = "annual/list.html"
    bulk_action = BulkAction(
        words="催办勾选的单位",
        do=_urge_units,
        may=lambda by, listing: any(not check_collector(by, body) for body in list_collecting_governments(by)),
        row=lambda row: row.entry.state in EDITABLE_STATES,
    )

    def prefetch(self, rows: Sequence[Report], by: Actor) -> Sequence[Report]:
        """Return the reports with their days of submission and publication."""
        return add_milestone_times(rows)

    def extra_context(self, request: HttpRequest, listing: Listing[Report]) -> Mapping[str, object]:
        """Return counts by state, and governments whose reports were not requested."""
        of_year = listing.filters.rows({"state": ""}).order_by()
        counts = Counter(of_year.values_list("entry__state", flat=True))
        year = get_reported_year(timezone.localdate())
        governments = [
            body for body in list_collecting_governments(listing.by) if not check_collector(listing.by, body)
        ]
        asked = {*Report.objects.filter(body__in=governments, year=year).values_list("body", flat=True)}
        return {
            "states": [
                (label, counts[key], url_with_parameters(request, state=key, page=""))
                for key, label in REPORT_MACHINE.labels.items()
                if counts[key]
            ],
            "new_year": year,
            "unasked": [body for body in governments if body.pk not in asked],
        }


def open_reports_view(request: HttpRequest) -> HttpResponse:
    """Request the reports of a year from a government's units."""
    by = get_actor(request.user)
    year = parse_year(request.POST.get("year", "")) or get_reported_year(timezone.localdate())
    government = Body.objects.filter(pk=parse_whole_number(request.POST.get("government", "")) or 0).first()
    if request.method == "POST" and government:
        run_with_messages(
            request, lambda: actions.open_reports(government, by=by, year=year), f"已布置{year}年度报告。"
        )
    return redirect(f"{reverse('annual:list')}?year={year}")
