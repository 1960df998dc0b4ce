"""A stand-in for an external HTTP service: a local server with scripted answers that records requests."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class RecordedRequest:
    """A recorded request: its method, path, query, headers and body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Service:
    """Scripted answers (status, body), by path or for any path; the last one in a list repeats."""

    port: int = 0
    answers: dict[str, object] = field(default_factory=dict)
    asked: list[RecordedRequest] = field(default_factory=list)
    wait: float = 0.0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, path: str) -> tuple[int, bytes]:
        said = self.answers.get(path, self.answers.get("*", (200, {})))
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        status, body = said
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def run_service() -> Iterator[Service]:
    """Run a service."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            at = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(at.query).items()}
            service.asked.append(RecordedRequest(self.command, at.path, query, dict(self.headers), body))
            time.sleep(service.wait)
            status, said = service.answer(at.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", service.url("/elsewhere"))
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked read enough
                self.wfile.write(said)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
