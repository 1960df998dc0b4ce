"""Inspecting a site served on this machine: processor time and memory of `gongkai inspect`, beside linkchecker where it is named.

    python -m benchmarks inspecting                                        # 10,000 pages, ours alone
    LINKCHECKER=/path/to/linkchecker INSPECT_PAGES=1000 python -m benchmarks inspecting

linkchecker (GPL) is no part of this project: it is run as a program that somebody installed elsewhere, with the same fetches asked of it
(every page of the site, no pause and no limit of requests, as many threads). It only asks whether links answer; ours judges every page besides.
The search for mistakes in words takes more than half of our time and is measured apart: the comparison is of the work without it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

_SITE = (sys.executable, "-m", "benchmarks.inspection_site")
_MOST = 1500.0
_INSPECT = "from gongkai.ops.cli import main; main()"
#: The same without the search for mistakes in words, which loads 110 MB of tables.
_WITHOUT_WORDS = f"""
from gongkai.oversight.inspection.site.checks import wording
wording._find_improbable_characters = wording._find_wrong_spellings = lambda frame: iter(())
{_INSPECT}
"""


def measured(command: list[str], limit: float, out: Any = subprocess.DEVNULL) -> tuple[float, float, bool]:
    """Return processor seconds and megabytes at most of a command, and whether it ended within so many seconds."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
    while True:
        done, _, used = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() - begun > limit:
            process.kill()
            _, _, used = os.wait4(process.pid, 0)
            break
        time.sleep(0.2)
    process.returncode = 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, bool(done)


def run() -> dict[str, float]:
    """Measure."""
    pages = int(os.environ.get("INSPECT_PAGES", "10000"))
    other = os.environ.get("LINKCHECKER", "")
    with subprocess.Popen([*_SITE, str(pages)], stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout is not None
        address = f"http://127.0.0.1:{site.stdout.readline().strip()}/"
        try:
            figures = _ours(_name(pages), _INSPECT, address, pages)
            figures |= _ours(f"{_name(pages)} without words", _WITHOUT_WORDS, address, pages)
            if other:
                command = [
                    other,
                    "-f",
                    _unlimited(),
                    "--no-robots",
                    "--no-warnings",
                    "-t",
                    "4",
                    "-r",
                    "-1",
                    "-o",
                    "none",
                    address,
                ]
                seconds, memory, ended = measured(command, _MOST)
                figures[f"linkchecker, {pages} pages: processor seconds"] = seconds
                figures["linkchecker: MB at most"] = memory
                figures["linkchecker: ended"] = float(ended)
                for name in (_name(pages), f"{_name(pages)} without words"):
                    figures[f"{name} / linkchecker"] = figures[f"{name}: processor seconds"] / seconds
        finally:
            site.kill()
    return figures


def _unlimited() -> str:
    """Return the path of a configuration without linkchecker's limit of ten requests a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".ini", delete=False) as made:
        made.write("[checking]\nmaxrequestspersecond=100000\n")
    return made.name


def _name(pages: int) -> str:
    return f"gongkai inspect, {pages} pages"


def _ours(name: str, program: str, address: str, pages: int) -> dict[str, float]:
    """Measure ours; without a folder for evidence, so that no browser is started for pictures."""
    command = [sys.executable, "-c", program, "inspect", address]
    with tempfile.TemporaryFile() as out:
        seconds, memory, _ = measured([*command, "--rate", "0", "--json", "--pages", str(pages * 2)], _MOST, out)
        out.seek(0)
        read = json.load(out)["pages"]
    if read < pages:
        raise SystemExit(f"{read} of {pages} pages were read")
    return {f"{name}: processor seconds": seconds, f"{name}: MB at most": memory}
