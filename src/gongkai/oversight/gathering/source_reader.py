"""Read sources (feeds, list pages, interfaces) without a database.

Several sources are read in parallel, each within its own limits, so that a slow or broken one
does not delay others.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode, urljoin, urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.markup import decode_html
from gongkai.oversight.gathering.list_walk import (
    LIST_FINISHED,
    MAX_NEW_ENTRIES_PER_FETCH,
    ListWalk,
    ResumePoint,
    SourceListPage,
)
from gongkai.oversight.gathering.reader import TIME_LIMIT_ERROR, SourceReader, SourceReadError
from gongkai.oversight.gathering.texts import SourceEntry, SourcePages, read_text
from gongkai.oversight.inspection.site.data_lists import remove_unstorable_characters
from gongkai.oversight.inspection.site.list_pages import find_next_page, read_page_count
from gongkai.oversight.inspection.site.lists import ListLayout, learn_list_layout
from gongkai.oversight.inspection.site.page import WebPage, parse_page
from gongkai.work.opinion.feeds import FeedReadError, read_feed

#: Maximum number of interface pages in one fetch.
MAX_INTERFACE_PAGES = 40


@dataclass(frozen=True)
class FetchPlan:
    """The settings for reading one source.

    Attributes:
        way: method (feed, list, …); `layout` and `example`: list layout and the entry it was learnt from.
        whole: true if the texts are read, too; `text_at`: path of the learnt text element.
        known: URLs whose text is not requested again; `stored_urls`: those of all stored entries.
        back: the position at which to continue the list; `waiting`: entries still without text.
    """

    way: str
    address: str
    layout: tuple[str, ...] = ()
    example: str = ""
    whole: bool = True
    known: frozenset[str] = frozenset()
    text_at: str = ""
    stored_urls: frozenset[str] = frozenset()
    back: ResumePoint = LIST_FINISHED
    waiting: tuple[SourceEntry, ...] = ()


@dataclass
class SourceFetchResult:
    """The result of a fetch: entries, learnt layout and text element, or the failure.

    Attributes:
        back: the position at which to continue the list.
        later: number of known entries whose text was read only now.
        more: true if the next fetch should be early.
        retry: true if texts were not read because of a temporary failure.
        listed: URLs on skipped list pages; they are assumed to be listed still.
        settings: way, address and example of the source at the time of reading; empty if they do not matter.
    """

    entries: list[SourceEntry] = field(default_factory=list)
    layout: tuple[str, ...] = ()
    text_at: str = ""
    failed: str = ""
    notes: list[str] = field(default_factory=list)
    back: ResumePoint = LIST_FINISHED
    more: bool = False
    retry: bool = False
    later: int = 0
    listed: frozenset[str] = frozenset()
    settings: tuple[str, ...] = ()


def read_source(plan: FetchPlan, reader: SourceReader, today: date) -> SourceFetchResult:
    """Read a source; failures are returned as text, never raised."""
    settings = (plan.way, plan.address, plan.example)
    fetch_result = SourceFetchResult(layout=plan.layout, text_at=plan.text_at, back=plan.back, settings=settings)
    try:
        fetch_result.entries = _ENTRY_READERS[plan.way](plan, reader, today, fetch_result)
        if not fetch_result.entries:
            fetch_result.failed = "没有读到任何条目"
        elif plan.whole:
            _read_texts(plan, reader, fetch_result)
    except SourceReadError as failed:
        fetch_result.failed, fetch_result.retry = str(failed)[:200], failed.passing
    except Exception as error:  # external data may break any parser; other sources must not be affected
        fetch_result.failed = f"内容不能识别（{type(error).__name__}）"
    finally:
        reader.through.close()
    return fetch_result


def _read_feed_entries(
    plan: FetchPlan, reader: SourceReader, today: date, fetch_result: SourceFetchResult
) -> list[SourceEntry]:
    """Return the entries of an RSS or Atom feed.

    Raises:
        SourceReadError: it is no readable feed.
    """
    try:
        feed = read_feed(reader.page(plan.address), plan.address)
    except FeedReadError as error:
        raise SourceReadError(str(error)) from error
    return [
        SourceEntry(entry.address, entry.title, entry.written_at, words=entry.text) for entry in feed if entry.address
    ]


def _read_list_entries(
    plan: FetchPlan, reader: SourceReader, today: date, fetch_result: SourceFetchResult
) -> list[SourceEntry]:
    """Return the new entries of a list of links, page by page."""
    layout: ListLayout | None = ListLayout(plan.layout) if plan.layout else None

    def read(address: str, number: int) -> SourceListPage:
        """Return a page of the list; the first one determines the layout (SourceReadError: not HTML)."""
        nonlocal layout
        data = reader.page(address)
        page = parse_page(data, reader.led.get(address, address), 0, UrlCache())
        if page is None:
            raise SourceReadError("不是网页")
        if number == 1:
            layout = _get_list_layout(page, plan, today, fetch_result)
        links = layout.entries(page, today) if layout else []
        entries = [SourceEntry(entry.address, entry.title, get_midnight(entry.day)) for entry in links]
        return SourceListPage(entries, find_next_page(page, number), read_page_count(page))

    walk = ListWalk(read, reader, plan.stored_urls, plan.back, notes=fetch_result.notes)
    entries = walk.read_entries(plan.address)
    fetch_result.layout = layout.ways if layout else ()
    fetch_result.back, fetch_result.more = walk.back, walk.more
    if walk.jumped:
        host = urlsplit(plan.address).netloc
        fetch_result.listed = frozenset(
            known_address for known_address in plan.stored_urls if urlsplit(known_address).netloc == host
        )
    return entries


def _get_list_layout(page: WebPage, plan: FetchPlan, today: date, fetch_result: SourceFetchResult) -> ListLayout | None:
    """Return the list's known layout, or a newly learnt one with a note."""
    if not plan.layout:
        return learn_list_layout(page, [plan.example] if plan.example else [], today=today)
    layout: ListLayout | None = ListLayout(plan.layout)
    if layout and not layout.entries(page, today):
        layout = learn_list_layout(page, today=today)
        fetch_result.notes.append("列表的样式变了，已重新识别，请核对")
    return layout


