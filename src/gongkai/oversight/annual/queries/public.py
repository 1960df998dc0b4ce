"""Public overview of annual reports by unit and year, and the figures for their charts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.launch_state import get_opening_day
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.annual import get_report_due_day
from gongkai.oversight.annual.form import Values
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries.area import is_government, list_units_existing_in
from gongkai.oversight.annual.queries.comparisons import PreviousFigures, get_previous_figures
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.snapshot import get_figures

#: Maximum number of years in the table.
MAX_TABLE_YEARS = 5
PUBLIC, LATE, MISSING, AHEAD, NONE = "public", "late", "missing", "ahead", "none"
#: State of a report in the public table → its label.
STATE_LABELS = {PUBLIC: "已公布", LATE: "逾期公布", MISSING: "未公布", AHEAD: "未到期限", NONE: "—"}


@dataclass(frozen=True)
class YearlyReportKind:
    """A kind of yearly report.

    `name` is in the URL ("": the default); `pattern` matches titles, group 1 is the year; `dated`: it has a due date.
    """

    name: str
    title: str
    pattern: re.Pattern[str]
    dated: bool = False


#: Kinds of yearly reports in the public table, by name ("" is the open-government report).
YEARLY_REPORT_KINDS = {
    one.name: one
    for one in (
        YearlyReportKind(
            "",
            "政府信息公开工作年度报告",
            re.compile(r"((?:19|20)\d{2})\s*年?(?:度)?.{0,30}(?:政府信息公开|政务公开).{0,8}(?:年度)?报告"),
            dated=True,
        ),
        YearlyReportKind(
            "law", "法治政府建设年度报告", re.compile(r"((?:19|20)\d{2})\s*年?(?:度)?.{0,20}法治政府建设.{0,12}报告")
        ),
    )
}


#: Title of a paper that orders reports, and is none: 关于做好2025年政府信息公开工作年度报告编制工作的通知.
_TITLE_ABOUT_REPORTS_RE = re.compile(r"(?:编制|编写|撰写|做好|报送|填报).*(?:通知|函|方案)")


@dataclass(frozen=True)
class PublicReportPage:
    """The URL at which a report is public.

    Attributes:
        published_at: time or day of its publication, or None.
        path: the URL.
        website: primary key of the site, or 0.
        chart: primary key of the report for charts, or 0.
        corrected_at: its last correction, for the `reason`, or None.
    """

    published_at: datetime | date | None
    path: str
    website: int = 0
    chart: int = 0
    corrected_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class ReportCell:
    """A unit's report of a year: its state, and its public page (`place`) if it is published."""

    year: int
    state: str
    place: PublicReportPage | None = None

    @property
    def words(self) -> str:
        """Return the state of the report in words."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True)
class ReportRow:
    """The reports of one unit, a cell for each year."""

    body: Body
    cells: list[ReportCell]


@dataclass(frozen=True)
class ReportMatrix:
    """The reports of all units by year, newest year first."""

    years: list[int]
    rows: list[ReportRow]

    def count(self, year: int, *states: str) -> int:
        """Return the number of units whose report of a year is in one of these states."""
        return sum(cell.state in states for row in self.rows for cell in row.cells if cell.year == year)


def build_matrix(government: Body, kind: YearlyReportKind, *, today: date | None = None) -> ReportMatrix:
    """Return the table of a government's and its units' reports of recent years; units that owed none are left out."""
    day = today or timezone.localdate()
    years = [day.year - 1 - step for step in range(MAX_TABLE_YEARS)]
    bodies = [government, *list_units_existing_in(government, years[-1])]
    opened = get_opening_day()
    places = _map_public_pages(bodies, kind, [day.year, *years])
    # Reports published before the end of the year are shown at once.
    years = [day.year, *years] if any(year == day.year for _, year in places) else years
    # Years before the first known report are not marked as missing.
    first = min((year for _, year in places), default=years[0])
    years = [year for year in years if year >= min(first, years[0])]
    rows = [
        ReportRow(body, [_make_cell(body, year, places.get((body.pk, year)), kind, day, opened) for year in years])
        for body in bodies
    ]
    return ReportMatrix(years, [row for row in rows if any(cell.state != NONE for cell in row.cells)])


def _make_cell(
    body: Body, year: int, place: PublicReportPage | None, kind: YearlyReportKind, today: date, opened: date | None
) -> ReportCell:
    """Return the state of a body's report of a year: not due, awaited, missing, published late or in time."""
    due = get_report_due_day(year, government=is_government(body))
    if place is None:
        ended = body.active_to is not None and body.active_to <= date(year, 12, 31)
        if ended or (body.active_from and body.active_from.year > year):
            return ReportCell(year, NONE)
        if opened is not None and due < opened:
            return ReportCell(year, NONE)  # due before this site was opened: not marked as missing
        return ReportCell(year, AHEAD if kind.dated and today <= due else MISSING)
    on = timezone.localdate(place.published_at) if isinstance(place.published_at, datetime) else place.published_at
    return ReportCell(year, LATE if kind.dated and on and on > due else PUBLIC, place)


