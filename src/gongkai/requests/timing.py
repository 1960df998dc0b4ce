"""Which acts the clock would call irregular if they were done today: said on the page and above the form, before anybody types."""

from django.utils import timezone

from gongkai.law import Event, default_calendar, objections
from gongkai.ledger.clock import events_of, rules_of
from gongkai.ledger.models import Entry
from gongkai.requests.machine import State

#: Act → what happens to the clock when it is done. A second third party asked is no further stop: only what begins one is asked about.
#: With the least number of days where it carries one.
_EVENTS: dict[str, tuple[str, int | None]] = {
    "ask_correction": ("correction_notice", 1),
    "extend": ("extended", 1),
    "ask_third_party": ("third_party_asked", None),
    "ask_agency": ("agency_asked", None),
    "notify_fee": ("fee_notice", None),
}


def against(entry: Entry, verb: str) -> list[str]:
    """Return what the rules of the clock have against an act today; what happened all the same may still be recorded as it was."""
    if verb not in _EVENTS or entry.state != State.OPEN:
        return []
    kind, value = _EVENTS[verb]
    one = Event(kind, timezone.localdate(), value)
    return list(objections(events_of(entry), one, rules_of(entry), default_calendar()))
