"""Crawl a site's pages into a folder.

Requests go only to hosts that both the setting (`GONGKAI_MOVING_HOSTS`) and the caller name, as far as robots.txt
allows, one at a time with a pause. Files and bytes are limited. A journal records each URL, so that an interrupted
crawl continues.
"""

import hashlib
import json
import posixpath
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.utils import timezone

from gongkai.content.editions.frozen import TYPES
from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.sources.pages.dom import parse_page
from gongkai.core.acts.action import Refused
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import NoAnswer, OutboundResponse, RequestLimits, ResponseTooLarge, send_request
from gongkai.lib.outbound.crawling import RobotsRules, fetch_robots, find_links
from gongkai.lib.outbound.crawling.addresses import explain_skipped_url
from gongkai.lib.outbound.markup import decode_html
from gongkai.lib.typed_json import read_number, read_text, read_texts

#: File name of a crawl's journal.
JOURNAL_FILE_NAME = "crawl.jsonl"
#: User-Agent of the crawl.
USER_AGENT = "Gongkai-moving"
#: Timeout of a connection.
TIMEOUT_SECONDS = 20
MAX_PAGE_BYTES, MAX_FILE_BYTES = 10_000_000, 200_000_000
#: Elements whose addresses are saved along.
_FOLLOWED_TAGS = frozenset({"a", "area", "img", "iframe", "frame"})
#: Timeout of one complete response.
MAX_RESPONSE_SECONDS = 3600.0
#: Attempts for one URL.
MAX_ATTEMPTS = 3
MAX_QUERIES_OF_ONE_PATH = 5000
_UNSAFE_CHARACTERS_PATTERN = re.compile(r'[\x00-\x1f<>:"|?*\\]+')


@dataclass(frozen=True)
class FolderCrawlLimits:
    """The limits of a crawl: number of files (`most`), total `bytes`, seconds between requests (`pause`)."""

    most: int = 20_000
    bytes: int = 20_000_000_000
    pause: float = 1.0


@dataclass
class FolderCrawl:
    """A crawl into a folder. `hosts` are the allowed hosts (with unusual ports)."""

    start: str
    folder: Path
    hosts: frozenset[str]
    bounds: FolderCrawlLimits = field(default_factory=FolderCrawlLimits)
    sleep: Callable[[float], None] = time.sleep
    robots: dict[str, RobotsRules] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    queue: deque[str] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    paths: dict[str, int] = field(default_factory=dict)
    saved: int = 0
    size: int = 0

    def run(self) -> Iterator[dict[str, object]]:
        """Crawl, and yield the journal entry of each URL."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._resume_crawl()
        self._queue_url(self.start)
        with (self.folder / JOURNAL_FILE_NAME).open("a", encoding="utf-8") as journal:
            while self.queue and self.saved < self.bounds.most and self.size < self.bounds.bytes:
                url = self.queue.popleft()
                row = self._fetch_entry(url)
                journal.write(json.dumps(row, ensure_ascii=False) + "\n")
                journal.flush()
                self._count_row(row)
                yield row

    def _resume_crawl(self) -> None:
        """Read the journal of an interrupted crawl: skip saved pages, retry failed ones."""
        tried: dict[str, int] = {}
        for row in read_journal(self.folder / JOURNAL_FILE_NAME):
            url = read_text(row, "url")
            if row["status"] == 0:
                tried[url] = tried.get(url, 0) + 1
                if tried[url] < MAX_ATTEMPTS:
                    self._queue_url(url)
                    continue
            self.done.add(url)
            self._count_row(row)
        self.queue = deque(url for url in self.queue if url not in self.done)

    def _count_row(self, row: dict[str, object]) -> None:
        """Count a row of the journal as fetched and queue its links."""
        self.done.add(read_text(row, "url"))
        if row.get("file"):
            self.saved += 1
            self.size += read_number(row, "size")
        for link in read_texts(row, "links"):
            self._queue_url(link)

    def _queue_url(self, url: str) -> None:
        """Queue an allowed, unknown URL; only a limited number of queries of one path."""
        url = urldefrag(url)[0]
        if url in self.known or not self.request_limits.may_ask(url):
            return
        self.known.add(url)
        path = url.partition("?")[0]
        self.paths[path] = self.paths.get(path, 0) + 1
        if self.paths[path] <= MAX_QUERIES_OF_ONE_PATH:
            self.queue.append(url)

    def _fetch_entry(self, url: str) -> dict[str, object]:
        """Request a URL and return its journal entry."""
        robots = self._get_robots_rules(url)
        if not robots.allow(url):
            return {"url": url, "status": -1, "words": "robots.txt 不允许"}
        if why := explain_skipped_url(url, timezone.localdate()):
            return {"url": url, "status": -1, "words": why}
        self.sleep(max(self.bounds.pause, robots.pause))
        try:
            with send_request(url, self.request_limits) as response:
                if response.status < 300:
                    return self._store_response(url, response)
                to = response.headers.get("Location") if response.status in {301, 302, 303, 307, 308} else None
                return {"url": url, "status": response.status, "links": [urljoin(url, to)] if to else []}
        except (NoAnswer, OSError, ValueError) as error:
            return {"url": url, "status": 0, "words": str(error)[:120]}

    @property
    def request_limits(self) -> RequestLimits:
        """Return the request limits: allowed hosts, also internal, one redirect at a time."""
        return RequestLimits(
            seconds=TIMEOUT_SECONDS,
            hosts=self.hosts,
            inner=True,
            proxy=True,
            whole=MAX_RESPONSE_SECONDS,
            agent=USER_AGENT,
        )

    def _store_response(self, url: str, response: OutboundResponse) -> dict[str, object]:
        """Store a page or attachment of an accepted type and size; return its journal entry, else one with the reason."""
        is_page = response.headers.get_content_type() in {"text/html", "application/xhtml+xml"}
        suffix = posixpath.splitext(urlsplit(url).path)[1].lstrip(".").lower()
        if not is_page and suffix not in TYPES:
            return {"url": url, "status": 200, "words": "不是网页，也不是可用的附件"}
        try:
            data = response.read(MAX_PAGE_BYTES if is_page else MAX_FILE_BYTES)
        except ResponseTooLarge:
            return {"url": url, "status": 200, "words": "过大"}
        name = make_saved_file_name(url, page=is_page)
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial_file = target.with_name(f"{target.name}.part")
        partial_file.write_bytes(data)
        partial_file.replace(target)
        links = list(_iterate_links(data, url)) if is_page else []
        return {
            "url": url,
            "status": 200,
            "file": name,
            "size": len(data),
            "digest": hashlib.sha256(data).hexdigest(),
            "page": is_page,
            "links": [link for link in links if self.request_limits.may_ask(link)],
        }

    def _get_robots_rules(self, url: str) -> RobotsRules:
        """Return the rules of a host's robots.txt."""
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        if key not in self.robots:
            self.robots[key] = fetch_robots(key, self.request_limits)
        return self.robots[key]


