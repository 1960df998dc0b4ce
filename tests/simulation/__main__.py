"""Play seeded years, print what they reached and found; exit 1 where there are findings."""

import argparse
import hashlib
import json
import logging
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from simulation import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.steps import Step, Watch
    from simulation.world import World
    from simulation.year import Year


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--between", type=int, default=1, help="from one seed to the next: 2 for worlds of one kind")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--every", type=int, default=1, help="days from one played day to the next")
    parser.add_argument("--steps", type=int, default=0, help="steps of a played day, if not some twenty")
    parser.add_argument("--log", type=Path, help="folder for the steps, forms and rows of each year")
    parser.add_argument("--reached", type=Path, help="file of acts that earlier years reached: read, and written anew")
    parser.add_argument("--shrink", type=Path, help="folder for the shortest steps to the first finding of each year")
    parser.add_argument("--replay", type=Path, help="a file that --shrink wrote: perform its steps alone")
    given = parser.parse_args()
    start.start()
    return replay_file(given.replay) if given.replay else play(given)


def _read_reached(file: Path | None) -> dict[str, set[str]]:
    """Return the present acts that the file lists, each without ways of reaching it.

    All actions are loaded first, with the addresses: a year seeks those that are not reached.
    """
    from django.urls import get_resolver

    from gongkai.core.acts.action import ACTIONS_BY_NAME

    get_resolver().url_patterns  # noqa: B018 - loads the views
    known = file.read_text(encoding="utf-8").split() if file and file.exists() else []
    return {name: set() for name in known if name in ACTIONS_BY_NAME}


def play(given: argparse.Namespace) -> int:
    """Play the years, one after another from the same empty database."""
    import time_machine

    from gongkai.core.acts.action import ACTIONS_BY_NAME
    from simulation.invariants import INVARIANTS
    from simulation.steps import ACT, CALL, ENTRY, PAGE, place_of
    from simulation.year import Year

    watch = listen()
    blank = start.BLANK = start.copy_database()
    begun = time.process_time()
    city: start.Restore | None = None
    reached = _read_reached(given.reached)
    vain, sought, asked, steps, findings = dict[str, Counter[str]](), Counter[str](), Counter[str](), 0, 0
    for seed in range(given.seed, given.seed + given.years * given.between, given.between):
        year = Year(seed, given.days, given.every, given.steps, before=sorted(reached))
        with time_machine.travel(year.begin, tick=False) as traveller:
            try:
                world = year.make_world(traveller, city)
            except Exception as error:  # other years can be played all the same
                print(f"year {seed}: its world cannot be made: {type(error).__name__}: {error} at {place_of(error)}")
                findings += 1
                blank()
                continue
            made = start.copy_database()
            city = made if year.in_sample else city
            year.play(traveller, world, watch)
            lines = [step.line() for step in year.steps]
            mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
            print(f"year {seed}: {len(lines)} steps, log {mark}, {dict(sorted(year.outcomes.items()))}", flush=True)
            for one in year.findings:
                print(f"  {one.invariant} after step {one.step}: {one.words}", flush=True)
            if given.log:
                write_log(year, given.log, lines)
            if given.shrink and year.findings:
                write_shortest(year, given.shrink, partial(fails_again, year, world, traveller, watch, made))
        steps, findings = steps + len(lines), findings + len(year.findings)
        for name in year.hand.ways.keys() & ACTIONS_BY_NAME.keys():
            reached.setdefault(name, set()).update(year.hand.ways[name])
        for (name, why), count in year.hand.told.items():
            vain.setdefault(name, Counter())[why] += count
        sought += year.hand.tried
        if given.reached:
            given.reached.write_text("\n".join(sorted(reached)) + "\n", encoding="utf-8")
        asked += year.asked
        blank()
    spent = time.process_time() - begun
    print(f"{steps} steps, {steps / max(spent, 0.01):.1f} a second of processor")
    by_people = sum(1 for ways in reached.values() if not ways or ways & {ACT, ENTRY, PAGE})
    called = sum(1 for ways in reached.values() if ways == {CALL})
    print(f"{len(reached)} of {len(ACTIONS_BY_NAME)} acts reached: {by_people} as pages and registers offer them")
    print(f"  {called} only called as a rule allows, {len(reached) - by_people - called} by jobs, events or followers")
    for name in sorted(set(ACTIONS_BY_NAME) - reached.keys()):
        why = "; ".join(f"{words} {count}" for words, count in vain.get(name, Counter()).most_common(3))
        print(f"  never {name}: sought {sought[name]} times; {why}")
    print("invariants asked: " + ", ".join(f"{name} {asked[name]}" for name in INVARIANTS))
    print(f"{findings} findings")
    return 1 if findings else 0


