"""Crawling: politeness, limits, resumption after a kill, and resistance to hostile sites."""

import gzip
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from datetime import time as clock
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml.html import document_fromstring

from gongkai.lib.outbound import RequestLimits, send_request
from gongkai.lib.outbound.crawling import (
    Crawl,
    CrawlHours,
    CrawlLimits,
    FetchResult,
    Frontier,
    UrlKind,
    find_links,
    get_url_kind,
    normalise_url,
)
from gongkai.lib.outbound.crawling.addresses import explain_skipped_url, make_url_shape
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.crawling.traps import TrapDetector
from gongkai.lib.outbound.http_requests import ConnectionPool, parse_retry_seconds

Answers = dict[str, Callable[[Any], None] | str]


@contextmanager
def served(answers: Answers, asked: list[str] | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            said = answers.get(self.path) or answers.get(self.path.partition("?")[0]) or answers.get("*")
            if callable(said):
                said(self)
            elif said is None:
                self.say("", status=404)
            else:
                self.say(said)

        def say(self, body: str, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            data = body.encode()
            for name, value in {
                "Content_Type": "text/html; charset=utf-8",
                "Content_Length": str(len(data)),
                **headers,
            }.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def crawl_of(host: str, place: Path, **bounds: Any) -> Crawl:
    facts = {"rate": 0, "seconds": 1.0, "whole": 2.0, **bounds}
    return Crawl(
        f"http://{host}/", Frontier(place / "crawl.db"), RequestLimits(seconds=facts["seconds"], whole=facts["whole"], inside={host}), frozenset({host}), CrawlLimits(**facts), inner_ends=True,
    )  # fmt: skip


def read(crawl: Crawl, most: int = 10**9) -> dict[str, FetchResult]:
    """Run a crawl up to a number of responses; return them by path."""
    came: dict[str, FetchResult] = {}
    for fetched in crawl:
        text = fetched.data.decode("utf-8", "replace") if fetched.page and fetched.data.strip() else ""
        root = document_fromstring(text) if text else None
        links = (
            [(one.address, one.tag, "") for one in find_links(root, fetched.target.address) if one.address]
            if root is not None
            else []
        )
        crawl.record_result(fetched, links, root.text_content() if root is not None else None)
        came[fetched.target.address.partition("//")[2].partition("/")[2]] = fetched
        if len(came) >= most:
            break
    crawl.frontier.close()
    return came


def test_crawl_follows_pages_and_only_checks_files_and_other_hosts(tmp_path: Path) -> None:
    other: list[str] = []
    with served({"/": "there<a href='/beyond'>x</a>"}, other) as elsewhere:
        answers: Answers = {
            "/": f"<a href='/a'>a</a><a href='/f.pdf'>f</a><a href='http://{elsewhere}/'>o</a>",
            "/a": "<p>a</p><a href='/'>home</a>",
            "/f.pdf": "x",
        }
        with served(answers) as host:
            came = read(crawl_of(host, tmp_path))
    assert {one.target.kind for one in came.values()} == {UrlKind.PAGE, UrlKind.FILE, UrlKind.OUTER}
    assert len(came) == 3  # two ends of one name: "" of both hosts
    assert other == ["/"]


def test_robots_rules_with_wildcards_are_obeyed(tmp_path: Path) -> None:
    asked: list[str] = []
    rules = "User-agent: *\nDisallow: /*.asp$\nDisallow: /secret/\nAllow: /secret/open"
    pages: Answers = {
        "/robots.txt": lambda on: on.say(rules, Content_Type="text/plain"),
        "/": "<a href='/x.asp'>1</a><a href='/secret/a'>2</a><a href='/secret/open'>3</a>",
        "*": "x",
    }
    with served(pages, asked) as host:
        read(crawl_of(host, tmp_path))
    assert sorted(set(asked)) == ["/", "/robots.txt", "/secret/open"]


def test_unavailable_robots_file_allows_only_start_page(tmp_path: Path) -> None:
    asked: list[str] = []
    with served({"/robots.txt": lambda on: on.say("", status=503), "/": "<a href='/a'>1</a>", "*": "x"}, asked) as host:
        read(crawl_of(host, tmp_path))
    assert asked == ["/robots.txt", "/"]


def test_connection_is_reused_after_complete_response() -> None:
    callers: set[tuple[str, int]] = set()

    def page(handler: Any) -> None:
        callers.add(handler.client_address)
        handler.say("页" * 3_000)

    with served({"/": page}) as here:
        kept = ConnectionPool(most=2)
        for _ in range(4):
            with send_request(
                f"http://{here}/", RequestLimits(seconds=5, inside=frozenset({here})), through=kept
            ) as answer:
                assert len(answer.read_beginning(100_000)) == 9_000
        kept.close()
    assert len(callers) == 1


def test_unreadable_response_does_not_stop_crawl(tmp_path: Path) -> None:
    answers: Answers = {"/": '<a href="/a.html">甲</a><a href="/b.html">乙</a>', "/b.html": "乙"}
    answers["/a.html"] = lambda on: on.say("甲", Content_Length="9" * 5000)
    with served(answers) as host:
        done = read(crawl_of(host, tmp_path, workers=1))
    assert {address.rpartition("/")[2]: result.status for address, result in done.items()} == {
        "": 200,
        "a.html": 0,
        "b.html": 200,
    }


def test_crawl_keeps_rate_and_hours(tmp_path: Path) -> None:
    pages: Answers = {"/": "".join(f"<a href='/{n}'>x</a>" for n in range(5)), "*": "x"}
    with served(pages) as host:
        begun = time.monotonic()
        read(crawl_of(host, tmp_path, rate=20))
        assert time.monotonic() - begun >= 5 / 20  # six requests have five pauses between them
    night = CrawlHours(clock(22), clock(6))
    assert [night.includes(datetime(2026, 1, 1, hour, tzinfo=UTC)) for hour in (21, 22, 5, 6)] == [
        False,
        True,
        True,
        False,
    ]


def test_killed_crawl_resumes_without_repeating_requests(tmp_path: Path) -> None:
    asked: list[str] = []
    pages: Answers = {
        "/": "".join(f"<a href='/{n}'>x</a>" for n in range(30)),
        "*": lambda on: on.say(f"<p>{on.path}</p>"),
    }
    with served(pages, asked) as host:
        first = read(crawl_of(host, tmp_path, workers=1), most=10)
        before = list(asked)
        second = read(crawl_of(host, tmp_path, workers=1))
    assert not set(first) & set(second)
    assert len(first) + len(second) == 31
    assert len(asked) - len(before) <= 31 - 10 + 1


def drip(on: Any) -> None:
    with suppress(OSError):
        on.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        for n in range(600):
            on.wfile.write(f"X-{n}: y\r\n".encode())
            on.wfile.flush()
            time.sleep(0.05)


def endless(on: Any) -> None:
    with suppress(OSError):
        on.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 2147483648\r\n\r\n")
        for _ in range(2_000):
            on.wfile.write(b"%PDF" + b"0" * 100_000)


def endless_page(on: Any) -> None:
    with suppress(OSError):
        on.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>")
        while True:
            on.wfile.write(b"<p>more</p>" * 10_000)


def calendar(on: Any) -> None:
    page = int(on.path.partition("m=")[2] or 0)
    on.say(
        f"<p>日历 第{page % 12 + 1}月 无安排</p><a href='/cal?m={page + 1}'>下月</a><a href='/cal?m={page + 1}&d=1'>一日</a>"
    )


def deeper(on: Any) -> None:
    on.say(f"<a href='{on.path.rstrip('/')}/x/'>更多</a>")


def test_hostile_site_neither_stalls_nor_extends_crawl(tmp_path: Path) -> None:
    inner: list[str] = []
    with served({"*": "secret"}, inner) as inside:
        port = inside.partition(":")[2]
        bad: Answers = {
            "/": "".join(
                f"<a href='{link}'>x</a>"
                for link in ("/drip", "/huge.pdf", "/page", "/cal?m=1", "/deep/", "/loop", "/jump", "/cloud", "/far", "http://[::1", "/good")
            ),
            "/drip": drip, "/huge.pdf": endless, "/page": endless_page, "/cal": calendar, "/good": "good",
            "/loop": lambda on: on.say("", status=302, Location="/loop"),
            "/jump": lambda on: on.say("", status=302, Location=f"http://127.0.0.1:{port}/admin"),
            "/cloud": lambda on: on.say("", status=302, Location="http://169.254.169.254/latest"),
            "/far": lambda on: on.say("", status=302, Location=f"http://localhost:{port}/"),
            "*": deeper,
        }  # fmt: skip
        with served(bad) as host:
            begun = time.monotonic()
            crawl = crawl_of(host, tmp_path, page_bytes=200_000)
            came = read(crawl)
    assert time.monotonic() - begun < 60
    assert inner == []
    assert came["good"].status == 200
    assert came["drip"].status == 0
    assert (came["huge.pdf"].size, len(came["huge.pdf"].data)) == (2_147_483_648, 4_096)
    assert (came["page"].cut, len(came["page"].data)) == (True, 200_000)
    assert came["admin"].inner
    assert 6 <= sum(one.startswith("cal") for one in came) < 30
    assert sum(one.startswith("deep") for one in came) < 6


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("b.html#top", "http://www.yunling.gov.cn/a/b.html"), ("../x/./y", "http://www.yunling.gov.cn/x/y"), ("HTTP://WWW.Yunling.gov.cn:80", "http://www.yunling.gov.cn/"),
        ("//other.cn/a", "http://other.cn/a"), ("?page=2&utm_source=x", "http://www.yunling.gov.cn/a/?page=2"), ("/a;jsessionid=AB12?x=1", "http://www.yunling.gov.cn/a?x=1"),
        ("javascript:void(0)", ""), ("mailto:a@b.cn", ""), ("http://u:p@x.cn/", ""), ("http://[::1", ""), ("http://x.cn:99999/", ""), ("", ""), ("ftp://x.cn/", ""),
    ],
)  # fmt: skip
def test_normalise_url_gives_one_spelling(link: str, whole: str) -> None:
    assert normalise_url(link, "http://www.yunling.gov.cn/a/") == whole


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("http://x.cn/a/2026/3/5/art_1.html", True), ("http://x.cn/cal?month=2031-05", False), ("http://x.cn/cal?y=1890", False), ("http://x.cn/events/2099/01/", False),
        ("http://x.cn/a/b/a/b/a/b/a/b/", False), ("http://x.cn/" + "y" * 1_000, False), ("http://x.cn/view?id=2031", True), ("http://x.cn/view?id=102031", True),
    ],
)  # fmt: skip
def test_trap_urls_are_recognised(address: str, good: bool) -> None:
    assert (explain_skipped_url(address, date(2026, 11, 20)) == "") is good


