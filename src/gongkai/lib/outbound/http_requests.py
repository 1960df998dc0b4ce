"""Send HTTP requests and follow redirects within the caller's limits (`RequestLimits`)."""

import http.client
import select
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from gongkai.lib.outbound.permitted_hosts import (
    Connection,
    HostNotPermitted,
    NoAnswer,
    RequestLimits,
    ResponseTooLarge,
    TlsConnection,
    TooManyRedirects,
)

#: Identifies interchangeable connections: scheme, host, port, public addresses only, proxy, address
#: family.
ConnectionKey = tuple[str, str, int | None, bool, str, int]


@dataclass
class ConnectionPool:
    """A pool of idle connections.

    Attributes:
        most: maximum number of idle connections; 0: each request opens its own.
    """

    most: int = 0
    _idle: list[tuple[ConnectionKey, Connection]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: ConnectionKey) -> tuple[Connection, bool]:
        """Return (an idle or new connection to the server `key`, true if it was used before)."""
        with self._lock:
            for place, (known, connection) in enumerate(self._idle):
                if known == key:
                    del self._idle[place]
                    if _is_alive(connection):
                        return connection, True
                    connection.close()
                    break
        return _make_connection(key), False

    def put_back(self, key: ConnectionKey, connection: Connection) -> None:
        """Return a connection to the pool after its response was read completely."""
        with self._lock:
            self._idle.append((key, connection))
            gone = self._idle[: max(0, len(self._idle) - self.most)]
            self._idle = self._idle[len(gone) :]
        for _, old in gone:
            old.close()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, old in idle:
            old.close()


def get_proxy(address: str) -> str:
    """Return the proxy for a URL from the environment (`host:port`), or ""."""
    parts = urlsplit(address)
    named = getproxies().get(parts.scheme, "")
    if not named or proxy_bypass(parts.hostname or ""):
        return ""
    return urlsplit(named if "//" in named else f"//{named}").netloc.rpartition("@")[2]


def _make_connection(key: ConnectionKey) -> Connection:
    """Return an unopened connection, through the proxy if one is configured."""
    scheme, host, port, outside, proxy, family = key
    kind = TlsConnection if scheme == "https" else Connection
    if proxy:
        connection = kind(proxy)
        if scheme == "https":
            connection.set_tunnel(host, port or 443)
    else:
        connection = kind(host, port or kind.default_port)  # without a port it would read one from an IPv6 address
    connection.outside, connection.family = outside, family
    return connection


def _is_alive(connection: Connection) -> bool:
    """Return true if an idle connection is still open; readable data means that it was closed."""
    sock = connection.sock
    if sock is None:
        return False
    try:
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False


_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 65_536
_COMPRESSED_ENCODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_MAX_COOKIES, _MAX_COOKIE_CHARACTERS = 20, 4_000
#: Seconds until another request if the server states none, and the maximum.
_USUAL_WAIT_SECONDS, _MAX_WAIT_SECONDS = 2.0, 10.0
#: Characters of a URL that are not percent-encoded.
_UNQUOTED_URL_CHARACTERS = "%/:=&?~+!$,;'@()*[]"


class ResponseBody(Protocol):
    """Protocol of a response body."""

    def read1(self, n: int = -1, /) -> bytes:
        """Return up to `n` bytes as they arrived; b"" at the end."""
        ...


