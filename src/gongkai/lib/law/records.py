"""Input and output types of the deadline computation."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ClockStatus(StrEnum):
    """Status of a computed deadline.

    `PAUSED`: the clock is stopped. `ABANDONED`: the pause expired, so that nothing is owed any more.
    """

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
    """An event of a case on a day.

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
class ExplanationStep:
    """One Chinese sentence of the explanation, with its day and provision."""

    on: date
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Irregularity:
    """An event that violates the rules, with its day and a Chinese sentence."""

    on: date
    kind: str
    text: str


#: `Deadline` has a field named `date`, so the type needs another name there.
Day = date


@dataclass(frozen=True, slots=True)
class Deadline:
    """Result of the computation: due date, status, explanation.

    Attributes:
        date: the last day (hours: the last moment) in time; None if nothing is owed any more, or while a pause moves it.
        status: the state of the clock today.
        provisional: the computation used days of a year whose holiday notice (放假通知) is not loaded.
        irregular: the events that violate the rules, in order.
        steps: the explanation of the date, one Chinese sentence each.
        since: the day (hours: the moment) from which the term runs; None where none does.
    """

    date: date | None
    status: ClockStatus
    provisional: bool
    irregular: tuple[Irregularity, ...]
    steps: tuple[ExplanationStep, ...]
    since: Day | None = None
