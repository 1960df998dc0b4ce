"""Which acts the clock would call irregular if they were done today: said on the page and above the form, before anybody types."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.core.ledger.clock import deadline_of, events_of, rules_of
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.lib.law import Event, Status, default_calendar, figures, objections
from gongkai.work.requests.machine import OPEN_STATES, State
from gongkai.work.requests.models import Dispute, DisputeResult, Letter

#: Act → what happens to the clock when it is done. A second third party asked is no further stop: only what begins one is asked about.
#: With the least number of days where it carries one.
_EVENTS: dict[str, tuple[str, int | None]] = {
    "ask_correction": ("correction_notice", 1),
    "extend": ("extended", 1),
    "ask_third_party": ("third_party_asked", None),
    "ask_agency": ("agency_asked", None),
    "notify_fee": ("fee_notice", None),
}


#: Acts that write to somebody: their letter bears the day on which it is made.
WRITING = frozenset(
    {
        "ask_correction",
        "ask_third_party",
        "ask_agency",
        "notify_fee",
        "extend",
        "decide",
        "give_receipt",
        "abandon",
    }
)


def asked_of_applicant(entry: Entry) -> tuple[str, ...]:
    """Return what is asked of the applicant now, as the states of waiting for it, also by a notice that came too late to stop the clock."""
    if entry.state not in OPEN_STATES:
        return ()
    request = entry.request
    corrects = _too_late(entry, "correction_notice") and not request.corrected_wanted
    owed = request.fees.filter(notified_on__isnull=False, paid_on=None, waived="")
    pays = _too_late(entry, "fee_notice") and owed.exists()
    asked = {State.CORRECTING: corrects, State.UNPAID: pays}
    return tuple(state for state, late in asked.items() if late or entry.state == state)


@dataclass(frozen=True)
class Waited:
    """A notice that the applicant is to answer: its day, when they got it, how many working days they have, and the last of them."""

    on: date
    received: date
    days: int
    until: date


#: The clock's event of a notice's receipt, by the state that waits for its answer.
SERVED = {State.CORRECTING: "correction_served", State.UNPAID: "fee_served"}
#: What a request waits for an answer to: its letter, and the clock's event of it.
_NOTICES = {State.CORRECTING: ("correction", "correction_notice"), State.UNPAID: ("fee", "fee_notice")}


def notice_of(entry: Entry) -> Letter | None:
    """Return the letter that a request waits for an answer to; None where it waits for none, or the notice was written elsewhere (补录)."""
    kind, _ = _NOTICES.get(entry.state, ("", ""))
    letters = Letter.objects.filter(request=entry.pk, kind=kind, revoked_on=None).defer("content")
    found = letters.last() if kind else None
    first = _standing_notice(entry) if found else None
    # An earlier round's letter is none of a notice that was recorded as given on another day: a letter bears the day of its act.
    return found if found and first and found.made_on == first.on else None


def unserved(entry: Entry) -> bool:
    """Whether nobody noted yet when the applicant got the notice: no days run out for them until then."""
    return awaits_answer(entry) and served_on(entry) is None


def awaits_answer(entry: Entry) -> bool:
    """Return whether a request waits for the answer to a notice, written here or elsewhere (补录)."""
    return _standing_notice(entry) is not None


def served_on(entry: Entry) -> date | None:
    """Return the day on which the applicant got the notice that a request waits for an answer to; None where nobody noted it."""
    if letter := notice_of(entry):
        return letter.served_on
    notice = _standing_notice(entry)
    if notice is None:
        return None
    # A fee may be notified a second time: what was noted before belongs to the first notice.
    rows = entry.clock_events.filter(kind=SERVED[entry.state], voids=None, voided_by=None, pk__gt=notice.pk)
    last = rows.last()
    return last.on if last else None


def given_up(entry: Entry, *, today: date | None = None) -> bool:
    """Whether the request counts as given up: the clock says that the days are over, and the applicant had got the notice."""
    return deadline_of(entry, today=today).status is Status.ABANDONED and not unserved(entry)


def _standing_notice(entry: Entry) -> ClockEvent | None:
    _, kind = _NOTICES.get(entry.state, ("", ""))
    return entry.clock_events.filter(kind=kind, voids=None, voided_by=None).last() if kind else None


def waited_for(entry: Entry) -> Waited | None:
    """Return the notice that a request waits for an answer to; None where it waits for none, or the notice gives no days."""
    asked = _standing_notice(entry)
    if asked is None:
        return None
    days = asked.value if entry.state == State.CORRECTING else int(figures()["request.payment"].value)
    if not days:
        return None
    received = served_on(entry) or asked.on
    return Waited(asked.on, received, days, default_calendar().add(received, days))


def _too_late(entry: Entry, notice: str) -> bool:
    """Whether the last notice of a kind stopped no clock, and the request was not taken up anew since."""
    rows = entry.clock_events.filter(kind__in=(notice, "reopened", "revoked"), voids=None, voided_by=None)
    last = rows.order_by("pk").last()
    return bool(last and last.kind == notice and last.irregular)


def against(entry: Entry, verb: str) -> list[str]:
    """Return what the rules of the clock have against an act today; what happened all the same may still be recorded as it was."""
    if verb not in _EVENTS or entry.state != State.OPEN:
        return []
    kind, value = _EVENTS[verb]
    one = Event(kind, timezone.localdate(), value)
    return list(objections(events_of(entry), one, rules_of(entry), default_calendar()))


def ordered_anew(entry: Entry) -> Dispute | None:
    """Return the newest review or judgment that orders a request to be answered anew, as long as that was not begun."""
    ordered = Dispute.objects.filter(request=entry.pk, result=DisputeResult.CORRECTED, orders_anew=True)
    last = entry.request.decisions.last()
    newest = (ordered.filter(decided_on__gte=last.decided_on) if last else ordered).last()
    done = entry.clock_events.filter(kind="reopened", voids=None, voided_by=None)
    return newest if newest and done.count() < ordered.count() else None
