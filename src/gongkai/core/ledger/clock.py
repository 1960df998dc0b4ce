"""The clock of an entry: computes its dates from clock events; no date is set by hand.

An action returns events in `ActionResult.events`. `apply_events` validates and stores them and
recomputes the dates (due_at, warn_at, paused, provisional). `compute_deadline` returns the due date
with the sentences that explain it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import cached_in_batch, insert_many
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.ledger.models.entry import choose_light_moment
from gongkai.lib import law


def get_light(entry: Entry, now: datetime | None = None) -> str:
    """Return the name of an entry's light (green, yellow, red, blue, grey, grey_red) at a moment
    (default: now).

    A closed entry with an outcome in `EntryKind.outcomes_without_duty` is grey, even if closed late.
    """
    moment = choose_light_moment(now)
    if entry.closed_at and entry.outcome in get_kind(entry.kind).outcomes_without_duty:
        return law.TrafficLight.GREY.key
    return law.compute_traffic_light(entry.due_at, entry.warn_at, entry.paused, entry.closed_at, moment).key


def get_rules_key(entry: Entry) -> str:
    """Return the key of the deadline rules of an entry: its own key, or that of its kind."""
    return entry.rules or get_kind(entry.kind).rules


def get_rules(entry: Entry) -> law.RuleSet:
    """Return the deadline rules of an entry, with the figures that apply to its clock events."""
    key = get_rules_key(entry)
    if not law.depends_on_day(key):
        return law.build_rule_sets()[key]
    return law.get_rules_of_case(
        key, _list_law_events(entry), law.default_calendar(), _get_now_or_today(_counts_in_hours(entry)), nearest=True
    )


def _list_law_events(entry: Entry) -> list[law.Event]:
    """Return an entry's clock events; without any, the one that starts its clock."""
    return list_events(entry) or [_normalize_event(make_start_event(entry), hours=_counts_in_hours(entry))]


def _counts_in_hours(entry: Entry) -> bool:
    return law.RULE_SETS[get_rules_key(entry)].unit == "hour"


def _get_day_begin(start: date) -> datetime:
    """Return the first moment of a day; a moment is returned unchanged."""
    return start if isinstance(start, datetime) else timezone.make_aware(datetime.combine(start, time()))


def get_end_of_due_day(due: date) -> datetime:
    """Return the last moment of a due date; a moment is returned unchanged."""
    return due if isinstance(due, datetime) else law.end_of_day(due)


# -- events
# ----------------------------------------------------------------------------------------


def make_event(kind: str, on: date | None = None, *, value: int | None = None, until: date | None = None) -> law.Event:
    """Return a clock event of the moment `on`; without it, of now."""
    return law.Event(kind, on or timezone.now(), value, until)


def make_start_event(entry: Entry) -> law.Event:
    """Return the event that starts the clock of a new entry: opening time and ordered due date."""
    rules = law.RULE_SETS[get_rules_key(entry)]
    due = timezone.localdate(entry.due_at) if rules.ordered and entry.due_at else None
    return law.Event(rules.start, entry.opened_at or timezone.now(), None, due)


def list_events(entry: Entry) -> list[law.Event]:
    """Return the clock events of an entry that were not voided, in order of recording; prefetched ones are used."""
    rows = _list_event_rows(entry)
    voided_ids = {row.voids_id for row in rows}
    hours = _counts_in_hours(entry)
    return [
        _to_law_event(row, hours=hours)
        for row in sorted(rows, key=lambda row: row.pk)
        if row.voids_id is None and row.pk not in voided_ids
    ]


def _list_event_rows(entry: Entry) -> list[ClockEvent]:
    """Return the clock events of an entry in order, prefetched ones without a query."""
    if "clock_events" in getattr(entry, "_prefetched_objects_cache", {}):
        return list(entry.clock_events.all())
    return list(ClockEvent.objects.filter(entry=entry).order_by("pk")) if entry.pk else []


def _to_law_event(row: ClockEvent, *, hours: bool) -> law.Event:
    """Return a clock event for the calculation, on its moment if the period counts hours, else on its day."""
    day = row.at if hours and row.at else row.on
    return law.Event(row.kind, day, row.value, row.until)


