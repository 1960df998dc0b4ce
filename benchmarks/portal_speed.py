"""The portal's page against a plain Wagtail page, in pairs: round by round, so that a busy machine slows both alike."""

import os
import subprocess
import sys
import tempfile
from statistics import median

ROUNDS = 9


def run() -> dict[str, float]:
    """Return milliseconds of processor time a page, and the median of the ratios of the pairs."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        children = [_child("portal", one), _child("plain", other)]
        try:
            sizes = [int(_line(child)) for child in children]
            pairs = [tuple(_ask(child) for child in children) for _ in range(ROUNDS)]
        finally:
            for child in children:
                child.kill()
                child.wait()
    return {
        "portal item, uncached: ms of processor": median(pair[0] for pair in pairs),
        "plain Wagtail page: ms of processor": median(pair[1] for pair in pairs),
        "portal item: bytes": sizes[0],
        "plain Wagtail page: bytes": sizes[1],
        "portal faster, times (median of pairs)": median(pair[1] / pair[0] for pair in pairs),
    }


def _child(which: str, folder: str) -> subprocess.Popen:
    env = {**os.environ, "GONGKAI_DATA": folder}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.rounds", which]
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(child: subprocess.Popen) -> str:
    line = child.stdout.readline()
    if not line:
        raise SystemExit("a child of the measurement ended")
    return line


def _ask(child: subprocess.Popen) -> float:
    child.stdin.write("go\n")
    child.stdin.flush()
    return float(_line(child))


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:50}{value:12.2f}")
