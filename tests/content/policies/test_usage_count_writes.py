"""Usage counts are flushed by a background thread and when the process ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Server processes that count and wait for a signal. `flush` is replaced: no database is needed.
#: The program is loaded once and forked for each kind. A forked process also runs its exit handlers.
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings_test"
from gongkai.ops.cli.django import start_django
start_django(ready=False)
from gongkai.content.policies import usage_counts

def serve(out, pause):
    def flush():
        with usage_counts._buffer.lock:
            words, usage_counts._buffer.words = dict(usage_counts._buffer.words), usage_counts._buffer.words.__class__()
        if words:
            out.write_text(" ".join(said for said, _ in words))

    usage_counts.WRITE_INTERVAL_SECONDS, usage_counts.write_counts = pause, flush
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    usage_counts.enable_background_writes()
    usage_counts._buffer.written = time.monotonic()
    usage_counts.count_search("公积金", 1)
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
PROCESS_KINDS = ["alone-0.05", "alone-600", "child-0.05", "child-600"]


@pytest.fixture(scope="module")
def flushed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that each kind of process wrote to."""
    folder = tmp_path_factory.mktemp("written")
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-c", PROGRAM, str(folder), *PROCESS_KINDS], env=env, check=True, timeout=120)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("way", PROCESS_KINDS)
def test_counts_are_flushed(way: str, flushed_folder: Path) -> None:
    """By the thread after a pause of 0.05 s, before the process is killed; otherwise when it ends."""
    assert (flushed_folder / way).read_text() == "公积金"


def test_no_thread_is_started_outside_server_processes() -> None:
    from gongkai.content.policies import usage_counts

    assert not usage_counts._serving
