"""Totals of a government's report: its own rows plus its units' reports.

Units that have not submitted count by their current rows.
"""

from dataclasses import dataclass

from gongkai.core.units.models import Body
from gongkai.oversight.annual.form import Values, add_up, with_sums
from gongkai.oversight.annual.kind import GIVEN, OPEN
from gongkai.oversight.annual.models import Report, Submission
from gongkai.oversight.annual.queries.figures import (
    SUM,
    Figures,
    counted,
    counted_each,
    entered_in,
    joined,
    span_of,
    unit_figures,
    values_of,
)
from gongkai.oversight.annual.queries.visible import members_of
from gongkai.oversight.annual.snapshot import figures_in


@dataclass(frozen=True)
class Member:
    """A unit's contribution to a total: its figures, and its report if one was requested."""

    body: Body
    report: Report | None
    values: Values

    @property
    def given(self) -> bool:
        """Return True if the figures were submitted."""
        return self.report is not None and self.report.entry.state in GIVEN


def figures_of(report: Report) -> Figures:
    """Return a report's figures as they count for others: submitted, published or current."""
    last = _handed_in(report)
    return figures_in(last.content) if last else live_figures(report)


def figures_shown(report: Report) -> Figures:
    """Return a report's figures for its own pages: current while editable, else submitted."""
    last = None if report.entry.state in OPEN else report.current
    return figures_in(last.content) if last else live_figures(report)


def changed_since(report: Report) -> list[Body]:
    """Return the units whose reports were corrected after the government's submission."""
    last = report.current if report.area else None
    summed = {one["body"]: one["digest"] for one in last.content["members"] if one["given"]} if last else {}
    rows = Report.objects.filter(body__in=summed, year=report.year, published_number__gt=0)
    return [
        row.body
        for row in rows.select_related("body", "entry")
        if (now := row.standing) and now.digest != summed[row.body_id]
    ]


@dataclass(frozen=True)
class Counted:
    """A report's current figures and, for a government, those of its units."""

    figures: Figures
    members: list[Member]


def count_now(report: Report) -> Counted:
    """Count a report's figures from current rows, entries and units' reports."""
    if not report.area:
        return Counted(unit_figures(report), [])
    units = members(report)
    sums = add_up([_own(report), *(member.values for member in units)])
    return Counted(joined(sums, entered_in(report), SUM), units)


def live_figures(report: Report) -> Figures:
    """Return a report's current figures."""
    return count_now(report).figures


def parts_of(report: Report) -> list[Member]:
    """Return the parts of a government's total: its own rows, then its units in order."""
    return [Member(report.body, report, _own(report)), *members(report)]


def _own(report: Report) -> Values:
    """Return the figures of the government's own rows; without documents they are zero."""
    rows = counted(report.body, span_of(report))
    return with_sums({key: value or 0 for key, value in rows.items()})


def members(report: Report) -> list[Member]:
    """Return the units' contributions with their reports of the same year."""
    bodies = list(members_of(report.body, report.year))
    rows = Report.objects.filter(body__in=bodies, year=report.year).select_related("entry", "body")
    kept = {row.body_id: row for row in rows.prefetch_related("entered", "submissions")}
    standing = {pk: last for pk, one in kept.items() if (last := _handed_in(one))}
    # Count units without submission by their rows, all units of one period together.
    spans = {body.pk: span_of(kept.get(body.pk, report)) for body in bodies if body.pk not in standing}
    rows_of: dict[int, Values] = {}
    for span in set(spans.values()):
        rows_of |= counted_each([body for body in bodies if spans.get(body.pk) == span], span)
    made = []
    for body in bodies:
        own, last = kept.get(body.pk), standing.get(body.pk)
        values = values_of(figures_in(last.content)) if last else _values_now(own, rows_of[body.pk])
        made.append(Member(body, own, values))
    return made


def _values_now(own: Report | None, rows: Values) -> Values:
    if own is None:
        return with_sums(rows)
    return values_of(live_figures(own) if own.area else unit_figures(own, rows))


def _handed_in(report: Report) -> Submission | None:
    return report.standing if report.entry.state in GIVEN else None
