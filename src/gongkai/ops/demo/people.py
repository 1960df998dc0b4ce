"""Units, groups and people of the sample city, created by the actions of `units`."""

import csv
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TypeVar
from unittest.mock import patch

from django.contrib.auth.hashers import make_password

from gongkai.core.signin.models import PastPassword
from gongkai.core.units import actions
from gongkai.core.units.actors import SYSTEM, Actor, ActorPost, get_reach
from gongkai.core.units.models import Appointment, Body, BodyKind, Person, Role
from gongkai.lib.typed_json import read_records

SURNAMES = "陈林黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
GIVEN_NAMES = re.findall(
    "..",
    "志远文静建国晓梅海峰丽华永强雪松玉兰德明春燕国栋慧敏立新秋菊振华素云学军佳宁宏伟美玲向东思源兰芳光辉若溪正平云霞家豪锦程",
)

#: Login → (label, body's key, role): one login for each role, and both sides of a handover between units.
LOGIN_POSTS: dict[str, tuple[str, str, str]] = {
    "zwgk": ("市政府办公室政务公开办", "shiban", Role.CHIEF),
    "jiaoyu": ("市教育局经办人（责任单位）", "jiaoyu", Role.CLERK),
    "jiaoyu-sh": ("市教育局审核人（初审）", "jiaoyu", Role.REVIEWER),
    "jiaoyu-qf": ("市教育局签发人（复审）", "jiaoyu", Role.SIGNER),
    "jiaoyu-ld": ("市教育局单位负责人（终审）", "jiaoyu", Role.LEAD),
    "caizheng": ("市财政局经办人（牵头单位）", "caizheng", Role.CLERK),
    "caizheng-ld": ("市财政局单位负责人", "caizheng", Role.LEAD),
    "caizheng-qf": ("市财政局签发人", "caizheng", Role.SIGNER),
    "zfb-sh": ("市政府办公室审核人（初审）", "shiban", Role.REVIEWER),
    "zfb-qf": ("市政府办公室签发人（复审）", "shiban", Role.SIGNER),
    "fayanren": ("市政府新闻发言人（市政府办公室负责人）", "shiban", Role.LEAD),
    "qingxi": ("青溪县政府办公室政务公开办", "qxban", Role.CHIEF),
    "jiandu": ("监督员（只读）", "shiban", Role.AUDITOR),
    "admin": ("系统管理员", "shiban", Role.ADMINISTRATOR),
    "shizhang": ("市长（市政府负责人，终审）", "shi", Role.LEAD),
    "mishuzhang": ("市政府秘书长（市政府签发人，复审）", "shi", Role.SIGNER),
    "fumishuzhang": ("市政府副秘书长（市政府审核人，初审）", "shi", Role.REVIEWER),
    "baomi": ("安全保密管理员（确认任职和密码）", "shiban", Role.SECURITY),
}
#: Login of 市财政局预算科经办人, appointed by `bureau`.
BUREAU_LOGIN = "caizheng-ys"
SAMPLE_PASSWORD = "Yunling-2026"  # noqa: S105 - of the sample city, printed when it starts


@dataclass
class SampleStaff:
    """The people of the sample city: its units by key, and the actors by (role, unit id)."""

    bodies: dict[str, Body] = field(default_factory=dict)
    actors: dict[tuple[str, int], Actor] = field(default_factory=dict)

    def actor(self, role: str, body: Body) -> Actor:
        """Return the actor with a role at a unit."""
        return self.actors[role, body.pk]

    @property
    def chief(self) -> Actor:
        """The actor of the city's 政务公开办."""
        return self.actor(Role.CHIEF, self.bodies["shiban"])