def test_pages_differing_only_in_numbers_are_limited() -> None:
    traps = TrapDetector()
    assert (
        sum(traps.is_new_text(f"当前在线{n}人，第{n * 7919}次访问") for n in range(1, 200))
        == TrapDetector.MAX_ALIKE_PAGES
    )
    assert traps.is_new_text("城市供水条例")


def test_url_cache_resolves_as_without_it() -> None:
    cache = UrlCache()
    bases = [f"http://a.cn/{path}" for path in ("", "x/l.jsp", "x/m.jsp?a=1", "x/y/")]
    for base in bases:
        for link in ("?page=2", "c.html", "/d.html", "../e.html", "//b.cn/f", "http://c.cn/", "#g"):
            assert cache(link, base) == normalise_url(link, base)


def test_url_kinds_and_shapes() -> None:
    own = frozenset({"x.cn"})
    assert [get_url_kind(one, own) for one in ("http://x.cn/a", "http://x.cn/a.PDF", "http://y.cn/a.pdf")] == [
        UrlKind.PAGE,
        UrlKind.FILE,
        UrlKind.OUTER,
    ]
    assert make_url_shape("http://x.cn/art/2026/3/5/art_12.html") == make_url_shape(
        "https://x.cn/art/2025/11/25/art_7.html"
    )


