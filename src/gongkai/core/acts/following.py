"""Following: an app reacts to another app's action in the same transaction; a job catches up on missed reactions.

    follow_actions("publishing.publish", close_report, target_classes=Report, due=CatchUp("annual", "年度报告公布情况", close_published, 9))

The reaction gets an `ActionEvent`. It does not see changes without an action, for example a schedule that has come:
`due` names the job that makes them up. Both must be safe to repeat.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gongkai.core.acts.action import ActionResult, AnyAction, Notification
    from gongkai.core.acts.actors import Actor


@dataclass(frozen=True)
class ActionEvent:
    """A completed action, as passed to followers: action, target (as the action left it in memory), result, actor.

    Its log record is written, or queued by `run_together`.
    """

    action: "AnyAction"
    target: Any
    step: "ActionResult"
    by: "Actor"


#: Type of a reaction; it is called with the completed action.
Reaction = Callable[[ActionEvent], object]


@dataclass(frozen=True)
class CatchUpJob:
    """A job that does the work of missed reactions; fields as in `ledger.jobs.PeriodicJob`, `work` returns counts by name."""

    name: str
    label: str
    work: Callable[[], Mapping[str, int]]
    position: int = 100


#: Action's name → reactions in the order of registration, each with the target classes it applies to.
REACTIONS_BY_ACTION: dict[str, dict[Reaction, type | tuple[type, ...]]] = {}
#: Job's name → job that catches up on missed reactions.
CATCH_UP_JOBS_BY_NAME: dict[str, CatchUpJob] = {}
#: Functions that send the messages of an action (the outbox); called once for each action or batch of actions.
MESSAGE_RECEIVERS: set[Callable[..., object]] = set()


def follow_actions(
    names: str | Iterable[str],
    react: Reaction,
    *,
    target_classes: type | tuple[type, ...] = object,
    due: CatchUpJob | None = None,
) -> None:
    """Register `react` to be called after the named actions on targets of the given classes.

    Args:
        names: one name or several; `app.*` for all actions of an app.
        react: the reaction.
        target_classes: the classes of targets that it is called for.
        due: the job that catches up.
    """
    for name in [names] if isinstance(names, str) else names:
        REACTIONS_BY_ACTION.setdefault(name, {})[react] = target_classes
    if due:
        CATCH_UP_JOBS_BY_NAME[due.name] = due


def list_followers(name: str, target: object) -> list[Reaction]:
    """Return the reactions to the action `name` registered for the target's class; those to `app.*` come last."""
    app = name.partition(".")[0]
    reactions = [*REACTIONS_BY_ACTION.get(name, {}).items(), *REACTIONS_BY_ACTION.get(f"{app}.*", {}).items()]
    return [react for react, model in reactions if isinstance(target, model)]


def register_message_receiver(send: Callable[..., object]) -> None:
    """Register a function that sends messages; it is called as `send(messages, by=actor)`."""
    MESSAGE_RECEIVERS.add(send)


#: Notifications that `hold_messages` collects, so that its caller can merge them; None outside of it.
_HELD_NOTIFICATIONS: ContextVar["list[Notification] | None"] = ContextVar("held_messages", default=None)


@contextmanager
def hold_messages() -> "Iterator[list[Notification]]":
    """Context manager that collects notifications in a list instead of sending them.

    A message that the caller does not forward is lost.
    """
    held_messages: list[Notification] = []
    token = _HELD_NOTIFICATIONS.set(held_messages)
    try:
        yield held_messages
    finally:
        _HELD_NOTIFICATIONS.reset(token)


def forward_messages(messages: "Iterable[Notification]", by: "Actor") -> None:
    """Send notifications; within `hold_messages` add them to its list instead."""
    held_messages, notifications = _HELD_NOTIFICATIONS.get(), list(messages)
    if held_messages is not None:
        held_messages.extend(notifications)
        return
    for teller in MESSAGE_RECEIVERS:
        teller(notifications, by=by)


def inform_followers(happened: Iterable[ActionEvent]) -> None:
    """Call the followers of each action, then send the actions' notifications, grouped by actor; within
    `hold_messages` add them to its list instead."""
    tells: dict[Actor, list[Notification]] = defaultdict(list)
    for action_event in happened:
        for react in list_followers(action_event.action.name, action_event.target):
            react(action_event)
        if action_event.step.tell:
            tells[action_event.by].extend(action_event.step.tell)
    held_messages = _HELD_NOTIFICATIONS.get()
    if held_messages is not None:
        held_messages.extend(notification for messages in tells.values() for notification in messages)
        return
    for by, messages in tells.items():
        for teller in MESSAGE_RECEIVERS:
            teller(messages, by=by)
