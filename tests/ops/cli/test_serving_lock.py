"""Only one process serves a SQLite database; a killed one leaves no lock. Uses real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gongkai.ops.cli.demo import demo
from gongkai.ops.cli.serving_lock import lock_database, refuse_if_served

#: Locks a database, forks a child that outlives it, and prints the child's process id.
SERVING_PROGRAM = """import os, sys, time
from pathlib import Path
from gongkai.ops.cli.serving_lock import lock_database
lock_database(Path(sys.argv[1]), 8123)
child = os.fork()
if not child:
    print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_second_server_is_refused_until_the_first_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "gongkai.sqlite3"
    refuse_if_served(database)
    (tmp_path / "这是示例数据.txt").touch()
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))
    server = subprocess.Popen([sys.executable, "-c", SERVING_PROGRAM, database], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    child = int(server.stdout.readline())
    try:
        with pytest.raises(click.ClickException, match=rf"进程 {server.pid}，端口 8123"):
            lock_database(database, 8124)
        with pytest.raises(click.ClickException, match="只能由一个进程"):
            demo.main(["--reset"], standalone_mode=False)
        assert (tmp_path / "这是示例数据.txt").exists()
    finally:
        server.kill()
        server.wait()
    try:
        os.kill(child, 0)  # a child that outlives the server holds no lock
        refuse_if_served(database)
    finally:
        os.kill(child, signal.SIGKILL)
