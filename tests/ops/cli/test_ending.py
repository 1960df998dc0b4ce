"""Whoever is killed leaves nobody behind who would keep the server's port: real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[3] / "src"
#: Forks a worker that forks one of its own; says the numbers of both.
FORKS = """import os, time
from gongkai.ops.cli.serve import end_workers_with_parent
end_workers_with_parent()
if not os.fork():
    if not os.fork():
        time.sleep(60)
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


#: Gets the second signal while the first one is handled.
TWICE = """import os, signal, threading
from gongkai.ops.cli.serving_lock import make_first_signal_handler
stop = threading.Event()
def act():
    with stop._cond:
        os.kill(os.getpid(), signal.SIGTERM)
    stop.set()
signal.signal(signal.SIGTERM, make_first_signal_handler(act))
os.kill(os.getpid(), signal.SIGTERM)
stop.wait()
"""


def test_a_second_signal_does_not_wait_for_the_first() -> None:
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    assert subprocess.run([sys.executable, "-c", TWICE], env=env, timeout=60, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_workers_end_with_the_server_that_forked_them() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", FORKS],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stdout
    worker = int(server.stdout.readline())
    own = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    try:
        assert _runs(worker)
        server.kill()
        server.wait()
        until = time.monotonic() + 20
        while _runs(worker) and time.monotonic() < until:
            time.sleep(0.02)
        assert not _runs(worker)
        assert _runs(int(own[0])), "a worker's own children are its own affair"
    finally:
        os.killpg(server.pid, signal.SIGKILL)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
