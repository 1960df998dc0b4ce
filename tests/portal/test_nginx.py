"""nginx as docs/portal/nginx.conf sets it up, in front of pages that count how often they were asked: one page anew, a whole site anew."""

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from tools.nginx import PROGRAM, free, run, sample

from gongkai.portal import caching
from gongkai.portal.caching import BEHIND, FAILING, GENERATION, SHORT, generation, header
from gongkai.portal.purging import ways
from gongkai.portal.purging.affected import EVERYTHING, Place
from gongkai.portal.purging.ways import tell
from gongkai.portal.views.errors import broken

ROOT = Path(__file__).resolve().parents[2]
HOST, OTHER = "www.yunling.gov.cn", "qx.yunling.gov.cn"
pytestmark = pytest.mark.skipif(not PROGRAM, reason="nginx is not installed")


class Portal(BaseHTTPRequestHandler):
    """Pages that name how often any was asked; generations by the portal's own view."""

    protocol_version = "HTTP/1.1"
    asked = 0
    down = False
    #: The portal answers, its database does not.
    away = False
    #: Addresses of what was taken back.
    withdrawn: frozenset[str] = frozenset()
    #: While it is not set, pages are begun and not ended, as where a server is full.
    room: threading.Event

    def do_GET(self) -> None:
        """Answer as the portal does."""
        of = type(self)
        of.asked += 1
        asked = of.asked
        of.room.wait(10)
        headers = {"Cache-Control": header("page")}
        data, status = f"{asked}".encode(), 503 if of.down else 200
        if self.path == GENERATION and not of.down:
            answer = generation(RequestFactory().get(self.path))
            data, headers = answer.content, dict(answer.items())
        if "packed" in self.path and self.headers.get(caching.PACKED) == "s3cret":
            data, headers = gzip.compress(data * 400, mtime=0), headers | {"Content-Encoding": "gzip"}
        if self.path in of.withdrawn:
            data, status = b"gone", 410
        if self.headers.get("X-Forwarded-Proto") == "https":
            headers["Strict-Transport-Security"] = "max-age=1"
        if of.away:
            page = _of_a_database_away(self.path, self.headers.get(caching.PACKED, ""))
            data, status, headers = page.content, page.status_code, dict(page.items())
        self.send_response(status)
        for name, value in headers.items() if status != 503 or of.away else ():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


def _of_a_database_away(path: str, secret: str) -> HttpResponse:
    request = RequestFactory().get(path, headers={caching.PACKED: secret})
    try:
        raise OperationalError("the connection was refused")
    except OperationalError:
        return broken(request)