def once_busy(status: int, **headers: str) -> Callable[[Any], None]:
    """Answer the first request with a status that asks for a retry."""
    seen: list[int] = []

    def answer(on: Any) -> None:
        seen.append(1)
        on.say("<title>好</title>") if len(seen) > 1 else on.say("", status, **headers)

    return answer


def with_cookie(on: Any) -> None:
    """Redirect to the same URL with a trailing space and set a cookie; with it, redirect to another page."""
    if "k=1" in (on.headers.get("Cookie") or ""):
        on.say("", 302, Location="/seen")
    else:
        on.say("", 302, Location=f"{on.path} ", Set_Cookie="k=1; Path=/")


def over_check(on: Any) -> None:
    """Redirect to a page that sets the cookie and redirects back."""
    on.say("<title>好</title>") if "k=2" in (on.headers.get("Cookie") or "") else on.say(
        "", 302, Location="/check", Set_Cookie="first=1"
    )


def packed(by: Callable[[bytes], bytes], name: str) -> Callable[[Any], None]:
    def answer(on: Any) -> None:
        data = by("<title>好</title>".encode())
        on.send_response(200)
        for head, value in (
            ("Content-Type", "text/html"),
            ("Content-Encoding", name),
            ("Content-Length", str(len(data))),
        ):
            on.send_header(head, value)
        on.end_headers()
        on.wfile.write(data)

    return answer


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    "answer",
    [
        once_busy(503),
        once_busy(429, Retry_After="0"),
        once_busy(503, Retry_After="Thu, 01 Jan 2026 00:00:00 GMT"),
        once_busy(408),
        once_busy(500),
        once_busy(425, Retry_After="x"),
        with_cookie,
        over_check,
        packed(gzip.compress, "gzip"),
        packed(zlib.compress, "deflate"),
        packed(raw_deflate, "deflate"),
        packed(gzip.compress, "x-gzip"),
    ],
)
def test_page_is_fetched_as_by_browser(tmp_path: Path, answer: Callable[[Any], None]) -> None:
    check = lambda on: on.say("", 302, Location="/a", Set_Cookie="k=2")  # noqa: E731
    with served({"/": "<a href=/a>x</a>", "/a": answer, "/check": check, "/seen": "<title>好</title>"}) as host:
        came = read(crawl_of(host, tmp_path, whole=6.0))
    assert (came["a"].status, came["a"].data.decode()) == (200, "<title>好</title>")


