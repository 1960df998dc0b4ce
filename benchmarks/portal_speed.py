"""Compare the portal's page with two Wagtail pages, in turn, so that a busy machine slows all equally.

`plain` is a page of Wagtail's tutorial with the portal's middleware: menu, breadcrumbs, a text, ten siblings. `demo` is
an article as in the bakery demo, with that demo's middleware: a picture above, two authors with pictures, a body of
five blocks with a picture.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from statistics import median

ROUNDS = 9


def run() -> dict[str, float]:
    """Return milliseconds of processor time a page, and the medians of the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        own = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        return compare_sites({name: own | {"GONGKAI_DATA": f"{folder}/{name}"} for name in ("portal", "plain", "demo")})


def compare_sites(envs: Mapping[str, Mapping[str, str]], first: str = "portal") -> dict[str, float]:
    """Request pages of several kinds in turn, each in its own installation; return the figures and the others' ratio to the first."""
    children = {name: _child(name, env) for name, env in envs.items()}
    try:
        sizes = {name: int(_line(child)) for name, child in children.items()}
        rounds = [{name: _ask(child) for name, child in children.items()} for _ in range(ROUNDS)]
    finally:
        for child in children.values():
            child.kill()
            child.wait()
    figures: dict[str, float] = {}
    for name in envs:
        figures[f"{name} page, uncached: ms of processor"] = median(one[name] for one in rounds)
        figures[f"{name} page: bytes"] = sizes[name]
    for name in [name for name in envs if name != first]:
        ratio = median(one[name] / one[first] for one in rounds)
        figures[f"{first} faster than {name}, times (median of rounds)"] = ratio
    return figures


def _child(which: str, env: Mapping[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.rounds", which]
    return subprocess.Popen(command, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


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
