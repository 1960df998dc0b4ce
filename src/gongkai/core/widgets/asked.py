"""What an address or a form asks for, read with care: whoever types nonsense gets what stands there without it, never an error."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date as parse_iso_date

from gongkai.lib.chinese.typed_values import YEARS, TypedValueError, parse_date, parse_whole

#: The largest number that every database takes for a row's.
MOST = 10**18 - 1
#: Characters kept of a filter that cannot be read: enough to show it again.
LONGEST_TYPED = 40
T = TypeVar("T")
#: Names that ask a page for a file.
ASKS_FILE = ("format", "as", "export")


def asks_file(request: HttpRequest) -> bool:
    """Whether a page is asked for as a file."""
    return any(name in request.GET for name in ASKS_FILE)


def whole(text: str, most: int = MOST) -> int | None:
    """Return a whole number from 0 to `most` in plain digits; None where it is none."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None


class Number:
    """A number in a path (`<number:…>`): written in the one way that addresses are, and never larger than a database takes.

    With leading zeros it is another address, which nothing here has: caches would keep its page and never be told of it. A longer number is
    the largest there is, which no row has: each view says in its own way that it is not there.
    """

    regex = "0|[1-9][0-9]*"

    def to_python(self, value: str) -> int:
        """Read it."""
        number = whole(value)
        return MOST if number is None else number

    def to_url(self, value: int) -> str:
        """Write it."""
        return str(value)


def told_length(request: HttpRequest) -> int:
    """Return the bytes that a request says it carries; 0 where it says none or nonsense: then Django reads nothing of it."""
    text = str(request.META.get("CONTENT_LENGTH") or "").strip()
    number = whole(text)
    if number is None:
        return MOST if text.isascii() and text.isdecimal() else 0
    return number


def storable(text: str) -> bool:
    """Whether a database takes a text: no NUL, no half of a character."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def json_asked(body: bytes) -> Any:
    """Read what a machine sends as JSON: every door for machines reads it here.

    Raises:
        ValueError: it is none, is nested too deep, or has texts that no database takes.
    """
    try:
        given = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    rest = [given]
    while rest:
        one = rest.pop()
        if isinstance(one, str) and not storable(one):
            raise ValueError("a text with NUL or half a character")
        if isinstance(one, dict):
            rest += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            rest += one
    return given


def ticked(given: Iterable[str]) -> list[int]:
    """Return the rows that were ticked, in their order; what is no number is left out."""
    return [number for number in map(whole, given) if number is not None]


def year_asked(text: str) -> int | None:
    """Return a year of four digits; None where it is none."""
    year = whole(text, 9999) if len(text) == 4 else None
    return year if year and year > MINYEAR else None


def year_in(request: HttpRequest, usual: int | None = None) -> int:
    """Return the year that an address asks for (`?year=2026`); where it asks for none the usual one, which is this year if nobody says otherwise."""
    return typed_year(request.GET.get("year", "")).value or usual or timezone.localdate().year


@dataclass(frozen=True)
class Typed(Generic[T]):
    """What a person typed among the filters of a page.

    Attributes:
        text: shown in the field again; what could be read is written in the usual way.
        value: None where nothing was typed or the text cannot be read.
        reason: tells what to write instead; "" where nothing is wrong.
    """

    text: str = ""
    value: T | None = None
    reason: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def typed_day(text: str) -> Typed[date]:
    """Read a date among the filters of a page, in every spelling that forms accept."""
    try:
        day = parse_date(text)
    except TypedValueError as wrong:
        return Typed(text[:LONGEST_TYPED], None, f"{wrong}。")
    return Typed(day.isoformat(), day) if day else Typed()


def typed_year(text: str) -> Typed[int]:
    """Read a year among the filters of a page."""
    try:
        year = parse_whole(text)
    except TypedValueError:
        year = MINYEAR
    if year is None:
        return Typed()
    if year not in YEARS:
        return Typed(text[:LONGEST_TYPED], None, "请填写四位数的年份，如 2026。")
    return Typed(str(year), year)


def day_asked(text: str) -> date | None:
    """Return a day written 2026-11-20 in an address that a machine or a link asks for; None where it is none.

    None of the first and last year, whose times leave the calendar when they change zones.
    """
    try:
        day = parse_iso_date(text)
    except ValueError:
        return None
    return day if day and MINYEAR < day.year < MAXYEAR else None
