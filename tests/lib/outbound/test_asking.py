"""HTTP requests to other servers: permitted hosts, redirects, internal networks, size and time limits."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gongkai.lib.outbound import (
    HostNotPermitted,
    InternalHost,
    NoAnswer,
    RequestLimits,
    ResponseTooLarge,
    TooManyRedirects,
    send_request,
)
from gongkai.lib.outbound.http_requests import ConnectionPool, encode_url
from gongkai.lib.outbound.reachability import find_ipv6_fault

LOCAL_LIMITS = RequestLimits(seconds=5, inner=True, hops=3, most=1000)


class SiteHandler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]
    heard: list[tuple[str, bytes]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["Host"]))
        route = getattr(self, f"_{self.path.strip('/').partition('/')[0] or 'root'}", None)
        if route is None:
            self._say(404, b"gone")
        else:
            route()

    do_PURGE = do_GET

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append((self.headers["Content-Type"], body))
        self._say(204, b"")

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _root(self) -> None:
        self._say(200, "首页".encode(), Content_Type="text/html; charset=utf-8")

    def _moved(self) -> None:
        self._say(302, b"", Location="/")

    def _loop(self) -> None:
        self._say(302, b"", Location="/loop")

    def _away(self) -> None:
        self._say(302, b"", Location="http://other.example/")

    def _file(self) -> None:
        self._say(302, b"", Location="file:///etc/hostname")

    def _chinese(self) -> None:
        # Many servers send the bytes of the path unencoded (`send_header` writes Latin-1).
        self._say(302, b"", Location="/中文.html?a=1".encode().decode("latin-1"))

    def _slow(self) -> None:
        time.sleep(0.15)
        self._say(302, b"", Location="/slow")

    def _long(self) -> None:
        self._say(200, b"x" * 1001)

    def _short(self) -> None:
        self._say(200, b"x" * 10, Content_Length="500")

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # the other side is gone by then
            for _ in range(20):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Suppress the log."""


@pytest.fixture
def http_site() -> Iterator[tuple[str, type[SiteHandler]]]:
    handler = type("Here", (SiteHandler,), {"asked": [], "heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def status_of(address: str, reach: RequestLimits = LOCAL_LIMITS, **more) -> int:
    with send_request(address, reach, **more) as answer:
        return answer.status


def test_response_has_status_headers_and_body(http_site):
    with send_request(http_site[0] + "/moved", LOCAL_LIMITS) as answer:
        assert (answer.status, answer.headers.get_content_charset()) == (200, "utf-8")
        assert answer.read().decode() == "首页"
        assert answer.address == http_site[0] + "/"


def test_error_status_is_returned_as_response(http_site):
    assert status_of(http_site[0] + "/nothing") == 404


def test_redirects_are_followed_up_to_limit(http_site):
    with pytest.raises(TooManyRedirects):
        status_of(http_site[0] + "/loop")
    assert len(http_site[1].asked) == 4


def test_redirect_to_chinese_path_keeps_its_bytes(http_site):
    assert status_of(http_site[0] + "/chinese") == 404
    assert http_site[1].asked[-1][0] == "/%E4%B8%AD%E6%96%87.html?a=1"


def test_redirects_share_time_limit_of_one_response(http_site):
    with pytest.raises(NoAnswer, match="没有应答"):
        status_of(http_site[0] + "/slow", RequestLimits(seconds=5, inner=True, hops=3, whole=0.25))


def test_redirect_is_returned_if_hops_are_zero(http_site):
    assert status_of(http_site[0] + "/moved", RequestLimits(seconds=5, inner=True)) == 302


def test_only_permitted_hosts_are_requested_also_after_redirect(http_site):
    host = http_site[0].removeprefix("http://")
    reach = RequestLimits(seconds=5, hosts=[host.upper()], inner=True, hops=3)
    assert status_of(http_site[0] + "/", reach) == 200
    with pytest.raises(HostNotPermitted):
        status_of(http_site[0] + "/away", reach)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://www.gov.cn/x", True),
        ("https://WWW.GOV.CN:443/x", True),
        ("http://www.gov.cn:8080/x", True),
        ("http://www.gov.cn:9000/x", False),
        ("http://www.gov.cn.example/x", False),
        ("http://someone@www.gov.cn/x", False),
        ("http://www.gov.cn:99999/x", False),
        ("ftp://www.gov.cn/x", False),
        ("file:///etc/hostname", False),
        ("//www.gov.cn/x", False),
        ("www.gov.cn", False),
        ("http://[::1/x", False),
        ("", False),
    ],
)
def test_nonstandard_port_must_be_permitted_explicitly(address, asked):
    assert RequestLimits(seconds=1, hosts=["www.gov.cn", "www.gov.cn:8080"]).may_ask(address) is asked