@dataclass
class OutboundResponse:
    """The response to a request of ours, of any status; `read` it before the `with` block ends."""

    status: int
    headers: Message
    address: str
    _reach: RequestLimits = field(repr=False)
    _stream: ResponseBody = field(repr=False)
    may_be_packed: bool = False  # a packed body is read as it is

    def read(self, most: int | None = None) -> bytes:
        """Return the whole body.

        Args:
            most: maximum number of bytes; default: that of the request's limits.

        Raises:
            ResponseTooLarge: it is longer.
            NoAnswer: it broke off, or took too long.
        """
        bound = self._reach.most if most is None else most
        data = bytearray()
        with _translate_errors(self._reach):
            while piece := self._stream.read1(min(_CHUNK_BYTES, bound + 1 - len(data))):
                data += piece
                if len(data) > bound:
                    raise ResponseTooLarge("内容过大")
        if getattr(self._stream, "length", None):
            raise NoAnswer("内容不完整")
        plain = self._decompress(bytes(data), bound + 1)
        if len(plain) > bound:
            raise ResponseTooLarge("内容过大")
        return plain

    def read_beginning(self, most: int) -> bytes:
        """Return at most `most` bytes from the start of the body, without fetching more.

        Raises:
            NoAnswer: nothing came in time.
        """
        data = bytearray()
        with _translate_errors(self._reach):
            while len(data) < most and (piece := self._stream.read1(most - len(data))):
                data += piece
        return self._decompress(bytes(data), most)

    @property
    def redirect_url(self) -> str:
        """Return the absolute URL to which a redirect leads; "" for any other response.

        Raises:
            NoAnswer: it leads to no address.
        """
        location = self.headers.get("Location", "").strip() if self.status in _REDIRECT_STATUSES else ""
        with _translate_errors(self._reach):
            return urljoin(self.address, _quote_original_bytes(location)) if location else ""

    @property
    def is_compressed(self) -> bool:
        """Return true if the server compressed the body unasked."""
        return (
            self.headers.get("Content-Encoding", "").strip().lower() in _COMPRESSED_ENCODINGS and not self.may_be_packed
        )

    def _decompress(self, data: bytes, max_bytes: int) -> bytes:
        """Return a response body, or its beginning, decompressed (NoAnswer: damaged)."""
        if not self.is_compressed or not data:
            return data
        try:  # 47: gzip or zlib by its first bytes; some servers call raw deflate so
            return zlib.decompressobj(47 if data[0] in (0x1F, 0x78) else -15).decompress(data, max_bytes)
        except zlib.error as error:
            raise NoAnswer("压缩的内容已损坏") from error


@contextmanager
def send_request(
    address: str,
    limits: RequestLimits,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    through: ConnectionPool | None = None,
) -> Iterator[OutboundResponse]:
    """Context manager that sends a request and yields the response.

    Args:
        address: the URL.
        limits: permitted hosts and limits.
        method: the HTTP method.
        headers: sent in addition to User-Agent.
        body: the request body.
        through: a connection pool; without it each request opens a connection.

    Raises:
        HostNotPermitted: the host is not permitted (nothing was sent).
        InternalHost: the host is in an internal network (nothing was sent).
        TooManyRedirects: too many redirects.
        NoAnswer: unreachable, timed out, or an invalid TLS certificate.
    """
    pool = ConnectionPool() if through is None else through
    until = time.monotonic() + limits.whole
    cookies: dict[str, dict[str, str]] = {}
    for _ in range(limits.hops + 1):
        if not limits.may_ask(address):
            raise HostNotPermitted("不是允许访问的网址")
        host_cookies = cookies.setdefault(urlsplit(address).netloc, {})
        sent = {"User-Agent": limits.agent, "Accept-Encoding": "identity", **(headers or {})}
        if host_cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in host_cookies.items())
        with _send_once(address, limits, pool, until, method, sent, body) as stream:
            packed = bool(headers and "Accept-Encoding" in headers)
            answer = OutboundResponse(stream.status, stream.headers, address, limits, stream, packed)
            onward = answer.redirect_url if limits.hops else ""
            if not onward:
                yield answer
                return
            _take_cookies(stream.headers, host_cookies)
            address = onward
    raise TooManyRedirects("转向次数过多")


def _take_cookies(headers: Message, host_cookies: dict[str, str]) -> None:
    """Store the cookies of a redirect: many sites redirect in a loop without them."""
    for line in headers.get_all("Set-Cookie") or ():
        name, equals, value = str(line).partition(";")[0].strip().partition("=")
        if equals and name.isascii() and value.isascii() and len(host_cookies) < _MAX_COOKIES:
            host_cookies[name] = value[:_MAX_COOKIE_CHARACTERS]


