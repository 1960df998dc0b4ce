"""Count working days with an explanation of the days passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.calendar import HOLIDAY, MAKEUP, Calendar, default_calendar
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.explain import explain_provisional

_ONE_DAY = timedelta(days=1)
#: Days explained one run at a time; what lies further is told in one sentence.
_MAX_EXPLAINED_DAYS = 1500


@dataclass(frozen=True, slots=True)
class WorkdayStep:
    """One sentence of an explanation, with the first day it covers."""

    on: date
    text: str


@dataclass(frozen=True, slots=True)
class WorkdayCount:
    """The result of counting working days: the last day (`due`) and its explanation.

    It is `provisional` if the holiday notice of a year in it is missing.
    """

    due: date
    steps: tuple[WorkdayStep, ...]
    provisional: bool


def is_workday(day: date, calendar: Calendar | None = None) -> bool:
    """Return whether a day is a working day."""
    return (calendar or default_calendar()).is_workday(day)


def count_workdays_between(after: date, upto: date, calendar: Calendar | None = None) -> int:
    """Return the number of working days after one day up to and including another.

    Raises:
        LawError: the second day lies before the first.
    """
    if upto < after:
        raise LawError(f"终止日期{upto}早于起始日期{after}")
    return (calendar or default_calendar()).count_working_days(after, upto)


def add_workdays(day: date, count: int, calendar: Calendar | None = None) -> WorkdayCount:
    """Return the count-th working day after a day, with the explanation.

    Raises:
        LawError: a count below 1, or a day beyond the year 9999.
    """
    calendar = calendar or default_calendar()
    due = calendar.add_working_days(day, count)
    unknown = calendar.list_unknown_years(day + _ONE_DAY, due)
    steps = [WorkdayStep(day, f"{day_in_words(day)}当日不计，自次日起计算{count}个工作日。")]
    explained = min(due, day + _MAX_EXPLAINED_DAYS * _ONE_DAY) if (due - day).days > _MAX_EXPLAINED_DAYS else due
    steps += _explain_days_off(day, explained, calendar)
    if explained < due:
        off, makeup = calendar.count_days_off_and_makeup(explained, due)
        text = (
            f"自{day_in_words(explained)}次日至{day_in_words(due)}，休息日和放假共{off}天不计，调休上班{makeup}天计入。"
        )
        steps.append(WorkdayStep(explained + _ONE_DAY, text))
    steps.append(WorkdayStep(due, f"{day_in_words(due)}为第{count}个工作日。"))
    if unknown:
        steps.append(WorkdayStep(due, explain_provisional(unknown)))
    return WorkdayCount(due, tuple(steps), bool(unknown))


def _explain_days_off(after: date, upto: date, calendar: Calendar) -> Iterator[WorkdayStep]:
    """Yield a step for each run of days left out for one reason."""
    first, run_reason = after, ""
    day = after
    while day < upto:
        day += _ONE_DAY
        reason = _describe_day(day, calendar)
        if reason != run_reason:
            if run_reason:
                yield _make_step(first, day - _ONE_DAY, run_reason)
            first, run_reason = day, reason
    if run_reason:
        yield _make_step(first, upto, run_reason)


def _describe_day(day: date, calendar: Calendar) -> str:
    """Return the Chinese reason why a day counts or not, or "" for a plain workday."""
    reason = calendar.get_kind(day)
    if reason == HOLIDAY:
        return f"{calendar.holiday_name(day)}放假，不计"
    if reason == MAKEUP:
        return "调休上班，计为工作日"
    return "周末，不计" if not calendar.is_workday(day) else ""


def _make_step(first: date, last: date, reason: str) -> WorkdayStep:
    days = day_in_words(first) if first == last else f"{day_in_words(first)}至{day_in_words(last)}"
    return WorkdayStep(first, f"{days}{reason}。")
