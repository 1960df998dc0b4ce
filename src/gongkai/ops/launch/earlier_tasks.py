"""Tasks due before the opening, which get a new due date or are left out so that none is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Launch
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.following import ActionEvent, hold_messages
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.work.notices.actions.decisions import cancel_assignment, set_catch_up_date
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import OPEN_STATES, TASK_KINDS

# Reason logged for a task that is left out.
LEFT_OUT_REASON = "开通以前到期，本平台不纳入办理"


@dataclass(frozen=True)
class SettledEntries:
    """Number of tasks due before the opening that were settled."""

    count: int

    def words(self, launch: Launch) -> str:
        """Describe the number in a sentence; empty without any."""
        if not self.count:
            return ""
        if launch.earlier == Launch.Earlier.CATCH_UP:
            return f"开通以前到期的任务{self.count}项纳入补录，期限{launch.until}。"
        return f"开通以前到期的任务{self.count}项不纳入办理。"


def due_before(moment: datetime) -> EntryQuerySet:
    """Return the open tasks of notices that are due before a moment."""
    return Entry.objects.filter(kind__in=TASK_KINDS, state__in=OPEN_STATES, due_at__lt=moment)


def settle_earlier_tasks(launch: Launch) -> SettledEntries:
    """Settle all tasks due before the opening by the proposal's decision."""
    return SettledEntries(_settle(launch, due_before(_morning(launch))))


def settle_notice(event: ActionEvent) -> None:
    """Settle the tasks of a notice confirmed after the opening that were due before it."""
    notice, launch = event.target, Launch.objects.exclude(opened_at=None).exclude(earlier="").first()
    if launch is not None and isinstance(notice, Notice):
        _settle(launch, due_before(_morning(launch)).filter(assignment__notice=notice))


def _morning(launch: Launch) -> datetime:
    assert launch.opened_at is not None
    return timezone.localtime(launch.opened_at).replace(hour=0, minute=0, second=0, microsecond=0)


def _settle(launch: Launch, entries: Iterable[Entry]) -> int:
    rows = list(entries)
    until = launch.until
    if until is not None and launch.opened_at is not None:
        until = max(until, timezone.localdate(launch.opened_at))
    with hold_messages():
        for entry in rows:
            if launch.earlier == Launch.Earlier.CATCH_UP and until is not None:
                set_catch_up_date(entry, by=SYSTEM, until=until)
            else:
                cancel_assignment(entry, by=SYSTEM, reason=LEFT_OUT_REASON)
    return len(rows)
