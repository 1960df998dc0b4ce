"""Measure the annual report of an area over many requests, without cached results (`python -m benchmarks.annual REQUESTS`)."""

import json
import os
import sys
import time
from pathlib import Path

REQUESTS = 5_000
UNITS = 60


def run() -> dict[str, float]:
    """Return the figures for 5,000 requests in 60 units, on SQLite and PostgreSQL."""
    from benchmarks.compare import run_on

    figures: dict[str, float] = {}
    for vendor in ("sqlite", "postgresql"):
        result = run_on("benchmarks.annual", vendor, REQUESTS)
        if result is None:
            print(f"  {vendor}: skipped, no server")
            continue
        figures |= {f"{vendor} {REQUESTS:,} requests, {name}": value for name, value in result["figures"].items()}
    return figures


def main(count: int) -> None:
    """Fill the database named by the environment, compute the reports of a unit and of the area, and print JSON."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from factories.annual import YEAR, city, insert_random_requests, make_reports, reload_report
    from factories.units import BodyFactory
    from gongkai.oversight.annual.checks import list_problems
    from gongkai.oversight.annual.queries.area import count_now

    town = city()
    units = [BodyFactory(parent=town.government) for _ in range(UNITS - 3)]
    reports = make_reports(town, YEAR)
    insert_random_requests([town.office, town.housing, town.schools, *units], count)
    area, unit = reload_report(reports[town.government.pk]), reload_report(reports[town.housing.pk])

    def seconds(report: object) -> float:
        started = time.perf_counter()
        counted = count_now(report)  # type: ignore[arg-type]
        list_problems(report, counted, today=timezone.localdate())  # type: ignore[arg-type]
        took = time.perf_counter() - started
        if not any(figure.value for figure in counted.figures.values()):
            raise SystemExit(f"{report} has no counts")
        return took

    figures = {"a unit's report: s": seconds(unit), f"the area's of {UNITS} units: s": seconds(area)}
    print(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
