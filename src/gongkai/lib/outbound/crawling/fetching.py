"""Fetch one URL and return the result as a row."""

import html
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from protego import Protego

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling.addresses import UrlKind, get_suffix, normalise_url
from gongkai.lib.outbound.crawling.frontier import CrawlTarget
from gongkai.lib.outbound.crawling.traps import CrawlLimits
from gongkai.lib.outbound.http_requests import ConnectionPool, OutboundResponse, parse_retry_seconds, send_request
from gongkai.lib.outbound.markup import decode_html
from gongkai.lib.outbound.permitted_hosts import InternalHost, NoAnswer, RequestLimits
from gongkai.lib.outbound.reachability import is_busy_server_status

#: A page that leads on at once.
_META_REFRESH_RE = re.compile(
    rb"""<meta\b[^>]{0,200}http-equiv\s*=\s*["']?refresh["']?[^>]{0,200}content\s*=\s*["']\s*[0-5]?\s*[;,]\s*url\s*=\s*'?([^"'>]{1,1000})""",
    re.IGNORECASE,
)
_COMMENT_OR_NOSCRIPT_RE = re.compile(rb"<!--.{0,5000}?-->|<noscript\b.{0,5000}?</noscript", re.IGNORECASE | re.DOTALL)
#: Redirects that are followed to learn whether an address opens once its cookies are sent.
_MAX_COOKIE_REDIRECTS = 4
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
#: A rest of a small file that is read to keep the connection (bytes).
_MAX_DRAINED_BYTES = 65_536
#: Documents whose words are read.
DOCUMENT_SUFFIXES = frozenset({"xlsx", "docx", "pdf", "csv", "txt"})
_RECORDED_HEADERS = (
    "server", "x-powered-by", "strict-transport-security", "x-content-type-options", "x-frame-options", "content-security-policy",
    "set-cookie", "last-modified", "content-length", "www-authenticate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of fetching a URL.

    Attributes:
        target: the URL with what the crawl knows of it.
        status: HTTP status; 0 without a response.
        reason: why there is no response, in a few Chinese words.
        inner: it leads into an internal network; nothing was sent.
        to: absolute URL of a redirect, also by an immediate meta refresh.
        wait: seconds after which a busy server wants a retry.
        type: media type in lower case.
        charset: as the header states it.
        headers: those that inspections need, in lower case.
        data: the body of a page, the beginning of a file.
        size: of a file by its header, of a page as read; -1 if unknown.
        cut: true if the page is longer than the limit.
        seconds: duration until the end of the response.
        at: time of the request (ISO 8601).
    """

    target: CrawlTarget
    status: int = 0
    reason: str = ""
    inner: bool = False
    to: str = ""
    wait: float = 0.0
    type: str = ""
    charset: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    data: bytes = b""
    size: int = -1
    cut: bool = False
    seconds: float = 0.0
    at: str = ""

    @property
    def page(self) -> bool:
        """Return true if the result is a readable page of the site."""
        return (
            self.target.kind == UrlKind.PAGE and 200 <= self.status < 300 and self.type in _PAGE_TYPES and not self.to
        )


def fetch_url(target: CrawlTarget, limits: RequestLimits, bounds: CrawlLimits, pool: ConnectionPool) -> FetchResult:
    """Fetch a URL without following redirects; errors are part of the result."""
    moment, begun = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    try:
        with send_request(target.address, limits, through=pool) as answer:
            circles = bool(answer.redirect_url) and "Set-Cookie" in answer.headers
            fetch_result = _read_response(target, answer, bounds, moment, begun)
        return (circles and _retry_with_cookies(fetch_result, limits, bounds, pool)) or fetch_result
    except NoAnswer as error:
        spent = time.monotonic() - begun
        return FetchResult(
            target, reason=str(error), inner=isinstance(error, InternalHost), seconds=round(spent, 3), at=moment
        )


def _retry_with_cookies(
    fetch_result: FetchResult, limits: RequestLimits, bounds: CrawlLimits, pool: ConnectionPool
) -> FetchResult | None:
    """Return the response of a URL that redirects until it gets its cookies, or None."""
    target = fetch_result.target
    moment, begun = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    try:
        with send_request(target.address, replace(limits, hops=_MAX_COOKIE_REDIRECTS), through=pool) as answer:
            is_same_page = target.address in (fetch_result.to, normalise_url(answer.address, target.address))
            return _read_response(target, answer, bounds, moment, begun) if is_same_page else None
    except NoAnswer:
        return None


def find_refresh_url(data: bytes, address: str) -> str:
    """Return the URL of an immediate meta refresh, or ""."""
    match = _META_REFRESH_RE.search(_COMMENT_OR_NOSCRIPT_RE.sub(b"", data[:8_000]))
    return normalise_url(html.unescape(match[1].decode("utf-8", "replace")).strip(), address) if match else ""


def _read_response(
    target: CrawlTarget, answer: OutboundResponse, bounds: CrawlLimits, at: str, begun: float
) -> FetchResult:
    """Return the result of a fetch: whole content of pages and documents, the beginning of other files."""
    headers = answer.headers
    kind = headers.get_content_type() if headers.get("Content-Type") else ""
    redirect_url = answer.redirect_url
    text = "" if answer.is_compressed else headers.get("Content-Length", "")
    size = int(text) if text.isdecimal() else -1
    data, cut = b"", False
    is_page = target.kind == UrlKind.PAGE and (kind in _PAGE_TYPES or not kind)
    if is_page and not redirect_url:
        data = answer.read_beginning(bounds.page_bytes + 1)
        cut = len(data) > bounds.page_bytes
        data = data[: bounds.page_bytes]
        if 0 <= len(data) < size and not cut:
            return FetchResult(target, reason="内容不完整", seconds=round(time.monotonic() - begun, 3), at=at)
        size = len(data)
        redirect_url = find_refresh_url(data, target.address)
    elif target.kind == UrlKind.OUTER and not 0 <= size <= _MAX_DRAINED_BYTES:
        pass
    elif size <= bounds.document_bytes and (target.tag == "data" or get_suffix(target.address) in DOCUMENT_SUFFIXES):
        data = answer.read_beginning(bounds.document_bytes)
    else:
        data = answer.read_beginning(_MAX_DRAINED_BYTES if 0 <= size <= _MAX_DRAINED_BYTES else bounds.file_bytes)
        data = data[: bounds.file_bytes]
    return FetchResult(
        target,
        status=answer.status,
        to=normalise_url(redirect_url, target.address) if redirect_url else "",
        wait=parse_retry_seconds(headers.get("Retry-After", "")) if is_busy_server_status(answer.status) else 0.0,
        type=kind or ("text/html" if is_page else ""),
        charset=(headers.get_content_charset() or "") if is_page else "",
        headers=tuple((name, headers[name]) for name in _RECORDED_HEADERS if name in headers),
        data=data,
        size=size,
        cut=cut and is_page,
        seconds=round(time.monotonic() - begun, 3),
        at=at,
    )


#: Maximum size of a robots.txt.
MAX_ROBOTS_BYTES = 500_000
#: Maximum pause in seconds between two requests; a longer demanded one is ignored.
MAX_ROBOTS_PAUSE_SECONDS = 30.0


@dataclass(frozen=True)
class RobotsRules:
    """The rules of a host for one crawler; `rules` is None if robots.txt is unreachable."""

    agent: str
    rules: Protego | None

    def allow(self, address: str) -> bool:
        """Return true if a URL may be fetched."""
        return self.rules is not None and bool(self.rules.can_fetch(address, self.agent))

    @property
    def pause(self) -> float:
        """Return the seconds between requests that the host demands."""
        wanted = self.rules.crawl_delay(self.agent) if self.rules is not None else None
        return min(float(wanted or 0.0), MAX_ROBOTS_PAUSE_SECONDS)


def fetch_robots(root: str, limits: RequestLimits, through: ConnectionPool | None = None) -> RobotsRules:
    """Fetch a host's robots.txt.

    A missing file (4xx) allows everything; a host that fails (5xx) or does not answer allows nothing.

    Args:
        root: `https://host`, without a path.
        limits: the limits of requests; rules are looked up for its agent.
        through: the crawl's connections.
    """
    try:
        with send_request(f"{root}/robots.txt", limits, through=through) as answer:
            if answer.status >= 500:
                return RobotsRules(limits.agent, None)
            page = "html" in answer.headers.get_content_type()
            text = "" if answer.status >= 300 or page else decode_html(answer.read_beginning(MAX_ROBOTS_BYTES))[0]
    except NoAnswer:
        return RobotsRules(limits.agent, None)
    return RobotsRules(limits.agent, Protego.parse(text))
