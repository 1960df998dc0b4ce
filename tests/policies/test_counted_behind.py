"""What was counted is written without a next reader, and before the process ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: A server's process: it counts, and waits to be told to end. `flush` is replaced, so that no database is needed.
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.config.settings_test"
import django
django.setup()
from gongkai.policies import counting

out, way, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
counting.SECONDS = pause

def flush():
    with counting._buffer.lock:
        words, counting._buffer.words = dict(counting._buffer.words), counting._buffer.words.__class__()
    if words:
        out.write_text(" ".join(said for said, _ in words))

counting.flush = flush

def serve():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    counting.written_behind()
    counting._buffer.written = time.monotonic()
    counting.looked_for("公积金", 1)
    while pause < 100 and not out.exists():
        time.sleep(0.02)
    if pause < 100:
        os._exit(0)

if way == "alone":
    serve()
else:
    import multiprocessing
    child = multiprocessing.get_context("fork").Process(target=serve)
    child.start()
    child.join()
"""


@pytest.mark.parametrize("way", ["alone", "child"])
@pytest.mark.parametrize("pause", [0.05, 600])
def test_it_is_written(way: str, pause: float, tmp_path: Path) -> None:
    """In a quiet hour by its thread (a pause of 0.05 s, then it is killed); else when the process ends."""
    out = tmp_path / "written"
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    program = [sys.executable, "-c", PROGRAM, str(out), way, str(pause)]
    subprocess.run(program, env=env, check=True, timeout=120)
    assert out.read_text() == "公积金"


def test_a_program_that_serves_nobody_starts_no_thread() -> None:
    from gongkai.policies import counting

    assert not counting._serving
