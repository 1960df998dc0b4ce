"""Send polite, limited requests to a source's host, with clear error messages."""

import time
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from gongkai.lib.outbound import HostNotPermitted, NoAnswer, RequestLimits, is_busy_server_status, send_request
from gongkai.lib.outbound.crawling.fetching import RobotsRules, fetch_robots, find_refresh_url
from gongkai.lib.outbound.http_requests import ConnectionPool
from gongkai.lib.outbound.permitted_hosts import get_host_name

USER_AGENT = "Gongkai-gather"
MAX_RESPONSE_BYTES = 5_000_000
#: Timeouts in seconds: between two chunks, for a response, for a source in one fetch.
CONNECTION_TIMEOUT_SECONDS, RESPONSE_LIMIT_SECONDS, RUN_LIMIT_SECONDS = 10.0, 40.0, 120.0
MAX_REDIRECTS = 3
#: Message when the time limit of a source is reached.
TIME_LIMIT_ERROR = "用时过长，其余下次再收取"
#: Longest wait in seconds that a busy server (503, 429) may ask for within one fetch.
MAX_RETRY_AFTER_SECONDS = 30


class SourceReadError(Exception):
    """Raised when a source cannot be read; the message gives the reason in Chinese.

    Attributes:
        passing: whether the same request may succeed a little later.
    """

    def __init__(self, words: str, *, passing: bool = False) -> None:
        super().__init__(words)
        self.passing = passing


class SourceReader:
    """Reads one source: respects robots.txt, pauses between requests and stops in time."""

    def __init__(
        self, hosts: Collection[str], inside: Collection[str] = (), rate: float = 1.0, run: float = RUN_LIMIT_SECONDS
    ) -> None:
        self.reach = RequestLimits(
            seconds=CONNECTION_TIMEOUT_SECONDS,
            hosts=hosts,
            inside=inside,
            hops=MAX_REDIRECTS,
            most=MAX_RESPONSE_BYTES,
            whole=RESPONSE_LIMIT_SECONDS,
            agent=USER_AGENT,
        )
        self.through = ConnectionPool(most=4)
        self.rate, self.run, self.begun, self.next_at = rate, run, time.monotonic(), 0.0
        self.robots: dict[str, RobotsRules] = {}
        self.led: dict[str, str] = {}
        """The target of each address that redirects: by HTTP, or by an immediate meta refresh."""

    def get(self, address: str, max_bytes: int = 0) -> tuple[int, bytes]:
        """Return (status, body) of an address after redirects, up to a size (0: default limit).

        Raises:
            SourceReadError: the request is not allowed, or there is no usable response.
        """
        if not self.reach.may_ask(address):
            raise SourceReadError(f"不在允许访问的名单内，请系统管理员添加“{get_host_name(address) or address[:80]}”")
        robots = self._get_robots_rules(address)
        if not robots.allow(address):
            raise SourceReadError(
                "网站没有应答或者出错（robots.txt 读不到）"
                if robots.rules is None
                else "该网站的 robots.txt 不允许访问"
            )
        self._wait(robots)
        try:
            reach = replace(self.reach, most=max_bytes) if max_bytes else self.reach
            with send_request(address, reach, through=self.through) as answer:
                if is_busy_server_status(answer.status):
                    self._postpone_next_request(answer.headers.get("Retry-After") or "")
                status, data, self.led[address] = answer.status, answer.read(), answer.address
        except HostNotPermitted as error:
            raise SourceReadError("转向到不允许访问的网站") from error
        except (NoAnswer, ValueError, UnicodeError) as error:
            raise SourceReadError(str(error) or "没有应答", passing=isinstance(error, NoAnswer)) from error
        onward = find_refresh_url(data, self.led[address]) if status == 200 else ""
        if onward and onward not in self.led and self.reach.may_ask(onward):
            status, data = self.get(onward, max_bytes)
            self.led[address] = self.led[onward]
        return status, data

    def page(self, address: str) -> bytes:
        """Return the body of a successful response; retry once if the server is busy.

        Raises:
            SourceReadError: the response is an error.
        """
        status, data = self.get(address)
        if is_busy_server_status(status):
            status, data = self.get(address)
        if status != 200:
            passing = is_busy_server_status(status)
            raise SourceReadError(f"返回错误{status}{'（网站忙，稍后自动再试）' * passing}", passing=passing)
        return data

    @property
    def spent(self) -> float:
        """Return the used share of the time limit; 1 and above means exceeded."""
        return (time.monotonic() - self.begun) / self.run

    def file(self, address: str, max_bytes: int) -> tuple[bytes, str]:
        """Return (attachment's bytes up to a size, ""), or (b"", Chinese error)."""
        try:
            status, data = self.get(address, max_bytes)
        except SourceReadError as failed:
            return b"", str(failed)[:120]
        return (data, "") if status == 200 else (b"", f"返回错误{status}")

    def _get_robots_rules(self, address: str) -> RobotsRules:
        """Return the rules of the address's robots.txt, which is read once per site."""
        url_parts = urlsplit(address)
        root = f"{url_parts.scheme}://{url_parts.netloc}"
        if root not in self.robots:
            self.robots[root] = fetch_robots(root, self.reach, self.through)
        return self.robots[root]

    def _postpone_next_request(self, seconds: str) -> None:
        """Delay the next request as a busy server asks, at most `MAX_RETRY_AFTER_SECONDS` seconds."""
        if self.rate and seconds.isascii() and seconds.isdigit():
            self.next_at = max(self.next_at, time.monotonic() + min(int(seconds), MAX_RETRY_AFTER_SECONDS))

    def _wait(self, robots: RobotsRules) -> None:
        """Wait as the rate and robots.txt demand.

        Raises:
            SourceReadError: the time of this run is used up.
        """
        moment = time.monotonic()
        if moment - self.begun > self.run:
            raise SourceReadError(TIME_LIMIT_ERROR)
        if self.rate:
            time.sleep(max(0.0, self.next_at - moment))
            self.next_at = max(moment, self.next_at) + max(1.0 / self.rate, robots.pause)
