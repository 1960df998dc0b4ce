"""Run it: `python -m benchmarks.large [PART] [SECONDS]`. Prints tables, writes bench-large.json."""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.large import disk, kills, news, speed
from benchmarks.large.application import Province
from benchmarks.large.clerks import crowd
from benchmarks.large.servers import missing

#: How many clerks work at once, and the seconds each of them thinks over a page.
USERS, THINK = (100, 300), 15.0


def main(part: int, seconds: float) -> int:
    """Fill, measure, kill; return how much of what was acknowledged is lost or there twice."""
    if lacking := missing():
        print(
            f"left out: {', '.join(lacking)} not installed (apt-get install postgresql pgbouncer nginx wrk libfaketime)"
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="gklarge-") as name:
        province = Province(Path(name))
        try:
            found = _all(province, part, seconds)
        finally:
            province.stop()
    Path("bench-large.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    print("\nwritten to bench-large.json")
    return found["faults"]


def _all(province: Province, part: int, seconds: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "part": part,
        "cores": os.cpu_count(),
        "filled": _part("filled", lambda: fill(province, part)),
    }
    found["data"] = _part("data", lambda: speed.facts(province))
    paths = json.loads(province.answers("paths"))
    found["public"] = _part("public pages", lambda: speed.pages(province))
    found["cached"] = _part("cached", lambda: speed.cached(province, paths["texts"][0]))
    found["searches"] = _part("searches", lambda: speed.searches(province))
    made: list[dict[str, Any]] = []
    clerks = [one for one in json.loads(province.answers("clerks", str(max(USERS) * 2))) if one["entries"]]
    found["published"] = _part("published, seen", lambda: news.seen(province, made))
    half = len(made) // 2
    found["withdrawn"] = _part("withdrawn, gone", lambda: news.gone(province, made[:half]))
    found["withdrawn, full"] = _part(
        "withdrawn, gone, servers full", lambda: news.gone_while_full(province, made[half:], clerks)
    )
    found["office"] = _part("office", lambda: speed.office(province))
    public = ["/", *paths["columns"], *paths["texts"][:6]]
    for users in USERS:
        found[f"{users} clerks"] = _part(
            f"{users} clerks", lambda n=users: _crowd(province, clerks, n, seconds, public)
        )
    found |= _kills(province, clerks, seconds, public)
    return found


def _part(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    began = time.monotonic()
    figures = work()
    figures["load of the machine"] = speed.load()
    print(f"\n{name} ({time.monotonic() - began:.0f} s)", flush=True)
    for what, value in figures.items():
        print(
            f"  {what:<66}"
            + (f"{value:>14,.3f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else f" {value}"),
            flush=True,
        )
    return figures


def fill(province: Province, part: int) -> dict[str, Any]:
    """Start the databases, fill them, start the rest; the second database holds a tenth of the entries."""
    province.databases()
    province.answers("migrate")
    for name in ("tenth", "plain"):
        province.primary.ask(f"CREATE DATABASE {name} TEMPLATE gongkai", "postgres")
    seeded = json.loads(
        province.run(
            "seed", "--province", "--part", str(part), "--password", "bench-large-1", "--json"
        ).splitlines()[-1]
    )
    tenth = int(province.primary.ask("SELECT count(*) FROM ledger_entry")) // 10
    less = ("--entries", str(tenth), "--texts", "200")
    province.run("seed", "--province", "--part", str(part), *less, name="tenth")
    province.serve()
    return {f"{label}: {what}": value for label, one in seeded.items() for what, value in one.items()}


def _crowd(
    province: Province, clerks: list[dict[str, Any]], users: int, seconds: float, paths: list[str]
) -> dict[str, Any]:
    # A part of a province has fewer clerks: then some sit at several desks, each with entries of its own.
    turns = -(-users // len(clerks))
    desks = [{**one, "entries": one["entries"][n::turns]} for n in range(turns) for one in clerks][:users]
    journal = crowd(desks, province.front, seconds, think=THINK, run=f"mix{users}", paths=paths)
    kinds = Counter(f"{what} {status}" for what, status in journal.wrong())
    return {"clerks at once": len(desks), **journal.figures(), "errors by kind": dict(kinds)}


def _kills(
    province: Province, clerks: list[dict[str, Any]], seconds: float, paths: list[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    results: list[kills.Result] = []
    found["disk full"] = _part("disk full", lambda: disk.run(province, clerks))
    for name in ("application", "worker", "pooler", "primary", "clock"):
        strike = getattr(kills, name)

        def one(name: str = name, strike: Callable[[Province], dict[str, Any]] = strike) -> dict[str, Any]:
            results.append(kills.run(province, clerks, name, seconds, paths, lambda: strike(province)))
            return kills.told(results[-1])

        found[f"killed: {name}"] = _part(f"killed: {name}", one)
    found["stands"] = stands = _part("what stands", lambda: kills.lost(province, results))
    faults = [name for name in stands if name.endswith(("lost", "twice")) and stands[name]]
    found["faults"] = sum(len(stands[name]) for name in faults) + (stands["audit verify"] != "whole")
    return found


if __name__ == "__main__":
    given = [*sys.argv[1:], "", ""]
    sys.exit(1 if main(int(given[0] or 40), float(given[1] or 60)) else 0)
