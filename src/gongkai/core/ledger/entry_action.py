"""Actions on entries of one kind (`entry_action`) or of all kinds (`shared_action`)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import prefetch_related_objects
from django.utils import timezone

from gongkai.core.acts.action import (
    ROW_CHANGED_ERROR,
    Action,
    ActionResult,
    Conflict,
    Function,
    Notification,
    Rule,
    register_action,
)
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import MachineAction, StateMachine
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import update_if_unchanged
from gongkai.core.ledger import clock
from gongkai.core.ledger.kinds import get_entry_url, get_kind, list_related_fields
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders, map_covers, mark_messages_read_on_close
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import Person, Role
from gongkai.core.units.queries import find_general_office
from gongkai.core.units.unit_filters import GOVERNING_KINDS


def find_readers(entry: Entry, persons: Iterable[int]) -> tuple[int, ...]:
    """Return the ids of those of these persons who may read an entry."""
    people = Person.objects.filter(pk__in=set(persons)).order_by("pk")
    return tuple(
        person.pk for person in people if visible_to(make_actor_of_person(person), kind=entry.kind).filter(pk=entry.pk)
    )


def limit_to_readers(entry: Entry, notification: Notification) -> Notification:
    """Limit a notification about an entry reserved for the 政务公开办 to recipients who may read it; without any,
    address that office.

    Messages about other pages, letters to others than staff, and those about all other entries stay as they are.
    """
    if (
        entry.audience != Audience.CHIEF
        or notification.link != get_entry_url(entry)
        or not (notification.persons or notification.posts)
    ):
        return notification
    posts = [NotifiedPost(role, body) for role, body in notification.posts]
    covers = {} if notification.by_post else map_covers(set(notification.persons))
    recipients = {*notification.persons, *(set().union(*covers.values())), *PostHolders.read(posts).reached(posts)}
    readers = find_readers(entry, recipients)
    return replace(notification, persons=readers, by_post=True, posts=() if readers else ((Role.CHIEF, entry.body_id),))


def get_machine(entry: Entry) -> StateMachine:
    """Return the state machine of an entry's kind."""
    return get_kind(entry.kind).machine


@dataclass(eq=False)
class EntryAction(MachineAction[Entry]):
    """An action on an entry; its verb is looked up in the state machine of the entry's kind.

    The function changes the entry's fields in memory (outcome, office, …) and rows of its own app.
    It sets neither state nor dates; it returns clock events in `ActionResult.events`. `finish`
    writes the entry once, with its version. A shared action has no verb.
    """

    def lock_many(self, targets: list[Entry]) -> list[Entry]:
        """Re-read and lock entries; their events and the rows of their kinds are read together."""
        entries = super().lock_many(targets)
        prefetch_related_objects(
            entries, *sorted(list_related_fields({entry.kind for entry in entries})), "clock_events"
        )
        return entries

    def finish(self, target: Entry, step: ActionResult, *, by: Actor) -> ActionResult:
        """Store the events, move the state, and save the entry if its version is unchanged.

        A due date missed before the step is recorded for the unit (`ledger.lapses`).
        """
        from gongkai.core.ledger.lapses import get_holder, record_lapse

        missed_date = clock.find_missed_date(target)
        previous_holder = None if missed_date is None else get_holder(target)
        finished = super().finish(target, clock.apply_events(target, step, by=by), by=by)
        if missed_date is not None and previous_holder is not None:
            record_lapse(target, missed_date, previous_holder, finished, label=self.label, by=finished.cause or by)
        finished = self._notify_unit(target, finished, by)
        return (
            replace(finished, tell=tuple(limit_to_readers(target, notification) for notification in finished.tell))
            if finished.tell
            else finished
        )

    def _notify_unit(self, entry: Entry, action_result: ActionResult, by: Actor) -> ActionResult:
        """Add a message to the entry's unit if another unit's action moved the state so that this unit must act, unless
        the action sends a message itself."""
        is_unmoved = action_result.from_state == action_result.to_state or entry.closed_at or entry.paused
        if (
            action_result.tell
            or is_unmoved
            or by.system
            or entry.body_id in by.bodies
            or entry.state in get_kind(entry.kind).waiting
        ):
            return action_result
        posts = [(Role.CLERK, entry.body_id), (Role.LEAD, entry.body_id)]
        if entry.body.kind in GOVERNING_KINDS and (office := find_general_office(entry.body)):
            posts.append((Role.CHIEF, office.pk))  # a government's work is its office's; other clerks do not see it
        notification = Notification(
            subject=f"{self.label}：{entry.title[:60]}",
            body=f"“{entry.title}”（{entry.number}）{self.label}：{action_result.words}。"[:600],
            link=get_entry_url(entry),
            key=f"{self.name}:{entry.pk}:{entry.version}",
            posts=tuple(posts),
        )
        return replace(action_result, tell=(notification,))

    def moves_state(self, target: Entry) -> bool:
        """Return true: each act stores times and parties of the entry, too."""
        return True

    def write(self, target: Entry, step: ActionResult, *, by: Actor) -> None:
        """Save the entry with its new state, closed or reopened; `quiet` actions save only `moved_at`.

        When it closes, messages about it are marked as read.
        """
        now = timezone.now()
        if self.verb:
            is_closed = step.to_state in get_machine(target).closed
            if is_closed and target.closed_at is None:
                mark_messages_read_on_close(get_entry_url(target))
            target.closed_at = (target.closed_at or now) if is_closed else None
            target.paused = target.paused and not is_closed
        target.state, target.moved_at = step.to_state, now
        if self.quiet:
            Entry.objects.filter(pk=target.pk).update(moved_at=now)
        else:
            save_if_unchanged(target)


