"""Temporary PostgreSQL servers: a primary that archives or streams, and a replica of it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from tools.with_postgres import system_server

NO_OUTPUT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "12",
    "shared_buffers": "32MB",
    "wal_level": "replica",
    "max_wal_senders": "3",
    "hot_standby": "on",
    "autovacuum": "off",
    "jit": "off",
}


class Server:
    """A PostgreSQL server with its own data folder and Unix socket."""

    def __init__(self, base: Path, **settings: str) -> None:
        found = system_server()
        assert found is not None
        self.tools, self.prefix = os.path.dirname(os.path.realpath(f"{found[0]}/initdb")), found[1]
        self.base, self.data, self.settings = base, base / "data", {**SERVER_SETTINGS, **settings}
        base.mkdir(mode=0o777)
        base.chmod(0o777)  # the account of PostgreSQL writes there

    def tool(self, name: str, *words: str) -> None:
        """Run one of PostgreSQL's programs as an account that it takes."""
        subprocess.run([*self.prefix, f"{self.tools}/{name}", *words], check=True, **NO_OUTPUT)  # type: ignore[call-overload]

    def make(self) -> "Server":
        """Make an empty server and start it."""
        self.tool(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "gongkai",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        return self.start()

    def start(self) -> "Server":
        """Start it."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        self.tool(
            "pg_ctl",
            "-D",
            str(self.data),
            "-w",
            "-l",
            f"{self.base}/log",
            "-o",
            f"-k {self.base} {options}",
            "start",
        )
        return self

    def stop(self) -> None:
        """Stop it at once."""
        self.tool("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def url(self, name: str = "postgres") -> str:
        """Return its address."""
        return f"postgres://gongkai@{quote(str(self.base), safe='')}/{name}"


@contextmanager
def servers() -> Iterator[Path]:
    """Yield a folder for servers; skip if PostgreSQL is not installed."""
    if system_server() is None:
        pytest.skip("needs the system's PostgreSQL")
    base = Path(tempfile.mkdtemp(prefix="gkpg-"))
    base.chmod(0o755)
    made: list[Path] = []
    try:
        yield base
    finally:
        made = [path for path in base.iterdir() if (path / "data" / "postmaster.pid").exists()]
        for path in made:
            pid = int((path / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 3)  # SIGQUIT: stop at once
        shutil.rmtree(base, ignore_errors=True)
