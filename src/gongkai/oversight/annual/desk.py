"""Home page block: own reports, reports not yet requested, imported reports to confirm."""

from datetime import date

from django.utils import timezone

from gongkai.core.ledger.row_presence import SOME, Rows
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import reads_only
from gongkai.oversight.annual.kind import ACCEPTED, OPEN, State
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.visible import governments_of, reach
from gongkai.oversight.annual.rules import confirms

#: Maximum number of items in the block.
MAX_SHOWN = 8
#: Months in which users who collect reports are reminded to request them.
SEASON = (11, 12, 1, 2, 3)


def reported_year(today: date) -> int:
    """Return the year being reported: last year until June, then this year."""
    return today.year if today.month > 6 else today.year - 1


def needed(by: Actor) -> list[Rows]:
    """Return the rows without which the block is empty."""
    if by.has(Role.CHIEF):
        return [Rows(Body, {"path": SOME})]
    return [Rows(Report, {"body": by.bodies}), Rows(EarlierReport, {"confirmed_at": None})]


def waiting(by: Actor) -> dict[str, object] | None:
    """Return the block with own open reports, or governments whose units were not asked."""
    today = timezone.localdate()
    year = reported_year(today)
    chief = by.has(Role.CHIEF)
    earlier = unconfirmed(by)
    shown: dict[str, object] = {"unasked": [], "own": [], "corrected": [], "earlier": earlier[:MAX_SHOWN]}
    if chief and today.month in SEASON:
        asked = set(Report.objects.filter(year=year).values_list("body", flat=True))
        shown["unasked"] = [body for body in governments_of(by) if body.pk not in asked]
    seen = reports_visible_to(by).order_by("entry__due_at")
    if chief or not reads_only(by):
        own = seen.filter(body_id__in=by.bodies, entry__state__in=OPEN | ACCEPTED)
        rows = seen.filter(entry__state=State.CORRECTION_HANDED_IN) if chief else own
        shown["corrected" if chief else "own"] = list(rows[:MAX_SHOWN])
        shown["more"] = max(0, rows.count() - MAX_SHOWN)
    shown["more_earlier"] = max(0, len(earlier) - MAX_SHOWN)
    return {"year": year, **shown} if any(shown.values()) else None


def unconfirmed(by: Actor) -> list[EarlierReport]:
    """Return imported reports with an address that the user may confirm as second person."""
    rows = EarlierReport.objects.filter(confirmed_at=None).exclude(address="").select_related("body")
    rows = rows.exclude(person=by.person_id) if by.person_id else rows
    return [
        earlier_report
        for earlier_report in rows.filter(body__in=Body.objects.filter(reach(by))).order_by("-year", "pk")
        if not confirms(by, earlier_report)
    ]
