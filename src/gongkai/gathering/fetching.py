"""Reading a source: feeds, list pages, interfaces; politely, within bounds, every ending in clear words. Knows no database.

Several sources are read at once, each by itself: one that is slow, endless or broken ends at its own bounds and holds up no other.
"""

import json
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode, urljoin, urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.gathering.attachments import MOST_FILES, Attached, Linked, keep
from gongkai.gathering.link_lists import without_link_lists
from gongkai.inspection.site.lists import Layout, learn
from gongkai.inspection.site.page import parse_page
from gongkai.migration.sources.pages import read_page, text_place
from gongkai.migration.sources.values import OldItem
from gongkai.opinion.feeds import Unread, read_feed
from gongkai.outbound import NoAnswer, NotNamed, Reach, ask, is_dead
from gongkai.outbound.connections import Connections
from gongkai.outbound.crawling.links import Whole
from gongkai.outbound.crawling.robots import Robots, robots_of
from gongkai.outbound.decoding import decode
from gongkai.outbound.reach import named_as
from gongkai.richtext import plain

AGENT = "Gongkai-gather"
MOST_BYTES, MOST_ENTRIES, MOST_PAGES = 5_000_000, 2000, 40
#: Seconds: between two pieces of an answer, for a whole answer, for a whole source in one go.
SECONDS, WHOLE, RUN = 10.0, 40.0, 120.0
HOPS = 3
#: Further pages of one text.
MOST_FURTHER = 10


class Failed(Exception):
    """A source that could not be read; the text says why in a few Chinese words."""


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
class Entry:
    """One entry as it stands there: `words` is what the list or feed says beside its title, `text` and `html` what its own page says."""

    address: str
    title: str
    written_at: datetime | None = None
    text: str = ""
    html: str = ""
    words: str = ""
    files: list[Attached] = field(default_factory=list)


@dataclass
class Pulled:
    """What came of a source: its entries, the layout and the place of texts that were learnt, and why it failed where it did."""

    entries: list[Entry] = field(default_factory=list)
    layout: tuple[str, ...] = ()
    text_at: str = ""
    failed: str = ""
    notes: list[str] = field(default_factory=list)


class Reader:
    """Asks one source within a reach: robots.txt kept, a pause between two requests, an end."""

    def __init__(
        self, hosts: Collection[str], inside: Collection[str] = (), rate: float = 1.0, run: float = RUN
    ) -> None:
        self.reach = Reach(
            seconds=SECONDS, hosts=hosts, inside=inside, hops=HOPS, most=MOST_BYTES, whole=WHOLE, agent=AGENT
        )
        self.through = Connections(most=4)
        self.rate, self.run, self.begun, self.next_at = rate, run, time.monotonic(), 0.0
        self.robots: dict[str, Robots] = {}

    def get(self, address: str, most: int = 0) -> tuple[int, bytes]:
        """Return status and body, of which so many bytes are read (0: as many as of any page).

        Raises:
            Failed: it may not be asked, or nothing usable came.
        """
        if not self.reach.may_ask(address):
            raise Failed(
                f"不在允许访问的名单内，请系统管理员在 GONGKAI_GATHER_HOSTS 中添加“{named_as(address) or address[:80]}”"
            )
        robots = self._robots(address)
        if not robots.allow(address):
            raise Failed(
                "网站没有应答或者出错（robots.txt 读不到）"
                if robots.rules is None
                else "该网站的 robots.txt 不允许访问"
            )
        self._wait(robots)
        try:
            reach = replace(self.reach, most=most) if most else self.reach
            with ask(address, reach, through=self.through) as answer:
                return answer.status, answer.read()
        except NotNamed as error:
            raise Failed("转向到不允许访问的网站") from error
        except (NoAnswer, ValueError, UnicodeError) as error:
            raise Failed(str(error) or "没有应答") from error

    def page(self, address: str) -> bytes:
        """Return the body of an address that answers well.

        Raises:
            Failed: it does not.
        """
        status, data = self.get(address)
        if status != 200:
            raise Failed(f"返回错误{status}")
        return data

    def file(self, address: str, most: int) -> tuple[bytes, str]:
        """Return an attachment's bytes, so many at most, and why they could not be had."""
        try:
            status, data = self.get(address, most)
        except Failed as failed:
            return b"", str(failed)[:120]
        return (data, "") if status == 200 else (b"", f"返回错误{status}")

    def _robots(self, address: str) -> Robots:
        parts = urlsplit(address)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self.robots:
            self.robots[root] = robots_of(root, self.reach, self.through)
        return self.robots[root]

    def _wait(self, robots: Robots) -> None:
        now = time.monotonic()
        if now - self.begun > self.run:
            raise Failed("用时过长，其余下次再收取")
        if self.rate:
            time.sleep(max(0.0, self.next_at - now))
            self.next_at = max(now, self.next_at) + max(1.0 / self.rate, robots.pause)


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


