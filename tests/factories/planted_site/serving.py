"""Serve the sample site on localhost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from factories.planted_site.frame import Site, page


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a site on localhost; yield its URL without a trailing slash."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            special = site.special.get(self.path.partition("?")[0])
            if special:
                special(self)
                return
            if self.path == "/robots.txt":
                self.answer(200, "text/plain", site.robots.encode())
            elif self.path.startswith("/search?") and site.search:
                self.answer(200, "text/html; charset=utf-8", self.found().encode())
            else:
                status, kind, body = site.answers.get(
                    unquote(self.path), (404, "text/html; charset=utf-8", "没有这个网页".encode())
                )
                self.answer(status, kind, body, **site.headers.get(self.path, {}))

        def found(self) -> str:
            asked = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
            rows = "".join(
                f'<li><a href="{path}">{title}</a></li>' for path, title in site.texts.items() if asked in title
            )
            return page("搜索结果", f"<p>搜索“{asked}”</p><ul>{rows}</ul>")

        def answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            return "web"

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