@pytest.mark.parametrize(
    ("answer", "onward"),
    [
        (lambda on: on.say("", 302, Location="/预算/a.html".encode().decode("latin-1")), "%E9%A2%84%E7%AE%97/a.html"),
        (lambda on: on.say("", 301, Location="b.html"), "b.html"),
        ('<meta http-equiv="refresh" content="0; url=/b.html">', "b.html"),
        ("<META HTTP-EQUIV=Refresh CONTENT='3;URL=b.html?x=1&amp;y=2'>", "b.html?x=1&y=2"),
        ("<noscript><meta http-equiv='refresh' content='0;url=/b.html'></noscript>", ""),
        ('<p>x</p><!-- <meta http-equiv="refresh" content="0; url=/b.html"> -->', ""),
        ('<meta http-equiv="refresh" content="300; url=/b.html">', ""),
    ],
)
def test_http_and_immediate_meta_redirects_are_followed(tmp_path: Path, answer: Any, onward: str) -> None:
    with served({"/": "<a href=/a>x</a>", "/a": answer}) as host:
        came = read(crawl_of(host, tmp_path))
    assert came["a"].to.partition("//")[2].partition("/")[2] == onward


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("1", 1.0), ("999999", 10.0), ("", 2.0), ("Thu, 01 Jan 2026 00:00:00 GMT", 0.0), ("soon", 2.0)],
)
def test_retry_after_header_is_parsed(said: str, seconds: float) -> None:
    assert parse_retry_seconds(said) == seconds
