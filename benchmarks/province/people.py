"""Benchmark data: units and people of the province, and the stages that fill it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from benchmarks.province import entries, texts
from benchmarks.province.hands import WrittenRows
from benchmarks.province.size import ProvinceSize
from gongkai.core.acts.action import ActionResult, Refused, record_many
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.units import actions
from gongkai.core.units.access import ensure_groups
from gongkai.core.units.bulk import NewBody, create_bodies
from gongkai.core.units.models import Appointment, Body, BodyKind, BodyLevel, Person, Role
from gongkai.ops.demo.seeded import read_seeded_size, seed_province

PROVINCE, OFFICE = "规模省人民政府", "规模省人民政府办公厅"
#: Rows written together.
BATCH_SIZE = 1_000
#: First day of all appointments.
APPOINTMENT_START = date(2020, 1, 1)
#: Roles of a unit's people in this order; further people are mostly clerks.
ROLES_IN_ORDER = (Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD)


def create_province_bodies(size: ProvinceSize) -> Iterator[int]:
    """Create the province, its counties and their units; yield row counts."""
    if not Body.objects.exists():
        first = [
            NewBody(PROVINCE, "", {"kind": BodyKind.GOVERNMENT, "level": BodyLevel.PROVINCE}),
            NewBody(OFFICE, PROVINCE, {"kind": BodyKind.GENERAL_OFFICE}),
        ]
        yield _made(first)
    counties = [f"规模县{n:03d}人民政府" for n in range(size.counties)]
    there = Body.objects.filter(name__in=counties).count()
    news = [NewBody(name, PROVINCE, {"kind": BodyKind.DISTRICT, "level": BodyLevel.COUNTY}) for name in counties]
    if news[there:]:
        yield _made(news[there:])
    known = Body.objects.filter(kind=BodyKind.DEPARTMENT).count()
    wanted = max(0, size.units - size.counties - 2)
    for begin in range(known, wanted, BATCH_SIZE):
        numbers = range(begin, min(begin + BATCH_SIZE, wanted))
        yield _made([_unit(n, counties) for n in numbers])


def _unit(number: int, counties: list[str]) -> NewBody:
    place = number % (len(counties) + 1)
    over, name = (PROVINCE, "省") if place == len(counties) else (counties[place], f"规模县{place:03d}")
    return NewBody(f"{name}第{number // (len(counties) + 1) + 1}局", over, {"kind": BodyKind.DEPARTMENT})


@transaction.atomic
def _made(news: list[NewBody]) -> int:
    return 2 * len(list(create_bodies(news, by=SYSTEM)))


def create_persons(size: ProvinceSize, password: str) -> Iterator[int]:
    """Create people with logins and posts, four to a unit; yield row counts.

    All have the same password, or none.
    """
    places = list(Body.objects.order_by("pk").values_list("pk", flat=True))
    hashed = make_password(password or None)
    groups = {role: group.pk for role, group in ensure_groups().items()}
    for begin in range(Person.objects.count(), size.persons, BATCH_SIZE):
        yield _people(range(begin, min(begin + BATCH_SIZE, size.persons)), places, hashed, groups)


@transaction.atomic
def _people(numbers: range, places: list[int], hashed: str, groups: dict[str, int]) -> int:
    users = get_user_model()
    logins = users.objects.bulk_create(
        [users(username=f"p{n:05d}", first_name=f"人员{n:05d}", password=hashed) for n in numbers]
    )
    people = Person.objects.bulk_create(
        [Person(name=login.first_name, user=login) for login in logins], batch_size=BATCH_SIZE
    )
    roles = [_role(n, len(places)) for n in numbers]
    posts = Appointment.objects.bulk_create(
        [
            Appointment(person=person, body_id=places[n % len(places)], role=role, start=APPOINTMENT_START)
            for n, person, role in zip(numbers, people, roles, strict=True)
        ],
        batch_size=BATCH_SIZE,
    )
    through = users.groups.through
    through.objects.bulk_create(
        [through(user_id=login.pk, group_id=groups[role]) for login, role in zip(logins, roles, strict=True)],
        batch_size=BATCH_SIZE,
    )
    said = [
        (actions.add_person, person, ActionResult(words=f"登记人员“{person.name}”", stream=f"person/{person.pk}"))
        for person in people
    ]
    record_many(said, by=SYSTEM)
    return len(logins) + 2 * len(people) + len(posts) + 2 * len(people)


def _role(number: int, places: int) -> Role:
    """Return a person's role; the first person of the second unit is its open-government office."""
    if number % places == 1 and number < places:
        return Role.CHIEF
    turn = number // places
    return ROLES_IN_ORDER[turn] if turn < len(ROLES_IN_ORDER) else Role.CLERK


@dataclass(frozen=True)
class SeedingStage:
    """Progress of a stage of seeding in this run: rows written, elapsed seconds, CPU seconds."""

    label: str
    rows: int
    seconds: float
    processor: float


def fill_province(
    size: ProvinceSize, *, password: str = "", say: Callable[[SeedingStage], None], hands: int = 1
) -> None:
    """Seed an empty database, or resume with the same size.

    `hands` is the number of processes for texts and entries (PostgreSQL only).

    Raises:
        Refused: the database contains other data, or was seeded with another size.
    """
    if why := size.why_not():
        raise Refused(why)
    before = read_seeded_size()
    if before is None:
        seed_province(None, by=SYSTEM, size=size.as_facts())
    elif before != size.as_facts():
        text = "，".join(f"{name} {number}" for name, number in before.items())
        raise Refused(f"这个数据库写入规模测试数据时用的是另外的数量（{text}）：请用同样的数量继续。")
    stages: tuple[tuple[str, Callable[[], Iterator[int | WrittenRows]]], ...] = (
        ("单位", lambda: create_province_bodies(size)),
        ("人员", lambda: create_persons(size, password)),
        ("网站和栏目", lambda: texts.create_sites(size)),
        ("公开信息", lambda: texts.create_texts(size, hands)),
        ("通知", lambda: entries.create_notices(size)),
        ("台账", lambda: entries.create_entries(size, hands)),
    )
    for label, work in stages:
        _run(label, work(), say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _run(label: str, work: Iterator[int | WrittenRows], say: Callable[[SeedingStage], None]) -> None:
    rows, began, processor = 0, time.monotonic(), time.process_time()
    for wrote in work:
        if isinstance(wrote, WrittenRows):
            processor -= wrote.elsewhere
        rows += wrote.rows if isinstance(wrote, WrittenRows) else wrote
        say(SeedingStage(label, rows, time.monotonic() - began, time.process_time() - processor))