def get_midnight(day: date | None) -> datetime | None:
    """Return midnight of a day in local time, or None."""
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None  # noqa: DTZ001 - made aware


#: Message for an interface with more pages than one fetch reads.
_UNREAD_PAGES_MESSAGE = "只读前{}条，其余没有收取；还要的请在地址中加条件（如按类别），另行登记来源"


def _read_json(reader: SourceReader, address: str) -> object:
    try:
        return json.loads(decode_html(reader.page(address))[0])
    except ValueError as error:
        raise SourceReadError("返回的不是JSON") from error


def _read_gongkai_entries(
    plan: FetchPlan, reader: SourceReader, today: date, fetch_result: SourceFetchResult
) -> list[SourceEntry]:
    """Return the entries that another Gongkai site offers through its API."""
    root, query = plan.address.split("/api/")[0].rstrip("/"), urlsplit(plan.address).query
    page_address = f"{root}/api/v1/documents/{f'?{query}' if query else ''}"
    entries: list[SourceEntry] = []
    for _ in range(MAX_INTERFACE_PAGES):
        data = _read_json(reader, page_address)
        rows = data.get("items", []) if isinstance(data, dict) else []
        entries += [_read_gongkai_row(row) for row in rows if isinstance(row, dict) and row.get("url")]
        page_address = str(data.get("next") or "") if isinstance(data, dict) else ""
        if not page_address or len(entries) >= MAX_NEW_ENTRIES_PER_FETCH:
            break
    if page_address:
        fetch_result.notes.append(_UNREAD_PAGES_MESSAGE.format(len(entries)))
    return entries


