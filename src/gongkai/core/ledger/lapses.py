"""Lapses (逾期记录): a missed due date stays with the unit that missed it.

An overdue or late-closed entry shows that itself. A transfer, return, new period or later date
would hide it; then `record_lapse`, called by every action on an entry (`EntryAction.finish`), creates a
closed entry of kind `lapse` for the unit, so that lists, lights and figures still count it. The
lapse of an entry inside a unit (`EntryKind.inner`) is of kind `inner_lapse`: it stays with the office,
and supervisors above the unit neither see nor count it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from gongkai.core.acts.action import ActionResult
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import get_event_moment, get_rules
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import EntryKind, get_kind
from gongkai.core.ledger.models import Entry, EntryQuerySet, Lapse
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import acts_for_another, check_system
from gongkai.core.ledger.states import LAPSE_MACHINE, LapseState
from gongkai.core.units.actors import SYSTEM

KIND, INNER_KIND = "lapse", "inner_lapse"
#: Outcome of a lapse whose entry is back at the unit and shows the missed date itself.
RETURNED_OUTCOME = "returned"


#: The kind of lapses that supervisors count.
LAPSE_KIND = EntryKind(
    name=KIND,
    label="逾期记录",
    prefix="逾期",
    machine=LAPSE_MACHINE,
    related=("lapse__of",),
    carried_on=frozenset({RETURNED_OUTCOME}),
)
#: The kind of lapses of entries between a unit and its own offices.
INNER_LAPSE_KIND = replace(LAPSE_KIND, name=INNER_KIND, label="内部逾期记录", prefix="内部逾期", inner=True)


@dataclass(frozen=True)
class EntryHolder:
    """The responsible unit, office and outcome of an entry at a moment; body and office are primary keys."""

    body_id: int
    office_id: int | None
    outcome: str


def get_holder(entry: Entry) -> EntryHolder:
    """Return an entry's stored unit, office and outcome, before the action saves its changes."""
    return EntryHolder(*Entry.objects.values_list("body_id", "office_id", "outcome").get(pk=entry.pk))


def record_lapse(
    entry: Entry, missed: datetime, holder: EntryHolder, step: ActionResult, *, label: str, by: Actor
) -> None:
    """Store a missed due date for the previous unit if the entry no longer shows it, or update the lapse of that
    day.

    Args:
        entry: the entry after the step.
        missed: its due date before the step.
        holder: unit, office and outcome before the step.
        step: the result of the step.
        label: the Chinese label of the action.
        by: the actor.
    """
    day = timezone.localdate(missed)  # a lapse is due at the end of the day
    lapses = Lapse.objects.filter(of=entry).select_related("entry__body")
    if lapse := next(
        (
            candidate
            for candidate in lapses
            if candidate.entry.due_at and timezone.localdate(candidate.entry.due_at) == day
        ),
        None,
    ):
        _update_lapse(
            lapse, shown=_get_holder_key(entry) == _get_holder_key(lapse.entry) and _shows_missed_date(entry, missed)
        )
        return
    previous_key = holder.body_id, (holder.office_id or entry.office_id) if get_kind(entry.kind).inner else None
    shown_here = _get_holder_key(entry) == previous_key and _shows_missed_date(entry, missed)
    if not shown_here and _needs_lapse(entry, day, holder, step, by):
        _create_lapse(entry, missed, holder, label, by)


def _get_holder_key(entry: Entry) -> tuple[int, int | None]:
    """Return (unit, office or None) responsible for an entry; the office only for kinds within a unit."""
    return entry.body_id, entry.office_id if get_kind(entry.kind).inner else None


def _shows_missed_date(entry: Entry, missed: datetime) -> bool:
    """Return true if the entry itself still shows that it missed this due date."""
    is_closed_without_duty = entry.closed_at is not None and entry.outcome in get_kind(entry.kind).outcomes_without_duty
    return not is_closed_without_duty and entry.due_at is not None and entry.due_at <= missed


def _needs_lapse(entry: Entry, missed: date, holder: EntryHolder, step: ActionResult, by: Actor) -> bool:
    """Return true if a step after the missed date must leave a lapse (逾期记录); `holder` held the entry until the step."""
    kind = get_kind(entry.kind)
    done_in_time = step.past and all(
        timezone.localdate(get_event_moment(event)) <= missed for event in step.events
    )  # recorded late, done in time
    if done_in_time or kind.beside or holder.outcome in kind.outcomes_without_duty:
        return False
    if any(event.kind in get_rules(entry).orders for event in step.events):
        return False
    if entry.closed_at and entry.outcome in kind.excused:
        return not (by.system or acts_for_another(by, entry))
    return not (entry.closed_at and entry.outcome in kind.carried_on)


