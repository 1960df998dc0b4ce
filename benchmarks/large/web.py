"""A minimal asynchronous browser, so that hundreds run at the same time: one persistent connection, cookies, forms."""

import asyncio
import html
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(type|name|value)="([^"]*)"')
NETWORK_ERRORS = (OSError, asyncio.TimeoutError, EOFError, ValueError, IndexError)


@dataclass
class Answer:
    """An HTTP answer; `status` is 0 if there was none."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode(errors="replace")

    @property
    def ok(self) -> bool:
        """Return true if the answer is a page or a redirect."""
        return 200 <= self.status < 400


def read_hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms (the last of each name)."""
    found = [dict(ATTRIBUTE.findall(one)) for one in FIELD.findall(page)]
    return {
        one["name"]: html.unescape(one.get("value", ""))
        for one in found
        if one.get("type") == "hidden" and "name" in one
    }


class Browser:
    """The browser of one user."""

    def __init__(
        self,
        port: int,
        *,
        host: str = "localhost",
        cookies: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> None:
        self.port, self.host, self.timeout = port, host, timeout
        self.cookies = dict(cookies or {})
        self.pipe: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        """Request a page."""
        return await self._ask("GET", path, b"", headers)

    async def post(self, path: str, data: dict[str, str]) -> Answer:
        """Send a form."""
        return await self.send(path, urlencode(data).encode(), "application/x-www-form-urlencoded")

    async def send(self, path: str, body: bytes, kind: str) -> Answer:
        """Send a body with its content type."""
        return await self._ask("POST", path, body, {"Content-Type": kind})

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(self._try(method, path, body, headers), self.timeout)
        except NETWORK_ERRORS:
            self.close()
            answer = Answer(0)
        answer.seconds = time.perf_counter() - began
        return answer

    async def _try(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        fresh = self.pipe is None
        try:
            return await self._once(method, path, body, headers)
        except NETWORK_ERRORS:
            self.close()
            if fresh or method != "GET":  # closed meanwhile; a request with a body is never repeated
                raise
            return await self._once(method, path, body, headers)

    async def _once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self.pipe and self.pipe[0].at_eof():
            self.close()  # the server closed it during a pause: nothing can have been sent on it
        if self.pipe is None:
            self.pipe = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.pipe
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        return await self._read(reader)

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        status = int((await reader.readline()).split()[1])
        headers: dict[str, str] = {}
        while (line := (await reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _, kept = value.strip().split(";")[0].partition("=")
                self.cookies[key] = kept
            headers[name.lower()] = value.strip()
        body = b""
        if headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).strip(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        elif length := int(headers.get("content-length", 0)):
            body = await reader.readexactly(length)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def close(self) -> None:
        """Close the connection."""
        if self.pipe:
            self.pipe[1].close()
            self.pipe = None


def percentile(values: list[float], share: float) -> float:
    """Return the percentile `share` (such as 0.95) of values; 0 if there are none."""
    rows = sorted(values)
    return rows[min(len(rows) - 1, int(len(rows) * share))] if rows else 0.0