@pytest.fixture
def listening() -> Iterator[ThreadingHTTPServer]:
    room = threading.Event()
    room.set()
    handler = type(
        "Counted",
        (Portal,),
        {"asked": 0, "down": False, "away": False, "room": room, "protocol_version": "HTTP/1.0"},
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def portal(listening: ThreadingHTTPServer) -> tuple[type[Portal], int]:
    return listening.RequestHandlerClass, listening.server_port  # type: ignore[return-value]


@pytest.fixture
def ends(listening: ThreadingHTTPServer) -> Callable[[], None]:
    """End the portal: nobody listens any more."""

    def end() -> None:
        listening.shutdown()
        listening.server_close()

    return end


@pytest.fixture
def nginx(
    tmp_path: Path, portal: tuple[type[Portal], int], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Run nginx with the sample; return its address. Nobody here gives up for a machine that stands still for seconds."""
    monkeypatch.setattr(ways, "CACHE", replace(ways.CACHE, seconds=60.0, whole=60.0))
    port = free()
    settings.GONGKAI_CACHES = [("refresh", f"http://127.0.0.1:{port}")]
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    process = run(tmp_path, sample(tmp_path, [portal[1]], port, "s3cret"))
    for _ in range(1200):
        assert process.poll() is None
        try:
            HTTPConnection("127.0.0.1", port, timeout=60).connect()
            break
        except OSError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def get(nginx: str) -> Callable[..., tuple[int, str]]:
    def get(path: str, host: str = HOST, **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", int(nginx.rpartition(":")[2]), timeout=60)
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    return get


Get = Callable[..., tuple[int, str]]


def test_a_page_is_kept_until_it_is_refreshed_and_no_other_is(nginx: str, get: Get) -> None:
    first, beside = get("/columns/1/2.html"), get("/columns/1/3.html")
    assert get("/columns/1/2.html") == first
    tell(f"refresh={nginx}", Place(HOST, "/columns/1/2.html"))
    assert get("/columns/1/2.html") != first
    assert get("/columns/1/3.html") == beside


def test_everything_of_a_site_is_forgotten_and_nothing_of_another(nginx: str, get: Get) -> None:
    paths = ["/", *(f"/columns/1/{number}.html" for number in range(5))]
    before = {path: get(path) for path in paths}
    other = get("/", host=OTHER)
    assert {path: get(path) for path in paths} == before
    tell(f"refresh={nginx}", Place(HOST, EVERYTHING))
    after = {path: get(path) for path in paths}
    assert all(after[path] != before[path] for path in paths)
    assert {path: get(path) for path in paths} == after
    assert get("/", host=OTHER) == other


def test_only_the_secret_makes_a_new_generation(nginx: str, get: Get) -> None:
    page, name = get("/"), get(GENERATION)
    get(GENERATION, **{"X-Gongkai-Refresh": "guessed", "X-Gongkai-Name": "abc"})
    get("/", Cookie="sessionid=1")
    assert (get("/"), get(GENERATION)) == (page, name)


def test_what_was_withdrawn_is_gone_though_no_server_has_room(
    nginx: str, get: Get, portal: tuple[type[Portal], int]
) -> None:
    """Nobody behind the cache is asked: it is told in a moment, and what it kept is served no more, not even for want of anything else."""
    kept = get("/columns/1/2.html")
    asked = portal[0].asked
    portal[0].room.clear()
    tell(f"refresh={nginx}", Place(HOST, EVERYTHING))
    assert portal[0].asked == asked
    portal[0].down = True
    portal[0].room.set()
    status, said = get("/columns/1/2.html")
    assert (status, said == kept[1]) == (503, False)
    portal[0].down = False
    assert get("/columns/1/2.html")[0] == 200


def test_a_page_that_was_begun_before_and_comes_later_is_not_kept(
    nginx: str, get: Get, portal: tuple[type[Portal], int]
) -> None:
    get("/")  # the generation is known
    portal[0].room.clear()
    with ThreadPoolExecutor(1) as others:
        began = others.submit(get, "/columns/1/2.html")
        while portal[0].asked < 3:
            time.sleep(0.01)
        tell(f"refresh={nginx}", Place(HOST, EVERYTHING))
        portal[0].room.set()
        old = began.result()
    fresh = get("/columns/1/2.html")
    assert old[0] == fresh[0] == 200
    assert fresh != old
    assert get("/columns/1/2.html") == fresh


#: How a file of nginx's cache begins (`ngx_http_file_cache_header_t`): the version of the form, the second until which the page is good, and the
#: seconds that it is shown longer while it is made anew, and while nothing answers.
HEAD = struct.Struct("@Nqqq")
PAGE = "/columns/1/2.html"


@pytest.fixture
def older(tmp_path: Path) -> Callable[[str, int], None]:
    """Let a kept page have been fetched so many seconds earlier: nginx reads until when it is good from the page's file, each time."""

    def make(path: str, seconds: int) -> None:
        [file] = [
            one
            for one in (tmp_path / "cache").rglob("*")
            if one.is_file() and f"{HOST}{path}\n".encode() in one.read_bytes()[:4096]
        ]
        with file.open("r+b") as begun:
            version, good, behind, failing = HEAD.unpack(begun.read(HEAD.size))
            page = caching.POLICIES["page"]
            assert (version, behind, failing) == (5, page.stale, caching.FAILING), "another nginx: see HEAD"
            begun.seek(0)
            begun.write(HEAD.pack(version, good - seconds, behind, failing))

    return make


def test_where_the_cache_is_not_told_a_page_is_shown_old_for_so_long_and_no_longer(
    get: Get, portal: tuple[type[Portal], int], older: Callable[[str, int], None]
) -> None:
    """Kept; shown once more while it is made anew; then made anew before anybody sees it. Nothing here waits for a second to pass."""
    kept = get(PAGE)
    older(PAGE, SHORT // 2)
    assert get(PAGE) == kept
    asked = portal[0].asked
    older(PAGE, SHORT // 2 + BEHIND // 4)
    assert get(PAGE) == kept
    for _ in range(600):
        anew = get(PAGE)
        if anew != kept:
            break
        time.sleep(0.05)
    assert anew == (200, f"{asked + 1}")
    older(PAGE, SHORT + 2 * BEHIND)
    assert get(PAGE) == (200, f"{asked + 2}")


def test_while_nothing_answers_a_page_is_shown_for_a_day_and_no_longer(
    get: Get, older: Callable[[str, int], None], mirrored: Path, ends: Callable[[], None]
) -> None:
    kept = get(PAGE)
    ends()
    older(PAGE, SHORT + 2 * BEHIND)
    assert get(PAGE) == kept
    older(PAGE, FAILING - 4 * BEHIND)
    assert get(PAGE) == kept
    older(PAGE, 4 * BEHIND)
    assert get(PAGE) == (503, "mirror of unavailable.html")


def test_while_the_database_is_away_a_page_is_shown_for_a_day_too(
    nginx: str,
    get: Get,
    portal: tuple[type[Portal], int],
    older: Callable[[str, int], None],
    mirrored: Path,
) -> None:
    """An answer is no failure to nginx, whatever it says: the portal leads it to where nobody listens."""
    kept = get(PAGE)
    portal[0].away = True
    older(PAGE, SHORT + 2 * BEHIND)
    assert get(PAGE) == kept
    older(PAGE, FAILING - 4 * BEHIND)
    assert get(PAGE) == kept
    assert get("/columns/1/9.html") == (200, "mirror of columns/1/9.html")
    status, said = get("/search/?q=1")
    assert (status, said) == (503, "mirror of unavailable.html")
    tell(f"refresh={nginx}", Place(HOST, EVERYTHING))
    assert get(PAGE) == (503, "mirror of unavailable.html"), "what was withdrawn is gone all the same"
    portal[0].away = False
    assert get(PAGE)[0] == 200


def test_where_the_portal_is_down_what_is_kept_goes_on(
    nginx: str, get: Get, portal: tuple[type[Portal], int]
) -> None:
    page = get("/")
    portal[0].down = True
    assert get("/") == page
    assert get("/", host=OTHER)[0] == 503
    portal[0].down = False
    assert get("/", host=OTHER)[0] == 200
    assert get("/", host=OTHER) == get("/", host=OTHER)


@pytest.fixture
def mirrored(tmp_path: Path) -> Path:
    """A mirror beside the cache, as far as it is asked here."""
    www = tmp_path / "mirror" / HOST / "www"
    for name in (
        "index.html",
        "columns/1/index.html",
        "columns/1/9.html",
        "feed/index.xml",
        "unavailable.html",
    ):
        (www / name).parent.mkdir(parents=True, exist_ok=True)
        (www / name).write_text(f"mirror of {name}")
    (www.parent.parent).chmod(0o755)
    return www


def test_where_no_application_answers_readers_go_on(
    nginx: str, get: Get, mirrored: Path, ends: Callable[[], None]
) -> None:
    kept = get("/columns/1/2.html")
    ends()
    assert get("/columns/1/2.html") == kept
    assert get("/columns/1/9.html") == (200, "mirror of columns/1/9.html")
    assert get("/columns/1/") == (200, "mirror of columns/1/index.html")
    assert get("/feed/") == (200, "mirror of feed/index.xml")
    for asked in ("/search/?q=1", "/columns/1/?after=x", "/forms/fault/"):
        assert get(asked) == (503, "mirror of unavailable.html"), asked
    assert get("/columns/1/../../../s3cret")[0] == 400


def test_where_there_is_no_mirror_every_address_says_that_it_is_away(
    nginx: str, ends: Callable[[], None]
) -> None:
    """A site that has no mirror (yet), the office, what is sent: 503, in words, and when to come again."""
    ends()
    for method, path in (
        ("GET", "/"),
        ("GET", "/columns/1/9.html"),
        ("GET", "/admin/"),
        ("POST", "/admin/a/"),
    ):
        connection = HTTPConnection("127.0.0.1", int(nginx.rpartition(":")[2]), timeout=60)
        connection.request(method, path, headers={"Host": OTHER})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60"), path
        assert "暂时不能访问" in answer.read().decode()
        assert answer.headers["Strict-Transport-Security"]


@pytest.fixture
def secure(
    tmp_path: Path, portal: tuple[type[Portal], int], settings: Any
) -> Iterator[tuple[int, Callable[[str], tuple[str, Any]]]]:
    """Run nginx with the sample as it is shipped, a certificate of its own in it; return its inner port and what asks by TLS."""
    certificate, front, inner = tmp_path / "site.pem", free(), free()
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(certificate)]
    subprocess.run(["openssl", *words.split(), *files], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + (tmp_path / "key.pem").read_text())
    settings.GONGKAI_CACHES = [("refresh", f"http://127.0.0.1:{inner}")]
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    site = sample(tmp_path, [portal[1]], front, "s3cret", inner=inner, certificate=str(certificate))
    process = run(tmp_path, site)
    trusted = ssl.create_default_context(cafile=str(certificate))

    def ask(path: str) -> tuple[str, Any]:
        with (
            socket.create_connection(("127.0.0.1", front), timeout=60) as plain,
            trusted.wrap_socket(plain, server_hostname=HOST) as wire,
        ):
            wire.sendall(f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
            answer = HTTPResponse(wire)
            answer.begin()
            return answer.read().decode(), answer.headers

    for _ in range(1200):
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", front)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield inner, ask
    process.terminate()
    process.wait()


def test_behind_tls_what_was_withdrawn_is_gone_at_once(secure: Any, portal: tuple[type[Portal], int]) -> None:
    """The cache is told at a port inside, as the shipped settings say; pages that it makes anew there are those of https."""
    inner, ask = secure
    assert "refresh=http://127.0.0.1:8088" in (ROOT / "deploy" / "gongkai.env").read_text()
    kept, beside = ask(PAGE)[0], ask("/columns/1/3.html")[0]
    assert ask(PAGE)[0] == kept
    portal[0].withdrawn = {PAGE}
    tell(f"refresh=http://127.0.0.1:{inner}", Place(HOST, EVERYTHING))
    said, headers = ask(PAGE)
    assert said == "gone"
    assert headers.get_all("Strict-Transport-Security") == ["max-age=1"], "the application's, once"
    anew = ask("/columns/1/3.html")[0]
    assert anew != beside
    tell(f"refresh=http://127.0.0.1:{inner}", Place(HOST, "/columns/1/3.html"))
    fresh, headers = ask("/columns/1/3.html")
    assert fresh not in {anew, beside}
    assert headers["X-Cache"] == "HIT"
    assert headers["Strict-Transport-Security"] == "max-age=1", (
        "asked for by a port without TLS, shown by one with it"
    )
    assert ask("/healthz")[1]["Strict-Transport-Security"] == "max-age=31536000"


def test_the_inside_is_not_for_the_outside(get: Get) -> None:
    assert {get(path)[0] for path in ("/healthz", "/readyz", "/metrics")} == {404}


def test_a_page_is_packed_once_for_all_and_unpacked_for_who_cannot(nginx: str, portal: Any) -> None:
    def ask(accepts: str) -> tuple[str, str, bytes]:
        connection = HTTPConnection("127.0.0.1", int(nginx.rpartition(":")[2]), timeout=60)
        connection.request(
            "GET",
            "/columns/1/packed.html",
            headers={"Host": HOST, "Accept-Encoding": accepts, "Via": "1.1 a"},
        )
        answer = connection.getresponse()
        return answer.headers.get("Content-Encoding", ""), answer.headers.get("Vary", ""), answer.read()

    first = ask("gzip, deflate, br")
    assert first[:2] == ("gzip", "Accept-Encoding"), "for caches on the way"
    asked = portal[0].asked
    assert ask("gzip;q=1.0, identity") == first
    assert ask("identity")[0::2] == ("", gzip.decompress(first[2]))
    assert portal[0].asked == asked
