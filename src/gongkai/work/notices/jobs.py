"""Scheduled jobs of notices. Safe to miss and to repeat."""

import logging
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import product

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry, Mark, Told
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law import default_calendar
from gongkai.work.notices.actions.decisions import REMINDER_STEP, open_next_period, remind
from gongkai.work.notices.actions.imports import remove_unfinished
from gongkai.work.notices.actions.permissions import REMINDER_AFTER_WORKING_DAYS
from gongkai.work.notices.actions.task_portions import continue_interrupted_work
from gongkai.work.notices.entries.expansion import expand_notice
from gongkai.work.notices.models import Ask, Assignment, Notice
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.planning.periods import RECURRING_TRACKS, find_last_period, find_period
from gongkai.work.notices.planning.plan import group_by_track
from gongkai.work.notices.queries.unstaffed_units import make_vacancy_notifications
from gongkai.work.notices.states import REQUEST_STATES, AssignmentState, NoticeState
from gongkai.work.notices.versions.comparison import list_owner_keys

LOG = logging.getLogger(__name__)
# Time limit of one run, so that other jobs are not delayed, and rows read at a time.
MAX_RUN_SECONDS, ROWS_PER_PORTION = 20.0, 500
#: Work that stores nothing for this time counts as interrupted.
INTERRUPTED_AFTER = timedelta(seconds=30)
#: Name of the mark with the day on which all periods were opened.
OPENED_MARK = "next-periods"


def open_next_periods(today: date | None = None, *, seconds: float = MAX_RUN_SECONDS) -> Mapping[str, int]:
    """Open the next periods of recurring assignments whose newest period has passed.

    None follows a task that another unit has now, or a cancelled one whose unit the row names no more.
    Several are opened if the job was missed for long. After a complete run nothing is done on the
    same day. What exceeds `seconds` is left to the next run. Return {"opened": number}.
    """
    day, end, opened, last = today or timezone.localdate(), time.monotonic() + seconds, 0, 0
    owed: dict[int, frozenset[tuple[object, ...]]] = {}
    if Mark.objects.filter(name=OPENED_MARK, value=day.isoformat()).exists():
        return {"opened": 0}
    passed = _list_passed_periods(day)
    while rows := list(passed.filter(pk__gt=last).order_by("pk")[:ROWS_PER_PORTION]):
        for assignment in rows:
            if time.monotonic() > end:
                return {"opened": opened}
            if assignment.entry.outcome in _PERHAPS_NOT_OWED:
                if assignment.notice_id not in owed:
                    owed[assignment.notice_id] = _find_owed_tracks(assignment.notice)
                key = assignment.measure_id, assignment.body_id, assignment.share, assignment.track
                if key not in owed[assignment.notice_id]:
                    continue
            opened += len(open_next_period(assignment.entry, by=SYSTEM, today=day))
        last = rows[-1].pk
    Mark.objects.update_or_create(name=OPENED_MARK, defaults={"value": day.isoformat()})
    return {"opened": opened}


# Outcomes of tasks after which the row shows if the unit still owes the next period.
_PERHAPS_NOT_OWED = frozenset({AssignmentState.CANCELLED, AssignmentState.NOT_APPLICABLE})


def _find_owed_tracks(notice: Notice) -> frozenset[tuple[object, ...]]:
    """Return (measure, body, office or 0, track) of all that the rows of a notice order."""
    return frozenset(
        (planned.number, *owner, track)
        for planned in expand_notice(notice).planned
        for owner in list_owner_keys(planned, by_office=notice.own)
        for track in group_by_track(planned.duties)
    )


def finish_interrupted(now: datetime | None = None) -> Mapping[str, int]:
    """Continue work on notices, and remove partial imports, of a stopped process.

    A notice that fails is logged; the others are done. Return {"continued": number, "removed": number}.
    """
    before = (now or timezone.now()) - INTERRUPTED_AFTER
    continued = continue_interrupted_work(before)
    removed = 0
    for notice in Notice.unfinished.filter(imported_at__lt=before):
        try:
            remove_unfinished(notice)
            removed += 1
        except Exception:
            LOG.exception("partial import of notice %s: the next run of the job tries again", notice.pk)
    return {"continued": continued, "removed": removed}


# Reminders of one run; the next run continues.
MAX_REMINDERS = 500


def remind_all_deciders(today: date | None = None) -> Mapping[str, int]:
    """Remind deciders of submissions and requests pending for three working days, once; return {"reminded": number}."""
    day = default_calendar().subtract_working_days(today or timezone.localdate(), REMINDER_AFTER_WORKING_DAYS)
    deadline = end_of_day(day)
    reminders = Told.objects.filter(step=REMINDER_STEP)
    submitted = (
        Assignment.objects.filter(entry__state=AssignmentState.SUBMITTED, submitted_at__lt=deadline)
        .exclude(Exists(reminders.filter(entry=OuterRef("pk"), due_at=OuterRef("submitted_at"))))
        .select_related("entry__body")
    )
    asks = (
        Ask.objects.filter(granted=None, asked_at__lt=deadline, assignment__entry__state__in=REQUEST_STATES)
        .exclude(Exists(reminders.filter(entry=OuterRef("assignment"), due_at=OuterRef("asked_at"))))
        .select_related("assignment__entry__body")
    )
    waiting = [(row.entry, row.submitted_at) for row in submitted.order_by("pk")[:MAX_REMINDERS] if row.submitted_at]
    waiting += [(ask.assignment.entry, ask.asked_at) for ask in asks.order_by("pk")[:MAX_REMINDERS]]
    return {"reminded": sum(_remind_unit_once(entry, since) for entry, since in waiting)}


def report_missing_chiefs() -> Mapping[str, int]:
    """Notify administrators of each office whose post 政务公开办 is vacant, once; return {"told": number}."""
    return {"told": write_messages(make_vacancy_notifications())}


def _remind_unit_once(entry: Entry, since: datetime) -> bool:
    """Return true if this run reminded; a parallel run may have done so before."""
    try:
        remind(entry, by=SYSTEM, since=since)
    except Refused:
        return False
    return True


def _list_passed_periods(day: date) -> QuerySet[Assignment]:
    """Return the newest assignment of each recurring measure and unit in force, if its period has passed.

    Those that the unit gave to another one or returned are left out.
    Labels of one track sort by date, so the index selects the rows.
    """
    live = Notice.objects.filter(state=NoticeState.LIVE)
    passed = Q(pk__in=[])
    for year, track in product(live.values_list("year", flat=True).distinct().order_by("year"), RECURRING_TRACKS):
        current_label = min(find_period(track, day).label, find_last_period(track, year).label)
        passed |= Q(notice__year=year, track=track, period__lt=current_label)
    same_unit_and_track = {name: OuterRef(name) for name in ("measure", "body", "share", "track")}
    newer = Assignment.objects.filter(period__gt=OuterRef("period"), **same_unit_and_track)
    rows = Assignment.objects.filter(passed, ~Exists(newer), notice__in=live, measure__dropped=False)
    rows = rows.exclude(entry__outcome__in=[AssignmentState.REASSIGNED, AssignmentState.WITHDRAWN])
    return rows.select_related("entry__body", "notice", "measure").defer(*list_large_fields("notice"))
