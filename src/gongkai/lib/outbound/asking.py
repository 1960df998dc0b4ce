"""Asking one address, hop by hop, within a reach."""

import http.client
import ssl
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

from gongkai.lib.outbound.connections import Connections, proxy_for
from gongkai.lib.outbound.reach import NoAnswer, NotNamed, Reach, TooFar, TooMuch
from gongkai.lib.outbound.where import Connection

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 65_536
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_MAX_COOKIES, _MAX_COOKIE_CHARACTERS = 20, 4_000
#: Seconds until another request where the server names none, and at most.
_USUAL_WAIT_SECONDS, _MAX_WAIT_SECONDS = 2.0, 10.0
#: What stays as it is in an address; everything else is written with %.
_SAFE = "%/:=&?~+!$,;'@()*[]"


class Stream(Protocol):
    """What a body is read from."""

    def read1(self, n: int = -1, /) -> bytes:
        """Return some bytes as they came, `n` at most; none at the end."""
        ...


@dataclass
class Answer:
    """What came: any status is an answer. `read` it before the `with` ends."""

    status: int
    headers: Message
    address: str
    _reach: Reach = field(repr=False)
    _stream: Stream = field(repr=False)
    may_be_packed: bool = False

    def read(self, most: int | None = None) -> bytes:
        """Return the whole body.

        Args:
            most: bytes, where this answer may be longer or must be shorter than the reach says.

        Raises:
            TooMuch: it is longer.
            NoAnswer: it broke off, or took too long.
        """
        bound = self._reach.most if most is None else most
        data = bytearray()
        with _told(self._reach):
            while piece := self._stream.read1(min(_PIECE, bound + 1 - len(data))):
                data += piece
                if len(data) > bound:
                    raise TooMuch("内容过大")
        if getattr(self._stream, "length", None):
            raise NoAnswer("内容不完整")
        plain = self._unpacked(bytes(data), bound + 1)
        if len(plain) > bound:
            raise TooMuch("内容过大")
        return plain

    def begin(self, most: int) -> bytes:
        """Return the beginning of the body, at most so many bytes; what follows is not asked for.

        Raises:
            NoAnswer: nothing came in time.
        """
        data = bytearray()
        with _told(self._reach):
            while len(data) < most and (piece := self._stream.read1(most - len(data))):
                data += piece
        return self._unpacked(bytes(data), most)

    @property
    def onward(self) -> str:
        """The address that a redirect leads to; empty for any other answer.

        Raises:
            NoAnswer: it leads to no address.
        """
        location = self.headers.get("Location", "") if self.status in _REDIRECTS else ""
        with _told(self._reach):
            return urljoin(self.address, _as_sent(location)) if location else ""

    @property
    def is_packed(self) -> bool:
        """True if the server compressed the body without being asked."""
        return self.headers.get("Content-Encoding", "").strip().lower() in _PACKED and not self.may_be_packed

    def _unpacked(self, data: bytes, most: int) -> bytes:
        """Return the body, or its beginning, without the compression that nobody asked for."""
        if not self.is_packed or not data:
            return data
        try:  # 47: gzip or zlib by its first bytes; some servers call raw deflate so
            return zlib.decompressobj(47 if data[0] in (0x1F, 0x78) else -15).decompress(data, most)
        except zlib.error as error:
            raise NoAnswer("压缩的内容已损坏") from error


@contextmanager
def ask(
    address: str,
    reach: Reach,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    through: Connections | None = None,
) -> Iterator[Answer]:
    """Ask an address, and give what came.

    Args:
        address: where to.
        reach: how far.
        method: GET where nothing else is said.
        headers: sent besides the caller's name.
        body: sent with it.
        through: connections kept by whoever asks often; without, each hop has its own.

    Raises:
        NotNamed: this caller may not ask it (nothing was sent).
        Inner: it leads into an inner network (nothing was sent).
        TooFar: too many redirects.
        NoAnswer: it cannot be reached, does not answer in time, cannot prove its name.
    """
    kept = Connections() if through is None else through
    until = time.monotonic() + reach.whole
    cookies: dict[str, dict[str, str]] = {}
    for _ in range(reach.hops + 1):
        if not reach.may_ask(address):
            raise NotNamed("不是允许访问的网址")
        given = cookies.setdefault(urlsplit(address).netloc, {})
        sent = {"User-Agent": reach.agent, "Accept-Encoding": "identity", **(headers or {})}
        if given:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in given.items())
        with _hop(address, reach, kept, until, method, sent, body) as stream:
            packed = bool(headers and "Accept-Encoding" in headers)
            answer = Answer(stream.status, stream.headers, address, reach, stream, packed)
            onward = answer.onward if reach.hops else ""
            if not onward:
                yield answer
                return
            _take_cookies(stream.headers, given)
            address = onward
    raise TooFar("转向次数过多")


