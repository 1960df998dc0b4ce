"""Kill processes while clerks and readers work, and check the consistency afterwards."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.large.application import Province
from benchmarks.large.clerks import Clerks, Journal, run_crowd

#: Clerks at work during a kill, and each one's think time in seconds.
CLERKS, THINK_SECONDS = 24, 2.0
#: True if the worker has finished a job and works on the next.
IS_WORKING_SQL = "SELECT (count(*) FILTER (WHERE state = 'done') > 0 AND count(*) FILTER (WHERE state = 'running') > 0)::int FROM errands_errand"
#: Environment variables of a service while its clock is faked.
FAKE_CLOCK_VARIABLES = frozenset({"LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC"})
RUNNING_JOBS_SQL = "SELECT count(*) FROM errands_errand WHERE state = 'running'"
WRITES, PUBLIC = (
    frozenset({"remark", "submit", "form", "entry", "home", "ledger"}),
    frozenset({"public page"}),
)


@dataclass
class Result:
    """The measurements of one run."""

    name: str
    journal: Journal
    began: float
    ended: float
    #: Longest outage of the office and of the public page, in seconds.
    office: float = 0.0
    public: float = 0.0
    notes: dict[str, Any] = field(default_factory=dict)


def run(
    province: Province,
    clerks: Clerks,
    name: str,
    seconds: float,
    paths: list[str],
    strike: Callable[[], dict[str, Any] | None],
    *,
    think: float = THINK_SECONDS,
    after: float | None = None,
) -> Result:
    """Let clerks and readers work, call `strike` after a quarter of the time, and wait for the end."""
    noted: dict[str, Any] = {}

    def later() -> None:
        time.sleep(seconds / 4 if after is None else after)
        noted.update(at=time.monotonic())
        noted.update(strike() or {})

    thread = threading.Thread(target=later)
    thread.start()
    began = time.monotonic()
    journal = run_crowd(clerks[:CLERKS], province.front, seconds, think=think, run=name.replace(" ", "-"), paths=paths)
    ended = time.monotonic()
    thread.join()
    at = noted.pop("at", began)
    result = Result(name, journal, began, ended, notes=noted)
    # Before the kill the longest pause between two successful answers is the pace of the clerks, not a fault.
    until = began + seconds  # then they stop one after another
    result.office, result.public = journal.gap(WRITES, at, until), journal.gap(PUBLIC, at, until)
    noted["office, longest pause before it, s"] = round(journal.gap(WRITES, began, at), 1)
    return result


def list_figures(result: Result) -> dict[str, Any]:
    """Return the figures of a run."""
    journal = result.journal
    return {
        "office, longest time without a good answer, s": round(result.office, 1),
        "public pages, the same, s": round(result.public, 1),
        "answers": len(journal.asked),
        "errors by kind": dict(Counter(f"{what} {status}" for what, status in journal.wrong())),
        "acknowledged": len(journal.remarks) + len(journal.submitted),
        "sent without a clear answer at first": journal.unclear,
        **result.notes,
    }


def application(province: Province) -> dict[str, Any]:
    """Kill one of the two servers; its unit restarts it."""
    began = time.monotonic()
    province.services["app0"].kill()
    province.services["app0"].process.wait()  # type: ignore[union-attr]
    time.sleep(2)
    province.ready(province.ports[0])
    return {"killed server ready again after, s": round(time.monotonic() - began, 1)}


def worker(province: Province, count: int = 12) -> dict[str, Any]:
    """Queue notices, kill the worker during the second, and wait until all are done; another worker may take over its
    job only after a minute.
    """
    numbers = province.answers("ask_errands", str(count), direct=False)
    began = time.monotonic()
    held = 0
    while time.monotonic() - began < 120 and not held:  # a kill between two notices shows nothing
        while time.monotonic() - began < 120 and not int(province.primary.ask(IS_WORKING_SQL)):
            time.sleep(0.02)
        province.services["worker"].kill()
        held = int(province.primary.ask(RUNNING_JOBS_SQL))
    began = time.monotonic()
    while (found := count_states(province, numbers))["states"] != {"done": count} and time.monotonic() - began < 240:
        time.sleep(2)
    return {**found, "held when killed": held, "all done after the kill, s": round(time.monotonic() - began)}


def count_states(province: Province, numbers: str) -> dict[str, Any]:
    """Return the number of the given jobs in each state."""
    found: dict[str, Any] = json.loads(province.answers("errands", numbers))
    return found


def pooler(province: Province) -> dict[str, Any]:
    """Kill PgBouncer of the primary, and restart it after three seconds."""
    province.pools[0].kill()
    time.sleep(3)
    province.pools[0].start()
    return {"away for, s": 3}


def primary(province: Province) -> dict[str, Any]:
    """Kill the primary with all its processes; promote the replica and point PgBouncer to it, as deploy/ documents."""
    began = time.monotonic()
    province.primary.kill()
    time.sleep(2)  # an operator needs at least this long to decide
    province.replica.promote()
    promoted = time.monotonic() - began
    province.pools[0].point(province.replica)
    province.pools[0].reload()
    province.primary, province.replica = province.replica, province.primary
    return {"promoted after, s": round(promoted, 1), "two of these are for deciding": True}


def clock(province: Province) -> dict[str, Any]:
    """Restart one of the servers with its clock an hour back (libfaketime)."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        return {"left out": "libfaketime is not installed"}
    service = province.services["app1"]
    service.env = {
        **service.env,
        "LD_PRELOAD": str(found[0]),
        "FAKETIME": "-1h",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    service.kill()
    time.sleep(2)
    province.ready(province.ports[1])
    return {"one of two servers": "an hour back"}


def compare_acknowledged(province: Province, results: list[Result]) -> dict[str, Any]:
    """Compare what was acknowledged in all runs with the database; `audit verify` checks the log."""
    there = json.loads(province.answers("standing"))
    remarks = set().union(*[one.journal.remarks for one in results])
    handed = set().union(*[one.journal.submitted for one in results])
    verdict = json.loads(province.run("audit", "verify", "--json", check=False).strip().splitlines()[-1])
    return {
        "remarks acknowledged": len(remarks),
        "remarks lost": sorted(remarks - there["remarks"].keys()),
        "remarks twice": sorted(words for words, count in there["remarks"].items() if count > 1),
        "handed in, acknowledged": len(handed),
        "handed in, lost": sorted(handed - there["submitted"].keys()),
        "handed in twice": sorted(stream for stream, count in there["submitted"].items() if count > 1),
        "errands": there["errands"],
        "audit verify": "whole" if verdict.get("ok") else str(verdict)[:500],
    }


def count_faults(stands: dict[str, Any]) -> int:
    """Return the number of lost or duplicated things in the result of `compare_acknowledged`, a broken log included."""
    gone = sum(len(value) for name, value in stands.items() if name.endswith(("lost", "twice")))
    return gone + (stands["audit verify"] != "whole")


def choose_people(province: Province, count: int) -> tuple[Clerks, list[str]]:
    """Return clerks with separate entries, and public addresses to read."""
    paths = json.loads(province.answers("paths"))
    clerks = [one for one in json.loads(province.answers("clerks", str(count))) if one["entries"]]
    return clerks, ["/", *paths["columns"], *paths["texts"][:6]]
