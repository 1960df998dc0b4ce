"""nginx configured by docs/portal/nginx.conf, in front of a portal that counts rendered pages: stored files and their removal."""

import gzip
import socket
import ssl
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
from django.test import Client, RequestFactory
from tools.nginx import PROGRAM, find_free_port, make_configuration, start_nginx

from gongkai.content.editions.models import Website
from gongkai.ui.portal import caching
from gongkai.ui.portal.caching import make_cache_control
from gongkai.ui.portal.page_file_upkeep import is_nginx_active
from gongkai.ui.portal.page_files import CHANGED_FOLDER, NGINX_PROVEN, PageFilesMiddleware
from gongkai.ui.portal.purging import cache_protocols
from gongkai.ui.portal.purging.affected_urls import WHOLE_SITE_PATH, SiteUrl
from gongkai.ui.portal.purging.cache_protocols import PurgeRefused, purge_url
from gongkai.ui.portal.views.errors import server_error

ROOT = Path(__file__).resolve().parents[3]
HOST, OTHER = "www.yunling.gov.cn", "qx.yunling.gov.cn"
PAGE, BESIDE, FILE = "/columns/1/2.html", "/columns/1/3.html", "/files/1/1/" + "a" * 64
pytestmark = pytest.mark.skipif(not PROGRAM, reason="nginx is not installed")


class Portal(BaseHTTPRequestHandler):
    """A portal whose pages contain the number of renderings, stored like the real portal's."""

    protocol_version = "HTTP/1.1"
    made = 0
    down = False
    #: The portal responds, but its database is down.
    away = False
    #: URLs of withdrawn pages.
    withdrawn: frozenset[str] = frozenset()
    #: While not set, pages are started but not finished, as on a busy server.
    room: threading.Event

    def do_GET(self) -> None:
        """Respond like the portal, with its middleware."""
        given = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        request = RequestFactory().generic(self.command, self.path, headers=given, HTTP_HOST=self.headers["Host"])
        page = PageFilesMiddleware(lambda _: self._page())(request)
        if self.headers.get("X-Forwarded-Proto") == "https":
            page["Strict-Transport-Security"] = "max-age=1"
        self.send_response(page.status_code)
        for name, value in page.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.content)))
        self.end_headers()
        self.wfile.write(page.content)

    do_POST = do_GET

    def _page(self) -> HttpResponse:
        of = type(self)
        of.made += 1
        made, gone = of.made, self.path in of.withdrawn
        of.room.wait(10)
        if of.away:
            return _render_without_database(self.path, self.headers.get(caching.COMPRESSED_HEADER, ""))
        if of.down:
            return HttpResponse("down", status=503)
        kind = "application/atom+xml" if self.path.endswith("/feed/") else "text/html; charset=utf-8"
        page = HttpResponse("gone" if gone else f"{made}", status=410 if gone else 200, content_type=kind)
        if self.path.startswith("/files/"):
            page["Content-Disposition"] = "attachment"
        page["Cache-Control"] = make_cache_control("missing" if gone else "page")
        if self.command == "GET" and "?" not in self.path and "sessionid" not in (self.headers["Cookie"] or ""):
            caching.mark_shareable(page)
        return page

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


def _render_without_database(path: str, secret: str) -> HttpResponse:
    request = RequestFactory().get(path, headers={caching.COMPRESSED_HEADER: secret})
    try:
        raise OperationalError("the connection was refused")
    except OperationalError:
        return server_error(request)


