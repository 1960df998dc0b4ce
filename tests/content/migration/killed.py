"""Commands that `test_killed.py` runs and kills: migrate pages, export packages, apply packages."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")


def main(task: str, *words: str) -> None:
    from gongkai.ops.cli.django import start_django

    start_django(ready=False)
    globals()[task](*words)


def slow_files() -> None:
    """Slow every file write down, so that a kill hits between files and rows."""
    import time

    from django.core.files.storage import FileSystemStorage

    save = FileSystemStorage.save

    def slowly(self: FileSystemStorage, *args: object, **facts: object) -> str:
        done = save(self, *args, **facts)  # type: ignore[arg-type]
        print("file", flush=True)
        time.sleep(0.05)
        return done

    FileSystemStorage.save = slowly  # type: ignore[method-assign,assignment]


def inner(folder: str) -> None:
    """Build an inner side with a site, people and a migration of old pages, and order the run."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from factories.migration import read_run, row, sheet
    from factories.publishing import column, website
    from factories.units import BodyFactory, actor
    from gongkai.core.units.models import Role

    site = website()
    column(site, "规划信息")
    BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    chief = actor(Role.CHIEF, site.body)
    files = Path(folder) / "files"
    files.mkdir()
    for number in range(30):
        (files / f"{number}.txt").write_text(f"第{number}号清单")
    rows = [row(number, files=[f"{number}.txt"]) for number in range(30)]
    run = read_run(site, chief, sheet=sheet(*rows), bundle=files)
    from gongkai.content.migration import actions

    actions.order_run(run, by=chief)
    print("ready", flush=True)


def move() -> None:
    """Work on all runs until nothing is left."""
    slow_files()
    from gongkai.content.migration.run_steps import work_on_all_runs

    print("ready", flush=True)
    work_on_all_runs(1e9)
    print("done", flush=True)


def export() -> None:
    from gongkai.content.packages import exporting
    from gongkai.core.units.actors import SYSTEM

    for one in exporting.export_packages(SYSTEM, max_rows=20):
        print(exporting.get_export_folder() / one.file, flush=True)


def migrate() -> None:
    """Create the tables of an empty database."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def key(out: str) -> None:
    """Write the public key to a file."""
    from gongkai.content.packages import container

    Path(out).write_bytes(container.get_public_key_pem())


def outer(key: str) -> None:
    """Trust the inner side's public key."""
    from gongkai.content.packages import container

    container.store_trusted_key(Path(key).read_bytes())


def apply(*files: str) -> None:
    slow_files()
    from gongkai.content.packages import applying
    from gongkai.core.units.actors import SYSTEM

    print("ready", flush=True)
    for file in files:
        applying.apply_package_file(Path(file), SYSTEM)
        print("applied", flush=True)
    print("done", flush=True)


def look() -> None:
    """Print counts, failed verifications and orphaned files as JSON."""
    from datetime import timedelta

    from gongkai.content.editions.models import Document, Edition, EditionContent, Shelf
    from gongkai.content.migration.models import MoveRow
    from gongkai.content.packages.models import Package
    from gongkai.core.files.integrity import delete_orphans
    from gongkai.core.files.models import StoredFile
    from gongkai.core.files.storage import get_files_storage
    from gongkai.core.ledger.audit import run_audit

    faults = [f.verdict.broken for f in run_audit() if f.verdict.broken]
    whole = Document.objects.count()
    parts = {
        "editions": Edition.objects.count(),
        "texts": EditionContent.objects.count(),
        "shelved": Shelf.objects.values("document").distinct().count(),
    }
    faults += [f"{name} {count} of {whole}" for name, count in parts.items() if count != whole]
    moved = MoveRow.objects.filter(state="moved").count()
    if moved and moved != whole:
        faults.append(f"moved {moved} of {whole}")
    missing = [s.pk for s in StoredFile.objects.all() if not get_files_storage().exists(s.place)]
    faults += [f"no bytes of {mark}" for mark in missing]
    orphans = delete_orphans(age=timedelta(0))["collected"]
    print(json.dumps({"documents": whole, "faults": faults, "orphans": orphans, "packages": Package.objects.count()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