@contextmanager
def _send_once(
    address: str,
    limits: RequestLimits,
    pool: ConnectionPool,
    until: float,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Iterator[http.client.HTTPResponse]:
    """Send one request; reuse the connection if the whole response was read, else close it."""
    with _translate_errors(limits):
        whole = urlsplit(encode_url(address))
        inner = limits.may_go_inside(address)
        proxy = get_proxy(address) if inner and limits.proxy else ""
        key = (whole.scheme, whole.hostname or "", whole.port, not inner, proxy, limits.family)
        target = (
            urlunsplit(whole) if proxy and whole.scheme == "http" else urlunsplit(("", "", whole.path, whole.query, ""))
        )
        connection, used = pool.take(key)
        try:
            try:
                stream = _send_on_connection(connection, limits, until, method, target, headers, body)
            except (ConnectionError, http.client.BadStatusLine):
                if not used or body is not None:
                    raise
                # The other side closed it while it was idle: once more with a new one.
                connection.close()
                stream = _send_on_connection(connection, limits, until, method, target, headers, body)
        except BaseException:
            connection.close()
            raise
    try:
        yield stream
    except BaseException:
        connection.close()
        raise
    if pool.most and _is_read_to_end(stream) and not stream.will_close:
        pool.put_back(key, connection)
    else:
        connection.close()


def _is_read_to_end(stream: http.client.HTTPResponse) -> bool:
    """Return true if a response was read to its end, so that the connection can be reused.

    `read1` of Python before 3.13 leaves an answer open whose last byte it gave (its `length` is 0 then).
    """
    if stream.length == 0:
        stream.close()
    return stream.isclosed()


def _send_on_connection(
    connection: Connection,
    limits: RequestLimits,
    until: float,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> http.client.HTTPResponse:
    """Send the request within the limits and return the response."""
    connection.set_deadline(until, limits.seconds)
    connection.request(method, target, body=body, headers=dict(headers))
    return connection.getresponse()


def _quote_original_bytes(onward: str) -> str:
    """Return a redirect's URL with its original bytes quoted.

    Many servers send Chinese paths as raw UTF-8 or GBK, which arrive decoded as Latin-1.
    """
    return quote(onward.encode("latin-1"), safe=f"{_UNQUOTED_URL_CHARACTERS}#")


def encode_url(address: str) -> str:
    """Return a URL as sent: IDNA host, percent-encoded path and query, no fragment.

    Raises:
        ValueError: it cannot be written.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return urlunsplit(
        (
            parts.scheme,
            name + port,
            quote(parts.path or "/", safe=_UNQUOTED_URL_CHARACTERS),
            quote(parts.query, safe=_UNQUOTED_URL_CHARACTERS),
            "",
        )
    )


@contextmanager
def _translate_errors(limits: RequestLimits) -> Iterator[None]:
    """Context manager that turns network errors into `NoAnswer` with a Chinese text."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _make_no_answer(error, limits) from error


def _make_no_answer(error: Exception, limits: RequestLimits) -> NoAnswer:
    """Return the exception for a timeout, certificate or connection error."""
    if isinstance(error, TimeoutError):
        return NoAnswer(f"{limits.seconds:g}秒内没有应答")
    return NoAnswer("证书有误" if isinstance(error, ssl.SSLError) else "连接不上")


def parse_retry_seconds(retry_after: str) -> float:
    """Return the seconds to wait according to a `Retry-After` header.

    An unreadable header means the usual wait; no wait is longer than `_MAX_WAIT_SECONDS`.

    Args:
        retry_after: the header Retry-After, in seconds or as a date; "" where there is none.
    """
    text = retry_after.strip()
    if text.isdecimal():
        return min(float(text[:6]), _MAX_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return _USUAL_WAIT_SECONDS
    return min(max((until - datetime.now(until.tzinfo)).total_seconds(), 0.0), _MAX_WAIT_SECONDS)
