"""Compute due dates from events, with an explanation of each step."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from gongkai.lib.chinese.days import as_day
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.changes import OPEN_TRANSITION, FigureChange, LawChanges, load_stored_changes
from gongkai.lib.law.clockwork import ClockState
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.figures import LegalFigure, change_figure, list_figures_with_history
from gongkai.lib.law.records import ClockStatus, Deadline, Event
from gongkai.lib.law.rules import RULE_SETS, RuleSet, get_rules_on


def compute_due(events: Iterable[Event], rules: RuleSet, calendar: Calendar, today: date) -> Deadline:
    """Compute the due date of a record.

    Args:
        events: the events of the case, in any order; those of one day are processed in the order given. Exactly one is the rule set's start.
        rules: a row of `RULE_SETS` (or of `build_rule_sets(settings)`).
        calendar: the working days; a closed case is counted without what was announced after it.
        today: the day (hours: the moment) for which the status is asked.

    Raises:
        LawError: no start or two, an unknown kind, a number or date where none belongs or none where one must.
    """
    known_events = list(events)
    closed = get_closing_day(known_events, rules)
    clock = ClockState(rules, calendar if closed is None else calendar.known_on(closed), today)
    dated_events = sorted(
        ((clock.period_unit.read(event.on), event) for event in known_events), key=lambda pair: pair[0]
    )
    starts = [(on, event) for on, event in dated_events if event.kind == rules.start]
    if len(starts) != 1:
        raise LawError(f"{rules.name}应有且只有一个起算事项（{rules.start_text}）")
    clock.record_receipts(dated_events)
    clock.start(*starts[0])
    for on, event in dated_events:
        if event.kind != rules.start:
            clock.process(on, event)
    return clock.finish()


def get_closing_day(events: Iterable[Event], rules: RuleSet) -> date | None:
    """Return the day on which a case was closed, None while it is open."""
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
    known_events = list(events)
    faults_before = compute_due(known_events, rules, calendar, act.on).irregular
    faults_after = compute_due([*known_events, act], rules, calendar, act.on).irregular
    new_faults = Counter(faults_after) - Counter(faults_before)
    return tuple(fault.text for fault in new_faults)


def compute_deadline(
    key: str,
    events: Iterable[Event],
    calendar: Calendar,
    today: date,
    changes: LawChanges | None = None,
    *,
    nearest: bool = False,
) -> Deadline:
    """Compute the due date of a case by the law of its day.

    Args:
        key: a rule set.
        events: as `compute_due`.
        calendar: the working days.
        today: the day (hours: the moment) for which the status is asked.
        changes: changes of law that override the tables; default those of this installation.
        nearest: as `get_rules_on`.

    Raises:
        LawError: as `compute_due` and `get_rules_on`.
    """
    known_events, overriding_changes = list(events), load_stored_changes() if changes is None else changes
    days = calendar if changes is None else calendar.with_changes(changes.calendars)
    return compute_due(
        known_events,
        get_rules_of_case(key, known_events, days, today, overriding_changes, nearest=nearest),
        days,
        today,
    )


def get_rules_of_case(
    key: str,
    events: Sequence[Event],
    calendar: Calendar,
    today: date,
    changes: LawChanges | None = None,
    *,
    nearest: bool = False,
) -> RuleSet:
    """Return the rules of a case.

    The day the clock starts chooses them. A figure with an open transition also applies to a clock started
    earlier, if the case was not closed before its first day and its old due date is not before that day. A change
    entered after the case was closed does not apply.

    Args:
        key: a rule set.
        events: what happened, the start among it.
        calendar: the working days.
        today: the day (hours: the moment) up to which events count.
        changes: as `compute_deadline`.
        nearest: as `get_rules_on`.

    Raises:
        LawError: there is no such rule set, no start, or no law sets the period on the day of the start.
    """
    overriding_changes = load_stored_changes() if changes is None else changes
    started = _get_start_day(key, events)
    closed = get_closing_day(events, _get_rule_set(key))
    known_changes = overriding_changes.known_when_closed(closed)
    rules = get_rules_on(key, started, known_changes, nearest=nearest)
    for figure in _list_open_figures(rules, started, known_changes):
        assert figure.since is not None
        if closed is not None and closed < figure.since:
            continue
        old_deadline = compute_due(events, rules, calendar, today)
        over_before = old_deadline.date is not None and as_day(old_deadline.date) < figure.since
        if old_deadline.status is not ClockStatus.ABANDONED and not over_before:
            same_changes = [
                change for change in known_changes if (change.key, change.since) == (figure.key, figure.since)
            ]
            entered = max((change.entered for change in same_changes), default=figure.since)
            rules = replace(
                _replace_figure(rules, figure), lawful_acts=_list_lawful_acts(events, old_deadline, entered)
            )
    return rules


def _list_lawful_acts(events: Iterable[Event], old_deadline: Deadline, entered: date) -> frozenset[tuple[date, str]]:
    """Return (day, kind) of the acts before `entered` that were in time by the law known then."""
    faults = {(as_day(fault.on), fault.kind) for fault in old_deadline.irregular}
    return frozenset((as_day(event.on), event.kind) for event in events if as_day(event.on) < entered) - faults


def depends_on_day(key: str) -> bool:
    """Return true if the rules of a kind of case differ by the day its clock starts."""
    changed = {figure.key for figure in load_stored_changes().figures}
    return any(
        len(list_figures_with_history()[figure.key]) > 1 or figure.since or figure.key in changed
        for figure in _get_rule_set(key).figures
    )


def _get_rule_set(key: str) -> RuleSet:
    if key not in RULE_SETS:
        raise LawError(f"没有这一类期限规则：{key}")
    return RULE_SETS[key]


def _get_start_day(key: str, events: Iterable[Event]) -> date:
    """Return the day of the event that starts the term; LawError if there is none."""
    rules = _get_rule_set(key)
    for event in events:
        if event.kind == rules.start:
            return as_day(event.on)
    raise LawError(f"{rules.name}应有且只有一个起算事项（{rules.start_text}）")


def _list_open_figures(rules: RuleSet, started: date, changes: Iterable[FigureChange]) -> list[LegalFigure]:
    """Return later figures that also apply to clocks already started, earliest first."""
    table, keys = list_figures_with_history(), {figure.key for figure in rules.figures}
    open_figures = [figure for key in keys for figure in table[key] if figure.transition == OPEN_TRANSITION]
    open_figures += [
        change_figure(table[change.key], change)
        for change in changes
        if change.transition == OPEN_TRANSITION and change.key in keys
    ]
    return sorted(
        (figure for figure in open_figures if figure.since is not None and figure.since > started),
        key=lambda figure: (figure.since, figure.key),
    )


def _replace_figure(rules: RuleSet, figure: LegalFigure) -> RuleSet:
    """Return the rules with one figure replaced; nothing is due by them before the figure's first day."""
    changed: dict[str, object] = {}
    if rules.period and rules.period.key == figure.key:
        source = "、".join(filter(None, (figure.source, figure.transition_source)))
        named_rule = source if rules.rule == rules.period.source else f"{rules.rule}（{source}）"
        changed |= {"period": figure, "rule": named_rule}
        changed |= {"start_rule": named_rule} if rules.start_rule == rules.rule else {}
    if rules.extend and rules.extend.figure and rules.extend.figure.key == figure.key:
        named_rule = f"{rules.extend.rule}（{figure.source}）"
        changed["extend"] = replace(rules.extend, figure=figure, rule=named_rule)
    stops = tuple(
        replace(
            stop,
            limit=figure if stop.limit and stop.limit.key == figure.key else stop.limit,
            within=figure if stop.within and stop.within.key == figure.key else stop.within,
        )
        for stop in rules.stops
    )
    if stops != rules.stops:
        by_key = {stop.key: stop for stop in stops}
        changed["stops"] = stops
        changed["roles"] = {
            kind: (role, by_key[stop.key] if stop else None) for kind, (role, stop) in rules.roles.items()
        }
    if rules.warn.key == figure.key:
        return replace(rules, warn=figure)
    return replace(rules, **changed, not_before=figure.since)  # type: ignore[arg-type]