class Pages:
    """The pages of one source: some are read first, and tell where all texts stand.

    Args:
        reader: asks for them.
        addresses: those that are wanted.
        text_at: where texts stood so far.
        others: pages of the same design, asked for where those wanted have no such place and are too few to tell.
    """

    #: So many of them.
    FIRST = 12

    def __init__(
        self, reader: Reader, addresses: Sequence[str], text_at: str = "", others: Sequence[str] = ()
    ) -> None:
        self.reader = reader
        self._read = {address: self._ask(address) for address in addresses[: self.FIRST]}
        bodies = [body for answer in self._read.values() for body in _good(answer)]
        found = text_place(bodies, text_at)
        if bodies and not found and others:
            more = [body for address in others[: self.FIRST] for body in _good(self._ask(address))]
            found = text_place([*bodies, *more], text_at)
        self.text_at = found or text_at

    def _ask(self, address: str) -> tuple[int, bytes] | Failed:
        try:
            return self.reader.get(address)
        except Failed as failed:
            return failed

    def get(self, address: str) -> tuple[int, bytes]:
        """Return status and body of a page, once.

        Raises:
            Failed: nothing usable came.
        """
        answer = self._read.pop(address, None) or self._ask(address)
        if isinstance(answer, Failed):
            raise answer
        return answer

    def item(self, address: str, data: bytes) -> OldItem:
        """Return what a page says, with its further pages where its text stands on several.

        Raises:
            Failed: one of these cannot be read.
        """
        item = self._item(address, data)
        waiting, seen = item.more, {address}
        while waiting and len(seen) <= MOST_FURTHER:
            more = waiting.pop(0)
            seen.add(more)
            status, body = self.reader.get(more)
            if status != 200:
                raise Failed(f"返回错误{status}")
            part = self._item(address, body)
            item.html += part.html
            item.files += [file for file in part.files if file not in item.files]
            waiting += [one for one in part.more if one not in {*seen, *waiting}]
        return item

    def _item(self, address: str, data: bytes) -> OldItem:
        return read_page(data, "", Linked(), url=address, text_at=self.text_at)


def _good(answer: tuple[int, bytes] | Failed) -> Iterator[bytes]:
    """Yield the body of an answer that is well."""
    if not isinstance(answer, Failed) and answer[0] == 200:
        yield answer[1]


def read_text(entry: Entry, pages: Pages) -> None:
    """Read an entry's page: its words and attachments, its time where the list named none.

    Raises:
        Failed: it cannot be read.
    """
    status, data = pages.get(entry.address)
    if status != 200:
        raise Failed(f"返回错误{status}")
    item = pages.item(entry.address, data)
    if item.unknown:
        raise Failed(item.unknown)
    entry.files = [keep(file_ref, pages.reader.file) for file_ref in item.files[:MOST_FILES]]
    entry.files += [Attached(file.name, file.old, why="附件过多") for file in item.files[MOST_FILES:]]
    entry.html = without_link_lists(item.html)
    entry.text = words_of(item)
    entry.written_at = item.published or entry.written_at
    if len(entry.title) < 4 or entry.title.endswith(("…", "...")):
        entry.title = item.title or entry.title


@dataclass(frozen=True)
class Looked:
    """What became of an address: "gone", "there" or "unknown"; its words, its title, and whether it came to its end (`</html>`)."""

    came: str
    words: str = ""
    title: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Looks:
    """What came of looking at entries of a source, by their numbers: all of them, those that are gone, the new words of those that changed, of
    those whose text is only told better from what stands around it (`narrowed`); and where texts stand."""

    seen: Sequence[int]
    gone: Sequence[int] = ()
    changed: Mapping[int, str] = field(default_factory=dict)
    narrowed: Mapping[int, str] = field(default_factory=dict)
    text_at: str = ""


def look(address: str, pages: Pages) -> Looked:
    """Return what became of an address."""
    try:
        status, data = pages.get(address)
        if status in {404, 410}:
            return Looked("gone")
        if status != 200 or is_dead(status):
            return Looked("unknown")
        item = pages.item(address, data)
    except Failed:
        return Looked("unknown")
    ends = _END.search(data) is not None
    return Looked("there", "" if item.unknown else words_of(item), item.title, whole=ends)


def words_of(item: OldItem) -> str:
    """Return the words of a page's text, with what stands beside it: what became of it, the names of attachments. A line for each."""
    said = plain(without_link_lists(item.html))
    beside = item.beside + [
        file.name for file in item.files[:MOST_FILES] if file.name.rpartition(".")[0] not in said
    ]
    return "\n".join([said, *beside]) if beside else said


_END = re.compile(rb"</(?:html|body)\s*>", re.I)
