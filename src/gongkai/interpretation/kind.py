"""The kind of entry: a public document that waits for its interpretation."""

from datetime import date

from gongkai.law import Calendar, Deadline, Event, due, rule_sets
from gongkai.ledger.kinds import Kind
from gongkai.ledger.machine import Machine, move

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


OWED_KIND = Kind(
    name="interpretation",
    label="政策解读",
    prefix="解读",
    machine=OWED,
    rules=RULES,
    actions=("interpretation.excuse",),
    related=("interpretation__document",),
)
