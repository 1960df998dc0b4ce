"""Which acts the clock would call irregular if they were done today: said on the page and above the form, before anybody types."""

from django.utils import timezone

from gongkai.law import Event, default_calendar, objections
from gongkai.ledger.clock import events_of, rules_of
from gongkai.ledger.models import Entry
from gongkai.requests.machine import OPEN_STATES, State

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
