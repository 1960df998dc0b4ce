"""Kill processes at random moments while clerks work: `python -m benchmarks.large.again [PART] [SECONDS] [SEED] [NAME]` (NAME: one kind of
kill alone).

`benchmarks.large` kills each process once and measures the outage. Here each kind of kill is repeated at random moments
for SECONDS, with few clerks, so that a busy machine is sufficient: only the consistency afterwards counts.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.large import disk, kills
from benchmarks.large.__main__ import fill
from benchmarks.large.application import Province
from benchmarks.large.clerks import Clerks
from benchmarks.large.servers import list_missing_programs

#: Number of clerks, and their think time in seconds; minimum and maximum seconds between a recovery and the next kill.
CLERKS_AT_WORK, THINK_SECONDS, PAUSE_SECONDS = 8, 4.0, (5.0, 45.0)

Strike = Callable[[Province, random.Random, int], object]


def kill_server(province: Province, chance: random.Random, _: int) -> object:
    """Kill one of the two servers, and wait until it is back."""
    number = chance.randrange(2)
    service = province.services[f"app{number}"]
    service.kill()
    assert service.process
    service.process.wait()
    time.sleep(2)
    return province.ready(province.ports[number])


def kill_worker(province: Province, chance: random.Random, _: int) -> object:
    """Queue three notices for the worker, kill it at a random moment, and wait until all are read."""
    numbers = province.answers("ask_errands", "3", direct=False)
    time.sleep(chance.uniform(0, 8))
    province.services["worker"].kill()
    until = time.monotonic() + 300
    while (states := kills.count_states(province, numbers)["states"]) != {"done": 3}:
        if time.monotonic() > until:
            raise SystemExit(f"notices were not read: {states}")
        time.sleep(2)
    return None


def kill_pooler(province: Province, chance: random.Random, _: int) -> object:
    """Kill the PgBouncer of the primary or that of the replica; restart it after up to five seconds."""
    pool = chance.choice(province.pools)
    pool.kill()
    time.sleep(chance.uniform(0.5, 5))
    pool.start()
    return None


def kill_primary(province: Province, _: random.Random, turn: int) -> object:
    """Kill the primary, promote the replica, and make the killed server its replica, from an empty folder."""
    kills.primary(province)
    killed = province.replica
    killed.run("rm", "-rf", str(killed.data))
    killed.follow(province.primary)
    province.pools[1].point(killed)
    province.pools[1].reload()
    return None


def set_clock_back(province: Province, _: random.Random, turn: int) -> object:
    """Restart one of the servers with its clock an hour back; the next time with the right clock."""
    if turn % 2 == 0:
        return kills.clock(province)
    service = province.services["app1"]
    service.env = {name: value for name, value in service.env.items() if name not in kills.FAKE_CLOCK_VARIABLES}
    service.kill()
    time.sleep(2)
    return province.ready(province.ports[1])


def fill_disk(clerks: Clerks) -> Strike:
    """Let the disk of the files fill up with uploads, and free space again."""

    def strike(province: Province, _: random.Random, turn: int) -> object:
        found = disk.run(province, clerks, name=f"disk{turn}")
        wrong = found.get("acknowledged and lost", []) + found.get("refused and yet there", [])
        if wrong or found.get("audit verify --files") != "whole":
            raise SystemExit(f"disk full: {found}")
        return found

    return strike


def strike_at_random(strike: Strike, province: Province, seconds: float, seed: int) -> dict[str, Any]:
    """Repeat a kind of kill until the time is over; return the number of kills, and the errors."""
    chance, until, turn = random.Random(seed), time.monotonic() + seconds, 0
    try:
        while time.monotonic() < until:
            strike(province, chance, turn)
            turn += 1
            time.sleep(max(0.0, min(chance.uniform(*PAUSE_SECONDS), until - time.monotonic())))
    except (Exception, SystemExit) as error:  # the consistency is checked in any case
        return {"strikes": turn, "failed": f"{type(error).__name__}: {error}"[:1000]}
    return {"strikes": turn}


def main(part: int, seconds: float, seed: int, only: str = "") -> int:
    """Fill, kill, compare what was acknowledged with the database; return the number of errors."""
    if lacking := list_missing_programs():
        print(f"skipped: {', '.join(lacking)} not installed")
        return 0
    with tempfile.TemporaryDirectory(prefix="gkagain-") as name:
        province = Province(Path(name))
        try:
            return _all(province, part, seconds, seed, only)
        finally:
            province.stop()


def _all(province: Province, part: int, seconds: float, seed: int, only: str) -> int:
    fill(province, part)
    clerks, paths = kills.choose_people(province, CLERKS_AT_WORK * 4)
    strikes: dict[str, Strike] = {
        "application": kill_server,
        "worker": kill_worker,
        "pooler": kill_pooler,
        "primary": kill_primary,
        "clock": set_clock_back,
        "disk full": fill_disk(clerks[CLERKS_AT_WORK:] or clerks[:1]),  # in a small part few people have tasks
    }
    strikes = {name: strike for name, strike in strikes.items() if only in {"", name}}
    results, wrong = [], 0
    for name, strike in strikes.items():
        result = kills.run(
            province,
            clerks[:CLERKS_AT_WORK],
            f"again {name}",
            seconds,
            paths,
            partial(strike_at_random, strike, province, seconds - 10, seed),
            think=THINK_SECONDS,
            after=10,
        )
        results.append(result)
        wrong += "failed" in result.notes or not result.notes.get("strikes")
        _say(name, kills.list_figures(result))
    stands = kills.compare_acknowledged(province, results)
    _say("what stands", stands)
    return wrong + kills.count_faults(stands)


def _say(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}", *[f"  {what:<58} {value}" for what, value in figures.items()], sep="\n", flush=True)


if __name__ == "__main__":
    given = [*sys.argv[1:], "", "", "", ""]
    sys.exit(1 if main(int(given[0] or 100), float(given[1] or 600), int(given[2] or 1), given[3]) else 0)
