"""Play seeded years, print what they reached and found; exit 1 where there are findings."""

import argparse
import hashlib
import logging
import sys
import time
from collections import Counter
from pathlib import Path

from simulation import start


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--log", type=Path, help="folder for the steps of each year")
    parser.add_argument("--shrink", action="store_true", help="shorten the first finding of each year")
    given = parser.parse_args()
    start.start()
    return play(given)


def play(given: argparse.Namespace) -> int:
    """Play the years, one after another from the same empty database."""
    import time_machine

    from gongkai.core.acts.action import REGISTRY
    from simulation.invariants import INVARIANTS
    from simulation.steps import Watch
    from simulation.year import Year

    watch = Watch()
    logging.getLogger().addHandler(watch)
    logging.getLogger("django").addHandler(watch)
    logging.getLogger("gongkai").addHandler(watch)
    for handler in [*logging.getLogger().handlers, *logging.getLogger("gongkai").handlers]:
        if isinstance(handler, logging.StreamHandler):
            handler.setLevel(logging.CRITICAL)
    blank, begun = start.copy_database(), time.process_time()
    reached, asked, steps, findings = set[str](), Counter[str](), 0, 0
    for seed in range(given.seed, given.seed + given.years):
        year = Year(seed, given.days)
        with time_machine.travel(year.begin, tick=False) as traveller:
            world = year.make_world(traveller)
            made = start.copy_database()
            year.play(traveller, world, watch)
            lines = [step.line() for step in year.steps]
            mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
            print(f"year {seed}: {len(lines)} steps, log {mark}, {dict(sorted(year.outcomes.items()))}", flush=True)
            for one in year.findings:
                print(f"  {one.invariant} after step {one.step}: {one.words}", flush=True)
            if given.log:
                given.log.mkdir(parents=True, exist_ok=True)
                (given.log / f"{seed}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
            if given.shrink and made and year.findings:
                write_shortest(year, world, traveller, watch, made)
        steps, findings = steps + len(lines), findings + len(year.findings)
        reached |= year.reached
        asked += year.asked
        if blank:
            blank()
    spent = time.process_time() - begun
    never = sorted(set(REGISTRY) - reached)
    print(f"{steps} steps, {steps / max(spent, 0.01):.1f} a second of processor")
    print(f"{len(reached)} of {len(REGISTRY)} acts reached; never: {', '.join(never)}")
    print("invariants asked: " + ", ".join(f"{name} {asked[name]}" for name in INVARIANTS))
    print(f"{findings} findings")
    return 1 if findings else 0


def write_shortest(year: object, world: object, traveller: object, watch: object, made: object) -> None:
    """Shorten the steps that lead to the first finding, and print them."""
    from simulation.shrink import shrink
    from simulation.year import Year, replay

    assert isinstance(year, Year)
    finding = year.findings[0]

    def fails(steps: list) -> bool:  # type: ignore[type-arg]
        made()  # type: ignore[operator]
        return finding.key in {one.key for one in replay(steps, traveller, watch, world)}  # type: ignore[arg-type]

    steps = year.steps[: finding.step]
    if not fails(steps):
        print("  the replay of all steps does not repeat it")
        return
    for step in shrink(steps, fails, most=60):
        print(f"  {step.line()}")


if __name__ == "__main__":
    sys.exit(main())
