"""Parse dates, whole numbers and JSON strictly; count working days, months and hours.

The day (or moment) a period starts from is never counted: 民法典第二百零一条. Months end on the same day of the month, or
on its last day where there is none: 民法典第二百零二条 (11-30 plus three months is 02-28).
"""

import json
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Never

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import BEIJING, as_day
from gongkai.lib.law.calendar import LAW_DATE_RANGE_ERROR, Calendar
from gongkai.lib.law.errors import LawError

_ONE_DAY = timedelta(days=1)


def add_days(day: date, count: int) -> date:
    """Return the day `count` calendar days later.

    Raises:
        LawError: beyond the years 1 to 9999.
    """
    try:
        return day + timedelta(days=count)
    except OverflowError:
        raise LawError(LAW_DATE_RANGE_ERROR) from None


def add_months(day: date, count: int) -> date:
    """Return the day `count` months later (earlier if negative): the same day of the month, or the month's last day.

    Raises:
        LawError: beyond the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise LawError(LAW_DATE_RANGE_ERROR)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class PeriodUnit:
    """A unit of time in which periods are counted.

    Attributes:
        read: converts the day or moment of an event to a value that this unit counts.
        add: returns the end of a number of units after a start.
        elapsed: counts the units after one point, up to and including another.
        past: returns true if a point is after the end of a number of units from a start; uses no later day.
    """

    read: Callable[[date], date]
    add: Callable[[date, int], date]
    elapsed: Callable[[date, date], int]
    past: Callable[[date, int, date], bool]


def find_period_unit(name: str, calendar: Calendar) -> PeriodUnit:
    """Return the unit of time with this name: working_day, month, hour; else day."""
    if name == "working_day":

        def past(base: date, count: int, at: date) -> bool:
            """Return true if `at` is later than the end of `count` working days after `base`."""
            return at > base and calendar.count_working_days(base, at - _ONE_DAY) >= count

        return PeriodUnit(as_day, calendar.add_working_days, calendar.count_working_days, past)
    if name == "hour":
        return PeriodUnit(_to_moment, _add_hours, _count_seconds, lambda base, count, at: at > _add_hours(base, count))
    if name == "month":
        return PeriodUnit(as_day, add_months, _count_days, lambda base, count, at: at > add_months(base, count))
    return PeriodUnit(as_day, add_days, _count_days, lambda base, count, at: (at - base).days > count)


def _count_days(after: date, upto: date) -> int:
    return (upto - after).days


def _to_moment(at: date) -> date:
    """Return a datetime, in Beijing time if it has no zone (LawError: it is a date without time)."""
    if not isinstance(at, datetime):
        raise LawError(f"按小时计算的时限须写明时刻：{at}")
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


def _add_hours(at: date, count: int) -> date:
    try:
        return at + timedelta(hours=count)
    except OverflowError:
        raise LawError(LAW_DATE_RANGE_ERROR) from None


def _count_seconds(after: date, upto: date) -> int:
    return int((upto - after).total_seconds())


def compute_period_end(kind: str, unit: PeriodUnit, base: date, count: int, gaps: Iterable[tuple[date, date]]) -> date:
    """Return the last day (or moment) of `count` units after `base`, without the pauses `gaps`.

    Args:
        kind: the unit's name.
        unit: the unit.
        base: day 0, not counted.
        count: units in all.
        gaps: (after, up to and including); days in several of them are left out once.
    """
    spans = sorted(gaps)
    if kind in {"month", "hour"}:
        return _shift_over_gaps(unit.add(base, count), base, spans)
    at, remaining = base, count
    for after, upto in spans:
        if upto <= at:
            continue
        worked = unit.elapsed(at, max(after, at))
        if worked >= remaining:
            break
        at, remaining = upto, remaining - worked
    return unit.add(at, remaining)


def _shift_over_gaps(end: date, base: date, spans: list[tuple[date, date]]) -> date:
    """Move an end by the length of each of the `spans` that begins before it."""
    at = base
    for after, upto in spans:
        start = max(after, at)
        if upto <= start:
            continue
        if start >= end:
            break
        end, at = end + (upto - start), upto
    return end


_ISO_DATE_RE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER_RE = re.compile(r"[0-9]+")
#: Longest accepted number; bounds the work on hostile input.
MAX_DIGITS = 100


def quote_value(value: object) -> str:
    """Return a value in Chinese quotation marks for a message: the text, or short one-line JSON."""
    text = value if isinstance(value, str) else _to_json_text(value)
    text = text if len(text) <= 40 else f"{text[:40]}…"
    return f"“{''.join(c if c.isprintable() else repr(c)[1:-1] for c in text)}”"


def _to_json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # no JSON value: a caller's own
        return repr(value)


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` names (LawError: any other form, or a day that does not exist)."""
    if _ISO_DATE_RE.fullmatch(text) is None:
        raise LawError(f"日期应写作 YYYY-MM-DD（如 2024-01-02），不能读取{quote_value(text)}")
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        raise LawError(f"没有这一天：{text}") from None


def parse_whole(text: str, label: str = "数", least: int = 0) -> int:
    """Return a whole number written in ASCII digits.

    Args:
        text: the digits.
        label: the name of the number, for the message.
        least: the smallest number allowed.

    Raises:
        LawError: any other character, more than `MAX_DIGITS` digits, or a number below `least`.
    """
    if _WHOLE_NUMBER_RE.fullmatch(text) is None:
        raise LawError(f"{label}应为整数（只用数字 0-9），不能读取{quote_value(text)}")
    if len(text) > MAX_DIGITS:
        raise LawError(f"{label}过大（超过{MAX_DIGITS}位）")
    number = int(text)
    if number < least:
        raise LawError(f"{label}不能小于{least}：{quote_value(text)}")
    return number


def _refuse_constant(name: str) -> Never:
    """Refuse NaN and infinities in JSON."""
    raise ValueError(name)


#: Maximum digits of a whole number used in arithmetic (Python reads and writes at most 4,300; sums need room).
MAX_JSON_INTEGER_DIGITS = 4000


class LongNumber(str):
    """A whole number too long for arithmetic, as text."""


def _parse_whole(digits: str) -> int | float | LongNumber:
    """Return the number; -0 stays negative, a very long one stays text."""
    if len(digits) > MAX_JSON_INTEGER_DIGITS:
        return LongNumber(digits)
    return -0.0 if digits == "-0" else int(digits)


_decode_json = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_parse_whole).decode


def loads(data: bytes, label: str) -> object:
    """Return the value of JSON in UTF-8, with or without byte order mark.

    Numbers too long for arithmetic become `LongNumber`.

    Raises:
        LawError: not UTF-8, not JSON, or nested too deep.
    """
    try:
        return _decode_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LawError(f"{label}不是 UTF-8 编码") from None
    except (ValueError, RecursionError):
        raise LawError(f"{label}不是合格的 JSON") from None


def dumps(value: object) -> bytes:
    """Return compact JSON on one line in UTF-8; lone surrogates are escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