def test_ipv6_address_is_not_read_as_host_and_port() -> None:
    connection = ConnectionPool().take(("https", "2001:db8::80", None, True, "", 0))[0]
    assert (connection.host, connection.port) == ("2001:db8::80", 443)


def test_address_of_ipv6_is_served_over_ipv6() -> None:
    assert not find_ipv6_fault("http://[2400:3200::1]:8080/", LOCAL_LIMITS, connected=False)
    assert find_ipv6_fault("http://[::1", LOCAL_LIMITS, connected=False) == "没有 IPv6 地址"


def test_redirect_to_file_is_refused(http_site):
    with pytest.raises(HostNotPermitted):
        status_of(http_site[0] + "/file")


def test_internal_networks_are_refused_by_default(http_site):
    with pytest.raises(InternalHost, match="内部网络"):
        status_of(http_site[0] + "/", RequestLimits(seconds=5))
    assert http_site[1].asked == []


def test_response_beyond_size_limit_is_refused(http_site):
    with send_request(http_site[0] + "/long", LOCAL_LIMITS) as answer, pytest.raises(ResponseTooLarge):
        answer.read()
    with send_request(http_site[0] + "/long", LOCAL_LIMITS) as answer:
        assert len(answer.read(1001)) == 1001


def test_truncated_response_is_refused(http_site):
    with send_request(http_site[0] + "/short", LOCAL_LIMITS) as answer, pytest.raises(NoAnswer):
        answer.read()


def test_slow_response_is_aborted_at_time_limit(http_site):
    reach = RequestLimits(seconds=5, inner=True, most=1000, whole=0.1)
    with send_request(http_site[0] + "/drip", reach) as answer, pytest.raises(NoAnswer, match="没有应答"):
        answer.read()


def test_refused_connection_is_reported():
    with pytest.raises(NoAnswer, match="连接不上"):
        status_of("http://127.0.0.1:9/")


def test_method_host_header_and_body_are_sent(http_site):
    assert status_of(http_site[0] + "/", method="PURGE", headers={"Host": "www.yunling.example"}) == 200
    assert http_site[1].asked == [("/", "www.yunling.example")]
    told = status_of(http_site[0] + "/", method="POST", headers={"Content-Type": "application/json"}, body=b"{}")
    assert (told, http_site[1].heard) == (204, [("application/json", b"{}")])


def test_proxy_of_environment_is_used_only_if_enabled(http_site, monkeypatch):
    monkeypatch.setenv("http_proxy", http_site[0])
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(NoAnswer):
        status_of("http://127.0.0.1:9/")
    status_of("http://elsewhere.example/", RequestLimits(seconds=5, inner=True, proxy=True))
    assert http_site[1].asked[-1] == ("http://elsewhere.example/", "elsewhere.example")


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (
            "http://云岭.中国/政策 一.html?q=公 开#a",
            "http://xn--9kqv75a.xn--fiqs8s/%E6%94%BF%E7%AD%96%20%E4%B8%80.html?q=%E5%85%AC%20%E5%BC%80",
        ),
        ("http://www.gov.cn", "http://www.gov.cn/"),
        ("http://www.gov.cn/a%20b?x=%E5%85%AC", "http://www.gov.cn/a%20b?x=%E5%85%AC"),
        ("http://[2400:3200::1]:8080/", "http://[2400:3200::1]:8080/"),
    ],
)
def test_urls_are_percent_encoded(address, sent):
    assert encode_url(address) == sent
