"""Due work of this room: opening the next period of recurring duties. Safe to miss and to repeat."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from gongkai.acts.action import Refused
from gongkai.chinese.days import end_of_day
from gongkai.law import default_calendar
from gongkai.ledger.models import Entry, Told
from gongkai.notices.actions.deciding import NUDGE, next_period, nudge
from gongkai.notices.actions.rules import PATIENCE
from gongkai.notices.checklist import period
from gongkai.notices.models import Ask, Assignment
from gongkai.notices.planning.periods import YEAR
from gongkai.notices.planning.plan import next_periods
from gongkai.notices.states import ASKED, NoticeState, State
from gongkai.units.actors import SYSTEM


def open_next_periods(today: date | None = None) -> Mapping[str, int]:
    """Open the period behind every recurring assignment whose newest period passed; several where the job was missed for long."""
    day = today or timezone.localdate()
    opened = 0
    for assignment in _newest():
        missing = next_periods(period(assignment), year=assignment.notice.year, today=day, closed=False)
        if missing:
            made = next_period(assignment.entry, by=SYSTEM, today=day)
            opened += len(made)
    return {"opened": opened}


#: The most that one run reminds of; the next run goes on.
MOST = 500


def remind_deciders(today: date | None = None) -> Mapping[str, int]:
    """Remind lead units of what has waited for them for three working days: once for each submission and each request."""
    day = default_calendar().subtract(today or timezone.localdate(), PATIENCE)
    before = end_of_day(day)
    told = Told.objects.filter(step=NUDGE)
    submitted = (
        Assignment.objects.filter(entry__state=State.SUBMITTED, submitted_at__lt=before)
        .exclude(Exists(told.filter(entry=OuterRef("pk"), due_at=OuterRef("submitted_at"))))
        .select_related("entry__body")
    )
    asked = (
        Ask.objects.filter(granted=None, asked_at__lt=before, assignment__entry__state__in=ASKED)
        .exclude(Exists(told.filter(entry=OuterRef("assignment"), due_at=OuterRef("asked_at"))))
        .select_related("assignment__entry__body")
    )
    waiting = [(row.entry, row.submitted_at) for row in submitted.order_by("pk")[:MOST] if row.submitted_at]
    waiting += [(ask.assignment.entry, ask.asked_at) for ask in asked.order_by("pk")[:MOST]]
    return {"reminded": sum(_nudged(entry, since) for entry, since in waiting)}


def _nudged(entry: Entry, since: datetime) -> bool:
    """Whether this run reminded; another one at the same time may have been quicker."""
    try:
        nudge(entry, by=SYSTEM, since=since)
    except Refused:
        return False
    return True


def _newest() -> list[Assignment]:
    """Return the newest period of each recurring measure and unit of the notices in force."""
    live = Assignment.objects.filter(notice__state=NoticeState.LIVE).exclude(track=YEAR)
    newest = live.values("measure_id", "body_id", "track").annotate(newest=Max("pk")).values("newest")
    return list(Assignment.objects.filter(pk__in=newest).select_related("entry__body", "notice", "measure"))
