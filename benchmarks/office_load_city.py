"""Prepare the city of `benchmarks.office_load`, and run the long work.

    python -m benchmarks.office_load_city prepare CLERKS | import N | bulk N | gather N

N is a number that no earlier call on this city had.
"""

import hashlib
import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from unittest.mock import patch

#: Tasks of each clerk, more than can be submitted within a run.
TASKS_EACH = 20
ROWS, GATHERED_TEXTS, BULK_ENTRIES = 3_000, 300, 500
_IMPORTERS = ("requests", "answers", "orders", "opinion")


def prepare(count: str) -> list[dict[str, Any]]:
    """Create `count` clerks with logins and open tasks; return user names and the primary keys of the tasks."""
    from django.utils import timezone

    from gongkai.core.acts.actors import SYSTEM
    from gongkai.core.ledger.models import Entry
    from gongkai.core.units.actions import add_person, appoint, create_login
    from gongkai.core.units.models import Body, Role
    from gongkai.ops.demo.people import hash_sample_password, set_sample_password

    government = Body.objects.get(name="云岭市人民政府")
    units = list(Body.objects.filter(parent=government, kind="department").order_by("pk"))
    _make_tasks(government, units, -(-int(count) // len(units)) * TASKS_EACH)
    prefix = f"load{os.getpid()}"
    clerks: list[dict[str, Any]] = []
    for number in range(int(count)):
        unit, turn = units[number % len(units)], number // len(units)
        person = add_person(None, by=SYSTEM, name=f"周测{number}", email=f"{prefix}-{number}@yunling.example")
        appoint(unit, by=SYSTEM, person=person, role=Role.CLERK, start=timezone.localdate() - timedelta(days=30))
        with patch("gongkai.core.units.actions.passwords.make_password", lambda _: hash_sample_password()):
            create_login(person, by=SYSTEM, username=f"{prefix}-{number}")
        set_sample_password(person)
        tasks = Entry.objects.filter(body=unit, state="open", kind="assignment").order_by("-pk")
        own = list(tasks.values_list("pk", flat=True)[turn * TASKS_EACH : (turn + 1) * TASKS_EACH])
        clerks.append({"user": f"{prefix}-{number}", "entries": own})
    return clerks


def _make_tasks(government: Any, units: list[Any], each: int) -> None:
    """Import and confirm a notice with `each` tasks for each unit."""
    from django.utils import timezone

    from gongkai.work.notices.actions import confirm_notice, import_file, settle_flags
    from gongkai.work.notices.importing.source import NoticeSource
    from gongkai.work.notices.models import Notice

    due = timezone.localdate() + timedelta(days=25)
    rows: list[dict[str, Any]] = []
    for number in range(each * len(units)):
        unit = units[number % len(units)].label
        text = f"公开第{number}项重点工作的进展情况。"
        rows.append(
            {
                "section": f"第{number // 40 + 1}部分",
                "item": f"（{number // 5 + 1}）信息",
                "measure": text,
                "lead": [unit],
                "responsible": [],
                "extras": {},
                "source": {"page": 1, "cells": [text, unit]},
                "duties": [
                    {
                        "text": text,
                        "paths": [],
                        "channels": [],
                        "due": {"kind": "by_date", "date": due.isoformat(), "text": f"{due.month}月{due.day}日前"},
                    }
                ],
            }
        )
    parsed = {
        "title": f"{due.year}年重点工作任务（{os.getpid()}）",
        "doc_number": f"云府办发〔{due.year}〕{os.getpid()}号",
        "issuer": "云岭市人民政府办公室",
        "issued_on": (timezone.localdate() - timedelta(days=5)).isoformat(),
        "status": "issued",
        "basis": [],
        "rows": rows,
        "preamble_duties": [],
        "warnings": [],
    }
    data = json.dumps(parsed, ensure_ascii=False).encode()
    source = NoticeSource("任务.txt", data, hashlib.sha256(data).hexdigest(), parsed, "全文")
    office = _office()
    notice = import_file(source, by=office, government=government).notice
    settle_flags(notice, by=office)
    confirm_notice(Notice.objects.get(pk=notice.pk), by=office)


def _office() -> Any:
    """Return the open-government office of the sample city as an actor."""
    from django.contrib.auth import get_user_model

    from gongkai.core.units.actors import get_actor

    return get_actor(get_user_model().objects.get(username="zwgk"))


def import_rows(number: str) -> int:
    """Import new rows by one of the importers; return their number."""
    from benchmarks.import_rows import _city, _lists, _rows, csv_of
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.core.spreadsheets.actions import apply, upload_for_dry_run, write_rows
    from gongkai.core.spreadsheets.importers import get_importer

    name, first = _IMPORTERS[int(number) % len(_IMPORTERS)], int(number) * 10_000
    importer = get_importer(name)
    by = _office() if importer.why_not(SYSTEM) else SYSTEM
    make = _rows(_city(), _lists(1))[name]
    content = csv_of(importer, [make(first + row) for row in range(min(ROWS, importer.sheet.max_rows))])
    run, plan = upload_for_dry_run(name, content=content, file_name=f"{name}.csv", by=by)
    if plan.errors:
        raise SystemExit(f"{name} refused: {[str(one) for one in plan.errors[:2]]}")
    apply(run, by=by, written=write_rows(run, by=by))
    return len(plan.changes)


def bulk(number: str) -> int:
    """Change entries that no clerk works on with one action; return their number."""
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.core.ledger.actions import set_external_ref
    from gongkai.core.ledger.models import Entry

    rows = list(Entry.objects.filter(closed_at=None).exclude(kind="assignment").order_by("-pk")[:BULK_ENTRIES])
    set_external_ref.many(rows, by=SYSTEM, external_ref=f"WH-{number}")
    return len(rows)


def gather(number: str) -> int:
    """Gather a new site with texts from a server of this machine; return the number of texts."""
    from django.utils import timezone

    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.units.models import Body
    from gongkai.oversight.gathering import actions, source_checks
    from gongkai.oversight.gathering.models import Gathered, Source

    words = [sys.executable, "-m", "benchmarks.gathering_site", str(GATHERED_TEXTS)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as site:
        try:
            assert site.stdout
            root = site.stdout.readline().strip()
            _allow_host(root.removeprefix("http://"))
            body = Body.objects.get(name="云岭市人民政府")
            collection = actions.add_collection(body, by=SYSTEM, name=f"各地要闻{number}")
            facts = {"unit_name": "某市", "way": "list", "example": f"第0号通告（{root.rsplit(':', 1)[1]}）"}
            source = actions.add_source(collection, by=SYSTEM, name=f"站点{number}", address=f"{root}/list/", **facts)
            Source.objects.exclude(pk=source.pk).update(due_at=timezone.now() + timedelta(days=1))
            Source.objects.filter(pk=source.pk).update(due_at=timezone.now())
            source_checks.fetch_due_sources()
            return Gathered.objects.filter(source=source).exclude(text="").count()
        finally:
            site.kill()


def _allow_host(host: str) -> None:
    from django.conf import settings

    settings.GONGKAI_GATHER_HOSTS = settings.GONGKAI_GATHER_INSIDE = [host]
    settings.GONGKAI_GATHER_RATE = 0.0


TASKS = {"prepare": prepare, "import": import_rows, "bulk": bulk, "gather": gather}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(TASKS[sys.argv[1]](sys.argv[2]), ensure_ascii=False))
