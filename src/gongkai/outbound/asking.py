"""Asking one address, hop by hop, within a reach."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from gongkai.outbound.reach import NoAnswer, NotNamed, Reach, TooFar, TooMuch
from gongkai.outbound.where import OutsideOnly, OutsideOnlyTls

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 65_536
#: What stays as it is in an address; everything else is written with %.
_SAFE = "%/:=&?~+!$,;'@()*[]"


@dataclass
class Answer:
    """What came: any status is an answer. `read` it before the `with` ends."""

    status: int
    headers: Message
    address: str
    _reach: Reach = field(repr=False)
    _stream: Any = field(repr=False)

    def read(self, most: int | None = None) -> bytes:
        """Return the whole body.

        Args:
            most: bytes, where this answer may be longer or must be shorter than the reach says.

        Raises:
            TooMuch: it is longer.
            NoAnswer: it broke off, or took too long.
        """
        bound = self._reach.most if most is None else most
        data, end = bytearray(), time.monotonic() + self._reach.whole
        with _told(self._reach):
            while piece := self._stream.read1(min(_PIECE, bound + 1 - len(data))):
                data += piece
                if len(data) > bound:
                    raise TooMuch("内容过大")
                if time.monotonic() > end:
                    raise TimeoutError
        if getattr(self._stream, "length", None):
            raise NoAnswer("内容不完整")
        return bytes(data)


@contextmanager
def ask(
    address: str,
    reach: Reach,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Iterator[Answer]:
    """Ask an address, and give what came.

    Raises:
        NotNamed: this caller may not ask it (nothing was sent).
        Inner: it leads into an inner network (nothing was sent).
        TooFar: too many redirects.
        NoAnswer: it cannot be reached, does not answer in time, cannot prove its name.
    """
    for _ in range(reach.hops + 1):
        if not reach.may_ask(address):
            raise NotNamed("不是允许访问的网址")
        with _told(reach):
            request = urllib.request.Request(  # noqa: S310 - scheme and host were looked at
                written(address),
                data=body,
                headers={"User-Agent": reach.agent, **(headers or {})},
                method=method,
            )
            stream = _opener(inner=reach.inner, proxy=reach.proxy).open(request, timeout=reach.seconds)
        with stream:
            onward = stream.headers.get("Location", "") if stream.status in _REDIRECTS and reach.hops else ""
            if not onward:
                yield Answer(stream.status, stream.headers, address, reach, stream)
                return
            with _told(reach):
                address = urljoin(address, onward)
    raise TooFar("转向次数过多")


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
    except urllib.error.URLError as error:
        cause = error.reason if isinstance(error.reason, Exception) else error
        raise _no_answer(cause, reach) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _no_answer(error, reach) from error


def _no_answer(error: Exception, reach: Reach) -> NoAnswer:
    if isinstance(error, TimeoutError):
        return NoAnswer(f"{reach.seconds:g}秒内没有应答")
    return NoAnswer("证书有误" if isinstance(error, ssl.SSLError) else "连接不上")


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """Redirects and errors are answers, too: whoever asked judges them."""

    def http_response(self, request: Any, response: Any) -> Any:
        """Return it."""
        return response

    https_response = http_response


class _Outside(urllib.request.HTTPHandler):
    def http_open(self, req: Any) -> Any:
        return self.do_open(OutsideOnly, req)


class _OutsideTls(urllib.request.HTTPSHandler):
    def https_open(self, req: Any) -> Any:
        return self.do_open(OutsideOnlyTls, req)


@cache
def _opener(*, inner: bool, proxy: bool) -> urllib.request.OpenerDirector:
    """Return what opens http and https and nothing else: no files, no FTP, no redirects by itself."""
    made = urllib.request.OpenerDirector()
    handlers: list[urllib.request.BaseHandler] = [_AsItIs()]
    if inner:
        handlers += [urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()]
        handlers += [urllib.request.ProxyHandler()] if proxy else []
    else:
        handlers += [_Outside(), _OutsideTls()]
    for handler in handlers:
        made.add_handler(handler)
    return made
