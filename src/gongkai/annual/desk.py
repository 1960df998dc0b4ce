"""What this room puts on the first page: reports to be accepted, and for a unit its own that is under way."""

from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.annual.kind import KIND, OPEN, State
from gongkai.annual.models import Report
from gongkai.annual.queries import reports_visible_to
from gongkai.annual.queries.visible import governments_of
from gongkai.units.actors import Actor
from gongkai.units.models import Role

#: At most so many stand in the block.
MOST = 8
#: From November until the end of March whoever collects reports is shown how they stand.
SEASON = (11, 12, 1, 2, 3)


def reported_year(today: date) -> int:
    """Return the year whose reports are made at this time: last year's until June, then this year's."""
    return today.year if today.month > 6 else today.year - 1


def waiting(by: Actor) -> dict[str, Any] | None:
    """Return how the year's reports stand: for the 政务公开办 what waits for it and how many are in, for units their own."""
    today = timezone.localdate()
    year = reported_year(today)
    rows = reports_visible_to(by).filter(year=year)
    if by.has(Role.CHIEF):
        return _office(by, rows, year, today)
    own = list(
        rows.filter(body_id__in=by.bodies, entry__state__in=OPEN | {State.ACCEPTED}).order_by("entry__due_at")
    )
    return {"year": year, "own": own[:MOST], "kind": KIND} if own else None


def _office(by: Actor, rows: Any, year: int, today: date) -> dict[str, Any] | None:
    governments = governments_of(by)
    if not governments:
        return None
    here = rows.filter(body__path__startswith=governments[0].path)
    waits = list(here.filter(entry__state=State.HANDED_IN).order_by("entry__moved_at")[: MOST + 1])
    asked = Report.objects.filter(body=governments[0], year=year).exists()
    if not waits and (asked or today.month not in SEASON):
        return None
    return {
        "year": year,
        "government": governments[0],
        "waits": waits[:MOST],
        "more": len(waits) > MOST,
        "asked": asked,
    }