def _take_cookies(headers: Message, given: dict[str, str]) -> None:
    """Note the cookies that a redirect gives; many sites lead in a circle until they come back."""
    for line in headers.get_all("Set-Cookie") or ():
        name, equals, value = str(line).partition(";")[0].strip().partition("=")
        if equals and name.isascii() and value.isascii() and len(given) < _MAX_COOKIES:
            given[name] = value[:_MAX_COOKIE_CHARACTERS]


@contextmanager
def _hop(
    address: str,
    reach: Reach,
    kept: Connections,
    until: float,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Iterator[http.client.HTTPResponse]:
    """Ask one machine; keep its connection where all of the answer was read, close it otherwise."""
    with _told(reach):
        whole = urlsplit(written(address))
        inner = reach.may_go_inside(address)
        proxy = proxy_for(address) if inner and reach.proxy else ""
        key = (whole.scheme, whole.hostname or "", whole.port, not inner, proxy, reach.family)
        target = (
            urlunsplit(whole) if proxy and whole.scheme == "http" else urlunsplit(("", "", whole.path, whole.query, ""))
        )
        connection, used = kept.take(key)
        try:
            try:
                stream = _sent(connection, reach, until, method, target, headers, body)
            except (ConnectionError, http.client.BadStatusLine):
                if not used or body is not None:
                    raise
                # The other side closed it while it was idle: once more with a new one.
                connection.close()
                stream = _sent(connection, reach, until, method, target, headers, body)
        except BaseException:
            connection.close()
            raise
    try:
        yield stream
    except BaseException:
        connection.close()
        raise
    if kept.most and _read_out(stream) and not stream.will_close:
        kept.put_back(key, connection)
    else:
        connection.close()


def _read_out(stream: http.client.HTTPResponse) -> bool:
    """Return true if all of an answer was read, so that its connection may be used again.

    `read1` of Python before 3.13 leaves an answer open whose last byte it gave (its `length` is 0 then).
    """
    if stream.length == 0:
        stream.close()
    return stream.isclosed()


def _sent(
    connection: Connection,
    reach: Reach,
    until: float,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> http.client.HTTPResponse:
    connection.until(until, reach.seconds)
    connection.request(method, target, body=body, headers=dict(headers))
    return connection.getresponse()


def _as_sent(onward: str) -> str:
    """Return where a redirect leads with its bytes as they came: many servers send a Chinese path in UTF-8 or GBK as it is, read as Latin-1 here."""
    return quote(onward.encode("latin-1"), safe=f"{_SAFE}#")


def written(address: str) -> str:
    """Return an address as it is sent: hosts in Chinese by their registered name, everything else with %; no fragment.

    Raises:
        ValueError: it cannot be written.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return urlunsplit(
        (parts.scheme, name + port, quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE), "")
    )


@contextmanager
def _told(reach: Reach) -> Iterator[None]:
    """Say in a few words what went wrong on the way."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _no_answer(error, reach) from error


def _no_answer(error: Exception, reach: Reach) -> NoAnswer:
    if isinstance(error, TimeoutError):
        return NoAnswer(f"{reach.seconds:g}秒内没有应答")
    return NoAnswer("证书有误" if isinstance(error, ssl.SSLError) else "连接不上")


def wait_seconds(retry_after: str) -> float:
    """Return the seconds to wait before a busy server is asked again.

    Args:
        retry_after: the header Retry-After, in seconds or as a date; "" where there is none.
    """
    said = retry_after.strip()
    if said.isdecimal():
        return min(float(said[:6]), _MAX_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return _USUAL_WAIT_SECONDS
    return min(max((until - datetime.now(until.tzinfo)).total_seconds(), 0.0), _MAX_WAIT_SECONDS)
