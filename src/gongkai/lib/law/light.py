"""Lights: the traffic-light status of a timed record, for lists and dashboards.

A light is never colour alone: each has a shape and a word, so that it can be told in black and white and read aloud.
"""

from datetime import date, datetime, time, timedelta
from enum import Enum

from gongkai.lib.chinese.days import BEIJING, as_day, end_of_day
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.figures import Figure
from gongkai.lib.law.periods import add_days, add_months
from gongkai.lib.law.rules import RuleSet


class Light(Enum):
    """Traffic-light status of a record: key, symbol and Chinese label."""

    GREEN = ("green", "●", "正常")
    YELLOW = ("yellow", "▲", "临期")
    RED = ("red", "■", "逾期")
    BLUE = ("blue", "‖", "暂停")
    GREY = ("grey", "✓", "已办结")
    GREY_RED = ("grey_red", "□", "逾期办结")

    def __init__(self, key: str, shape: str, word: str) -> None:
        self.key = key
        self.shape = shape
        self.word = word

    @classmethod
    def of(cls, key: str) -> "Light":
        """Return the light with a key.

        Raises:
            KeyError: there is none.
        """
        for one in cls:
            if one.key == key:
                return one
        raise KeyError(key)


def compute_light(due_at: date | None, warn_at: date | None, paused: bool, closed_at: date | None, now: date) -> Light:
    """Return the light of a record.

    Args:
        due_at: last day (a date: to its end, Beijing time) or last moment (a datetime) in time; None: nothing is due.
        warn_at: from when it is yellow, where something is due; None: never.
        paused: the clock stands still.
        closed_at: when it was closed; None: open.
        now: the moment asked about.
    """
    if closed_at is not None:
        return Light.GREY_RED if due_at is not None and _after(closed_at, due_at) else Light.GREY
    if paused:
        return Light.BLUE
    if due_at is not None and _after(now, due_at):
        return Light.RED
    if due_at is not None and warn_at is not None and not _after(warn_at, now):
        return Light.YELLOW
    return Light.GREEN


def _after(one: date, other: date) -> bool:
    """Return true if one is after other: by time if both are moments, else by day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return _aware(one) > _aware(other)
    return as_day(one) > as_day(other)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


# Bounds of the warning period as shares of the whole term: a term of three days is not yellow from
# its first day, a term of a year is yellow more than three days before its end.
MIN_WARN_SHARE = 1 / 10
MAX_WARN_SHARE = 1 / 2


def warn_at(due: date, rules: RuleSet, calendar: Calendar, start: date | None = None) -> date:
    """Return the date or moment from which a due date is yellow.

    It is the rule set's `warn` figure before the due date, bounded by shares of the term.

    Args:
        due: a date, or a datetime for a due moment.
        rules: the rule set; three working days unless its row says otherwise.
        calendar: the working days.
        start: start of the term, of the same type as `due`; None: the figure alone counts.

    Returns:
        For a date a date; for a datetime the first moment of that day in Beijing (hours: so many hours before).
    """
    warned = moment_before(due, rules.warn, calendar)
    if start is None or start >= due:
        return warned
    term = due - start
    earliest, latest = due - term * MAX_WARN_SHARE, due - term * MIN_WARN_SHARE
    bounded = max(earliest, min(latest, warned))
    if bounded == warned or rules.warn.unit == "hour":
        return bounded
    return datetime.combine(as_day(bounded), time(), tzinfo=BEIJING) if isinstance(due, datetime) else bounded


def moment_before(due: date, figure: Figure, calendar: Calendar) -> date:
    """Return the date or moment `figure` before a due date."""
    if figure.unit == "hour":
        moment = due if isinstance(due, datetime) else end_of_day(due)
        return _aware(moment) - timedelta(hours=figure.count)
    day = as_day(due)
    if figure.unit == "working_day":
        day = calendar.subtract(day, figure.count)
    elif figure.unit == "month":
        day = add_months(day, -figure.count)
    else:
        day = add_days(day, -figure.count)
    return datetime.combine(day, time(), tzinfo=BEIJING) if isinstance(due, datetime) else day
