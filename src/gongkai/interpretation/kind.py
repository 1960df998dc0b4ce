"""The kind of entry: a public document that waits for its interpretation."""

from datetime import date

from django.utils import timezone

from gongkai.law import Calendar, Deadline, Event, due, rule_sets
from gongkai.ledger.kinds import Kind
from gongkai.ledger.machine import Machine, move
from gongkai.ledger.models import Entry

RULES = "interpretation"
OWED = Machine(
    labels={"open": "待解读", "done": "已解读", "excused": "不再要求"},
    moves={"interpret": move("open", "done"), "excuse": move("open", "excused")},
    closed=frozenset({"done", "excused"}),
)


def deadline(published: date, interpreted: date | None, calendar: Calendar, today: date) -> Deadline:
    """Return until when a document published on a day must be interpreted (rule set `interpretation`, with its source)."""
    events = [Event("published", published)]
    if interpreted and interpreted >= published:
        events.append(Event("interpreted", interpreted))
    return due(events, rule_sets()[RULES], calendar, today)


def _of_entry(entry: Entry, calendar: Calendar, today: date) -> Deadline:
    """Count from publication; an ordered day stays as it was ordered (rule set `assignment`)."""
    owed = entry.interpretation
    opened = timezone.localdate(entry.opened_at)
    if owed.until:
        return due([Event("assigned", opened, until=owed.until)], rule_sets()["assignment"], calendar, today)
    published = owed.document.published_at
    return deadline(timezone.localdate(published) if published else opened, None, calendar, today)


OWED_KIND = Kind(
    name="interpretation",
    label="政策解读",
    prefix="解读",
    machine=OWED,
    rules=RULES,
    actions=("interpretation.excuse",),
    deadline=_of_entry,
    related=("interpretation__document",),
)