def write_log(year: "Year", folder: Path, lines: list[str]) -> None:
    """Write the steps of a year, their results, its rows, why acts were sought in vain, and why courses waited."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [f"{name}\t{why}\t{count}" for (name, why), count in sorted(year.hand.told.items())]
    ended = ["\t".join(map(str, (*why, count))) for why, count in sorted(year.hand.courses.told.items())]
    logs = {"jsonl": lines, "results.tsv": year.results, "vain.tsv": told, "courses.tsv": ended}
    for ending, written in logs.items():
        (folder / f"{year.seed}.{ending}").write_text("\n".join(written) + "\n", encoding="utf-8")
    start.write_database(str(folder / f"{year.seed}.sqlite3"))


def listen() -> "Watch":
    """Collect what the program logs, and print none of it."""
    from simulation.steps import Watch

    watch = Watch()
    for name in ("", "django", "gongkai"):
        log = logging.getLogger(name)
        for handler in log.handlers:
            handler.setLevel(logging.CRITICAL + 1)
        log.addHandler(watch)
    return watch


def fails_again(
    year: "Year", world: "World", traveller: object, watch: "Watch", restore: "Callable[[], None]", steps: "list[Step]"
) -> bool:
    """Perform steps from the restored world; return true if the first finding comes again."""
    from simulation.year import replay

    restore()
    finding = year.findings[0]
    return finding.key in {one.key for one in replay(steps, traveller, watch, world, finding.invariant)}


def write_shortest(year: "Year", folder: Path, fails: "Callable[[list[Step]], bool]") -> None:
    """Write the shortest steps to the first finding: a line with the seed and the invariant, then a step a line."""
    from simulation.shrink import shrink

    finding = year.findings[0]
    steps = year.steps[: finding.step]
    if not fails(steps):
        print(f"  {finding.invariant}: the steps alone do not repeat it")
        return
    head = json.dumps({"seed": year.seed, "invariant": finding.invariant, "words": finding.words}, ensure_ascii=False)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{finding.invariant}-{year.seed}.jsonl"
    file.write_text(
        "\n".join([head, *(step.line() for step in shrink(steps, fails, most=60))]) + "\n", encoding="utf-8"
    )
    print(f"  written to {file}")


def replay_file(file: Path) -> int:
    """Perform the steps of a file in the world of its seed; return 1 if its invariant fails again."""
    import time_machine

    from simulation.steps import Step
    from simulation.year import Year, replay

    head, *lines = file.read_text(encoding="utf-8").splitlines()
    facts, watch = json.loads(head), listen()
    year, start.BLANK = Year(facts["seed"]), start.copy_database()
    with time_machine.travel(year.begin, tick=False) as traveller:
        world = year.make_world(traveller)
        found = replay([Step.read(line) for line in lines], traveller, watch, world, facts["invariant"])
    again = {one.words: one for one in reversed(found) if one.invariant == facts["invariant"]}.values()
    for one in again:
        print(f"{one.invariant} after step {one.step}: {one.words}")
    return 1 if again else 0


if __name__ == "__main__":
    sys.exit(main())