def _to_event_row(entry: Entry, event: law.Event, by: Actor, irregular: Sequence[str] = ()) -> ClockEvent:
    """Return the unsaved database row of a clock event."""
    moment = event.on if isinstance(event.on, datetime) else None
    return ClockEvent(
        entry=entry,
        kind=event.kind,
        on=timezone.localdate(moment) if moment else event.on,
        at=moment,
        value=event.value,
        until=event.until,
        irregular="；".join(irregular),
        by=by.name,
        recorded_at=timezone.now(),
    )


def _to_log_fact(event: law.Event) -> dict[str, object]:
    """Return an event as JSON data for the log."""
    fields = {"kind": event.kind, "on": event.on.isoformat(), "value": event.value}
    fields["until"] = event.until.isoformat() if event.until else None
    return {name: value for name, value in fields.items() if value is not None}


def apply_events(entry: Entry, step: ActionResult, *, by: Actor) -> ActionResult:
    """Store a step's events, set the entry's dates and closing time in memory, and return the step with the events in
    its facts.

    Raises:
        Refused: the deadline rules forbid an event, and the step does not record the past.
    """
    if not step.events:
        return step
    key, calendar, hours = get_rules_key(entry), law.default_calendar(), _counts_in_hours(entry)
    start, earlier_events = law.RULE_SETS[key].start, list_events(entry)
    if not any(law_event.kind == start for law_event in earlier_events + list(step.events)):
        earlier_events = [make_start_event(entry)]
        ClockEvent.objects.bulk_create([_to_event_row(entry, earlier_events[0], by)])
        earlier_events = [_normalize_event(earlier_events[0], hours=hours)]
    rules = law.get_rules_of_case(
        key, [*earlier_events, *step.events], calendar, _get_now_or_today(hours), nearest=True
    )
    for event in step.events:
        law_event = _normalize_event(event, hours=hours)
        against: tuple[str, ...] = ()
        if law_event.kind not in rules.roles:
            raise Refused(f"{rules.name}不能办理这一事项。")
        if law_event.kind != rules.start:
            against = law.find_objections(earlier_events, law_event, rules, calendar)
        if against and not step.past:
            raise Refused(list(against))
        ClockEvent.objects.bulk_create([_to_event_row(entry, event, by, against)])
        earlier_events.append(law_event)
        if law_event.kind in rules.closing and not against:
            entry.closed_at = get_event_moment(event)
    _drop_prefetched_events(entry)
    copy_deadline(
        entry,
        law.compute_deadline(key, earlier_events, calendar, _get_now_or_today(hours), nearest=True),
        calendar=calendar,
    )
    return replace(step, facts={**step.facts, "clock": [_to_log_fact(law_event) for law_event in step.events]})


def find_objections(entry: Entry, kind: str, value: int | None = None) -> list[str]:
    """Return the reasons of the deadline rules against an event of this kind today; `value` is its number of days."""
    rules = get_rules(entry)
    if kind not in rules.roles:
        return [f"{rules.name}不能办理这一事项"]
    event = _normalize_event(make_event(kind, value=value), hours=_counts_in_hours(entry))
    return list(law.find_objections(list_events(entry), event, rules, law.default_calendar()))


def find_extension_errors(entry: Entry) -> list[str]:
    """Return the Chinese reasons against extending the period today, for example that it was extended already."""
    return [f"{objection}。" for objection in find_objections(entry, "extended", 1)]


def get_event_moment(event: law.Event) -> datetime:
    """Return the time of an event; if only its day is known, the end of that day (now, if it is today)."""
    if isinstance(event.on, datetime):
        return event.on
    return (
        min(timezone.now(), law.end_of_day(event.on)) if event.on <= timezone.localdate() else law.end_of_day(event.on)
    )


def find_missed_date(entry: Entry) -> datetime | None:
    """Return the due date of an entry if it has passed or was passed at closing; None if paused or undated."""
    due = entry.due_at
    if due is None or entry.pk is None or entry.paused:
        return None
    return due if (entry.closed_at or timezone.now()) > due else None


