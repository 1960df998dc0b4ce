"""The value that readers return: an item of an old platform."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int

_DATE = r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_TIME = r"(?:[\sT　]*(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?"
#: Pattern of a date with an optional time.
DATE_TIME_PATTERN = re.compile(_DATE + _TIME)
_COMPACT_DATE_PATTERN = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$")
_CHINESE_DATE_PATTERN = re.compile(
    "([一二][〇零○О0O九][〇零○О0O一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
#: Addresses that name a day: /2019/3/5/, /2019-03/05/, t20190305_12.html, /201903/t20190305_
_URL_DATE_PATTERNS = (
    re.compile(r"[/_t]((?:19|20)\d{2})(\d{2})(\d{2})[_/.]"),
    re.compile(r"/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})/"),
)


def parse_moment(text: str) -> datetime | None:
    """Return the first date in a text, with its time if there is one, or None."""
    text = _CHINESE_DATE_PATTERN.sub(lambda match: "{}年{}月{}日".format(*map(to_int, match.groups())), text)
    match = _COMPACT_DATE_PATTERN.match(text.strip()) or DATE_TIME_PATTERN.search(text)
    return _make_moment(match) if match else None


def parse_day(text: str) -> date | None:
    """Return the first date in a text, or None."""
    moment = parse_moment(text)
    return timezone.localdate(moment) if moment else None


def find_date_in_url(address: str) -> datetime | None:
    """Return the date in a URL, as many platforms build them, or None."""
    for pattern in _URL_DATE_PATTERNS:
        match = pattern.search(address)
        found = _make_moment(match) if match else None
        if found:
            return found
    return None


def _make_moment(match: "re.Match[str]") -> datetime | None:
    """Return the moment of a match's numbers, None if there is no such day."""
    numbers = [int(digits) for digits in match.groups() if digits is not None]
    try:
        return timezone.make_aware(datetime(*numbers[:6]))  # type: ignore[arg-type]  # noqa: DTZ001 - made aware
    except ValueError:
        return None


#: URL scheme of pictures in the HTML of an `OldItem`, followed by the index in `pictures`.
PICTURE_URL_PREFIX = "moving-picture"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file to migrate: its displayed name, its path in the bundle (`ref`), and its former URL (`old`)."""

    name: str
    ref: str
    old: str = ""


@dataclass(slots=True)
class OldItem:
    """An item read from an old site; `problems` prevent migration, `notes` do not; `unknown`: why a page is no item.

    `fields` are the future item's fields (all text, dates as 2019-03-05); `old` are its URLs, the main one first.
    `beside` are lines next to the text about its validity (已废止), `more` the URLs of its further pages. `lost` has
    one line for each picture that cannot be migrated.
    """

    place: str
    title: str = ""
    html: str = ""
    unit: str = ""
    column: tuple[str, ...] = ()
    published: datetime | None = None
    fields: dict[str, str] = field(default_factory=dict)
    old: list[str] = field(default_factory=list)
    files: list[FileRef] = field(default_factory=list)
    pictures: list[FileRef] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: str = ""
    beside: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    source: dict[str, object] = field(default_factory=dict)
