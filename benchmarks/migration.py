"""Measure the migration of an old site with 2,000 saved pages: seconds and memory of reading, importing and undoing
(`python -m benchmarks.migration`).
"""

import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

PAGES = 2000


def main(pages: int = PAGES) -> None:
    """Print the cost of each step; the folder and the database are deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "GONGKAI_DATA": f"{folder}/data",
            "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
        }
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure(Path(folder, "old"), pages)


def _measure(folder: Path, pages: int) -> None:
    from factories.migration import read_run
    from factories.old_site import COLUMNS, UNITS, OldSite
    from factories.publishing import column, website
    from factories.units import BodyFactory, actor
    from gongkai.content.migration import actions
    from gongkai.content.migration.models import MoveRun
    from gongkai.content.migration.run_steps import work_on_run
    from gongkai.core.units.models import Role

    site = website()
    for name in COLUMNS:
        column(site, name)
    for name in UNITS:
        BodyFactory(name=name, parent=site.body)
    chief = actor(Role.CHIEF, site.body)
    folder.mkdir()
    _told("old site written", time.perf_counter(), Counter(t.kind for t in OldSite(folder, pages).truths))

    def counts(run: MoveRun) -> Counter[str]:
        return Counter(run.rows.values_list("state", flat=True))

    start = time.perf_counter()
    run = read_run(site, chief, bundle=folder)
    _told("read (dry run)", start, counts(run))
    ready = counts(run)["ready"]
    start = time.perf_counter()
    actions.order_run(run, by=chief)
    run = work_on_run(MoveRun.objects.get(pk=run.pk), seconds=1e9)
    _told("moved", start, counts(run))
    if not ready or counts(run)["moved"] != ready:
        sys.exit(f"{counts(run)['moved']} of {ready} pieces were moved")
    start = time.perf_counter()
    actions.undo_run(run, by=chief, reason="来源有误")
    run = work_on_run(MoveRun.objects.get(pk=run.pk), seconds=1e9)
    _told("taken back", start, counts(run))
    if counts(run)["back"] < ready or counts(run)["moved"]:
        sys.exit("the undo left something")


def _told(what: str, start: float, counts: Counter[str]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<18}{time.perf_counter() - start:8.1f} s   peak {peak:5.0f} MB   {dict(counts)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
