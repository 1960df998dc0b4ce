"""Dates as old pages and spreadsheets write them, in local time. Pure."""

from datetime import date, datetime

from django.utils import timezone

from gongkai.lib.chinese import lazy_re as re

_DATE = r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_TIME = r"(?:[\sT　]*(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?"
MOMENT = re.compile(_DATE + _TIME)
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$")
#: Addresses that name a day: /2019/3/5/, /2019-03/05/, t20190305_12.html, /201903/t20190305_
_IN_ADDRESS = (
    re.compile(r"[/_t]((?:19|20)\d{2})(\d{2})(\d{2})[_/.]"),
    re.compile(r"/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})/"),
)


def parse_moment(words: str) -> datetime | None:
    """Return the first date (with its time) that stands in a text; None where there is none."""
    match = _COMPACT.match(words.strip()) or MOMENT.search(words)
    return _made(match) if match else None


def parse_day(words: str) -> date | None:
    """Return the first date that stands in a text."""
    found = parse_moment(words)
    return timezone.localdate(found) if found else None


def in_address(address: str) -> datetime | None:
    """Return the day that an address names, as many platforms build addresses; None where it names none."""
    for pattern in _IN_ADDRESS:
        match = pattern.search(address)
        found = _made(match) if match else None
        if found:
            return found
    return None


def _made(match: "re.Match[str]") -> datetime | None:
    numbers = [int(part) for part in match.groups() if part is not None]
    try:
        return timezone.make_aware(datetime(*numbers[:6]))  # type: ignore[arg-type]  # noqa: DTZ001 - made aware
    except ValueError:
        return None
