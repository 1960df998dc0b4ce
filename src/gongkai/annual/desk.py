"""What this room puts on the first page: a unit's own report under way; for the 政务公开办 that nobody asked for the year's yet.

What waits for acceptance stands there already, among what is to be judged.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.annual.kind import OPEN, State
from gongkai.annual.models import Report
from gongkai.annual.queries import reports_visible_to
from gongkai.annual.queries.visible import governments_of
from gongkai.units.actors import Actor
from gongkai.units.models import Role

#: At most so many stand in the block.
MOST = 8
#: From November until the end of March whoever collects reports is told that nobody asked for them.
SEASON = (11, 12, 1, 2, 3)


def reported_year(today: date) -> int:
    """Return the year whose reports are made at this time: last year's until June, then this year's."""
    return today.year if today.month > 6 else today.year - 1


def waiting(by: Actor) -> dict[str, Any] | None:
    """Return the block: own reports under way, or the governments whose units were not asked."""
    today = timezone.localdate()
    year = reported_year(today)
    if by.has(Role.CHIEF):
        asked = Report.objects.filter(year=year).values_list("body", flat=True)
        governments = [one for one in governments_of(by) if one.pk not in set(asked)]
        shown = governments if today.month in SEASON else []
        return {"year": year, "unasked": shown} if shown else None
    rows = reports_visible_to(by).filter(body_id__in=by.bodies, entry__state__in=OPEN | {State.ACCEPTED})
    own = list(rows.order_by("entry__due_at")[:MOST])
    return {"year": year, "own": own} if own else None
