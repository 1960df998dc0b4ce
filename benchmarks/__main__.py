"""Run the benchmarks: `python -m benchmarks [law reading …]`. The figures are written into docs/ (`benchmarks.figures`)."""

import importlib
import json
import platform
import sys
import time
from pathlib import Path

from benchmarks import figures

PARTS = (
    "law",
    "reading",
    "privacy",
    "matching",
    "inspection_layouts",
    "inspection_planted",
    "acts",
    "ledger",
    "requests",
    "answering",
    "annual",
    "portal",
    "portal_search",
    "portal_speed",
    "portal_cache",
)
#: Parts that take minutes or need programs installed separately: run only when named.
ON_REQUEST = ("inspecting", "hostile", "hostile_serve")


def main(wanted: list[str]) -> None:
    """Run the named parts (default: all), print each figure, and write the figures to bench.json and into docs/."""
    unknown = set(wanted) - {*PARTS, *ON_REQUEST}
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}: choose from {', '.join((*PARTS, *ON_REQUEST))}")
    results: dict[str, dict[str, float]] = {}
    reference = figures.reference_second()
    for part in wanted or PARTS:
        print(f"\n{part}", flush=True)
        started, load = time.perf_counter(), figures.read_load()
        results[part] = found = importlib.import_module(f"benchmarks.{part}").run()
        if part in PARTS and found:
            figures.store_figures(part, figures.make_measurement(found, load=load, reference=reference))
        figures.print_figures(found)
        print(f"  ({time.perf_counter() - started:.0f} s)", flush=True)
    if not wanted:
        _show_unseen()
    facts = {"python": platform.python_version(), "machine": platform.machine(), "figures": results}
    Path("bench.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    print("\nwritten to bench.json;", ", ".join(figures.write_tables(PARTS)) or "no page", "changed")
    if any(found.get("bounds broken") for found in results.values()):
        sys.exit(1)


def _show_unseen() -> None:
    """Print the latest figures measured on material outside the repository."""
    for part, run in figures.read_measurements().items():
        if part not in PARTS:
            print(f"\n{part}, measured {run.circumstances}")
            figures.print_figures(run.figures)


if __name__ == "__main__":
    main(["hostile_serve"] if sys.argv[1:] == ["hostile", "--serve"] else sys.argv[1:])