def _map_public_pages(
    bodies: list[Body], kind: YearlyReportKind, years: Iterable[int]
) -> Mapping[tuple[int, int], PublicReportPage]:
    """Return the page on which each report of a kind is public, by (body, year)."""
    numbers, year_set = [body.pk for body in bodies], set(years)
    places: dict[tuple[int, int], PublicReportPage] = {}
    if kind.dated:
        reports = EarlierReport.objects.filter(body__in=numbers, year__in=year_set, confirmed_at__isnull=False).exclude(
            address=""
        )
        places |= {
            (earlier_report.body_id, earlier_report.year): PublicReportPage(
                earlier_report.published_on, earlier_report.address
            )
            for earlier_report in reports
        }
    places |= _map_items_by_title(bodies, kind, year_set)
    if kind.dated:
        rows = Report.objects.filter(body__in=numbers, year__in=year_set).prefetch_related("corrections")
        reports_by_stream = {report_row.stream: report_row for report_row in rows}
        for row in _list_site_rows(Q(document__source__in=list(reports_by_stream))):
            report = reports_by_stream[row.document.source]
            places[report.body_id, report.year] = _make_public_page(row, report)
    return places


def _make_public_page(row: Shelf, report: Report) -> PublicReportPage:
    """Return where the report is public, with its last correction."""
    done = [correction for correction in report.corrections.all() if correction.published_at]
    place = PublicReportPage(row.published_at, row.path, row.website_id, report.pk)
    return replace(place, corrected_at=done[-1].published_at, reason=done[-1].reason) if done else place


def _list_site_rows(condition: Q) -> Iterable[Shelf]:
    """Return the matching site-wide rows (one for each site, not those of its columns); oldest publication first."""
    return (
        shelf_visible_to(ANONYMOUS).filter(condition, column=None).select_related("document").order_by("published_at")
    )


def _map_items_by_title(
    bodies: list[Body], kind: YearlyReportKind, years: set[int]
) -> dict[tuple[int, int], PublicReportPage]:
    """Return the pages of items whose title names such a report, by (unit, year).

    The unit is the one in the title, else the publisher; the item published first counts.
    """
    names = sorted(((body.name, body.pk) for body in bodies), key=lambda one: len(one[0]), reverse=True)
    numbers = {body.pk for body in bodies}
    word = "法治政府建设" if not kind.dated else "公开"
    of: dict[tuple[int, int], list[PublicReportPage]] = defaultdict(list)
    for row in _list_site_rows(Q(title__contains=word) & Q(title__contains="报告")):
        match = kind.pattern.search(row.title)
        if match is None or int(match[1]) not in years or _TITLE_ABOUT_REPORTS_RE.search(row.title):
            continue
        body = next((pk for name, pk in names if name in row.title), row.body_id)
        if body in numbers:
            of[body, int(match[1])].append(PublicReportPage(row.published_at, row.path, row.website_id))
    return {where: places[0] for where, places in of.items()}


@dataclass(frozen=True)
class PublicReport:
    """A published report with its figures (`values`), last year's if public, and its public page (`place`)."""

    report: Report
    title: str
    values: Values
    previous: PreviousFigures | None
    place: PublicReportPage


def get_published_report(body: Body, year: int) -> PublicReport | None:
    """Return the public figures of a report made here, or None."""
    report = Report.objects.filter(body=body, year=year).select_related("body", "entry").first()
    row = next(iter(_list_site_rows(Q(document__source=report.stream))), None) if report else None
    last = report.submissions.filter(number=report.published_number).first() if report and row else None
    if report is None or row is None or last is None:
        return None
    place = _make_public_page(row, report)
    title = str(last.content.get("title") or report.title)
    return PublicReport(report, title, get_values(get_figures(last.content)), _get_public_previous(report), place)


def _get_public_previous(report: Report) -> PreviousFigures | None:
    """Return last year's figures if they are public; else None."""
    previous = get_previous_figures(report.body, report.year)
    if previous is None or (previous.earlier is not None and not previous.earlier.public):
        return None
    if previous.earlier is None and get_published_report_row(report.body, report.year - 1) is None:
        return None
    return previous


def get_published_report_row(body: Body, year: int) -> Shelf | None:
    """Return the list row of a public report made here, or None."""
    report = Report.objects.filter(body=body, year=year).first()
    return next(iter(_list_site_rows(Q(document__source=report.stream))), None) if report else None