def _iterate_links(data: bytes, url: str) -> Iterator[str]:
    """Yield the URLs to which links of a page lead, only those of tags in `_FOLLOWED_TAGS`."""
    root = parse_page(decode_html(data)[0])
    if root is not None:
        yield from (link.address for link in find_links(root, url) if link.tag in _FOLLOWED_TAGS and link.address)


def make_saved_file_name(url: str, *, page: bool) -> str:
    """Return a safe file name for a URL: host/path, the query after @."""
    parts = urlsplit(url)
    names = [part for part in unquote(parts.path).split("/") if part not in {"", ".", ".."}]
    if parts.path.endswith("/") or not names:
        names.append("index.html")
    if parts.query:
        names[-1] += f"@{parts.query.replace('/', '_')}"  # a=../../x leads nowhere
    names = [_UNSAFE_CHARACTERS_PATTERN.sub("_", name) for name in names]
    names = [
        n if len(n.encode()) <= 120 else f"{hashlib.sha256(n.encode()).hexdigest()[:32]}{posixpath.splitext(n)[1][:8]}"
        for n in names
    ]
    if page and not names[-1].lower().endswith((".html", ".htm", ".shtml")):
        names[-1] += ".html"
    return "/".join([parts.netloc.lower().replace(":", "_"), *names])


def read_journal(path: Path) -> Iterator[dict[str, object]]:
    """Yield the complete lines of a journal; a truncated last line is skipped."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and "url" in row and "status" in row:
                yield row


@dataclass(frozen=True)
class JournalEntry:
    """The journal entry of a saved file: its URL and digest ("" in old journals)."""

    url: str
    digest: str = ""

    def has_digest_of(self, data: bytes) -> bool:
        """Return true if these bytes have the digest."""
        return self.digest == hashlib.sha256(data).hexdigest()


def read_journal_entries(bundle: FileBundle) -> dict[str, JournalEntry]:
    """Return the journal entries of a bundle by file; empty without a crawl."""
    if not bundle.at(JOURNAL_FILE_NAME):
        return {}
    journal_entries: dict[str, JournalEntry] = {}
    for line in bundle.read(bundle.at(JOURNAL_FILE_NAME)).decode("utf-8", "replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and isinstance(row.get("file"), str) and isinstance(row.get("url"), str):
            journal_entries[row["file"]] = JournalEntry(row["url"], str(row.get("digest", "")))
    return journal_entries


def make_site_crawl(
    start: str, folder: Path, named: list[str], bounds: FolderCrawlLimits, allowed: list[str]
) -> FolderCrawl:
    """Return a crawl of an old site that saves pages into a folder and is ready to run.

    Args:
        start: the address to begin at.
        folder: where pages are saved.
        named: hosts that the caller names; none means the start's.
        bounds: limits of files, bytes and rate.
        allowed: hosts that the installation allows.

    Raises:
        Refused: outside access is not switched on for a host.
    """
    host = urlsplit(start).netloc.lower()
    hosts = {value.lower() for value in named} or {host}
    if not allowed:
        raise Refused("本安装没有开放对外访问：请在 GONGKAI_MOVING_HOSTS 中写明允许采集的网站域名。")
    for value in sorted(hosts - {each.lower() for each in allowed}):
        raise Refused(f"“{value}”不在允许采集的名单内（GONGKAI_MOVING_HOSTS）。")
    if urlsplit(start).scheme not in {"http", "https"} or host not in hosts:
        raise Refused("起始网址须以 http:// 或 https:// 开头，域名须在采集名单内。")
    return FolderCrawl(start, folder, frozenset(hosts), bounds)
