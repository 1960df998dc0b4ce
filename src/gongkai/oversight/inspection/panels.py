"""What this room shows on the page of an entry: of a task, what the machine sees of its duties; of an order, what was seen since."""

from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.oversight.inspection.actions import order_duty
from gongkai.oversight.inspection.again import seen_since
from gongkai.oversight.inspection.duties import verdicts_of
from gongkai.oversight.inspection.queries import orders_of


def duties_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the verdicts on a task's duties; None where it has none. The supervisor may order what is missing."""
    rows = verdicts_of(entry)
    if not rows:
        return None
    may = any(row.fault for row in rows) and not order_duty.why_not(next(r for r in rows if r.fault), by=by)
    ordered = orders_of(rows)
    return {
        "rows": [(row, ordered.get(row.pk)) for row in rows],
        "task": entry.pk,
        "may": may,
        "checked_at": max(row.checked_at for row in rows),
    }


def again_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return what the newest inspection saw of a fault that was ordered to be mended; None for what no inspection found."""
    again = seen_since(entry, by)
    return {"again": again} if again else None
