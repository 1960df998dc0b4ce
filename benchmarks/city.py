"""Write a city of any size straight into the tables. Only for measuring reads, never for demonstrations."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils import timezone

from gongkai.core.files.store import store
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Appointment, Body, BodyKind, Person, Role
from gongkai.work.notices.models import Assignment, Measure, Notice

BODIES = 100
NOTICES = 20
MEASURES = 60
CHUNK = 20_000


def fill(entries: int) -> dict[str, Any]:
    """Write units, two people with logins, twenty notices over ten years and `entries` entries. Return what the benchmarks look at."""
    government = Body.objects.create(name="测试市人民政府", kind=BodyKind.GOVERNMENT)
    office = Body.objects.create(name="测试市人民政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=government)
    bodies = [Body.objects.create(name=f"测试市第{n}局", parent=government) for n in range(BODIES)]
    chief = _person("chief", Role.CHIEF, office)
    clerk = _person("clerk", Role.CLERK, bodies[0])
    notices, measures = _notices(government)
    now = timezone.now()
    copy_rows(Entry, _entries(entries, bodies, now))
    numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True))  # before COPY holds the connection
    copy_rows(Assignment, _assignments(numbers, bodies, notices, measures))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"chief": chief, "clerk": clerk, "notice": notices[-1], "body": bodies[0]}


def _person(name: str, role: str, body: Body) -> Any:
    user = get_user_model().objects.create_user(username=name, password=None)
    person = Person.objects.create(name=name, user=user)
    Appointment.objects.create(person=person, body=body, role=role, start="2020-01-01")
    try:
        from gongkai.core.units.access import sync_access

        sync_access(person)
    except ImportError:
        pass
    return user


def _notices(government: Body) -> tuple[list[Notice], list[list[Measure]]]:
    year = timezone.localdate().year
    source = store("测试".encode(), "测试.txt")
    notices, measures = [], []
    for number in range(NOTICES):
        notice = Notice.objects.create(
            government=government,
            title=f"测试通知{number}",
            year=year - (NOTICES - 1 - number) // 2,
            state="live",
            source_name="测试",
            source_file=source,
            source_digest=str(number),
        )
        made = [
            Measure(
                notice=notice,
                position=n,
                section=f"第{n // 10 + 1}部分",
                section_no=n // 10 + 1,
                text=f"举措{n}",
            )
            for n in range(MEASURES)
        ]
        Measure.objects.bulk_create(made)
        notices.append(notice)
        measures.append(list(Measure.objects.filter(notice=notice).order_by("position")))
    return notices, measures


def _place(number: int, entries: int) -> tuple[int, int, int, int]:
    """Return (notice, measure, unit, period) of the n-th entry; each combination occurs once."""
    per_notice = -(-entries // NOTICES)
    notice, rest = divmod(number, per_notice)
    period, rest = divmod(rest, MEASURES * BODIES)
    measure, body = divmod(rest, BODIES) if per_notice >= MEASURES * BODIES else (rest % MEASURES, rest // MEASURES)
    return notice, measure, body, period


def _entries(count: int, bodies: list[Body], now: datetime) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)
    for number in range(count):
        notice, _, body, _ = _place(number, count)
        current = notice >= NOTICES - 2
        opened = now - timedelta(days=(NOTICES - notice) * 182 - chance.randrange(120))
        due = opened + timedelta(days=30 + chance.randrange(300))
        closed = None if current and chance.random() < 0.5 else min(due + timedelta(days=chance.randrange(-20, 6)), now)
        yield {
            "kind": "assignment",
            "number": f"T{number}",
            "title": f"公开第{number}项信息并保持更新",
            "body_id": bodies[body].pk,
            "year": timezone.localdate().year - (NOTICES - 1 - notice) // 2,
            "state": "done" if closed else "open",
            "opened_at": opened,
            "due_at": due,
            "warn_at": due - timedelta(days=5),
            "closed_at": closed,
            "moved_at": closed or opened,
        }


def _assignments(
    numbers: list[int], bodies: list[Body], notices: list[Notice], measures: list[list[Measure]]
) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(numbers):
        notice, measure, body, period = _place(number, len(numbers))
        row = measures[notice][measure]
        yield {
            "entry_id": entry,
            "measure_id": row.pk,
            "notice_id": notices[notice].pk,
            "section_no": row.section_no,
            "body_id": bodies[body].pk,
            "track": "month",
            "period": str(period),
        }


def copy_rows(model: type[models.Model], rows: Iterator[dict[str, Any]]) -> None:
    """Write many rows by the fastest method of the database: COPY on PostgreSQL, executemany on SQLite."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    names = [f.column for f in fields]
    rest = {f.column: f.get_db_prep_save(f.get_default(), connection) for f in fields}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            again = _drop_indexes(cursor, model._meta.db_table)
            cursor.execute("SET session_replication_role = replica")  # skips the check of each foreign key
            with cursor.copy(f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row.get(name, rest[name]) for name in names])
            cursor.execute("SET session_replication_role = DEFAULT")
            for statement in again:
                cursor.execute(statement)
        return
    marks = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({marks})"
    while chunk := list(islice(rows, CHUNK)):
        prepared = [
            [f.get_db_prep_save(row[f.column], connection) if f.column in row else rest[f.column] for f in fields]
            for row in chunk
        ]
        with connection.cursor() as cursor:
            cursor.executemany(sql, prepared)


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    """Drop a table's plain indexes before many rows are inserted; return the statements that create them again."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
        " WHERE i.tablename = %s AND c.conname IS NULL",
        [table],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]
