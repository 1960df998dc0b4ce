"""Reading a source: feeds, list pages, interfaces. Knows no database.

Several sources are read at once, each by itself: one that is slow, endless or broken ends at its own bounds and holds up no other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode, urljoin, urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.gathering.reader import Failed, Reader
from gongkai.gathering.texts import Entry, Pages, read_text
from gongkai.inspection.site.lists import Layout, learn
from gongkai.inspection.site.page import parse_page
from gongkai.opinion.feeds import Unread, read_feed
from gongkai.outbound.crawling.links import Whole
from gongkai.outbound.decoding import decode

MOST_ENTRIES, MOST_PAGES = 2000, 40


@dataclass(frozen=True)
class Plan:
    """What is to be read: way, address, layout, whether whole texts; the addresses known already, whose texts are not read again; where texts
    stand in its pages, where that was learnt."""

    way: str
    address: str
    layout: tuple[str, ...] = ()
    example: str = ""
    whole: bool = True
    known: frozenset[str] = frozenset()
    text_at: str = ""


@dataclass
class Pulled:
    """What came of a source: its entries, the layout and the place of texts that were learnt, and why it failed where it did."""

    entries: list[Entry] = field(default_factory=list)
    layout: tuple[str, ...] = ()
    text_at: str = ""
    failed: str = ""
    notes: list[str] = field(default_factory=list)


def pull(plan: Plan, reader: Reader, today: date) -> Pulled:
    """Read a source; whatever happens ends in words, never in an error."""
    made = Pulled(layout=plan.layout, text_at=plan.text_at)
    try:
        made.entries = _WAYS[plan.way](plan, reader, today, made)
        if not made.entries:
            made.failed = "没有读到任何条目"
        elif plan.whole:
            _read_texts(plan, reader, made)
    except Failed as failed:
        made.failed = str(failed)[:200]
    except Exception as error:  # another machine's bytes: whatever they break is this source's fault alone
        made.failed = f"内容不能识别（{type(error).__name__}）"
    finally:
        reader.through.close()
    return made


def _feed(plan: Plan, reader: Reader, today: date, made: Pulled) -> list[Entry]:
    text = decode(reader.page(plan.address))[0]
    body = text.partition("?>")[2] if text.lstrip().startswith("<?xml") else text
    try:
        found = read_feed(body.strip().encode(errors="replace"))
    except Unread as error:
        raise Failed(str(error)) from error
    return [
        Entry(entry.address, entry.title, entry.written_at, words=entry.text)
        for entry in found
        if entry.address
    ]


def _list(plan: Plan, reader: Reader, today: date, made: Pulled) -> list[Entry]:
    page = parse_page(reader.page(plan.address), plan.address, 0, Whole())
    if page is None:
        raise Failed("不是网页")
    layout = (
        Layout(plan.layout)
        if plan.layout
        else learn(page, [plan.example] if plan.example else [], today=today)
    )
    found = layout.entries(page, today) if layout else []
    if not found and plan.layout:
        layout = learn(page, today=today)
        found = layout.entries(page, today) if layout else []
        made.notes.append("列表的样式变了，已重新识别，请核对")
    made.layout = layout.ways if layout else ()
    return [Entry(entry.address, entry.title, start_of(entry.day)) for entry in found[:MOST_ENTRIES]]


def start_of(day: date | None) -> datetime | None:
    """Return the beginning of a day; None for none."""
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None  # noqa: DTZ001 - made aware


def _json(reader: Reader, address: str) -> object:
    try:
        return json.loads(decode(reader.page(address))[0])
    except ValueError as error:
        raise Failed("返回的不是JSON") from error


def _gongkai(plan: Plan, reader: Reader, today: date, made: Pulled) -> list[Entry]:
    root, query = plan.address.split("/api/")[0].rstrip("/"), urlsplit(plan.address).query
    at = f"{root}/api/v1/documents/{f'?{query}' if query else ''}"
    found: list[Entry] = []
    for _ in range(MOST_PAGES):
        data = _json(reader, at)
        rows = data.get("items", []) if isinstance(data, dict) else []
        found += [_from_gongkai(row) for row in rows if isinstance(row, dict) and row.get("url")]
        at = str(data.get("next") or "") if isinstance(data, dict) else ""
        if not at or len(found) >= MOST_ENTRIES:
            break
    return found[:MOST_ENTRIES]


def _from_gongkai(row: Mapping[str, object]) -> Entry:
    standing = str(row.get("standing_label") or "")
    number = str(row.get("document_number") or "")
    return Entry(
        str(row["url"]),
        str(row.get("title", "")),
        _moment(row.get("published_at")),
        words="　".join(one for one in (number, standing) if one),
    )


def _wagtail(plan: Plan, reader: Reader, today: date, made: Pulled) -> list[Entry]:
    found: list[Entry] = []
    base = plan.address.partition("?")[0]
    query = urlsplit(plan.address).query
    for number in range(MOST_PAGES):
        more = urlencode({"limit": 20, "offset": number * 20})
        data = _json(reader, f"{base}?{query + '&' if query else ''}{more}")
        rows = data.get("items", []) if isinstance(data, dict) else []
        for row in rows:
            meta = row.get("meta") or {}
            if meta.get("html_url"):
                when = _moment(meta.get("first_published_at"))
                found.append(Entry(urljoin(base, str(meta["html_url"])), str(row.get("title", "")), when))
        if len(rows) < 20:
            break
    return found


def _moment(said: object) -> datetime | None:
    try:
        found = parse_datetime(str(said or ""))
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


_WAYS = {"feed": _feed, "list": _list, "gongkai": _gongkai, "wagtail": _wagtail}


def _read_texts(plan: Plan, reader: Reader, made: Pulled) -> None:
    """Read the whole texts of entries that are new, as far as the source's hosts and time allow."""
    left = 0
    fresh = [entry for entry in made.entries if entry.address not in plan.known]
    known = [entry.address for entry in made.entries if entry.address in plan.known]
    pages = Pages(reader, [entry.address for entry in fresh], plan.text_at, known)
    made.text_at = pages.text_at
    for entry in fresh:
        try:
            read_text(entry, pages)
        except Failed as failed:
            left += 1
            if str(failed).startswith("用时过长"):
                made.notes.append(str(failed))
                break
    if left:
        made.notes.append(f"{left}条没有读到全文")
