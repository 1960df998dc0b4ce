"""The shipped PgBouncer before a server that goes away and comes again. Only where PgBouncer is installed."""

import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from factories.postgres_pair import Server, servers

INI = Path(__file__).resolve().parents[3] / "deploy" / "pgbouncer" / "pgbouncer.ini"
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.mark.slow
@pytest.mark.skipif(PROGRAM is None, reason="needs PgBouncer")
def test_a_server_that_comes_again_is_found_within_seconds() -> None:
    with servers() as base:
        server = Server(base / "primary").make()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        process = subprocess.Popen([*server.prefix, str(PROGRAM), "-q", written(base, server, port)], cwd="/")
        try:
            assert asked(port, 10) < 10
            server.stop()
            waiting = threading.Thread(target=asked, args=(port, 1))  # it finds nobody there
            waiting.start()
            time.sleep(1)
            server.start()
            assert asked(port, 14) < 6, "it looks again each second"
            waiting.join()
        finally:
            process.terminate()
            process.wait()


def written(base: Path, server: Server, port: int) -> str:
    """Write the shipped file with this server and port."""
    text = INI.read_text()
    for old, new in {
        "host=127.0.0.1 port=5432 dbname=gongkai": f"host={server.base} dbname=postgres",
        "listen_port = 6432": f"listen_port = {port}",
        "/etc/pgbouncer/userlist.txt": f"{base}/userlist.txt",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (base / "userlist.txt").write_text('"gongkai" "secret"\n')
    (base / "pgbouncer.ini").write_text(f"{text}\nunix_socket_dir =\n")
    for name in ("userlist.txt", "pgbouncer.ini"):
        (base / name).chmod(0o644)  # the account of PostgreSQL reads them
    return str(base / "pgbouncer.ini")


def ask(port: int) -> Any:
    """Ask through it."""
    words = f"host=127.0.0.1 port={port} user=gongkai password=secret dbname=gongkai connect_timeout=20"
    with psycopg.connect(words, prepare_threshold=None) as connection:
        return connection.execute("SELECT 1").fetchone()


def asked(port: int, most: float) -> float:
    """Return the seconds until it answers."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        try:
            ask(port)
            break
        except psycopg.OperationalError:
            time.sleep(0.2)
    return time.monotonic() - began