def undo_closing(entry: Entry, *, by: Actor) -> Movement:
    """Undo the last closing of an entry in memory: its outcome, closing time and clock events; return its log record.

    Call it inside an action that moves the entry to the record's `from_state`.
    """
    records = Movement.objects.filter(stream=entry.stream, to_state=entry.state).exclude(from_state=entry.state)
    closing = records.order_by("-seq")[0]
    entry.outcome, entry.closed_at = str(closing.facts.get("outcome") or ""), None
    if clock_events := closing.facts.get("clock"):
        clock.void_last_events(entry, len(clock_events), by=by)
        clock.copy_deadline(entry, clock.compute_deadline(entry))
    return closing


def set_initial_state(entry: Entry) -> None:
    """Set the state of a new, unsaved entry: the machine's initial state, or the given one."""
    machine = get_machine(entry)
    entry.state = entry.state or machine.first
    assert entry.state in machine.labels, f"{entry.kind} has no state {entry.state}"


def save_if_unchanged(entry: Entry) -> None:
    """Save all fields if the version is unchanged, else raise Conflict."""
    version = entry.version
    entry.version = version + 1
    if not update_if_unchanged(entry, but=("number",), version=version):
        raise Conflict(ROW_CHANGED_ERROR)


def entry_action(
    kind: str,
    verb: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Entry], list[str]] | None = None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
    last_rule: Rule | None = None,
) -> Callable[[Function[Entry]], Action[Entry]]:
    """Decorate a function as an action on entries of one kind, named `kind.verb`."""
    return _register_action(f"{kind}.{verb}", verb, label, rule, ready, ahead, last_rule=last_rule)


def shared_action(
    verb: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Entry], list[str]] | None = None,
    quiet: bool = False,
) -> Callable[[Function[Entry]], Action[Entry]]:
    """Decorate a function as an action on entries of every kind and state, named `ledger.verb`."""
    return _register_action(f"ledger.{verb}", "", label, rule, ready, quiet=quiet)


def _register_action(
    name: str,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Entry], list[str]] | None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
    *,
    quiet: bool = False,
    last_rule: Rule | None = None,
) -> Callable[[Function[Entry]], Action[Entry]]:
    """Return a decorator that registers a function as an action on entries."""

    def decorate(function: Function[Entry]) -> Action[Entry]:
        return register_action(
            EntryAction(
                name, label, function, rule, ready, quiet, ahead, verb=verb, machine=get_machine, last_rule=last_rule
            )
        )

    return decorate
