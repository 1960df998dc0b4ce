"""Read entries from the data that a page's scripts load for its lists. Pure.

Scripts are not executed. Data addresses named by the page are requested like other addresses;
data inside inline scripts is read in place. Lists with unknown data addresses are reported as
unreadable.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.outbound.crawling import normalise_url
from gongkai.lib.outbound.markup import decode_html
from gongkai.oversight.inspection.site.dates import find_first_day
from gongkai.oversight.inspection.site.lists import ListEntry

if TYPE_CHECKING:
    from gongkai.oversight.inspection.site.page import WebPage

#: Element name in the crawl's table for data addresses.
DATA_LINK_TAG = "data"
MAX_DATA_ENTRIES = 5_000
#: Maximum number of elements in a list that waits for its data: 加载中….
MAX_PLACEHOLDER_ELEMENTS = 1
#: Assignments of data in inline scripts, with their maximum number and length.
_DATA_ASSIGNMENT_RE = re.compile(r"=\s*(?=[\[{])")
MAX_ASSIGNMENTS_READ, MAX_SCRIPT_CHARACTERS = 20, 500_000
_CHINA_TIMEZONE = timezone(timedelta(hours=8))
_LIST_TAGS = ("ul", "ol", "dl", "tbody", "table", "div", "section")
_DATA_URL_ATTRIBUTE_RE = re.compile(
    r"^(?:data-|v-|:)(?:\w+-)?(?:src|url|api|href|json|list|source|path|file|action)$", re.IGNORECASE
)
_DATA_FILE_RE = re.compile(r"^[^\s'\"]{2,200}\.json(?:\?\S*)?$", re.IGNORECASE)
_URL_VALUE_RE = re.compile(r"^(?:https?://|/|\.{1,2}/)?[\w./%-]+(?:\?[\w=&.%-]*)?$")
#: Addresses requested by inline scripts.
_REQUESTED_URL_RE = re.compile(
    r"(?:\bfetch|\$\.(?:get|post|getJSON)|axios(?:\.get)?|loadList|loadData)\s*\(\s*[\"']([^\"'\s]{3,200})[\"']"
    r"|\.open\(\s*[\"']GET[\"']\s*,\s*[\"']([^\"'\s]{3,200})[\"']"
    r"|[\"']([^\"'\s]{2,200}\.json(?:\?[^\"'\s]*)?)[\"']"
    r"|\b(?:url|api|dataUrl|listUrl|src)\s*[:=]\s*[\"']([^\"'\s]{3,200})[\"']",
    re.IGNORECASE,
)
_TITLE_FIELDS = ("title", "biaoti", "name", "subject", "doctitle", "bt", "text")
_LINK_FIELDS = ("url", "href", "link", "docpuburl", "path", "address", "lj")
_DAY_FIELDS = ("pub", "date", "time", "rq", "sj", "day")


#: Characters that JSON may contain and a database cannot store: NUL and halves of surrogate pairs.
_UNSTORABLE_CHARACTER_RE = re.compile("[\x00\ud800-\udfff]")


def remove_unstorable_characters(text: str) -> str:
    """Return a text from JSON without NUL and lone surrogates."""
    return _UNSTORABLE_CHARACTER_RE.sub("", text)


def find_data_addresses(page: "WebPage") -> list[str]:
    """Return the data addresses that a page names for its lists, without duplicates."""
    found_texts: list[str] = []
    for name in _LIST_TAGS:
        for tag in page.by[name]:
            if name in {"table", "tbody"} or (
                len(tag) <= MAX_PLACEHOLDER_ELEMENTS and next(tag.iter("a"), None) is None
            ):
                found_texts += [
                    str(value)
                    for key, value in tag.attrib.items()
                    if _DATA_URL_ATTRIBUTE_RE.match(str(key)) or _DATA_FILE_RE.search(str(value))
                ]
    for script in page.scripts:
        if len(script) < 20_000:
            found_texts += [next(filter(None, match.groups())) for match in _REQUESTED_URL_RE.finditer(script)]
    absolute = (normalise_url(value, page.address) for value in found_texts if _URL_VALUE_RE.match(value))
    return list(dict.fromkeys(address for address in absolute if address and address != page.address))


def read_inline_entries(page: "WebPage", today: date) -> list[ListEntry] | None:
    """Return the entries of the longest dated list in a page's inline scripts, or None.

    Most entries must have a date, as menus have none.
    """
    best: list[ListEntry] = []
    for script in page.scripts:
        for match in itertools.islice(
            _DATA_ASSIGNMENT_RE.finditer(script[:MAX_SCRIPT_CHARACTERS]), MAX_ASSIGNMENTS_READ
        ):
            for rows in _iterate_lists(_read_json(script[match.end() : MAX_SCRIPT_CHARACTERS])):
                entries = [entry for row in rows for entry in _read_entry(row, page.address, today)]
                dated = sum(entry.day is not None for entry in entries)
                if len(entries) > len(best) and dated * 2 > len(entries):
                    best = entries
    return best[:MAX_DATA_ENTRIES] or None


def read_data_entries(data: bytes, base: str, today: date) -> list[ListEntry] | None:
    """Return the entries of the longest list in downloaded data, or None if it has no list.

    Args:
        data: JSON, JSONP, or a script that assigns a list.
        base: address of the page that shows the list.
        today: reference day for dates without a year.
    """
    whole = _read_json(decode_html(data)[0])
    if whole is None:
        return None
    best: list[ListEntry] | None = None
    for rows in _iterate_lists(whole):
        entries = [entry for row in rows for entry in _read_entry(row, base, today)]
        if best is None or len(entries) > len(best):
            best = entries
    return best[:MAX_DATA_ENTRIES] if best is not None else None


def _read_json(text: str) -> object:
    """Return the first JSON object or list in a text; None if there is none, or for HTML."""
    start = min((position for position in (text.find("{"), text.find("[")) if position >= 0), default=-1)
    if start < 0 or text.lstrip()[:1] == "<":
        return None
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def _iterate_lists(value: object, depth: int = 0) -> Iterator[list[object]]:
    """Yield the lists of objects in a JSON value, to six levels."""
    if depth > 6:
        return
    if isinstance(value, list):
        if not value or sum(isinstance(row, dict | list) for row in value) * 2 > len(value):
            yield value
        for row in value[:50]:
            yield from _iterate_lists(row, depth + 1)
    elif isinstance(value, dict):
        for row in value.values():
            yield from _iterate_lists(row, depth + 1)


def _read_entry(row: object, base: str, today: date) -> Iterator[ListEntry]:
    """Yield the entry of a row with an address and a Chinese title; nothing for other rows."""
    fields = row if isinstance(row, dict) else dict(enumerate(row)) if isinstance(row, list) else {}
    fields_by_name = {
        str(key).lower(): remove_unstorable_characters(value) if isinstance(value, str) else value
        for key, value in fields.items()
        if isinstance(value, str | int)
    }
    link = _find_link(fields_by_name)
    title = _find_title(fields_by_name, link)
    address = normalise_url(link, base) if link else ""
    if title and address:
        yield ListEntry(address, title, _find_day(fields_by_name, today))


def _find_link(row: dict[str, str | int]) -> str:
    """Return the address in a row, preferring a field named as a link; empty if there is none."""
    strings = {key: value for key, value in row.items() if isinstance(value, str) and 3 <= len(value) <= 500}
    for by_field_name in (True, False):
        for key, value in strings.items():
            fits = _URL_VALUE_RE.match(value) and ("/" in value or "." in value)
            if fits and (
                any(link_name in key for link_name in _LINK_FIELDS)
                if by_field_name
                else value.startswith(("/", "http", "."))
            ):
                return value
    return ""


def _find_title(row: dict[str, str | int], link: str) -> str:
    """Return the Chinese title in a row, preferring fields named as titles, else the longest text."""
    strings = {key: re.sub(r"<[^>]+>", "", value) for key, value in row.items() if isinstance(value, str)}
    chinese = {key: value for key, value in strings.items() if value != link and re.search(f"[{HAN}]{{2}}", value)}
    for title in _TITLE_FIELDS:
        for key, value in chinese.items():
            if title == key or (len(title) > 4 and title in key):
                return " ".join(value.split())
    return " ".join(max(chinese.values(), key=len, default="").split())[:200]


def _find_day(row: dict[str, str | int], today: date) -> date | None:
    """Return the day in a row, preferring publication fields; None if there is none."""
    ranked = sorted(
        row, key=lambda key: (not key.startswith(("pub", "fb")), not any(day_name in key for day_name in _DAY_FIELDS))
    )
    for key in ranked:
        value = str(row[key])
        if re.fullmatch(r"1\d{9}(?:\d{3})?", value) and any(day_name in key for day_name in _DAY_FIELDS):
            return datetime.fromtimestamp(int(value[:10]), _CHINA_TIMEZONE).date()
        if len(value) <= 30 and (day := find_first_day(value, today)):
            return day
    return None
