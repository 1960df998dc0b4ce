"""Panels of a fault's page, and the home page block on duty reading."""

from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.desk import MAX_BLOCK_LINES
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import ANY_VALUE, Rows
from gongkai.work.site_operations import queries
from gongkai.work.site_operations.actions.daily_logs import find_page_url
from gongkai.work.site_operations.models import Upkeep


def show_fault(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of a fault."""
    return {"fault": entry.fault}


def reading_needed(by: Actor) -> list[Rows]:
    """Return the rows on which the block depends."""
    return [Rows(Upkeep, {"reading_from": ANY_VALUE})]


def reading_block(by: Actor) -> dict[str, object] | None:
    """Return the block of sites without a daily log for today or earlier days, or None."""
    today = timezone.localdate()
    rows = [queries.find_status(upkeep, today) for upkeep in queries.list_read_by(by)]
    rows = [standing for standing in rows if standing.missing or not standing.read_today]
    shown = [(row, find_page_url(row.upkeep)) for row in rows[:MAX_BLOCK_LINES]]
    return {"rows": shown, "more": len(rows) - len(shown)} if rows else None
