"""Worker processes end with their server, so that none keeps its port. Uses real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[3] / "src"
#: Forks a worker that forks a child, and prints both process ids.
FORKING_PROGRAM = """import os, time
from gongkai.ops.cli.serve import end_workers_with_parent
end_workers_with_parent()
if not os.fork():
    if not os.fork():
        time.sleep(60)
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


#: Receives the second signal while handling the first.
SIGNAL_PROGRAM = """import os, signal, threading
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


def test_second_signal_does_not_wait_for_the_first() -> None:
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    assert subprocess.run([sys.executable, "-c", SIGNAL_PROGRAM], env=env, timeout=60, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_workers_end_with_the_server_that_forked_them() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", FORKING_PROGRAM],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stdout
    worker = int(server.stdout.readline())
    own = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    try:
        assert _is_running(worker)
        server.kill()
        server.wait()
        until = time.monotonic() + 20
        while _is_running(worker) and time.monotonic() < until:
            time.sleep(0.02)
        assert not _is_running(worker)
        assert _is_running(int(own[0])), "a worker's own children are its own affair"
    finally:
        os.killpg(server.pid, signal.SIGKILL)


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
