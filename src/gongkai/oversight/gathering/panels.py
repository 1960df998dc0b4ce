"""Panel of a law update, and the home page block of gathering."""

from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.oversight.gathering import queries
from gongkai.oversight.gathering.law_changes import get_compare_url
from gongkai.oversight.gathering.models import Collection, Gathered, GatheredState

MAX_LISTED_SOURCES = 5


def make_update_panel(entry: Entry, _: Actor) -> dict[str, object]:
    """Return the panel of a law update: the library's version, and the page for comparison."""
    update = entry.law_update
    return {"update": update, "compare": get_compare_url(update)}


def list_required_rows(by: Actor) -> list[RowCondition]:
    """Return conditions: without a row that meets one of them, `make_pending_block` returns None."""
    return [RowCondition(Collection, {"body": by.body_ids(*WRITING_ROLES, Role.CHIEF)})]


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of failing sources and of new and changed entries, or None.

    It is for people who write for the collecting unit.
    """
    own = by.body_ids(*WRITING_ROLES, Role.CHIEF)
    sources = queries.visible_to(by).filter(collection__body__in=own)
    failing = sources.filter(active=True, failing__gt=0).order_by("-failing", "pk")
    rows = Gathered.objects.filter(source__in=sources)
    listed = queries.list_listed_sources()
    fresh = rows.filter(state=GatheredState.NEW).exclude(source__in=listed).count()
    changed = rows.filter(changed_at__isnull=False, document__isnull=False).count()
    some, count = list(failing[:MAX_LISTED_SOURCES]), failing.count()
    context = {"failing": some, "more": count - len(some), "fresh": fresh, "changed": changed}
    return context if any(context.values()) else None
