"""Compute due dates from events, with an explanation of each step."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from gongkai.lib.chinese.days import as_day
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.clockwork import ClockState
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.records import Deadline, Event
from gongkai.lib.law.rules import RuleSet


def compute_due(events: Iterable[Event], rules: RuleSet, calendar: Calendar, today: date) -> Deadline:
    """Compute the due date of a record.

    Args:
        events: what happened, in any order; those of one day are taken in the order given. Exactly one is the rule set's start.
        rules: a row of `RULE_SETS` (or of `build_rule_sets(settings)`).
        calendar: the working days; a closed case is counted without what was announced after it.
        today: the day (hours: the moment) for which the status is asked.

    Raises:
        LawError: no start or two, an unknown kind, a number or date where none belongs or none where one must.
    """
    known = list(events)
    closed = get_closing_day(known, rules)
    clock = ClockState(rules, calendar if closed is None else calendar.known_on(closed), today)
    taken = sorted(((clock.of.read(event.on), event) for event in known), key=lambda pair: pair[0])
    starts = [(on, event) for on, event in taken if event.kind == rules.start]
    if len(starts) != 1:
        raise LawError(f"{rules.name}应有且只有一个起算事项（{rules.start_text}）")
    clock.expect(taken)
    clock.start(*starts[0])
    for on, event in taken:
        if event.kind != rules.start:
            clock.take(on, event)
    return clock.finish()


def get_closing_day(events: Iterable[Event], rules: RuleSet) -> date | None:
    """Return the day on which a case was closed for the last time; None while it is open."""
    closed: date | None = None
    for event in sorted(events, key=lambda one: as_day(one.on)):
        if event.kind in rules.reopens:
            closed = None
        elif event.kind in rules.closing and closed is None:
            closed = as_day(event.on)
    return closed


def find_objections(events: Iterable[Event], act: Event, rules: RuleSet, calendar: Calendar) -> tuple[str, ...]:
    """Return reasons why an act would be irregular after these events; empty if it is allowed.

    Raises:
        LawError: as `compute_due`.
    """
    known = list(events)
    before = compute_due(known, rules, calendar, act.on).irregular
    after = compute_due([*known, act], rules, calendar, act.on).irregular
    new = Counter(after) - Counter(before)
    return tuple(fault.text for fault in new)
