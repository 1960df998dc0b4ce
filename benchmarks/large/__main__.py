"""Run all parts: `python -m benchmarks.large [PART] [SECONDS]`. Prints tables, writes bench-large.json."""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.large import disk, files, kills, news, speed
from benchmarks.large.application import Province
from benchmarks.large.clerks import run_crowd
from benchmarks.large.servers import list_missing_programs
from benchmarks.large.web import percentile

#: Numbers of clerks who work at the same time, and each clerk's think time of a page in seconds.
USERS, THINK = (100, 300), 15.0
#: Key of the reason for which a part could not be measured.
FAILED = "failed"


def main(part: int, seconds: float) -> int:
    """Fill, measure, kill; return the number of acknowledged things that are lost or duplicated."""
    if lacking := list_missing_programs():
        print(
            f"skipped: {', '.join(lacking)} not installed (apt-get install postgresql pgbouncer nginx wrk libfaketime)"
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="gklarge-") as name:
        province = Province(Path(name))
        try:
            found = _all(province, part, seconds)
        finally:
            province.stop()
    _keep(found)
    print("\nwritten to bench-large.json")
    return found["faults"]


def _keep(found: dict[str, Any]) -> None:
    """Write the results so far, so that an aborted run leaves some."""
    Path("bench-large.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _all(province: Province, part: int, seconds: float) -> dict[str, Any]:
    found: dict[str, Any] = {"part": part, "cores": os.cpu_count()}
    say = partial(_part, found)
    say("filled", lambda: fill(province, part))
    say("data", lambda: speed.describe_machine(province))
    paths = json.loads(province.answers("paths"))
    say("public pages", lambda: speed.measure_pages(province))
    say("cached", lambda: speed.measure_cached_page(province, paths["texts"][0]))
    say("searches", lambda: speed.measure_searches(province))
    made: list[dict[str, Any]] = []
    clerks = [one for one in json.loads(province.answers("clerks", str(max(USERS) * 2))) if one["entries"]]
    say("published, seen", lambda: news.measure_publishing(province, made))
    half = len(made) // 2
    say("withdrawn, gone", lambda: news.measure_withdrawal(province, made[:half]))
    say("withdrawn, gone, servers full", lambda: news.measure_withdrawal_under_load(province, made[half:], clerks))
    say("office", lambda: speed.measure_office(province))
    say("files behind pages", lambda: files.measure_exports(province))
    public = ["/", *paths["columns"], *paths["texts"][:6]]
    for users in USERS:
        say(f"{users} clerks", lambda n=users: _crowd(province, clerks, n, seconds, public))
    _kills(province, say, clerks, seconds, public)
    say("due work", lambda: {"rounds": len(province.rounds), **_rounds(province)})
    stands = found["what stands"]
    failed = [name for name, one in found.items() if isinstance(one, dict) and FAILED in one]
    if FAILED in stands:
        found["faults"] = len(failed)
        return found
    found["faults"] = kills.count_faults(stands) + len(failed)
    return found


def _rounds(province: Province) -> dict[str, float]:
    took = [seconds for seconds, _ in province.rounds]
    return {"p50 s": percentile(took, 0.5), "longest s": max(took, default=0.0)}


#: Runs one part, prints its figures and stores them under its name.
Say = Callable[[str, Callable[[], dict[str, Any]]], None]


def _part(found: dict[str, Any], name: str, work: Callable[[], dict[str, Any]]) -> None:
    began = time.monotonic()
    try:
        figures = work()
    except (Exception, SystemExit) as error:  # the other parts are still measured
        figures = {FAILED: f"{type(error).__name__}: {error}"[:3000]}
    figures["load of the machine"] = speed.read_load()
    print(f"\n{name} ({time.monotonic() - began:.0f} s)", flush=True)
    for what, value in figures.items():
        print(
            f"  {what:<66}"
            + (f"{value:>14,.3f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else f" {value}"),
            flush=True,
        )
    found[name] = figures
    _keep(found)


def fill(province: Province, part: int) -> dict[str, Any]:
    """Start the databases, fill them, start the other processes; the second database has a tenth of the entries."""
    province.databases()
    province.answers("migrate")
    for name in ("tenth", "plain"):
        province.primary.ask(f"CREATE DATABASE {name} TEMPLATE gongkai", "postgres")
    seeded = json.loads(province.seed("--part", str(part), "--password", "bench-large-1", "--json").splitlines()[-1])
    tenth = int(province.primary.ask("SELECT count(*) FROM ledger_entry")) // 10
    less = ("--entries", str(tenth), "--texts", "200")
    province.seed("--part", str(part), *less, name="tenth")
    province.serve()
    return {f"{label}: {what}": value for label, one in seeded.items() for what, value in one.items()}


def _crowd(
    province: Province, clerks: list[dict[str, Any]], users: int, seconds: float, paths: list[str]
) -> dict[str, Any]:
    # A part of a province has fewer clerks: then some have several sessions, each with its own entries.
    turns = -(-users // len(clerks))
    desks = [{**one, "entries": one["entries"][n::turns]} for n in range(turns) for one in clerks][:users]
    journal = run_crowd(desks, province.front, seconds, think=THINK, run=f"mix{users}", paths=paths)
    kinds = Counter(f"{what} {status}" for what, status in journal.wrong())
    return {"clerks at once": len(desks), **journal.figures(), "errors by kind": dict(kinds)}


def _kills(province: Province, say: Say, clerks: list[dict[str, Any]], seconds: float, paths: list[str]) -> None:
    results: list[kills.Result] = []
    say("disk full", lambda: disk.run(province, clerks))
    for name in ("application", "worker", "pooler", "primary", "clock"):
        strike = getattr(kills, name)

        def one(name: str = name, strike: Callable[[Province], dict[str, Any]] = strike) -> dict[str, Any]:
            results.append(kills.run(province, clerks, name, seconds, paths, lambda: strike(province)))
            return kills.list_figures(results[-1])

        say(f"killed: {name}", one)
    say("what stands", lambda: kills.compare_acknowledged(province, results))


if __name__ == "__main__":
    given = [*sys.argv[1:], "", ""]
    sys.exit(1 if main(int(given[0] or 40), float(given[1] or 60)) else 0)
