"""What was counted is written without a next reader, and before the process ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Servers' processes: each counts, and waits to be told to end. `flush` is replaced, so that no database is needed. The program is read
#: once and forks for each: a forked process ends as any other, with what is to be done at the end.
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings_test"
from gongkai.ops.cli.django import start_django
start_django(ready=False)
from gongkai.content.policies import counting

def serve(out, pause):
    def flush():
        with counting._buffer.lock:
            words, counting._buffer.words = dict(counting._buffer.words), counting._buffer.words.__class__()
        if words:
            out.write_text(" ".join(said for said, _ in words))

    counting.SECONDS, counting.write_counts = pause, flush
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    counting.enable_background_writes()
    counting._buffer.written = time.monotonic()
    counting.count_search("公积金", 1)
    while pause < 100 and not out.exists():
        time.sleep(0.02)
    if pause < 100:
        os._exit(0)

for name in sys.argv[2:]:
    way, pause = name.split("-")
    out = Path(sys.argv[1], name)
    if not os.fork():
        if way == "alone":
            serve(out, float(pause))
        else:
            import multiprocessing
            child = multiprocessing.get_context("fork").Process(target=serve, args=(out, float(pause)))
            child.start()
            child.join()
        sys.exit(0)
for name in sys.argv[2:]:
    assert os.wait()[1] == 0
"""
WAYS = ["alone-0.05", "alone-600", "child-0.05", "child-600"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that each way wrote to."""
    folder = tmp_path_factory.mktemp("written")
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-c", PROGRAM, str(folder), *WAYS], env=env, check=True, timeout=120)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_it_is_written(way: str, written: Path) -> None:
    """In a quiet hour by its thread (a pause of 0.05 s, then it is killed); else when the process ends."""
    assert (written / way).read_text() == "公积金"


def test_a_program_that_serves_nobody_starts_no_thread() -> None:
    from gongkai.content.policies import usage_counts

    assert not usage_counts._serving
