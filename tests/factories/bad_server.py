"""An HTTP server for tests of gathering: valid lists, feeds and APIs, and every kind of bad answer."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TITLES = (
    "关于印发节约用水管理办法的通知",
    "关于公布二〇二六年重点项目清单的通告",
    "关于做好秋季学期收费工作的通知",
)
WORDS = (
    "用水实行计划管理，超计划用水累进加价。鼓励使用再生水，新建项目应当配套建设节水设施，与主体工程同时设计、同时施工、同时投入使用。各单位应当建立用水台账。",
    "列入清单的项目由责任单位按月报送进度，逾期未开工的说明原因。清单实行动态调整，调整情况向社会公布，接受群众监督，任何单位和个人可以反映问题和建议。",
    "学校收费应当公示项目、标准、依据和监督电话，未经公示不得收取，不得强制或者变相强制服务。违反规定的由教育行政部门责令改正，并依法追究有关人员责任。",
)
FEED = '<?xml version="1.0" encoding="{code}"?><rss version="2.0"><channel><title>要闻</title>{items}</channel></rss>'


class Server:
    """Configurable answers: `titles`, `words`, `gone` and `broken` can change while it runs."""

    def __init__(self) -> None:
        self.titles, self.words = list(TITLES), list(WORDS)
        self.gone: set[int] = set()
        self.files: dict[int, list[tuple[str, bytes]]] = {}  # attachments by text: name, bytes
        self.broken = False
        self.busy: dict[int, int] = {}  # texts that are answered 503 so many times
        self.robots = "User-agent: *\nDisallow: /secret/\n"
        self.asked: list[str] = []
        self.root = ""

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers of a path."""
        self.asked.append(path)
        if path == "/robots.txt":
            return 200, self.robots.encode(), {"Content-Type": "text/plain"}
        if self.broken:
            return 503, b"down", {}
        name = path.strip("/").partition("/")[0].partition("?")[0]
        way = getattr(self, f"_{name}", None)
        return way(path) if way else (404, b"gone", {})

    def _list(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        rows = "".join(
            f'<li><a href="/text/{at}">{title}</a><span>2026-11-{10 + at:02d}</span></li>'
            for at, title in enumerate(self.titles)
            if at not in self.gone
        )
        menu = "".join(f'<li><a href="/m/{at}">栏目导航{at}</a></li>' for at in range(6))
        return self._page(f"<nav><ul>{menu}</ul></nav><div class='list'><ul>{rows}</ul></div>", "utf-8")

    def _text(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        at = int(path.rpartition("/")[2])
        if at in self.gone or at >= len(self.titles):
            return 404, b"gone", {}
        if self.busy.get(at):
            self.busy[at] -= 1
            return 503, b"busy", {"Retry-After": "1"}
        body = f"<h1>{self.titles[at]}</h1><p>发布时间：2026-11-{10 + at:02d} 09:00</p>"
        links = "".join(
            f"<p>附件：<a href='/files/{at}/{n}/{name}?o={n}'>{name}</a></p>"
            for n, (name, _) in enumerate(self.files.get(at, ()))
        )
        text = f"<div class='article-content'><p>{self.words[at]}</p>{links}</div>"
        return self._page(f"{body}{text}", "gb18030")

    def _files(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        _, at, number, _ = path.strip("/").split("/")
        return 200, self.files[int(at)][int(number)][1], {"Content-Type": "application/octet-stream"}

    def _page(self, body: str, code: str) -> tuple[int, bytes, dict[str, str]]:
        page = f'<!DOCTYPE html><html><head><meta charset="gb2312"><title>某县政府网</title></head><body>{body}</body></html>'
        return 200, page.encode(code), {"Content-Type": "text/html"}

    def _feed(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        items = "".join(
            f"<item><title>{title}</title><link>{self.root}/text/{at}</link><pubDate>Tue, 10 Nov 2026 09:00:00 +0800</pubDate></item>"
            for at, title in enumerate(self.titles)
        )
        return 200, FEED.format(code="gb2312", items=items).encode("gb18030"), {"Content-Type": "text/xml"}

    def _api(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        if path.startswith("/api/v2/"):
            items: list[dict[str, Any]] = [
                {
                    "title": one,
                    "meta": {"html_url": f"/text/{at}", "first_published_at": "2026-11-10T09:00:00+08:00"},
                }
                for at, one in enumerate(self.titles)
            ]
            return 200, json.dumps({"items": items if "offset=0" in path else []}).encode(), {}
        second = "cursor=" in path
        rows = [
            {
                "url": f"{self.root}/text/{at}",
                "title": one,
                "published_at": "2026-11-10T09:00:00+08:00",
                "standing_label": "现行有效",
            }
            for at, one in enumerate(self.titles)
            if (at > 0) == second
        ]
        more = None if second else f"{self.root}/api/v1/documents/?cursor=x"
        return 200, json.dumps({"items": rows, "next": more}).encode(), {}

    def _secret(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return self._list(path)

    def _leads(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Return a page that leads on at once, the first time a busy answer."""
        if self.asked.count(path) == 1:
            return 503, b"busy", {"Retry-After": "0"}
        return self._page("<meta http-equiv=refresh content='0;url=/list/'>", "utf-8")

    def _loop(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 302, b"", {"Location": "/loop"}

    def _inner(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 302, b"", {"Location": "http://10.0.0.8/list"}

    def _endless(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 200, b"<li>x</li>" * 300_000, {"Content-Type": "text/html"}

    def _noise(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 200, bytes(range(256)) * 40, {"Content-Type": "text/html"}

    def _empty(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 200, b"", {"Content-Type": "text/html"}

    def _short(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return 200, b"<html>", {"Content-Length": "5000"}


@contextmanager
def run_server() -> Iterator[Server]:
    """Run the server on localhost."""
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/slow"):
                self._drip()
                return
            status, body, headers = made.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def _drip(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                for _ in range(30):
                    self.wfile.write(b"<p>")
                    self.wfile.flush()
                    time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    made.root = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
