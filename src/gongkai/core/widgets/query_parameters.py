"""Parse query parameters and form values; invalid input counts as absent, never as an error."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date as parse_iso_date

from gongkai.lib.chinese.typed_values import ACCEPTED_YEARS, TypedValueError, parse_date, parse_whole

#: The largest row id that every database accepts.
MAX_ROW_ID = 10**18 - 1
#: Maximum length of invalid input that is shown again.
MAX_SHOWN_INPUT_CHARACTERS = 40
T = TypeVar("T")
#: Query parameters that request a file.
FILE_PARAMETERS = ("format", "as", "export")


def asks_file(request: HttpRequest) -> bool:
    """Return true if the request asks for a file."""
    return any(name in request.GET for name in FILE_PARAMETERS)


def parse_whole_number(text: str, maximum: int = MAX_ROW_ID) -> int | None:
    """Return an integer from 0 to `maximum` in plain digits, or None."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(maximum)):
        return None
    number = int(text)
    return number if number <= maximum else None


class NumberConverter:
    """URL converter (`<number:…>`) without leading zeros and within database limits.

    A URL with leading zeros does not match, so that caches hold one page per row. A too large
    number becomes the maximum, which no row has, so that views report a missing row.
    """

    regex = "0|[1-9][0-9]*"

    def to_python(self, value: str) -> int:
        """Parse the number."""
        number = parse_whole_number(value)
        return MAX_ROW_ID if number is None else number

    def to_url(self, value: int) -> str:
        """Format the number."""
        return str(value)


def content_length(request: HttpRequest) -> int:
    """Return the declared content length of a request, at most `MAX_ROW_ID`; 0 if it is missing or invalid."""
    text = str(request.META.get("CONTENT_LENGTH") or "").strip()
    number = parse_whole_number(text)
    if number is None:
        return MAX_ROW_ID if text.isascii() and text.isdecimal() else 0
    return number


def is_storable(text: str) -> bool:
    """Return true if a database accepts a text: no NUL, no lone surrogate."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def parse_machine_json(body: bytes) -> Any:
    """Parse JSON sent by a machine.

    Raises:
        ValueError: invalid, too deep, or with text that no database accepts.
    """
    try:
        document = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, str) and not is_storable(node):
            raise ValueError("a text with NUL or half a character")
        if isinstance(node, dict):
            pending += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            pending += node
    return document


def parse_selected(raw_ids: Iterable[str]) -> list[int]:
    """Return the row ids parsed from texts, in order, without invalid ones."""
    return [number for number in map(parse_whole_number, raw_ids) if number is not None]


def parse_year(text: str) -> int | None:
    """Return a year written with four digits (from 0002), or None."""
    year = parse_whole_number(text, 9999) if len(text) == 4 else None
    return year if year and year > MINYEAR else None


def get_requested_year(request: HttpRequest) -> int:
    """Return the year of a request (`?year=2026`); this year if it is missing or invalid."""
    return parse_year_filter(request.GET.get("year", "")).value or timezone.localdate().year


@dataclass(frozen=True)
class TypedFilter(Generic[T]):
    """A filter value as typed, parsed, and with its error; false if nothing was typed.

    Attributes:
        text: the text to show again, normalised if valid.
        value: the parsed value, or None.
        reason: what to write instead, or "".
    """

    text: str = ""
    value: T | None = None
    reason: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def parse_day_filter(text: str) -> TypedFilter[date]:
    """Return the date typed in a filter, in any spelling that forms accept; for other text an error and no value."""
    try:
        day = parse_date(text)
    except TypedValueError as wrong:
        return TypedFilter(text[:MAX_SHOWN_INPUT_CHARACTERS], None, f"{wrong}。")
    return TypedFilter(day.isoformat(), day) if day else TypedFilter()


def parse_year_filter(text: str) -> TypedFilter[int]:
    """Return the year typed in a filter; for other text no value, with an error that describes the format."""
    try:
        year = parse_whole(text)
    except TypedValueError:
        year = MINYEAR
    if year is None:
        return TypedFilter()
    if year not in ACCEPTED_YEARS:
        return TypedFilter(text[:MAX_SHOWN_INPUT_CHARACTERS], None, "请填写四位数的年份，如 2026。")
    return TypedFilter(str(year), year)


def parse_day(text: str) -> date | None:
    """Return a date written 2026-11-20 in a URL, or None.

    The first and last year are excluded, because time zone conversion would overflow.
    """
    try:
        day = parse_iso_date(text)
    except ValueError:
        return None
    return day if day and MINYEAR < day.year < MAXYEAR else None
