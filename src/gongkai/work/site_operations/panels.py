"""Panels of a fault's page, the home-page block and the reminder job of duty reading."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import MAX_BLOCK_LINES
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.units.actors import SYSTEM
from gongkai.work.site_operations import queries
from gongkai.work.site_operations.actions import remind_of_missing_log
from gongkai.work.site_operations.actions.duty_reading import find_page_url
from gongkai.work.site_operations.models import Upkeep
from gongkai.work.site_operations.permissions import list_home_bodies
from gongkai.work.site_operations.queries import list_missing_days


def show_fault(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of a fault."""
    return {"fault": entry.fault}


def list_reading_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block has rows."""
    return [RowCondition(Upkeep, {"reading_from": ANY_VALUE})]


def make_reading_block(by: Actor) -> dict[str, object] | None:
    """Return the block of sites without a daily log for today or earlier days, or None."""
    today = timezone.localdate()
    rows = [queries.find_status(upkeep, today) for upkeep in queries.list_sites_read_by(by)]
    rows = [status for status in rows if status.missing or not status.read_today]
    shown = [(row, find_page_url(row.upkeep)) for row in rows[:MAX_BLOCK_LINES]]
    return {"rows": shown, "more": len(rows) - len(shown)} if rows else None


#: Days back for which reminders are sent; older missing logs are only shown on the page.
REMINDER_DAYS_BACK = 3


def remind_of_missing_logs() -> Mapping[str, int]:
    """Remind of each of the last days without a log, once; return {"reminded": number}, {} for none.

    Safe to miss and to repeat.
    """
    today, reminder_count = timezone.localdate(), 0
    for upkeep in queries.list_read_upkeeps():
        for day in reversed(list_missing_days(upkeep, today, REMINDER_DAYS_BACK)):
            if upkeep.reminded is None or day > upkeep.reminded:
                remind_of_missing_log(upkeep, by=SYSTEM, day=day, body=list_home_bodies(upkeep.body)[-1])
                reminder_count += 1
    return {"reminded": reminder_count} if reminder_count else {}
