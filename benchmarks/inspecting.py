"""Measure the inspection of a site served on this machine: processor time and memory of `gongkai inspect`, and of linkchecker if it is named.

    python -m benchmarks inspecting                                        # 10,000 pages, Gongkai alone
    LINKCHECKER=/path/to/linkchecker INSPECT_PAGES=1000 python -m benchmarks inspecting

linkchecker (GPL) is not part of this project: an installed program is run with the same fetches (every page of the
site, no pause, no limit of requests, the same number of threads). It only checks links; Gongkai also judges every page.
The search for mistakes in words takes more than half of Gongkai's time and is measured separately: the comparison is
without it.
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
#: The same command without the search for mistakes in words, which loads 110 MB of tables.
_WITHOUT_WORDS = f"""
from gongkai.oversight.inspection.site.checks import wording
wording._find_improbable_characters = wording._find_wrong_spellings = lambda frame: iter(())
{_INSPECT}
"""


def measure_command(command: list[str], limit: float, out: Any = subprocess.DEVNULL) -> tuple[float, float, bool]:
    """Return processor seconds and peak megabytes of a command, and true if it ended within `limit` seconds."""
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
    """Measure and return the figures."""
    pages = int(os.environ.get("INSPECT_PAGES", "10000"))
    other = os.environ.get("LINKCHECKER", "")
    with subprocess.Popen([*_SITE, str(pages)], stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout is not None
        address = f"http://127.0.0.1:{site.stdout.readline().strip()}/"
        try:
            figures = _measure_gongkai(_name(pages), _INSPECT, address, pages)
            figures |= _measure_gongkai(f"{_name(pages)} without words", _WITHOUT_WORDS, address, pages)
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
                seconds, memory, ended = measure_command(command, _MOST)
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


def _measure_gongkai(name: str, program: str, address: str, pages: int) -> dict[str, float]:
    """Measure `gongkai inspect` without a folder for evidence, so that no browser is started for pictures."""
    command = [sys.executable, "-c", program, "inspect", address]
    with tempfile.TemporaryFile() as out:
        seconds, memory, _ = measure_command([*command, "--rate", "0", "--json", "--pages", str(pages * 2)], _MOST, out)
        out.seek(0)
        read = json.load(out)["pages"]
    if read < pages:
        raise SystemExit(f"{read} of {pages} pages were read")
    return {f"{name}: processor seconds": seconds, f"{name}: MB at most": memory}
