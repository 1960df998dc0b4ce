"""What each kind of search takes over the texts that are there, alone and with others: `DATABASE_URL=… python -m benchmarks.portal_crowd EACH HANDS`.

For a database that `benchmarks.portal_grow` filled. First one process asks EACH different searches of every kind, then HANDS processes ask as many at
once, all of the same kind together. Milliseconds: processor time of the program and of PostgreSQL (alone), and the wall (alone, at once). What is
asked is checked as in `portal_queries`, and nothing is asked twice by one process, so that no memory of answers can help.
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
#: Milliseconds of the program, of the database, of the wall.
Took = list[tuple[float, float, float]]


def _database() -> float:
    """Return the seconds of the processor that this connection's process of PostgreSQL has taken."""
    from django.db import connection

    taken = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(taken.split()[0]) / 1e9


def _addresses(seed: int, each: int) -> dict[str, list[tuple[str, str]]]:
    """Return different searches of each kind, with what their answers must show."""
    from benchmarks.portal_queries import searches

    made: dict[str, list[tuple[str, str]]] = {}
    for name, make in searches(random.Random(seed)).items():
        asked = dict(make(n + seed) for n in range(each * 20))
        made[name] = list(asked.items())[:each]
    return made


def asked(seed: int, each: int, together: Barrier | None = None) -> dict[str, Took]:
    """Ask the searches of each kind; with others, where a barrier says when."""
    from django.test import Client

    import gongkai.ops.config.wsgi  # noqa: F401  set up as the server is
    from benchmarks.portal_queries import amiss, made_once

    client = Client(SERVER_NAME="localhost")
    made_once(client)
    took: dict[str, Took] = {}
    for name, addresses in _addresses(seed, each).items():
        if together:
            together.wait()
        for address, shows in addresses:
            before = time.process_time(), _database(), time.perf_counter()
            answer = client.get(address)
            after = time.process_time(), _database(), time.perf_counter()
            p, d, w = ((b - a) * 1000 for a, b in zip(before, after, strict=True))
            took.setdefault(name, []).append((p, d, w))
            if wrong := amiss(answer.content.decode(), shows, re.split("[=&]", address)[1]):
                sys.exit(f"{name}: {address} answers {answer.status_code} {wrong}")
    return took


def _hand(seed: int, each: int, together: Barrier, told: "mp.Queue[dict[str, Took]]") -> None:
    told.put(asked(seed, each, together))


def _at_once(each: int, hands: int) -> dict[str, list[float]]:
    """Return the walls of each kind where several processes ask at once."""
    spawn = mp.get_context("spawn")
    together, told = spawn.Barrier(hands), spawn.Queue()
    there = [spawn.Process(target=_hand, args=(seed, each, together, told)) for seed in range(11, 11 + hands)]
    for process in there:
        process.start()
    found = [told.get() for _ in there]
    return {name: [wall for one in found for *_, wall in one[name]] for name in found[0]}


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def main(each: int, hands: int) -> None:
    """Print each kind's figures, their mean, and what the machine is."""
    alone = asked(3, each)
    crowd = _at_once(each, hands) if hands else {}
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
