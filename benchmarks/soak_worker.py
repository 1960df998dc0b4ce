"""The worker process of the soak, which imports and confirms notices until it is killed; and the check afterwards."""

import json
import os
import sys
import uuid
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
import django

django.setup()

from django.utils import timezone  # noqa: E402

from gongkai.core.acts.seal import verify_log  # noqa: E402
from gongkai.core.ledger.models import Entry  # noqa: E402
from gongkai.core.units.models import Role  # noqa: E402
from gongkai.ops.demo import build, notices, site  # noqa: E402
from gongkai.ops.demo import people as cast  # noqa: E402
from gongkai.work.notices import actions  # noqa: E402
from gongkai.work.notices.importing.source import read_source  # noqa: E402
from gongkai.work.notices.models import Assignment, Notice  # noqa: E402


def prepare() -> None:
    """Create the units, the people and their sites."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    made = cast.create_staff(timezone.localdate() - timedelta(days=300))
    site.open_sites(made)


def work() -> None:
    """Import and confirm repeatedly; print each after its commit."""
    people = cast.read_staff()
    today = timezone.localdate()
    county, chief = people.bodies["qingxi"], people.actor(Role.CHIEF, people.bodies["qxban"])
    print("ready", flush=True)
    while True:
        sample = notices.load_sample("county", today, notices.get_notice_year(today))
        sample.facts["标题"] += uuid.uuid4().hex[:6]
        source = read_source(notices.make_word_file(sample), "通知.docx")
        notice = actions.import_notice(None, by=chief, source=source, government=county, issuer=people.bodies["qxban"])
        print("imported", notice.pk, notice.measures.count(), ".", flush=True)
        build.settle_notice(notice, chief)
        actions.confirm_notice(Notice.objects.get(pk=notice.pk), by=chief)
        print("confirmed", notice.pk, Assignment.objects.filter(notice=notice).count(), ".", flush=True)


def check(said: list[list[str]]) -> dict[str, Any]:
    """Return the errors: printed but missing, or incomplete."""
    faults = []
    for kind, number, count, _ in said:
        there = {
            "imported": lambda n: Notice.objects.get(pk=n).measures.count(),
            "confirmed": lambda n: Assignment.objects.filter(notice=n).count(),
        }[kind](int(number))
        if there != int(count):
            faults.append(f"{kind} {number}: {count} said, {there} there")
    measures = {notice.measures.count() for notice in Notice.objects.all()}
    if len(measures) > 1:
        faults.append(f"notices imported in part: {measures}")
    entries = {Assignment.objects.filter(notice=n).count() for n in Notice.objects.filter(state="live")}
    if len(entries) > 1:
        faults.append(f"notices confirmed in part: {entries}")
    if Assignment.objects.filter(notice__state="draft").exists():
        faults.append("a draft has entries")
    if Entry.objects.filter(kind="assignment", assignment=None).exists():
        faults.append("an entry without its assignment")
    verdict = verify_log()
    if not verdict.ok:
        faults.append(verdict.broken)
    return {"faults": faults, "movements": verdict.movements}


if __name__ == "__main__":
    if sys.argv[1] == "check":
        print(json.dumps(check(json.load(sys.stdin)), ensure_ascii=False))
    else:
        {"prepare": prepare, "work": work}[sys.argv[1]]()