@pytest.fixture
def listening() -> Iterator[ThreadingHTTPServer]:
    room = threading.Event()
    room.set()
    handler = type("Counted", (Portal,), {"room": room, "protocol_version": "HTTP/1.0"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def portal(listening: ThreadingHTTPServer) -> tuple[type[Portal], int]:
    return listening.RequestHandlerClass, listening.server_port  # type: ignore[return-value]


@pytest.fixture
def stop_portal(listening: ThreadingHTTPServer) -> Callable[[], None]:
    """Return a function that stops the portal: nothing listens any more."""

    def end() -> None:
        listening.shutdown()
        listening.server_close()

    return end


@pytest.fixture
def inner(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the port for purges. Timeouts are long, as the machine may stall for seconds."""
    monkeypatch.setattr(
        cache_protocols, "CACHE_REQUEST_LIMITS", replace(cache_protocols.CACHE_REQUEST_LIMITS, seconds=60.0, whole=60.0)
    )
    port = find_free_port()
    settings.GONGKAI_CACHES = [("pages", f"http://127.0.0.1:{port}")]
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    settings.GONGKAI_PAGES = str(tmp_path / "pages")
    settings.ALLOWED_HOSTS = ["*"]
    return port


@pytest.fixture
def nginx(tmp_path: Path, portal: tuple[type[Portal], int], inner: int) -> Iterator[int]:
    """Run nginx with the sample configuration; return the public port."""
    port = find_free_port()
    process = start_nginx(tmp_path, make_configuration(tmp_path, [portal[1]], port, "s3cret", inner=inner))
    _wait_until_listening(process, port)
    (tmp_path / "pages" / CHANGED_FOLDER).mkdir(parents=True)
    if is_nginx_active(tmp_path / "pages"):
        NGINX_PROVEN.set()
    yield port
    NGINX_PROVEN.clear()
    process.terminate()
    process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(1200):
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)


class Response(tuple[int, str]):
    """Status, text and headers of a response."""

    headers: Any


Get = Callable[..., Response]


@pytest.fixture
def get(nginx: int) -> Get:
    def get(path: str, host: str = HOST, method: str = "GET", **headers: str) -> Response:
        connection = HTTPConnection("127.0.0.1", nginx, timeout=60)
        connection.request(method, path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        got = Response((answer.status, answer.read().decode()))
        got.headers = answer.headers
        return got

    return get


@pytest.fixture
def keep(get: Get) -> Callable[..., Response]:
    """Request a page until it is a file (the first response of a host creates its folder) or in nginx's cache."""

    def keep(path: str, host: str = HOST, of: str = "FILE") -> Response:
        for _ in range(4):
            got = get(path, host)
            if got.headers["X-Cache"] == of:
                return got
        raise AssertionError(got.headers.items())

    return keep


@pytest.fixture
def forget(inner: int) -> Callable[..., None]:
    return lambda path, host=HOST: purge_url(f"pages=http://127.0.0.1:{inner}", SiteUrl(host, path))


def test_page_is_served_from_file_until_purged(get: Get, keep: Get, forget: Any) -> None:
    first, beside = keep(PAGE), keep(BESIDE)
    assert get("/columns/1").headers["Location"] == "/columns/1/", "no port and scheme of nginx's own"
    assert get(PAGE) == first
    forget(PAGE)
    assert get(PAGE) != first
    assert keep(PAGE) != first
    assert get(BESIDE) == beside
    assert keep("/feed/").headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_purging_a_site_removes_its_pages_and_no_others(get: Get, keep: Get, forget: Any) -> None:
    paths = ["/", *(f"/columns/1/{number}.html" for number in range(5))]
    before = {path: keep(path) for path in paths}
    other = keep("/", OTHER)
    forget(WHOLE_SITE_PATH, f"{HOST.upper()}:443")
    after = {path: get(path) for path in paths}
    assert all(after[path] != before[path] for path in paths)
    assert get("/", OTHER) == other


def test_purge_needs_secret_and_internal_port(
    get: Get, keep: Get, forget: Any, inner: int, settings: Any, tmp_path: Path
) -> None:
    page = keep(PAGE)
    settings.GONGKAI_CACHE_SECRET, settings.GONGKAI_PAGES = "guessed", ""
    for place in (PAGE, WHOLE_SITE_PATH):
        with pytest.raises(PurgeRefused):
            forget(place)
    for method in ("PUT", "DELETE", "MOVE"):
        assert get(PAGE, method=method, **{"X-Gongkai-Secret": "s3cret", "Content-Length": "0"})[0] >= 400
    assert get(PAGE) == page
    assert not list((tmp_path / "pages" / "changed").glob("*"))


def test_folder_is_not_written_unless_nginx_purges_it(nginx: int, tmp_path: Path, settings: Any) -> None:
    """For example on a second machine with the first one's settings, or if the secrets differ."""
    (tmp_path / "other" / CHANGED_FOLDER).mkdir(parents=True)
    assert not is_nginx_active(tmp_path / "other")
    settings.GONGKAI_CACHE_SECRET = "guessed"
    assert not is_nginx_active(tmp_path / "pages")
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    assert is_nginx_active(tmp_path / "pages")


def test_requests_with_session_query_or_body_are_not_served_from_files(get: Get, keep: Get) -> None:
    page = keep(PAGE)
    for cookie in ("sessionid=1", "a=b; __Host-sessionid=1"):
        assert get(PAGE, Cookie=cookie).headers["X-Cache"] == "BYPASS"
    assert get(f"{PAGE}?a=1") != page
    assert get(PAGE, method="POST") != page
    assert get(PAGE, Cookie="gk_easy=1") == page


def test_withdrawn_page_is_gone_although_portal_is_busy(
    get: Get, keep: Get, forget: Any, portal: tuple[type[Portal], int]
) -> None:
    """nginx removes it without asking the portal, and never shows it again, not even as a fallback."""
    kept, made = keep(PAGE), portal[0].made
    portal[0].room.clear()
    forget(WHOLE_SITE_PATH)
    assert portal[0].made == made
    portal[0].down = True
    portal[0].room.set()
    status, said = get(PAGE)
    assert (status, said == kept[1]) == (503, False)
    portal[0].down = False
    assert get(PAGE)[0] == 200


@pytest.mark.parametrize("told", [WHOLE_SITE_PATH, PAGE])
def test_page_rendered_before_purge_is_not_stored_after_it(
    told: str, get: Get, keep: Get, forget: Any, portal: tuple[type[Portal], int]
) -> None:
    keep("/")
    made = portal[0].made
    portal[0].room.clear()
    with ThreadPoolExecutor(1) as others:
        began = others.submit(get, PAGE)
        while portal[0].made == made:
            time.sleep(0.01)
        forget(told)
        portal[0].room.set()
        old = began.result()
    fresh = keep(PAGE)
    assert old[0] == fresh[0] == 200
    assert fresh != old


def test_waiting_request_gets_page_stored_meanwhile(keep: Get, portal: tuple[type[Portal], int], settings: Any) -> None:
    page, made = keep(PAGE), portal[0].made
    asked = RequestFactory().get(PAGE, headers={caching.COMPRESSED_HEADER: "s3cret"}, HTTP_HOST=HOST)
    answer = PageFilesMiddleware(lambda _: HttpResponse("made anew"))(asked)
    assert (gzip.decompress(answer.content).decode(), portal[0].made) == (page[1], made)
    answer = PageFilesMiddleware(lambda _: HttpResponse("made anew"))(RequestFactory().get(PAGE, HTTP_HOST=HOST))
    assert answer.content == b"made anew", "only nginx gets packed pages"


def test_host_in_request_line_has_priority(nginx: int, keep: Get, tmp_path: Path) -> None:
    """Otherwise another site's response would be stored under this host."""
    keep("/", OTHER)
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", nginx), timeout=60) as asker:
            asker.sendall(
                f"GET http://{HOST}{PAGE} HTTP/1.1\r\nHost: {OTHER}:8443\r\nConnection: close\r\n\r\n".encode()
            )
            while asker.recv(1 << 16):
                pass
    kept = {path.parts[-5] for path in (tmp_path / "pages" / "now").rglob("2.html.gz")}
    assert kept == {HOST}


def test_attachment_is_served_from_cache_until_purged(
    get: Get, keep: Get, forget: Any, portal: tuple[type[Portal], int]
) -> None:
    kept = keep(FILE, of="HIT")
    assert kept.headers["Content-Disposition"] == "attachment"
    assert get(FILE) == kept
    portal[0].withdrawn = frozenset({FILE, PAGE})
    forget(WHOLE_SITE_PATH)
    for _ in range(5):
        assert get(FILE) == (410, "gone"), "never again from the cache"
    gone, made = keep(PAGE, of="HIT"), portal[0].made
    assert (gone, get(PAGE), portal[0].made) == ((410, "gone"), (410, "gone"), made), "asked for by many"
    portal[0].withdrawn = frozenset()
    for path in (FILE, PAGE):
        forget(path)
        assert get(path)[0] == 200


def test_readers_get_files_or_mirror_while_portal_is_down(
    get: Get, keep: Get, forget: Any, mirror: Path, stop_portal: Callable[[], None]
) -> None:
    kept = keep(PAGE)
    stop_portal()
    assert get(PAGE) == kept
    assert get("/columns/1/9.html") == (200, "mirror of columns/1/9.html")
    assert get("/columns/1/") == (200, "mirror of columns/1/index.html")
    assert get("/feed/") == (200, "mirror of feed/index.xml")
    for asked in ("/search/?q=1", "/columns/1/?after=x", "/forms/fault/"):
        assert get(asked) == (503, "mirror of unavailable.html"), asked
    assert get("/columns/1/../../../s3cret")[0] == 400
    forget(WHOLE_SITE_PATH)
    assert get(PAGE) == (503, "mirror of unavailable.html"), "what was withdrawn is gone all the same"


def test_readers_get_files_or_mirror_while_database_is_down(
    get: Get, keep: Get, mirror: Path, portal: tuple[type[Portal], int]
) -> None:
    """The portal's response redirects to the mirror internally, as nginx does not treat it as a failure."""
    kept = keep(PAGE)
    portal[0].away = True
    assert get(PAGE) == kept
    assert get("/columns/1/9.html") == (200, "mirror of columns/1/9.html")
    assert get("/search/?q=1") == (503, "mirror of unavailable.html")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """Create a mirror with the files requested here."""
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


def test_without_mirror_every_url_gives_503(nginx: int, stop_portal: Callable[[], None]) -> None:
    """This applies to sites without a mirror, the office and form posts: 503 with a message and Retry-After."""
    stop_portal()
    for method, path in (
        ("GET", "/"),
        ("GET", "/columns/1/9.html"),
        ("GET", "/admin/"),
        ("POST", "/admin/a/"),
    ):
        connection = HTTPConnection("127.0.0.1", nginx, timeout=60)
        connection.request(method, path, headers={"Host": OTHER})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60"), path
        assert "暂时不能访问" in answer.read().decode()
        assert answer.headers["Strict-Transport-Security"]


@pytest.fixture
def secure(
    tmp_path: Path, portal: tuple[type[Portal], int], inner: int
) -> Iterator[tuple[int, Callable[[str], tuple[str, Any]]]]:
    """Run nginx with the shipped configuration and a self-signed certificate; return its internal port and a TLS client."""
    certificate, front = tmp_path / "site.pem", find_free_port()
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(certificate)]
    subprocess.run(["openssl", *words.split(), *files], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + (tmp_path / "key.pem").read_text())
    site = make_configuration(tmp_path, [portal[1]], front, "s3cret", inner=inner, certificate=str(certificate))
    process = start_nginx(tmp_path, site)
    (tmp_path / "pages" / CHANGED_FOLDER).mkdir(parents=True)
    NGINX_PROVEN.set()
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
    NGINX_PROVEN.clear()
    process.terminate()
    process.wait()


def test_withdrawn_page_is_gone_at_once_behind_tls(secure: Any, forget: Any, portal: tuple[type[Portal], int]) -> None:
    """Files are purged at an internal port, as in the shipped settings."""
    _, ask = secure
    assert "pages=http://127.0.0.1:8088" in (ROOT / "deploy" / "gongkai.env").read_text()
    pages = [ask(PAGE) for _ in range(3)]
    assert [headers["X-Cache"] for _, headers in pages] == ["BYPASS", "BYPASS", "FILE"]
    assert [headers.get_all("Strict-Transport-Security") for _, headers in pages] == [
        ["max-age=1"],
        ["max-age=1"],
        ["max-age=31536000"],
    ], "said once, by the application or by nginx"
    portal[0].withdrawn = frozenset({PAGE})
    forget(WHOLE_SITE_PATH)
    assert ask(PAGE)[0] == "gone"
    assert ask("/healthz")[1]["Strict-Transport-Security"] == "max-age=31536000"


def test_internal_urls_are_closed_to_the_outside(get: Get) -> None:
    assert {get(path)[0] for path in ("/healthz", "/readyz", "/metrics")} == {404}


def test_stored_page_has_the_headers_of_the_portal(keep: Get, client: Client, site: Website, settings: Any) -> None:
    page = client.get("/about/", HTTP_HOST=sorted(site.host_names)[0])
    own = {"Date", "Server", "Connection", "Last-Modified", "ETag", "X-Cache", "Accept-Ranges"}
    said = {name: value for name, value in keep(PAGE).headers.items() if name not in own}
    varies = {"Cache-Control", "Content-Length", "Vary", "Transfer-Encoding", "Strict-Transport-Security"}
    for name in said.keys() - varies:
        assert said[name] == page[name], name
    assert set(page.headers) - {"X-Request-Id", "ETag", *varies} == said.keys() - varies


def test_page_is_stored_compressed_and_decompressed_if_needed(nginx: int, keep: Get) -> None:
    def ask(accepts: str) -> tuple[str, str, bytes]:
        connection = HTTPConnection("127.0.0.1", nginx, timeout=60)
        headers = {"Host": HOST, "Accept-Encoding": accepts, "Via": "1.1 a"}
        connection.request("GET", PAGE, headers=headers)
        answer = connection.getresponse()
        return answer.headers.get("Content-Encoding", ""), answer.headers.get("Vary", ""), answer.read()

    page = keep(PAGE)
    packed = ask("gzip, deflate, br")
    assert packed[:2] == ("gzip", "Accept-Encoding"), "for caches on the way"
    assert ask("gzip;q=1.0, identity") == packed
    assert ask("identity")[0::2] == ("", gzip.decompress(packed[2])) == ("", page[1].encode())