def make_pause_end_events(entry: Entry) -> tuple[law.Event, ...]:
    """Return the events that end all current pauses of the clock now."""
    if was_closed(entry):
        return ()
    kinds = [event.kind for event in list_events(entry)]
    open_ones = [
        stop
        for stop in get_rules(entry).stops
        if _find_last_index(kinds, stop.begin) > _find_last_index(kinds, stop.end)
    ]
    # The action that closed a reopened entry has ended some pauses; the rules refuse to end a pause twice.
    return tuple(make_event(stop.end) for stop in open_ones if not find_objections(entry, stop.end))


def make_closing_event(entry: Entry, kind: str = "closed") -> law.Event:
    """Return the event that closes an entry: at its last submission if it is paused since, else now.

    The days of the judgement do not count against the unit.
    """
    rows = _list_event_rows(entry)
    voided_ids = {row.voids_id for row in rows}
    valid_submissions = [row for row in rows if row.kind == "submitted" and row.at and row.pk not in voided_ids]
    submission = max(valid_submissions, key=lambda row: row.pk, default=None)
    return make_event(kind, submission.at) if entry.paused and submission else make_event(kind)


def was_closed(entry: Entry) -> bool:
    """Return true if an event closed the clock and none reopened it."""
    rules, kinds = get_rules(entry), [event.kind for event in list_events(entry)]
    last_reopening = max((_find_last_index(kinds, kind) for kind in rules.reopens), default=-1)
    return max(_find_last_index(kinds, kind) for kind in rules.closing) > last_reopening


def _find_last_index(kinds: Sequence[str], kind: str) -> int:
    """Return the index of the last event of a kind, or -1."""
    return max((place for place, value in enumerate(kinds) if value == kind), default=-1)


def make_redating_events(entry: Entry, due: date) -> tuple[law.Event, ...]:
    """Return the event that changes the due date to the day `due`, as a tuple of one; () if it is that day already."""
    is_unchanged = entry.due_at is not None and timezone.localdate(entry.due_at) == due
    return () if is_unchanged else (make_event("rescheduled", until=due),)


def void_events(entry: Entry, kinds: Iterable[str], *, by: Actor) -> None:
    """Declare all valid events of these kinds void because they were recorded in error; call it inside the correcting
    action."""
    rows = entry.clock_events.filter(kind__in=list(kinds), voids=None, voided_by=None)
    for row in rows:
        ClockEvent.objects.create(
            entry=entry, kind=row.kind, on=row.on, voids=row, by=by.name, recorded_at=timezone.now()
        )
    _drop_prefetched_events(entry)


def void_last_events(entry: Entry, count: int, *, by: Actor) -> None:
    """Declare the last `count` events of an entry void, to undo a step; call it inside an action."""
    rows = entry.clock_events.filter(voids=None, voided_by=None).order_by("-pk")[:count]
    for row in rows:
        ClockEvent.objects.create(
            entry=entry, kind=row.kind, on=row.on, voids=row, by=by.name, recorded_at=timezone.now()
        )
    _drop_prefetched_events(entry)


def _drop_prefetched_events(entry: Entry) -> None:
    """Forget the prefetched clock events of an entry."""
    getattr(entry, "_prefetched_objects_cache", {}).pop("clock_events", None)


def _normalize_event(event: law.Event, *, hours: bool) -> law.Event:
    """Return an event with the local day instead of its moment, unless its clock counts in hours."""
    if isinstance(event.on, datetime) and not hours:
        return replace(event, on=timezone.localdate(event.on))
    return event


def _get_now_or_today(hours: bool) -> date:
    """Return now for rules that count hours, else today."""
    return timezone.now() if hours else timezone.localdate()


# -- dates
# -----------------------------------------------------------------------------------------


def compute_deadline(
    entry: Entry,
    calendar: law.Calendar | None = None,
    *,
    today: date | None = None,
    changes: law.LawChanges | None = None,
) -> law.Deadline:
    """Return an entry's deadline (status, due date, explanation), computed from its events by the law of `today`."""
    day = today or _get_now_or_today(_counts_in_hours(entry))
    return law.compute_deadline(
        get_rules_key(entry), _list_law_events(entry), calendar or law.default_calendar(), day, changes, nearest=True
    )


