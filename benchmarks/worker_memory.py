"""Measure memory in MB and start in seconds of a server's processes (`python -m benchmarks.worker_memory [PAGES [WORKERS]]`).

`GONGKAI_DATA` names a built sample city; a copy of it is served, because checked texts are stored and would not be
checked again. `gongkai serve` is started twice as in an installation: first as after an update, when it looks for
migrations, then as usual. Three readers request linked pages, each a different one, in turn as the public and signed in
as the office. *Resident* includes memory shared with other processes; *its own* is the cost of one more process. A page
of the system's cache that SQLite maps counts as resident.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from benchmarks import figures
from benchmarks.__main__ import PARTS
from gongkai.ops.upkeep.table_stamp import STAMP_FILE_NAME

PART = "worker_memory"
PAGES, WORKERS = 500, 1
#: Maximum own memory of an idle worker after `PAGES` mixed pages; the measurement fails above it. The goal is 200: runs of the same program
#: differ by 20.
MAX_OWN_MB = 240
#: Seconds in which a worker preloads data after its first answer.
WARM_UP_SECONDS = 12
#: Seconds in which a worker returns its free memory (`warming.NOTICE_CHECK_SECONDS`), with a margin.
TRIM_SECONDS = 70
READERS, PORT = 3, 8394
PASSWORD = "Yunling-2026"
SITE = f"http://127.0.0.1:{PORT}"
_LINK = re.compile(r'href="(/[^"#]*)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SERVE = "import sys; from gongkai.ops.cli import main; main()"


def list_family(root: int) -> list[int]:
    """Return a process and all its descendants: parents first, siblings in the order of their starts."""
    children: dict[int, list[tuple[int, int]]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(fields[1]), []).append((int(fields[19]), int(place.parent.name)))
    family = [root]
    for process in family:
        family += [child for _, child in sorted(children.get(process, []))]
    return family


def list_workers(root: int, count: int) -> list[int]:
    """Return the workers of `gongkai serve`: the first children of its first child."""
    return list_family(list_family(root)[1])[1 : 1 + count]


def measure_memory(process: int) -> dict[str, float]:
    """Return the memory of a process: resident and its own."""
    lines = (line.split() for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
    size = {line[0].rstrip(":"): int(line[1]) * 1024 / 1e6 for line in lines}
    return {"resident": size["Rss"], "its own": size["Private_Clean"] + size["Private_Dirty"]}


def processor_seconds(processes: list[int]) -> float:
    """Return the processor time of processes, with their ended children."""
    ticks = 0
    for process in processes:
        ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class Reader:
    """The pages of one side, public or office, each requested once in the order of links."""

    def __init__(self, start: str) -> None:
        self.start, self.waiting, self.seen, self.good = start, [start], {start}, 0
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def sign_in(self, name: str, password: str) -> None:
        """Sign in through the form."""
        address = f"{SITE}/admin/login/"
        token = _TOKEN.search(self.opener.open(address).read().decode())
        assert token
        form = urlencode({"username": name, "password": password, "csrfmiddlewaretoken": token[1]}).encode()
        answer = self.opener.open(Request(address, form, {"Referer": address}))
        assert "/login/" not in answer.url, "the password is not right"

    def ask(self, number: int) -> None:
        """Request the next page and record its links."""
        address = self.waiting.pop(number * 7919 % len(self.waiting))
        try:
            with self.opener.open(SITE + quote(address, safe="/?=&%:,"), timeout=120) as answer:
                body, kind = answer.read(), answer.headers.get("Content-Type", "")
        except HTTPError:
            return
        self.good += 1
        if kind.startswith("text/html"):
            for link in _LINK.findall(body.decode().replace("&amp;", "&")):
                fits = link.startswith("/admin/") == (self.start == "/admin/") and not link.startswith("/static/")
                if fits and link not in self.seen and "logout" not in link:
                    self.seen.add(link)
                    self.waiting.append(link)


@contextmanager
def copy_city() -> Iterator[Path]:
    """Context manager that yields a copy of the city, as after an update of the program."""
    with tempfile.TemporaryDirectory() as folder:
        city = shutil.copytree(os.environ["GONGKAI_DATA"], Path(folder) / "city")
        for name in ("gongkai.sqlite3.serving", STAMP_FILE_NAME):
            (city / name).unlink(missing_ok=True)
        yield city


@contextmanager
def serve(city: Path, workers: int) -> Iterator[tuple[int, float]]:
    """Serve a city; yield the server's process id and its processor seconds until the first answer."""
    assert not sys.dont_write_bytecode, "without PYTHONDONTWRITEBYTECODE: compiling takes memory and half of the start"
    words = ["serve", "--port", str(PORT), "--no-second-factor", "--workers", str(workers)]
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, *words],
        env=os.environ | {"GONGKAI_DATA": str(city)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            assert server.poll() is None, "the server ended"
            try:
                build_opener().open(SITE, timeout=60).read()
                break
            except (URLError, OSError):
                time.sleep(0.02)
        yield server.pid, processor_seconds(list_family(server.pid))
    finally:
        server.terminate()
        server.wait(60)


def run(pages: int = PAGES, workers: int = WORKERS) -> dict[str, float]:
    """Serve the city, request `pages` pages, and return the workers' average memory after each stage."""
    with copy_city() as city:
        with serve(city, workers) as (_, updated):
            pass
        return {"start after an update: processor seconds": updated, **_measure(city, pages, workers)}


def _measure(city: Path, pages: int, workers: int) -> dict[str, float]:
    """Return the processor time of a start, and the memory of the workers after each stage."""
    with serve(city, workers) as (server, started):
        found = {"start to the first answer: processor seconds": started}

        def look(stage: str) -> None:
            held = [measure_memory(process) for process in list_workers(server, workers)]
            found.update({f"{stage}: {kind}": sum(one[kind] for one in held) / workers for kind in held[0]})

        look("first answer")
        time.sleep(WARM_UP_SECONDS)
        look("warm")
        sides = [Reader("/"), Reader("/admin/")]
        sides[1].sign_in("zwgk", PASSWORD)
        for number in range(10):  # one page links to enough others for all readers
            sides[number % 2].ask(number)
        with ThreadPoolExecutor(READERS) as readers:
            list(readers.map(lambda number: sides[number % 2].ask(number), range(10, pages)))
        look(f"after {pages} mixed pages")
        time.sleep(TRIM_SECONDS)
        look(f"{TRIM_SECONDS} seconds later")
        good = sum(side.good for side in sides)
        assert good > 0.9 * pages, f"{good} of {pages} pages were shown"
    return found


if __name__ == "__main__":
    reference, load = figures.reference_second(), figures.read_load()
    asked = [int(word) for word in sys.argv[1:]]
    measured = run(*asked)
    figures.print_figures(measured)
    figures.store_figures(PART, figures.make_measurement(measured, load=load, reference=reference))
    figures.write_tables(PARTS)
    own = measured[f"{TRIM_SECONDS} seconds later: its own"]
    assert own <= MAX_OWN_MB, f"{own:.0f} MB of its own, where {MAX_OWN_MB} are allowed"
