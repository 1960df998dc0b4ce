"""A primary that dies, the replica in its place, the old one back: by the real commands, through the shipped PgBouncer."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from factories.postgres_pair import Server, servers

pytestmark = pytest.mark.slow
INI = Path(__file__).resolve().parents[3] / "deploy" / "pgbouncer" / "pgbouncer.ini"
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
MIGRATE = """
from gongkai.ops.cli.django import past_the_pooler, start
past_the_pooler()
start(ready=False)
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
GONGKAI = [sys.executable, "-c", "from gongkai.ops.cli import main; main()"]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Pair:
    """Two servers of PostgreSQL, a PgBouncer before one of them, and the program."""

    def __init__(self, base: Path) -> None:
        self.base, self.port = base, free()
        self.primary, self.replica = (
            Server(base / "primary", max_connections="60"),
            Server(base / "replica", max_connections="60"),
        )
        self.primary.make()
        self.primary.tool("createdb", "-h", str(self.primary.base), "-U", "gongkai", "gongkai")
        self.primary.copy_to(self.replica, "-R")
        self.replica.start()
        (base / "userlist.txt").write_text('"gongkai" "secret"\n')
        (base / "userlist.txt").chmod(0o644)
        self.lead_to(self.primary)
        self.pooler = subprocess.Popen([*self.primary.prefix, str(PROGRAM), "-q", str(base / "pgbouncer.ini")], cwd="/")
        self.data = base / "machine"

    def lead_to(self, server: Server) -> None:
        """Write the shipped file of PgBouncer, before one of the servers."""
        text = INI.read_text()
        for old, new in {
            "host=127.0.0.1 port=5432 dbname=gongkai": f"host={server.base} dbname=gongkai",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/userlist.txt": f"{self.base}/userlist.txt",
        }.items():
            assert old in text
            text = text.replace(old, new)
        (self.base / "pgbouncer.ini").write_text(
            f"{text}\nunix_socket_dir =\npidfile = {self.base}/replica/pooler.pid\n"
        )
        (self.base / "pgbouncer.ini").chmod(0o644)

    def reload(self) -> None:
        """Let PgBouncer read its file anew."""
        os.kill(int((self.base / "replica" / "pooler.pid").read_text()), signal.SIGHUP)
        time.sleep(1.5)

    def environment(self, *direct: Server, data: str = "machine") -> dict[str, str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE", "GONGKAI", "DJANGO"))}
        return kept | {
            "GONGKAI_DATA": str(self.base / data),
            "DATABASE_URL": f"postgres://gongkai:secret@127.0.0.1:{self.port}/gongkai",
            "GONGKAI_POOLER": "1",
            "GONGKAI_WORKER": "database",
            "GONGKAI_DIRECT_URL": " ".join(one.url("gongkai") for one in direct),
        }

    def run(self, words: str, *direct: Server, data: str = "machine") -> tuple[int, str]:
        """Run a command; return its exit code and what it said."""
        done = subprocess.run(
            [*GONGKAI, *words.split()],
            env=self.environment(*direct, data=data),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def fill(self) -> None:
        """Make the tables, past the pooler."""
        subprocess.run([sys.executable, "-c", MIGRATE], env=self.environment(self.primary), check=True)

    def serve(self, port: int, *direct: Server) -> subprocess.Popen[str]:
        """Start the server; return when it is ready."""
        process = subprocess.Popen(
            [*GONGKAI, "serve", "--port", str(port), "--no-jobs"],
            env=self.environment(*direct),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4000):
            assert process.poll() is None, process.communicate()[0]
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer,
            ):
                assert answer.status == 200
                return process
            time.sleep(0.1)
        raise AssertionError("not ready")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    if PROGRAM is None:
        pytest.skip("needs PgBouncer")
    with servers() as base:
        made = Pair(base)
        try:
            made.fill()
            yield made
        finally:
            made.pooler.terminate()
            made.pooler.wait()


def _child(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


def test_a_primary_that_is_left_behind_is_used_by_nobody(pair: Pair, tmp_path: Path) -> None:
    old, new, port = pair.primary, pair.replica, free()
    server = pair.serve(port, old)
    assert (pair.data / "primary.json").exists()

    # A worker that is killed is replaced; with the server all go, and leave the port: the next one starts.
    os.kill(_child(_child(server.pid)), signal.SIGKILL)
    for _ in range(100):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20):
            break
        time.sleep(0.1)
    assert server.poll() is None
    server.kill()
    server.wait()
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.1)
    else:
        raise AssertionError("its child is still there")
    server = pair.serve(port, old)

    # The primary is gone, the replica takes its place. The server that runs goes on; a direct address that is dead is named.
    old.stop()
    new.tool("pg_ctl", "-D", str(new.data), "-w", "promote")
    pair.lead_to(new)
    pair.reload()
    assert pair.run("promote", old, new)[0] == 0
    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20)
    server.kill()
    server.wait()
    time.sleep(2)
    server = pair.serve(port, old)
    code, said = pair.run(f"backup {tmp_path}/a.gkb", old)
    assert (code, "直连地址" in said, "连不上" in said) == (2, True, True), said
    assert "连不上" in pair.run("check", old)[1]
    assert pair.run(f"backup {tmp_path}/a.gkb", old, new)[0] == 0

    # The old one comes back: nobody takes it for the primary, on this machine or on one that was off meanwhile.
    old.start()
    code, said = pair.run(f"backup {tmp_path}/b.gkb", old)
    assert (code, "是另一个主库（时间线 1，PgBouncer 后面的是 2）" in said) == (2, True), said
    assert "有两个主库" in pair.run("check", old)[1]
    pair.lead_to(old)
    pair.reload()
    said = server.communicate(timeout=60)[0]
    assert "连上的是旧主库（时间线 1，现在的主库是 2）" in said
    for words in ("serve --no-jobs", "worker --once", "run-due", f"backup {tmp_path}/b.gkb"):
        for direct, data in (((old,), "machine"), ((old, new), "stale")):
            code, said = pair.run(words, *direct, data=data)
            assert (code, "连上的是旧主库" in said) == (2, True), (words, data, said)
            assert "Traceback" not in said
    assert "旧主库" in pair.run("check", old, new)[1]
