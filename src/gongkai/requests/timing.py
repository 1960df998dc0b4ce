"""Which acts the clock would call irregular if they were done today: said on the page and above the form, before anybody types."""

from django.utils import timezone

from gongkai.law import Event, default_calendar, objections
from gongkai.ledger.clock import events_of, rules_of
from gongkai.ledger.models import Entry
from gongkai.requests.machine import RUNNING, WAITING, State

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
    {"ask_correction", "ask_third_party", "ask_agency", "notify_fee", "extend", "decide", "give_receipt"}
)
#: What is asked of the applicant by a notice, until an event of the other kinds.
_ASKED = {"correction_notice": State.CORRECTING, "fee_notice": State.UNPAID}
_SETTLED = ("corrected", "fee_paid", "reopened", "revoked")


def asked_of_applicant(entry: Entry) -> str:
    """Return the state of what is asked of the applicant now, also by a notice that came too late to stop the clock; "" for nothing."""
    if entry.state in WAITING:
        return entry.state
    if entry.state not in RUNNING:
        return ""
    rows = entry.clock_events.filter(kind__in=(*_ASKED, *_SETTLED), voids=None, voided_by=None)
    last = rows.order_by("on", "pk").last()
    return _ASKED.get(last.kind, "") if last and last.irregular else ""


def against(entry: Entry, verb: str) -> list[str]:
    """Return what the rules of the clock have against an act today; what happened all the same may still be recorded as it was."""
    if verb not in _EVENTS or entry.state != State.OPEN:
        return []
    kind, value = _EVENTS[verb]
    one = Event(kind, timezone.localdate(), value)
    return list(objections(events_of(entry), one, rules_of(entry), default_calendar()))