def _read_gongkai_row(row: Mapping[str, object]) -> SourceEntry:
    """Return the entry of a row from another Gongkai site's interface."""
    standing, number = _get_text(row, "standing_label"), _get_text(row, "document_number")
    return SourceEntry(
        _get_text(row, "url"),
        _get_text(row, "title"),
        _parse_moment(row.get("published_at")),
        words="　".join(value for value in (number, standing) if value),
    )


def _get_text(row: Mapping[str, object], name: str) -> str:
    """Return a field of a row as text that can be stored; "" if it is missing."""
    return remove_unstorable_characters(str(row.get(name) or ""))


def _read_wagtail_entries(
    plan: FetchPlan, reader: SourceReader, today: date, fetch_result: SourceFetchResult
) -> list[SourceEntry]:
    """Return the entries that a Wagtail site offers through its API."""
    entries: list[SourceEntry] = []
    base = plan.address.partition("?")[0]
    query = urlsplit(plan.address).query
    for number in range(MAX_INTERFACE_PAGES):
        paging = urlencode({"limit": 20, "offset": number * 20})
        data = _read_json(reader, f"{base}?{query + '&' if query else ''}{paging}")
        rows = data.get("items", []) if isinstance(data, dict) else []
        for row in rows:
            meta = row.get("meta") or {}
            if meta.get("html_url"):
                published_at = _parse_moment(meta.get("first_published_at"))
                address = urljoin(base, _get_text(meta, "html_url"))
                entries.append(SourceEntry(address, _get_text(row, "title"), published_at))
        if len(rows) < 20:
            return entries
    fetch_result.notes.append(_UNREAD_PAGES_MESSAGE.format(len(entries)))
    return entries


def _parse_moment(field_value: object) -> datetime | None:
    """Return the time in a field, in the local time zone if it names none; None if unreadable."""
    try:
        moment = parse_datetime(str(field_value or ""))
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


_ENTRY_READERS = {
    "feed": _read_feed_entries,
    "list": _read_list_entries,
    "gongkai": _read_gongkai_entries,
    "wagtail": _read_wagtail_entries,
}


def _read_texts(plan: FetchPlan, reader: SourceReader, fetch_result: SourceFetchResult) -> None:
    """Read the texts of new entries, then of waiting ones, within the time limit.

    Pages of a busy server are requested once more at the end, and again by a fetch that comes soon.
    """
    listed = {entry.address for entry in fetch_result.entries}
    fresh = [entry for entry in fetch_result.entries if entry.address not in plan.known]
    waiting = [entry for entry in plan.waiting if entry.address not in listed]
    known = [entry.address for entry in fetch_result.entries if entry.address in plan.known]
    entries = [*fresh, *waiting]
    pages = SourcePages(reader, [entry.address for entry in entries], plan.text_at, known)
    fetch_result.text_at = pages.text_at
    busy = [entry for entry in entries if _read_text_of_entry(entry, pages, listed, fetch_result)]
    fetch_result.retry = bool([entry for entry in busy if _read_text_of_entry(entry, pages, listed, fetch_result)])
    unread = [entry.unread for entry in entries if entry.unread]
    if TIME_LIMIT_ERROR in unread:
        fetch_result.more |= len(unread) < len(entries)
        fetch_result.notes.append(f"{len(unread)}条没有读到全文，稍后自动再读")
    elif unread:
        fetch_result.notes.append(f"{len(unread)}条没有读到全文{'，稍后自动再读' if fetch_result.retry else ''}")


def _read_text_of_entry(
    entry: SourceEntry, pages: SourcePages, listed: Collection[str], fetch_result: SourceFetchResult
) -> bool:
    """Read an entry's text; return True if that failed and may succeed later.

    An entry that is not among the `listed` ones is added to the result.
    """
    entry.unread = ""
    try:
        read_text(entry, pages)
    except SourceReadError as failed:
        entry.unread = str(failed)
        return failed.passing
    if entry.address not in listed:
        fetch_result.entries.append(entry)
        fetch_result.later += 1
    return False
