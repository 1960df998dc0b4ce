"""Totals of a government's report (its own rows plus its units' reports), and who sees which report.

Units that have not submitted count by their current rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.queries import filter_visible_rows
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, SUPERVISING_ROLES, list_working_units, own_units_q
from gongkai.lib.law.annual_form import TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.oversight.annual.form import Number, Values, add_sums, sum_reports
from gongkai.oversight.annual.models import Report, Submission
from gongkai.oversight.annual.queries.figures import (
    SUM,
    Figures,
    count_figures,
    count_figures_by_unit,
    get_entered_figures,
    get_period,
    get_unit_figures,
    get_values,
    merge_figures,
)
from gongkai.oversight.annual.snapshot import get_figures
from gongkai.oversight.annual.states import EDITABLE_STATES, KIND, SUBMITTED_STATES
from gongkai.work.requests.queries.statistics import ReportPeriod

#: Kinds of units that do not report (条例第五十五条: 公共企事业单位 follow their own rules).
NON_REPORTING_KINDS = frozenset({BodyKind.INSTITUTION, BodyKind.ENTERPRISE, BodyKind.OTHER})


@register_visible_to(Report)
def reports_visible_to(user: object) -> "QuerySet[Report, Report]":
    """Return the reports whose entries the user may see, and those that the user's own government sums."""
    rows = filter_visible_rows(Report.objects.all(), user, kind=KIND)
    if not get_actor(user).system:
        summed = Q(body__parent__in=list_working_units(get_actor(user)), body__parent__kind__in=GOVERNING_KINDS)
        rows = Report.objects.filter(Q(pk__in=rows.values("pk")) | (summed & ~Q(body__kind__in=NON_REPORTING_KINDS)))
    return rows.select_related("entry__body", "entry__office", "body")


def list_direct_units(government: Body, year: int | None = None) -> "QuerySet[Body, Body]":
    """Return the units directly under a government, whose reports it sums.

    With a year, units closed since without successor are included, as their rows count nowhere
    else.
    """
    query = Q(active_to=None)
    if year is not None:
        query |= Q(active_to__gt=date(year, 1, 1))
    rows = Body.objects.filter(query, parent=government, merged_into=None).exclude(kind__in=NON_REPORTING_KINDS)
    return rows.order_by("position", "pk")


def list_units_existing_in(government: Body, year: int) -> "QuerySet[Body, Body]":
    """Return the units directly under a government at the end of a year or later."""
    query = Q(active_to=None) | Q(active_to__gt=date(year, 12, 31))
    rows = Body.objects.filter(query, parent=government).exclude(kind__in=NON_REPORTING_KINDS)
    return rows.select_related("merged_into").order_by("position", "pk")


def list_counted_units(government: Body, year: int) -> list[Body]:
    """Return the government and all units, at any depth, whose rows count in its report."""
    bodies = [government]
    for body in list_direct_units(government, year):
        bodies += list_counted_units(body, year) if is_government(body) else [body]
    return bodies


def is_government(body: Body) -> bool:
    """Return True if the unit's report is that of a government."""
    return body.kind in GOVERNING_KINDS


def list_collecting_governments(by: Actor) -> "list[Body]":
    """Return the governments whose reports the user collects or supervises."""
    tops = by.reached_paths(*SUPERVISING_ROLES)
    return list(Body.objects.filter(path__in=tops, kind__in=GOVERNING_KINDS, active_to=None).order_by("position"))


def filter_importable_units(by: Actor) -> Q:
    """Return the filter for units whose reports of earlier years the user may import or confirm."""
    return own_units_q(by, "", roles=(Role.CLERK, Role.LEAD, Role.SIGNER), supervising=(Role.CHIEF,))


@dataclass(frozen=True)
class UnitContribution:
    """A unit's part of a government's total: its figures, and its report if one was requested."""

    body: Body
    report: Report | None
    values: Values

    @property
    def given(self) -> bool:
        """Return True if the figures were submitted."""
        return self.report is not None and self.report.entry.state in SUBMITTED_STATES


def get_shown_figures(report: Report) -> Figures:
    """Return a report's figures for its own pages: current while editable, else submitted."""
    last = None if report.entry.state in EDITABLE_STATES else report.current
    return get_figures(last.content) if last else count_live_figures(report)


def list_corrected_units(report: Report) -> list[Body]:
    """Return the units whose reports were corrected after the government's submission; none for a unit's report."""
    submission = report.current if report.area else None
    summed = (
        {member["body"]: member["digest"] for member in submission.content["members"] if member["given"]}
        if submission
        else {}
    )
    rows = Report.objects.filter(body__in=summed, year=report.year, published_number__gt=0)
    return [
        row.body
        for row in rows.select_related("body", "entry")
        if (unit_submission := row.standing) and unit_submission.digest != summed[row.body_id]
    ]


@dataclass(frozen=True)
class CountedReport:
    """A report's figures, counted now, and for a government the parts of its units (`members`)."""

    figures: Figures
    members: list[UnitContribution]


def count_now(report: Report) -> CountedReport:
    """Count a report's figures from current rows, entered figures and units' reports."""
    if not report.area:
        return CountedReport(get_unit_figures(report), [])
    units = list_unit_contributions(report)
    sums = sum_reports([_count_own_rows(report), *(member.values for member in units)])
    return CountedReport(merge_figures(sums, get_entered_figures(report), SUM), units)


def count_live_figures(report: Report) -> Figures:
    """Return a report's figures, counted now."""
    return count_now(report).figures


def list_all_contributions(report: Report) -> list[UnitContribution]:
    """Return the parts of a government's total: its own figures first, then the contributions of its units."""
    return [UnitContribution(report.body, report, _count_own_rows(report)), *list_unit_contributions(report)]


