"""Relations between a unit's inner tasks and the task that a government gave to the unit."""

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.entry import EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.planning.periods import YEAR
from gongkai.work.notices.states import INNER


def find_unit_task(entry: Entry) -> Entry | None:
    """Return the open task of the unit that an inner task belongs to, preferring the same period."""
    own = entry.assignment
    if own.measure.parent_id is None:
        return None
    rows = Assignment.objects.filter(
        measure=own.measure.parent_id,
        body=own.notice.government_id,
        notice__own=False,
        entry__closed_at=None,
    )
    found = list(rows.select_related("entry__body").order_by("entry__due_at", "pk"))
    found.sort(key=lambda one: (one.period != own.period, one.track != YEAR))
    return found[0].entry if found else None


def list_inner_tasks(entry: Entry, by: Actor) -> EntryQuerySet:
    """Return the visible inner tasks that a unit derived from its task."""
    own = entry.assignment
    rows = visible_to(by, kind=INNER).filter(
        kind=INNER, assignment__measure__parent=own.measure_id, assignment__notice__government=entry.body_id
    )
    return rows.select_related("body", "office", "assignment__notice").order_by("due_at", "pk")