@dataclass(frozen=True)
class SampleContext:
    """The sample's people and current day; `small` is true for the small city."""

    staff: SampleStaff
    today: date
    small: bool


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of the table `data/<name>.tsv` by heading, cells stripped."""
    text = resources.files("gongkai.ops.demo").joinpath(f"data/{name}.tsv").read_text(encoding="utf-8")
    return [
        {key: (value or "").strip() for key, value in row.items() if key}
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
    ]


T = TypeVar("T")


def read_toml(name: str) -> dict[str, object]:
    """Return the content of a TOML file of `data/`."""
    return tomllib.loads(resources.files("gongkai.ops.demo").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


def read_objects(data: Mapping[str, object], name: str, make: Callable[..., T]) -> list[T]:
    """Return an object for each table of a TOML array, made by `make`; lists become tuples."""
    return [make(**{key: _as_tuple(value) for key, value in row.items()}) for row in read_records(data, name)]


def _as_tuple(value: object) -> object:
    return tuple(_as_tuple(element) for element in value) if isinstance(value, list) else value


#: Staffing of a unit in the small city (column 小城 of `data/units.tsv`): a name only, a clerk and a head, or all signers.
NAMED, STAFFED, SIGNING = "名录", "有人", "审签"


def create_staff(since: date, *, small: bool = False) -> SampleStaff:
    """Register units, offices, groups and people as of a day; with `small` only the units and people marked for it."""
    staff = SampleStaff()
    rows = [row for row in read_rows("units") if row["小城"] or not small]
    for position, row in enumerate(rows, 1):
        staff.bodies[row["key"]] = _create_body(row, staff, position)
    for row in read_rows("groups"):
        actions.create_group(
            staff.bodies[row["所属"]],
            by=SYSTEM,
            name=row["名称"],
            other_names=row["其他写法"].replace("|", "\n"),
            kinds=[kind for kind in row["类别"].split(",") if kind],
            open_ended=bool(row["不确定"]),
        )
    with_people = [row for row in rows if row["小城"] != NAMED] if small else rows
    signing = [row for row in with_people if row["小城"] == SIGNING] if small else rows
    _create_people(staff, since, {row["key"] for row in with_people}, {row["key"] for row in signing})
    return staff


def _create_body(row: dict[str, str], staff: SampleStaff, position: int) -> Body:
    """Create a unit from its row, with contact data made up from its position, offices and aliases."""
    body: Body = actions.create(
        staff.bodies.get(row["所属"]),
        by=SYSTEM,
        name=row["全称"],
        kind=row["类别"],
        level=row["层级"],
        short_name=row["简称"],
        position=position * 10,
        phone=f"0799-8{position:03d}{position * 37 % 1000:03d}",
        address=f"{row['全称']}办公楼",
        hours="工作日 9:00—12:00，13:30—17:30",
        disclosure_office="办公室（政务公开科）",
        postcode="343000",
        fax=f"0799-8{position:03d}{position * 53 % 1000:03d}",
        email=f"{row['key']}@yunling.example",
        court="" if staff.bodies.get(row["所属"]) else "云岭铁路运输法院",
    )
    for name in filter(None, row["处室"].split(",")):
        actions.add_office(body, by=SYSTEM, name=name)
    for name in filter(None, row["别名"].split(",")):
        actions.add_alias(body, by=SYSTEM, name=name)
    return body


def _create_people(staff: SampleStaff, since: date, staffed: set[str], signing: set[str]) -> None:
    """Create clerk and head of each staffed unit, signers of each signing one, and the posts of `LOGIN_POSTS` with logins."""
    wanted = {(role, key): login for login, (_, key, role) in LOGIN_POSTS.items()}
    working = [
        key
        for key, body in staff.bodies.items()
        if body.kind != BodyKind.GOVERNMENT and key != "shengban" and key in staffed
    ]
    posts: list[tuple[str, str]] = [(role, key) for key in working for role in (Role.CLERK, Role.LEAD)]
    posts += [post for post in wanted if post not in posts]
    posts += [
        post
        for key in working
        if key in signing
        for post in ((Role.REVIEWER, key), (Role.SIGNER, key))
        if post not in posts
    ]
    # Heads of governments last: who has which name stays as it was.
    posts.sort(key=lambda post: staff.bodies[post[1]].kind == BodyKind.GOVERNMENT)
    for number, (role, key) in enumerate(posts):
        body = staff.bodies[key]
        person = _create_person(number)
        appointment = actions.appoint(
            body, by=SYSTEM, person=person, role=role, start=since, office=body.offices.first()
        )
        if login := wanted.get((role, key)):
            with patch("gongkai.core.units.actions.passwords.make_password", lambda _: hash_sample_password()):
                actions.create_login(person, by=SYSTEM, username=login)
            set_sample_password(person)
        staff.actors[role, body.pk] = make_actor_of_appointment(appointment)


def _create_person(number: int) -> Person:
    """Create a person whose name, telephone and mail address are derived from a number."""
    name = SURNAMES[number * 7 % len(SURNAMES)] + GIVEN_NAMES[number * 11 % len(GIVEN_NAMES)]
    person: Person = actions.add_person(
        None, by=SYSTEM, name=name, phone=f"0799-86{number:05d}", email=f"p{number}@yunling.example"
    )
    return person


@cache
def hash_sample_password() -> str:
    """Return the hash of the printed sample password; cached, because hashing is slow."""
    return make_password(SAMPLE_PASSWORD)


def set_sample_password(person: Person) -> None:
    """Set the printed sample password for a person, without a day from which it ages."""
    Person.objects.filter(pk=person.pk).update(must_change_password=False, vouched=True)
    PastPassword.objects.filter(user__in=Person.objects.filter(pk=person.pk).values("user")).delete()


def make_actor_of_appointment(appointment: Appointment) -> Actor:
    """Return the actor of one appointment, with that post only; the person may lack a login."""
    person, body = appointment.person, appointment.body
    post = ActorPost(appointment.role, body.pk, appointment.office_id, get_reach(appointment.role, body))
    return Actor(person.name, person_id=person.pk, user_id=person.user_id, posts=(post,), bodies=frozenset({body.pk}))


def read_staff() -> SampleStaff:
    """Return the staff of an existing sample city: its units, and one actor for each role at a unit."""
    names = {row["全称"]: row["key"] for row in read_rows("units")}
    staff = SampleStaff(bodies={names[body.name]: body for body in Body.objects.filter(name__in=names)})
    for appointment in Appointment.objects.select_related("person", "body__parent"):
        staff.actors[appointment.role, appointment.body_id] = make_actor_of_appointment(appointment)
    return staff
