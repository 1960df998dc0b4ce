"""What goes into the clock and what comes out of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    ABANDONED = "abandoned"
    CLOSED_IN_TIME = "closed_in_time"
    CLOSED_LATE = "closed_late"
    #: Only for periods that are a minimum: ended before the period was over.
    CLOSED_EARLY = "closed_early"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: one of the rule set's kinds (`RuleSet.roles`).
        on: the day, or for rule sets in hours the moment (naive ones are Beijing time).
        value: units given or added, for the kinds that take a number.
        until: the date an order names (交办、承诺), for rule sets that are `ordered`.
    """

    kind: str
    on: date
    value: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the explanation: on which day, by which provision, what it did to the clock."""

    on: date
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Irregularity:
    """An event that the rules do not allow as it happened."""

    on: date
    kind: str
    text: str


#: `Deadline` has a field of the type's own name.
Day = date


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer of the clock.

    Attributes:
        date: the last day (hours: the last moment) in time; None where nothing is owed any more, and while the
            clock stands still for a time that moves it.
        status: where the clock stands today.
        provisional: a day was used of a year whose 放假 notice is not loaded.
        irregular: what happened against the rules, in order.
        steps: how the date came about, one sentence each, in Chinese.
        since: the day (hours: the moment) from which the term runs; None where none does.
    """

    date: date | None
    status: Status
    provisional: bool
    irregular: tuple[Irregularity, ...]
    steps: tuple[Step, ...]
    since: Day | None = None
