"""Continue an action on a notice that changes many tasks, in several transactions.

SQLite allows one writer at a time. The action changes the notice and writes a `Mark`; the tasks
follow in portions, and the last one deletes the mark. A periodic job continues work that was
interrupted.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Required, TypedDict, Unpack

from django.db import connection
from django.utils import timezone

from gongkai.core.acts.action import Action, Conflict, Function, Rule, get_log_stream, register_action
from gongkai.core.acts.joint_transactions import write_queued_records
from gongkai.core.acts.machine import MachineAction
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Mark
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.lib.typed_json import read_text
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import NOTICE_MACHINE, NoticeState

LOG = logging.getLogger(__name__)
#: Prefix of the names of marks; the primary key of the notice follows.
MARK_PREFIX = "notice-tasks/"
#: Fact of a log record: the words that the records of the tasks repeat.
TASK_WORDS = "task_words"
#: Maximum seconds of one run; the next run continues.
MAX_WORK_SECONDS = 20.0


@dataclass(frozen=True)
class TaskContinuationContext:
    """Arguments of a function that continues work on a notice's tasks.

    `by` is the user, `words` the detail of the mark or else the reason, `until` the time to stop
    (`time.monotonic`).
    """

    notice: Notice
    words: str
    by: Actor
    until: float


# By verb: does what is left and calls `delete_remaining_mark`, or raises Conflict to be called again with the present notice.
_continue_function_by_verb: dict[str, Callable[[TaskContinuationContext], None]] = {}


def define_remaining_work(verb: str, do: Callable[[TaskContinuationContext], None]) -> None:
    """Register the function that continues the work of an action; called on import."""
    _continue_function_by_verb[verb] = do


def mark_work_remaining(notice: Notice, verb: str, detail: str = "") -> None:
    """Schedule work on a notice's tasks for later transactions; call it in the deciding action.

    `detail` says how far the work is. Without it, the action's log record has the words that the
    records of the tasks repeat, as the fact `TASK_WORDS`.
    """
    value = f"{verb}:{detail}" if detail else verb
    Mark.objects.update_or_create(name=f"{MARK_PREFIX}{notice.pk}", defaults={"value": value})


def advance_remaining_work(number: int, verb: str, before: str, after: str) -> bool:
    """Change the progress of the work left on a notice; return false if another process did so.

    `number` is the key of the notice; `before` and `after` are details of the mark.
    """
    rows = Mark.objects.filter(name=f"{MARK_PREFIX}{number}", value=f"{verb}:{before}")
    return bool(rows.update(value=f"{verb}:{after}", at=timezone.now()))


def _get_task_log_words(notice: Notice) -> str:
    """Return the words that the last log record of the notice states for its tasks, or ""."""
    write_queued_records()
    last = Movement.objects.filter(stream=get_log_stream(notice), facts__has_key=TASK_WORDS).order_by("-seq").first()
    return read_text(last.facts, TASK_WORDS) if last else ""


def is_work_remaining(number: int) -> bool:
    """Return true if work on a notice's tasks is left; `number` is the key of the notice."""
    return Mark.objects.filter(name=f"{MARK_PREFIX}{number}").exists()


def list_reasons_unless_taken_over(notice: Notice) -> list[str]:
    """Return a reason while the rows of an amended notice are being taken over in portions."""
    running = notice.is_revision and notice.state == NoticeState.LIVE and is_work_remaining(notice.pk)
    return ["正在逐批接续原通知的任务，请稍后再办。"] if running else []


def renew_if_remaining(number: int) -> bool:
    """Renew the mark of the work left on a notice's tasks; return false if no work is left."""
    return bool(Mark.objects.filter(name=f"{MARK_PREFIX}{number}").update(at=timezone.now()))


def delete_remaining_mark(number: int) -> None:
    """Delete the record that work on the tasks of the notice with this key remains."""
    Mark.objects.filter(name=f"{MARK_PREFIX}{number}").delete()


