"""Serve a site for `benchmarks.gathering`: one list page and a page of some 1,500 characters for each entry. Prints its address.

All pages are made before the first request, so that a reader never waits for them.
"""

import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = (
    "各单位应当建立台账按月报送进度接受群众监督新建项目配套建设节水设施与主体工程同时设计同时施工"
    "学校收费公示项目标准依据监督电话未经公示不得收取清单实行动态调整向社会公布城乡居民养老医疗保障"
)
PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>某县</title></head><body>{}</body></html>'


def make_pages(site: int, each: int) -> dict[str, bytes]:
    """Return the pages by address; no two texts are equal."""
    lot, made, rows = random.Random(site), {}, []
    for at in range(each):
        lines = ["".join(lot.choices(WORDS, k=120)) for _ in range(12)]
        title = f"第{at}号通告（{site}）关于{lines[0][:20]}的事项"
        rows.append(f'<li><a href="/text/{at}">{title}</a><span>2026-11-20</span></li>')
        text = "".join(f"<p>{line}。</p>" for line in lines)
        body = f"<h1>{title}</h1><p>发布时间：2026-11-20 09:00</p><div class='article-content'>{text}</div>"
        made[f"/text/{at}"] = PAGE.format(body).encode()
    made["/list/"] = PAGE.format(f"<div class='list'><ul>{''.join(rows)}</ul></div>").encode()
    made["/robots.txt"] = b"User-agent: *\nDisallow: /secret/\n"
    return made


class Site(BaseHTTPRequestHandler):
    """Serves the prepared pages."""

    protocol_version = "HTTP/1.1"
    there: dict[str, bytes]

    def do_GET(self) -> None:
        """Send the page of the path, or 404."""
        body = self.there.get(self.path, b"")
        self.send_response(200 if body else 404)
        kind = "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """Accepts many connections at once."""

    request_queue_size = 128
    daemon_threads = True


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Site)
    port = server.server_address[1]
    Site.there = make_pages(port, int(sys.argv[1]))
    print(f"http://127.0.0.1:{port}", flush=True)
    server.serve_forever()
