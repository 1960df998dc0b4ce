"""Measure each kind of search over the existing texts, alone and concurrently: `DATABASE_URL=… python -m benchmarks.portal_crowd EACH HANDS`.

For a database filled by `benchmarks.portal_grow`. First one process sends EACH different searches of every kind, then
HANDS processes send as many at the same time, all of the same kind together. Milliseconds: processor time of the
application and of PostgreSQL (alone), and wall time (alone, concurrently). Answers are checked as in `portal_queries`,
and no process repeats a search, so that no cache of answers can help.
"""

import json
import multiprocessing as mp
import os
import random
import re
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import fmean, median, quantiles

from benchmarks.figures import reference_second

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
#: Milliseconds: processor time of the application, of the database, wall time.
Times = list[tuple[float, float, float]]


def _database() -> float:
    """Return the seconds of processor time of this connection's PostgreSQL process."""
    from django.db import connection

    taken = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(taken.split()[0]) / 1e9


def _addresses(seed: int, each: int) -> dict[str, list[tuple[str, str]]]:
    """Return different searches of each kind, with the pattern that each answer must match."""
    from benchmarks.portal_queries import list_searches

    made: dict[str, list[tuple[str, str]]] = {}
    for name, make in list_searches(random.Random(seed)).items():
        asked = dict(make(n + seed) for n in range(each * 20))
        made[name] = list(asked.items())[:each]
    return made


def measure_searches(seed: int, each: int, together: Barrier | None = None) -> dict[str, Times]:
    """Send the searches of each kind; with other processes a barrier starts each kind."""
    from django.test import Client

    import gongkai.ops.config.wsgi  # noqa: F401  set up as the server is
    from benchmarks.portal_queries import find_error, warm_up

    client = Client(SERVER_NAME="localhost")
    warm_up(client)
    took: dict[str, Times] = {}
    for name, addresses in _addresses(seed, each).items():
        if together:
            together.wait()
        for address, shows in addresses:
            before = time.process_time(), _database(), time.perf_counter()
            answer = client.get(address)
            after = time.process_time(), _database(), time.perf_counter()
            p, d, w = ((b - a) * 1000 for a, b in zip(before, after, strict=True))
            took.setdefault(name, []).append((p, d, w))
            if wrong := find_error(answer.content.decode(), shows, re.split("[=&]", address)[1]):
                sys.exit(f"{name}: {address} answers {answer.status_code} {wrong}")
    return took


def _run_process(seed: int, each: int, together: Barrier, told: "mp.Queue[dict[str, Times]]") -> None:
    told.put(measure_searches(seed, each, together))


def _measure_concurrently(each: int, hands: int) -> dict[str, list[float]]:
    """Return the wall times of each kind with several concurrent processes."""
    spawn = mp.get_context("spawn")
    together, told = spawn.Barrier(hands), spawn.Queue()
    there = [spawn.Process(target=_run_process, args=(seed, each, together, told)) for seed in range(11, 11 + hands)]
    for process in there:
        process.start()
    found = [told.get() for _ in there]
    return {name: [wall for one in found for *_, wall in one[name]] for name in found[0]}


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def main(each: int, hands: int) -> None:
    """Print each kind's figures, their mean, and the machine's circumstances."""
    alone = measure_searches(3, each)
    crowd = _measure_concurrently(each, hands) if hands else {}
    rows = {}
    for name, took in alone.items():
        program, database, wall = (list(part) for part in zip(*took, strict=True))
        row = {"program": fmean(program), "database": fmean(database), "p50": median(wall), "p95": _p95(wall)}
        if crowd:
            row |= {"p50 at once": median(crowd[name]), "p95 at once": _p95(crowd[name])}
        rows[name] = row
        print(f"{name:22}", *(f"{label} {value:7.1f}" for label, value in row.items()), flush=True)
    kinds = [row for name, row in rows.items() if name != "suggestions"]
    walls = [wall for name, took in alone.items() if name != "suggestions" for *_, wall in took]
    total = {part: fmean(row[part] for row in kinds) for part in ("program", "database")}
    total |= {"p95": _p95(walls)}
    if crowd:
        total |= {"p95 at once": _p95([wall for name, some in crowd.items() if name != "suggestions" for wall in some])}
    print(json.dumps({"searches": total, "load": os.getloadavg()[0], "reference second": reference_second()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