def continue_remaining_work(number: int, *, by: Actor) -> None:
    """Continue the work on the tasks of a notice for at most `MAX_WORK_SECONDS`."""
    until = time.monotonic() + MAX_WORK_SECONDS
    while time.monotonic() < until and (mark := Mark.objects.filter(name=f"{MARK_PREFIX}{number}").first()) is not None:
        notice = Notice.objects.filter(pk=number).first()
        if notice is None:
            delete_remaining_mark(number)
            return
        verb, _, text = mark.value.partition(":")  # a detail, or words of version 0.3
        try:
            _continue_function_by_verb[verb](
                TaskContinuationContext(notice, text or _get_task_log_words(notice), by, until)
            )
        except Conflict:
            LOG.info("notice %s changed while its tasks were written: planned again", number)


def continue_remaining_after_action(number: int, *, by: Actor) -> None:
    """Continue the work that an action left to later transactions."""
    try:
        continue_remaining_work(number, by=by)
    except Exception:
        if connection.in_atomic_block:
            raise
        LOG.exception("tasks of notice %s: the periodic job continues", number)


def continue_interrupted_work(before: datetime) -> int:
    """Continue work that no process has touched since a time; return the number of notices.

    A notice that fails is logged and keeps its mark; the others are continued.
    """
    marks = Mark.objects.filter(name__startswith=MARK_PREFIX, at__lt=before)
    waiting = [int(name.removeprefix(MARK_PREFIX)) for name in marks.values_list("name", flat=True)]
    done = 0
    for number in waiting:
        try:
            continue_remaining_work(number, by=SYSTEM)
            done += 1
        except Exception:
            LOG.exception("tasks of notice %s: the next run of the job tries again", number)
    return done


_REASONS_BY_NOTICE_VERSION: ContextVar[dict[tuple[int, int], list[str]] | None] = ContextVar("asked", default=None)


class PortionedAction(MachineAction[Notice]):
    """An action on a notice that may leave work on its tasks to later transactions.

    The work starts right after the action.
    """

    def __call__(self, target: Notice, *, by: Actor, version: object = None, **facts: object) -> object:
        """Run the action and the remaining work; after a failure there, the periodic job continues."""
        token = _REASONS_BY_NOTICE_VERSION.set({})
        try:
            done = super().__call__(target, by=by, version=version, **facts)  # type: ignore[arg-type]
        finally:
            _REASONS_BY_NOTICE_VERSION.reset(token)
        continue_remaining_after_action(target.pk, by=by)
        return done


class NoticeActionFacts(TypedDict, total=False):
    """Arguments that `notice_action` and `portioned_action` share.

    `verb` is the transition of the notice's state machine; `ahead` computes arguments before the transaction.
    """

    verb: Required[str]
    label: Required[str]
    rule: Required[Rule]
    ahead: Callable[..., Mapping[str, object]]


def notice_action(
    name: str,
    *,
    ready: Callable[[Notice], list[str]] | None = None,
    action_class: type[MachineAction[Notice]] = MachineAction,
    **declared: Unpack[NoticeActionFacts],
) -> Callable[[Function[Notice]], Action[Notice]]:
    """Register an action on notices under the name `notice.<name>`.

    `ready` returns reasons against the action and is asked once a takeover is complete.
    """

    def list_reasons(notice: Notice) -> list[str]:
        """Return the reasons against the action: an incomplete takeover, else those of `ready`."""
        return list_reasons_unless_taken_over(notice) or (ready(notice) if ready else [])

    def decorate(function: Function[Notice]) -> Action[Notice]:
        """Register the function; return the action that takes its place."""
        made = action_class(
            f"notice.{name}",
            declared["label"],
            function,
            declared["rule"],
            list_reasons,
            ahead=declared.get("ahead"),
            verb=declared["verb"],
            machine=lambda _: NOTICE_MACHINE,
        )
        return register_action(made)

    return decorate


def portioned_action(
    name: str, *, ready: Callable[[Notice], list[str]] | None = None, **declared: Unpack[NoticeActionFacts]
) -> Callable[[Function[Notice]], Action[Notice]]:
    """Register a `PortionedAction` like `notice_action`.

    With `ahead`, `ready` is called in the transaction only if the notice's version has changed.
    """

    def list_reasons(notice: Notice) -> list[str]:
        """Return the Chinese reasons of `ready`, computed once for a version of the notice."""
        assert ready is not None
        known, key = _REASONS_BY_NOTICE_VERSION.get(), (notice.pk, notice.version)
        if known is None:
            return ready(notice)
        if key not in known:
            known[key] = ready(notice)
        return known[key]

    return notice_action(name, ready=ready and list_reasons, action_class=PortionedAction, **declared)
