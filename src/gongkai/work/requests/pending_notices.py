"""Notices and the clock: pending notices, their receipt, giving up, irregular acts."""

from dataclasses import dataclass
from datetime import date

from gongkai.core.ledger.clock import compute_deadline, find_objections, get_rules
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.lib.law import ClockStatus, default_calendar, get_figures_in_force
from gongkai.work.requests.models import Dispute, DisputeResult, Letter
from gongkai.work.requests.states import OPEN_STATES, RequestState

# Act → its clock event and the minimum days it carries. Only the first consultation pauses the clock.
_ACT_EVENTS: dict[str, tuple[str, int | None]] = {
    "ask_correction": ("correction_notice", 1),
    "extend": ("extended", 1),
    "ask_third_party": ("third_party_asked", None),
    "ask_agency": ("agency_asked", None),
    "notify_fee": ("fee_notice", None),
}


#: Acts that write a letter, which is dated with the day on which it is made.
LETTER_WRITING_ACTS = frozenset(
    {"ask_correction", "ask_third_party", "ask_agency", "notify_fee", "extend", "decide", "give_receipt", "abandon"}
)


def list_applicant_duties(entry: Entry) -> tuple[str, ...]:
    """Return CORRECTING, UNPAID or both if the applicant still has to correct or pay.

    That includes duties from a notice that came too late to change the state of the request.
    """
    if entry.state not in OPEN_STATES:
        return ()
    request = entry.request
    corrects = _came_too_late(entry, "correction_notice") and not request.corrected_wanted
    owed = request.fees.filter(notified_on__isnull=False, paid_on=None, waived="")
    pays = _came_too_late(entry, "fee_notice") and owed.exists()
    late_duties = {RequestState.CORRECTING: corrects, RequestState.UNPAID: pays}
    return tuple(state for state, late in late_duties.items() if late or entry.state == state)


@dataclass(frozen=True)
class PendingNotice:
    """A notice that the applicant must answer: its day (`on`), day of receipt, working days and last day (`until`).

    Without a recorded receipt, `received` is the day of the notice.
    """

    on: date
    received: date
    days: int
    until: date


# State of waiting → the clock event of the notice's receipt.
RECEIPT_EVENTS = {RequestState.CORRECTING: "correction_served", RequestState.UNPAID: "fee_served"}
# State of waiting → the kind of letter and the clock event of the notice.
_NOTICE_KINDS = {
    RequestState.CORRECTING: ("correction", "correction_notice"),
    RequestState.UNPAID: ("fee", "fee_notice"),
}


def get_notice_letter(entry: Entry) -> Letter | None:
    """Return the letter of the pending notice; None without a notice or if it was recorded without a letter."""
    kind, _ = _NOTICE_KINDS.get(entry.state, ("", ""))
    letters = Letter.objects.filter(request=entry.pk, kind=kind, revoked_on=None).defer("content")
    letter = letters.last() if kind else None
    first = _get_notice_event(entry) if letter else None
    # A letter bears the day of its act: one of another day belongs to an earlier notice.
    return letter if letter and first and letter.made_on == first.on else None


def is_notice_unserved(entry: Entry) -> bool:
    """Return whether a notice is pending and its receipt unrecorded."""
    return is_notice_pending(entry) and get_notice_receipt_day(entry) is None


def is_notice_pending(entry: Entry) -> bool:
    """Return whether a notice to the applicant is pending."""
    return _get_notice_event(entry) is not None


def get_notice_receipt_day(entry: Entry) -> date | None:
    """Return the day on which the applicant received the pending notice; None if not recorded."""
    if letter := get_notice_letter(entry):
        return letter.served_on
    notice = _get_notice_event(entry)
    if notice is None:
        return None
    # A fee may be notified twice: receipts before this notice belong to the first one.
    rows = entry.clock_events.filter(kind=RECEIPT_EVENTS[entry.state], voids=None, voided_by=None, pk__gt=notice.pk)
    last = rows.last()
    return last.on if last else None


def is_given_up(entry: Entry, *, today: date | None = None) -> bool:
    """Return whether the applicant missed the deadline of a notice whose receipt is recorded."""
    return compute_deadline(entry, today=today).status is ClockStatus.ABANDONED and not is_notice_unserved(entry)


def _get_notice_event(entry: Entry) -> ClockEvent | None:
    _, kind = _NOTICE_KINDS.get(entry.state, ("", ""))
    return entry.clock_events.filter(kind=kind, voids=None, voided_by=None).last() if kind else None


def get_pending_notice(entry: Entry) -> PendingNotice | None:
    """Return the pending notice with its period; None if there is no notice or no period."""
    event = _get_notice_event(entry)
    if event is None:
        return None
    days = event.value if entry.state == RequestState.CORRECTING else _get_payment_days(entry)
    if not days:
        return None
    received = get_notice_receipt_day(entry) or event.on
    return PendingNotice(event.on, received, days, default_calendar().add_working_days(received, days))


def _get_payment_days(entry: Entry) -> int:
    """Return the working days for paying a fee, by the law of the day the request was received."""
    limit = next(stop.limit for stop in get_rules(entry).stops if stop.key == "fee")
    return (limit or get_figures_in_force()["request.payment"]).count


def _came_too_late(entry: Entry, notice: str) -> bool:
    """Return true if the last notice of this kind was irregular and nothing was reopened or revoked since."""
    rows = entry.clock_events.filter(kind__in=(notice, "reopened", "revoked"), voids=None, voided_by=None)
    last = rows.order_by("pk").last()
    return bool(last and last.kind == notice and last.irregular)


def find_clock_objections(entry: Entry, verb: str) -> list[str]:
    """Return the objections of the clock's rules to an act on an open request today."""
    if verb not in _ACT_EVENTS or entry.state != RequestState.OPEN:
        return []
    return find_objections(entry, *_ACT_EVENTS[verb])


def get_new_answer_order(entry: Entry) -> Dispute | None:
    """Return the last dispute that orders a new answer for which nothing was reopened yet, or None."""
    ordered = Dispute.objects.filter(request=entry.pk, result=DisputeResult.CORRECTED, orders_anew=True)
    last = entry.request.decisions.last()
    newest = (ordered.filter(decided_on__gte=last.decided_on) if last else ordered).last()
    events = entry.clock_events.filter(kind="reopened", voids=None, voided_by=None)
    return newest if newest and events.count() < ordered.count() else None
