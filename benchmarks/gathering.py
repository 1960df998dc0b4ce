"""Measure gathering 10,000 entries with their texts from eight sites, against a plain Scrapy spider with the same fetches.

    python -m benchmarks.gathering [entries]

The sites are servers on this machine, each in its own process, so that the reader's processor time is measured. Scrapy
runs only if `GONGKAI_SCRAPY` names a Python that has it (`pip install scrapy` into a separate environment); it is not
a requirement of this project. The spider reads lists and pages and keeps title and text in memory; Gongkai also
respects the limits of each source, detects repeats, searches titles for personal data, and stores everything.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENTRIES, SITES = 10_000, 8
#: Runs at most: a source stops after two minutes and continues in the next run, several times on a busy machine.
MAX_RUNS = 20
HERE = Path(__file__).resolve().parent


def main(entries: int = ENTRIES) -> None:
    """Print the times of both, and their ratio."""
    each = entries // SITES
    servers = [
        subprocess.Popen([sys.executable, "-m", "benchmarks.gathering_site", str(each)], stdout=subprocess.PIPE)
        for _ in range(SITES)
    ]
    try:
        roots = [str(one.stdout.readline(), "ascii").strip() for one in servers if one.stdout]
        ours = _run_gongkai(roots)
        print(f"gongkai: {ours}", flush=True)
        theirs = _run_scrapy(roots)
        if theirs:
            print(f"scrapy:  {theirs}")
            print(f"processor time, gongkai to scrapy: {ours['processor'] / theirs['processor']:.2f}")
    finally:
        for one in servers:
            one.kill()


def _run_gongkai(roots: list[str]) -> dict[str, float]:
    hosts = ",".join(root.removeprefix("http://") for root in roots)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "GONGKAI_DATA": f"{folder}/data",
            "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
        }
        os.environ |= {
            "GONGKAI_GATHER_HOSTS": hosts,
            "GONGKAI_GATHER_INSIDE": hosts,
            "GONGKAI_GATHER_RATE": "0",
        }
        sys.path.insert(0, str(HERE.parent / "tests"))
        import django

        django.setup()
        from gongkai.ops.demo.database_tables import migrate_sample

        migrate_sample()
        return _measure(roots)


def _measure(roots: list[str]) -> dict[str, float]:
    from django.utils import timezone

    from factories.publishing import website
    from gongkai.core.units.actors import SYSTEM
    from gongkai.oversight.gathering import actions, source_checks
    from gongkai.oversight.gathering.models import Gathered, Source

    collection = actions.add_collection(website().body, by=SYSTEM, name="各地要闻")
    for at, root in enumerate(roots):
        facts = {
            "name": f"站点{at}",
            "unit_name": f"单位{at}",
            "way": "list",
            "example": f"第0号通告（{root[-5:]}）",
        }
        actions.add_source(collection, by=SYSTEM, address=f"{root}/list/", **facts)
    begun, used = time.perf_counter(), time.process_time()
    runs = 0
    while Gathered.objects.exclude(text="").count() < Gathered.objects.count() or not runs:
        Source.objects.update(due_at=timezone.now())
        print(f"  {source_checks.fetch_due_sources()}", flush=True)
        runs += 1
        if runs > MAX_RUNS:
            sys.exit("the texts were not fetched")
    got = Gathered.objects.exclude(text="").count()
    return {
        "entries": got,
        "runs": runs,
        "doubles": Gathered.objects.filter(state="double").count(),
        "seconds": round(time.perf_counter() - begun, 1),
        "processor": round(time.process_time() - used, 1),
    }


def _run_scrapy(roots: list[str]) -> dict[str, float]:
    python = os.environ.get("GONGKAI_SCRAPY", "")
    if not python:
        print("GONGKAI_SCRAPY names no Python with Scrapy: comparison skipped")
        return {}
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(
        [python, "-P", str(HERE / "plain_spider.py"), *roots], check=True, capture_output=True, text=True
    ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    got = json.loads(said.splitlines()[-1])
    return {"entries": got, "seconds": round(time.perf_counter() - begun, 1), "processor": round(used, 1)}


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
