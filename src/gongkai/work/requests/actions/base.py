"""Helpers of the actions on requests: registration, dates, validation, recording of endings."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import wraps

from django.utils import timezone

from gongkai.core.acts.action import Action, ActionResult, Function, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import schedule_erasures
from gongkai.core.ledger.clock import get_rules, list_events, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import Event, compute_due, default_calendar, find_objections
from gongkai.work.requests.letters import describe_last_day
from gongkai.work.requests.models import Request
from gongkai.work.requests.pending_notices import is_given_up
from gongkai.work.requests.states import REQUEST_ACTS


def entry_act(
    verb: str,
    ready: Callable[[Entry], list[str]] | None = None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
) -> Callable[[Function[Entry]], Action[Entry]]:
    """Register a function as the action `request.<verb>`; `states.REQUEST_ACTS` gives label and permission.

    The action refuses a day `on` before the receipt of the request. `ready` returns further reasons against it;
    `ahead` computes arguments before the transaction.
    """
    row = REQUEST_ACTS[verb]

    def register_act(function: Function[Entry]) -> Action[Entry]:
        @wraps(function)
        def run_after_receipt(entry: Entry, *, by: Actor, **given: object) -> ActionResult:
            """Run the act unless its day `on` is before the receipt."""
            on = given.get("on")
            check_not_before_receipt(entry, on if isinstance(on, date) else None)
            return function(entry, by=by, **given)

        own = with_proof(f"request.{verb}")(run_after_receipt)
        return entry_action("request", verb, label=row.label, rule=row.who, ready=ready, ahead=ahead)(own)

    return register_act


def check_not_before_receipt(entry: Entry, on: date | None) -> None:
    """Refuse a day before the receipt of the request.

    Raises:
        Refused: the day is too early.
    """
    received = entry.request.received_on
    if on and on < received:
        raise Refused(f"日期不能早于收到申请之日（{day_in_words(received)}）。")


def make_clock_event(kind: str, on: date | None, *, value: int | None = None) -> Event:
    """Return a clock event for a day (default: today).

    Raises:
        Refused: the day is in the future.
    """
    day = check_day(on)
    return make_event(kind, day, value=value)


def check_day(on: date | None) -> date:
    """Return the given day, or today; refuse a day in the future.

    Raises:
        Refused: the day is in the future.
    """
    today = timezone.localdate()
    if on is not None and on > today:
        raise Refused("日期不能晚于今天。")
    return on or today


def get_state_after_notice(entry: Entry, event: Event, waiting: str, *, is_past_record: bool) -> str:
    """Return `waiting`, the state after a notice that pauses the clock.

    A notice that is recorded afterwards (`is_past_record`) and breaks the rules does not pause the clock: the
    request stays in its state.
    """
    irregular = is_past_record and find_objections(list_events(entry), event, get_rules(entry), default_calendar())
    return entry.state if irregular else waiting


def describe_new_due_date(entry: Entry, event: Event) -> str:
    """Return in words the due date that the request would have with `event`; 法定期限 if there is none."""
    day = timezone.localdate(event.on) if isinstance(event.on, datetime) else event.on
    events = [*list_events(entry), replace(event, on=day)]
    deadline = compute_due(events, get_rules(entry), default_calendar(), timezone.localdate())
    return describe_last_day(deadline.date, provisional=deadline.provisional) if deadline.date else "法定期限"


def load_request(entry: Entry) -> Request:
    """Reload the request from the database, with `entry` attached."""
    request: Request = Request.objects.get(pk=entry.pk)
    request.entry = entry
    return request


def set_answered_late(request: Request) -> None:
    """Set `answered_late` if the ended request was answered late; call before reopening.

    The caller saves the field.
    """
    entry = request.entry
    if entry.closed_at and entry.due_at and entry.closed_at > entry.due_at:
        request.answered_late = True


def record_first_ending(request: Request, on: date, result: str) -> None:
    """Record the first ending of a request, and schedule the erasure of personal data.

    A result that was reported once is not changed.

    Raises:
        Refused: a later event is already recorded.
    """
    last = request.entry.clock_events.filter(voids=None, voided_by=None).order_by("on", "pk").last()
    if last and on < last.on:
        raise Refused(f"结案日期不能早于已经登记的事项（{last.on:%Y-%m-%d}）。")
    schedule_erasures(list_matters(request), on)
    if not request.ended_on:
        # A request cannot end before the day from which it counts, else the report does not balance.
        request.ended_on, request.ended_as = max(on, request.counted_on), result
        request.save(update_fields=["ended_on", "ended_as"])


def list_matters(request: Request) -> list[str]:
    """Return the keys under which intake stores the people of a request.

    They are the applicant, consulted parties and applicants of merged requests.
    """
    own_matters = [request.matter, *(consultation.matter for consultation in request.consultations.all())]
    return [
        *own_matters,
        *(matter for merged_request in request.merged.all() for matter in list_matters(merged_request)),
    ]


def check_not_given_up(entry: Entry, on: date | None) -> None:
    """Refuse a correction or payment after its deadline, which counts as giving up the request.

    Raises:
        Refused: the message names the alternatives.
    """
    if is_given_up(entry, today=check_day(on)):
        raise Refused(
            "期限已经届满，视为放弃申请：请用“不再处理”结案，申请人可以重新提出申请；有正当理由逾期的，结案后由负责人“自行纠正”，恢复办理。"
        )


def describe_attachments(files: Collection[str]) -> str:
    """Return the number of attached files in words, or "" without files."""
    return f"，附文件{len(files)}个" if files else ""


def end_with_full_stop(text: str) -> str:
    """Return the stripped text, with a full stop unless it ends with punctuation; "" for an empty text."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；）" else f"{text}。"