def _count_own_rows(report: Report) -> Values:
    """Return the figures of the government's own rows; without documents they are zero."""
    rows = count_figures(report.body, get_period(report))
    return add_sums({key: value or 0 for key, value in rows.items()})


def list_unit_contributions(report: Report) -> list[UnitContribution]:
    """Return the contribution of each unit under the government, with its report of the same year if there is one."""
    bodies = list(list_direct_units(report.body, report.year))
    rows = Report.objects.filter(body__in=bodies, year=report.year).select_related("entry", "body")
    reports = {row.body_id: row for row in rows.prefetch_related("entered", "submissions")}
    submissions = {
        pk: submission for pk, unit_report in reports.items() if (submission := _get_counted_submission(unit_report))
    }
    rows_of = _count_rows_by_period(
        {body: get_period(reports.get(body.pk, report)) for body in bodies if body.pk not in submissions}
    )
    contributions = []
    for body in bodies:
        report_of_unit, submission = reports.get(body.pk), submissions.get(body.pk)
        values = (
            get_values(get_figures(submission.content))
            if submission
            else _compute_current_values(report_of_unit, rows_of[body.pk])
        )
        contributions.append(UnitContribution(body, report_of_unit, values))
    return contributions


def map_report_values(reports: Sequence[Report]) -> dict[int, Values]:
    """Return {primary key of the report: figures} of several reports: as submitted, otherwise as counted now."""
    standing = {report.pk: submission for report in reports if (submission := _get_counted_submission(report))}
    rows_of = _count_rows_by_period(
        {
            open_report.body: get_period(open_report)
            for open_report in reports
            if open_report.pk not in standing and not open_report.area
        }
    )
    return {
        report.pk: get_values(get_figures(standing[report.pk].content))
        if report.pk in standing
        else _compute_current_values(report, rows_of.get(report.body_id, {}))
        for report in reports
    }


def _count_rows_by_period(spans: Mapping[Body, ReportPeriod]) -> dict[int, Values]:
    """Return {primary key of the unit: figures counted from its rows}, with one query set for each period."""
    rows: dict[int, Values] = {}
    for span in set(spans.values()):
        rows |= count_figures_by_unit([body for body, its in spans.items() if its == span], span)
    return rows


def _compute_current_values(report: Report | None, counted: Values) -> Values:
    """Return the current figures of a report; without a report, the `counted` typed figures with their sums."""
    if report is None:
        return add_sums(counted)
    return get_values(count_live_figures(report) if report.area else get_unit_figures(report, counted))


def _get_counted_submission(report: Report) -> Submission | None:
    """Return the submission that counts in other reports; None before it is submitted."""
    return report.standing if report.entry.state in SUBMITTED_STATES else None


#: Keys of the cells of table four, by group.
TABLE_FOUR_CELLS = tuple(f"table4/{row}/{column}" for row in TABLE4_ROWS for column in TABLE4_COLUMNS)


@dataclass(frozen=True)
class UnitDisputes:
    """The cells of table four of one unit.

    `given_at` is when its report was submitted (None: not submitted); `own` is true for the reporting government.
    """

    body: Body
    report: Report | None
    given_at: datetime | None
    own: bool
    cells: tuple[Number, ...]

    @property
    def standing(self) -> str:
        """Return in Chinese whether the figures were submitted."""
        if self.own:
            return "本级政府自身"
        if self.given_at:
            return "已报送"
        return "未报送，按台账暂列" if self.report else "没有布置，按台账暂列"


@dataclass(frozen=True)
class AreaDisputes:
    """The units' cells, their sums, and the cells of table four of the government's report (`reported`)."""

    units: list[UnitDisputes]
    sums: tuple[Number, ...]
    reported: tuple[Number, ...]

    @property
    def differing(self) -> list[str]:
        """Return a sentence for each cell whose sum over the units differs from the government's report."""
        names = [f"{group}“{column}”" for group in TABLE4_ROWS.values() for column in TABLE4_COLUMNS.values()]
        rows = zip(names, self.sums, self.reported, strict=True)
        return [f"{name}：各单位合计{mine}，表四{theirs}" for name, mine, theirs in rows if mine != theirs]


def get_disputes_by_unit(report: Report) -> AreaDisputes:
    """Return table four of a government's report by unit, submitted or current."""
    units = []
    for number, contribution in enumerate(list_all_contributions(report)):
        submission = contribution.report.standing if contribution.report and contribution.given and number else None
        cells = tuple(contribution.values.get(key) or 0 for key in TABLE_FOUR_CELLS)
        units.append(
            UnitDisputes(
                contribution.body, contribution.report, submission.at if submission else None, number == 0, cells
            )
        )
    values = get_values(get_shown_figures(report))
    sums = tuple(sum(column) for column in zip(*(unit_disputes.cells for unit_disputes in units), strict=True))
    return AreaDisputes(units, sums, tuple(values.get(key) or 0 for key in TABLE_FOUR_CELLS))


def make_dispute_rows(disputes: AreaDisputes) -> list[dict[str, object]]:
    """Return the rows of the export of disputes: one per unit and the sum."""
    rows: list[dict[str, object]] = [
        {
            "body": unit_disputes.body.name,
            "standing": unit_disputes.standing,
            "given": timezone.localdate(unit_disputes.given_at) if unit_disputes.given_at else None,
        }
        | dict(zip(TABLE_FOUR_CELLS, unit_disputes.cells, strict=True))
        for unit_disputes in disputes.units
    ]
    return [*rows, {"body": "合计"} | dict(zip(TABLE_FOUR_CELLS, disputes.sums, strict=True))]