def begin_clock(entry: Entry, events: Sequence[law.Event]) -> None:
    """Set the dates of a new, unsaved entry from its first events, in memory."""
    key, hours = get_rules_key(entry), _counts_in_hours(entry)
    first_events = tuple(_normalize_event(event, hours=hours) for event in events)

    def compute() -> law.Deadline:
        """Return the deadline by the first events."""
        return law.compute_deadline(key, first_events, law.default_calendar(), _get_now_or_today(hours), nearest=True)

    copy_deadline(entry, cached_in_batch(("deadline", key, first_events), compute))


def compute_yellow_light_start(
    entry: Entry, calendar: law.Calendar | None = None, start: date | None = None
) -> datetime | None:
    """Return the moment from which an entry is yellow (`warn_at`); None without due date.

    `start` is the first day of the term, on which the length of the warning may depend.
    """
    if entry.due_at is None:
        return None
    key, due = get_rules_key(entry), timezone.localtime(entry.due_at)

    def compute() -> date:
        days, rules = calendar or law.default_calendar(), law.build_rule_sets()[key]
        return law.compute_warning_time(due, rules, days, start and _get_day_begin(start))

    warn = compute() if calendar else cached_in_batch(("yellow", key, due, start), compute)
    assert isinstance(warn, datetime)
    return warn


def copy_deadline(entry: Entry, deadline: law.Deadline, *, calendar: law.Calendar | None = None) -> None:
    """Copy a computed deadline to the entry, in memory.

    While the clock is paused or the matter counts as given up, the last date remains for sorting,
    and the entry is not late.
    """
    paused_statuses = (
        {law.ClockStatus.PAUSED} if entry.closed_at else {law.ClockStatus.PAUSED, law.ClockStatus.ABANDONED}
    )
    entry.paused = deadline.status in paused_statuses
    dated_statuses = {law.ClockStatus.RUNNING, law.ClockStatus.OVERDUE, law.ClockStatus.CLOSED_IN_TIME}
    given_up = deadline.status is law.ClockStatus.ABANDONED and entry.closed_at is not None
    if deadline.date is not None or deadline.status in dated_statuses or given_up:
        entry.due_at = None if deadline.date is None else get_end_of_due_day(deadline.date)
        entry.warn_at = compute_yellow_light_start(entry, calendar, deadline.since if deadline.steps else None)
    entry.provisional = deadline.provisional


@dataclass(frozen=True)
class RedatedEntry:
    """An entry with dates recomputed in memory, and its due date before (`due_before`), which may be the same."""

    entry: Entry
    due_before: datetime | None

    @property
    def has_due_date_moved(self) -> bool:
        """Return true if the due date moved, and not only the warning."""
        return self.due_before != self.entry.due_at


def recompute_dates(
    entries: Iterable[Entry],
    calendar: law.Calendar | None = None,
    *,
    today: date | None = None,
    changes: law.LawChanges | None = None,
) -> list[RedatedEntry]:
    """Recompute the dates of open entries in memory, and return the entries whose dates changed.

    `actions.redate` saves them. Pass entries with `prefetch_related("clock_events")`. The due
    date of an entry without events does not change, only its warning. `changes` of law replace those in force.
    """
    days = calendar or law.default_calendar()
    redated_entries = []
    for entry in entries:
        old_dates = (entry.due_at, entry.warn_at, entry.provisional, entry.paused)
        if entry.clock_events.all():
            copy_deadline(entry, compute_deadline(entry, days, today=today, changes=changes), calendar=days)
        else:
            entry.warn_at, entry.provisional = compute_yellow_light_start(entry, days), False
        if old_dates != (entry.due_at, entry.warn_at, entry.provisional, entry.paused):
            redated_entries.append(RedatedEntry(entry, old_dates[0]))
    return redated_entries


def store_first_events(entries: Sequence[Entry], events: Sequence[Sequence[law.Event]], *, by: Actor) -> None:
    """Store the first events of new entries in one statement."""
    rows = [
        _to_event_row(entry, event, by)
        for entry, first_events in zip(entries, events, strict=True)
        for event in first_events
    ]
    insert_many(rows)
