"""The HTTP server (granian) refuses requests of ambiguous length (request smuggling)."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

APP_SOURCE = """
def app(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]
"""
#: A possible second request; it closes the connection, which stays open until then.
HIDDEN_REQUEST = b"GET /hidden HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("served")
    (folder / "served.py").write_text(APP_SOURCE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(number), "served:app"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        for _ in range(200):
            with socket.socket() as tried:
                if not tried.connect_ex(("127.0.0.1", number)):
                    break
            time.sleep(0.1)
        yield number
    finally:
        # SIGKILL, because a graceful stop may wait for open connections.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def send_raw(port: int, head: bytes, body: bytes) -> tuple[list[int], bytes]:
    """Return the response statuses and all received bytes."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(b"POST /seen HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n" + body)
        while piece := line.recv(65536):
            said += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", said)], said


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 0\r\n",
        b"Content-Length: +0\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"X: a\rb\r\n",
    ],
)
def test_request_of_ambiguous_length_is_refused(port: int, head: bytes) -> None:
    statuses, said = send_raw(port, head, HIDDEN_REQUEST)
    assert statuses == [400]
    assert b"/hidden" not in said


def test_chunked_encoding_precedes_content_length(port: int) -> None:
    head = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % (5 + len(HIDDEN_REQUEST))
    _, said = send_raw(port, head, b"0\r\n\r\n" + HIDDEN_REQUEST)
    assert b"/hidden" not in said


def test_two_plain_requests_get_two_responses(port: int) -> None:
    statuses, said = send_raw(port, b"Content-Length: 0\r\n", HIDDEN_REQUEST)
    assert statuses == [200, 200]
    assert b"/hidden" in said