def _create_lapse(entry: Entry, missed: datetime, holder: EntryHolder, label: str, by: Actor) -> None:
    """Create the closed entry that records the missed due date of the unit in `holder`, linked to the original
    entry."""
    kind = get_kind(entry.kind)
    lapse_entry = Entry(
        kind=INNER_KIND if kind.inner else KIND,
        title=f"{kind.label}（{entry.number}）：逾期后{label}"[:300],
        body_id=holder.body_id,
        office_id=holder.office_id,
        year=entry.year,
        due_at=missed,
        closed_at=max(timezone.now(), missed),
        audience=entry.audience,
    )
    day = timezone.localdate(missed)
    make_entries([lapse_entry], by=by, words=f"{entry.number}应于{day:%Y-%m-%d}以前办结，逾期后{label}")
    Lapse.objects.create(entry=lapse_entry, of=entry)


def _update_lapse(lapse: Lapse, *, shown: bool) -> None:
    """Settle the lapse if its entry shows the missed date itself (`shown`), else revive a settled one."""
    if shown and lapse.entry.state == LapseState.KEPT:
        settle_lapse(lapse.entry, by=SYSTEM)
    elif not shown and lapse.entry.state == LapseState.RETURNED:
        revive_lapse(lapse.entry, by=SYSTEM)


@entry_action(KIND, "settle", label="转回后计入原件", rule=check_system)
def settle_lapse(entry: Entry, *, by: Actor) -> ActionResult:
    """Stop counting a missed deadline, because its entry returned to the unit and shows the missed date itself."""
    entry.outcome = RETURNED_OUTCOME
    return ActionResult(words="已转回本单位办理，逾期计入原件")


@entry_action(KIND, "revive", label="恢复逾期记录", rule=check_system)
def revive_lapse(entry: Entry, *, by: Actor) -> ActionResult:
    """Count a missed deadline again, because the entry left the unit again."""
    entry.outcome = ""
    return ActionResult(words="原件再次转出，恢复计入")


def settle_entry_lapses(entry: Entry) -> None:
    """Settle all lapses of an entry, because another entry of the unit continues it; call it inside an action."""
    for lapse in Lapse.objects.filter(of=entry, entry__state=LapseState.KEPT).select_related("entry"):
        settle_lapse(lapse.entry, by=SYSTEM)


def make_lapse_condition(column: str = "pk") -> Exists:
    """Return the condition for rows whose entry (`column`: lookup of its id) has a lapse, not settled, at its present
    unit."""
    conditions = {"of": OuterRef(column), "entry__outcome": "", "entry__body": F("of__body")}
    return Exists(Lapse.objects.filter(**conditions))


def filter_lapses(*kinds: str) -> EntryQuerySet:
    """Return the lapse entries (逾期记录) of entries of these kinds, without settled ones."""
    return Entry.objects.filter(kind__in=(KIND, INNER_KIND), outcome="", lapse__of__kind__in=kinds)


def lapses_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Build the context of the panel of an entry's lapses or, on a lapse, of its original entry; None if there is
    neither a lapse nor an excuse."""
    is_lapse = entry.kind in (KIND, INNER_KIND)
    rows = Lapse.objects.filter(Q(entry=entry) if is_lapse else Q(of=entry, entry__outcome=""))
    lapses = list(rows.select_related("entry__body", "of").order_by("pk"))
    excuse = None if is_lapse or lapses else _find_excuse(entry)
    if not lapses and excuse is None:
        return None
    entries = [lapse.of if is_lapse else lapse.entry for lapse in lapses]
    visible_pks = set(visible_to(by).filter(pk__in=[row.pk for row in entries]).values_list("pk", flat=True))
    pairs = zip(lapses, entries, strict=True)
    return {
        "lapses": [(lapse, linked_entry, linked_entry.pk in visible_pks) for lapse, linked_entry in pairs],
        "own": is_lapse,
        "excuse": excuse,
        "excused_by": excuse and (excuse.facts.get("caused_by") or excuse.actor),
    }


def _find_excuse(entry: Entry) -> Movement | None:
    """Return the log record that excused an entry closed late; None if it was closed in time or not excused."""
    is_closed_late = entry.closed_at and entry.due_at and entry.closed_at > entry.due_at
    if not is_closed_late or entry.outcome not in get_kind(entry.kind).excused:
        return None
    state_changes = Movement.objects.filter(stream=entry.stream, to_state=entry.state).exclude(from_state=entry.state)
    return state_changes.select_related("kept_words").order_by("seq").last()
