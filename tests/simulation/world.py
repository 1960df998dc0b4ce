"""A seeded government with its people, its site and its yearly notice, made by the product's own actions."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from unittest.mock import patch

from django.utils import timezone

from factories import notices
from factories.consultation import inquiry
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.core.acts.action import Refused
from gongkai.core.units import actions as units
from gongkai.core.units.actors import SYSTEM, Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, BodyLevel, Person, Role
from gongkai.ops.demo.build import build_city as build_sample
from gongkai.ops.demo.people import BUREAU_LOGIN, LOGIN_POSTS
from gongkai.work.requests import actions as requesting

SURNAMES = "陈林黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "远明静文国华建梅海峰丽强雪玉德春燕栋慧立秋振素军宁美东源兰光若正云家锦"

#: Shapes of a unit: the roles of each of its people. Two roles in one entry are one person with two posts.
SHAPES: dict[str, tuple[tuple[str, ...], ...]] = {
    "one clerk": ((Role.CLERK,),), "clerk and head": ((Role.CLERK,), (Role.LEAD,)),
    "head signs": ((Role.CLERK,), (Role.LEAD, Role.SIGNER)),
    "full": ((Role.CLERK,), (Role.REVIEWER,), (Role.SIGNER,), (Role.LEAD,)),
    "two of each": ((Role.CLERK,), (Role.CLERK,), (Role.REVIEWER,), (Role.SIGNER,), (Role.SIGNER,), (Role.LEAD,)),
}  # fmt: skip
#: People of the government's own office, by login: recounts and reports name these.
OFFICE = {
    "zwgk": (Role.CHIEF,), "zwgk-2": (Role.CHIEF,), "clerk": (Role.CLERK,), "sh": (Role.REVIEWER,),
    "qf": (Role.SIGNER,), "ld": (Role.LEAD,), "jiandu": (Role.AUDITOR,), "admin": (Role.ADMINISTRATOR,),
    "baomi": (Role.SECURITY,),
}  # fmt: skip
NAMES = (
    ("教育局", BodyKind.DEPARTMENT), ("财政局", BodyKind.DEPARTMENT), ("卫生健康委员会", BodyKind.DEPARTMENT),
    ("发展和改革委员会", BodyKind.DEPARTMENT), ("住房和城乡建设局", BodyKind.DEPARTMENT), ("民政局", BodyKind.DEPARTMENT),
    ("东关街道办事处", BodyKind.SUBDISTRICT), ("图书馆", BodyKind.INSTITUTION), ("城市供水公司", BodyKind.ENTERPRISE),
)  # fmt: skip


#: Pages whose recount names rows of the sample city.
UNLIKE = frozenset({
    "/admin/notices/1/matrix/", "/admin/inspection/runs/2/", "/admin/directory/checks/", "/admin/policies/uploads/",
    "/admin/gazette/", "/admin/newmedia/statistics/", "/admin/answers/coverage/", "/admin/policies/",
})  # fmt: skip
#: Pages whose recount holds for the sample as it was built: its targets and its lists are written into it.
AS_BUILT = frozenset(
    {"/admin/interpretation/press/", "/gathered/", "/admin/decisions/figures/", "/admin/directory/checks/"}
)


@dataclass
class World:
    """Logins with their people, the government, its office and its default site."""

    government: Body
    office: Body
    logins: list[str] = field(default_factory=list)
    units: list[Body] = field(default_factory=list)
    #: Logins that recounts and reports name: their people stay.
    named: tuple[str, ...] = (*OFFICE, "sz", "msz", "fmsz")
    #: The login that drafts texts, and the pages whose recount names rows that this world does not have.
    writer: str = "clerk"
    unlike: frozenset[str] = UNLIKE

    def actor(self, login: str) -> Actor:
        """Return a login's person with the present posts."""
        return get_actor(Person.objects.select_related("user").get(user__username=login).user)


def build(rng: random.Random, today: date, *, opened: bool = True) -> World:
    """Make a government of 4 to 12 units, in half of the worlds with a county below; open its columns if asked."""
    government: Body = units.create(
        None,
        by=SYSTEM,
        name="云岭市人民政府",
        short_name="市政府",
        kind=BodyKind.GOVERNMENT,
        level=BodyLevel.CITY,
        position=10,
    )
    office = _unit(government, "云岭市人民政府办公室", BodyKind.GENERAL_OFFICE, BodyLevel.CITY, 20)
    world = World(government, office)
    for login, roles in OFFICE.items():
        _person(world, rng, office, roles, login, today)
    for login, roles in (("sz", (Role.LEAD,)), ("msz", (Role.SIGNER,)), ("fmsz", (Role.REVIEWER,))):
        _person(world, rng, government, roles, login, today)
    for position, (name, kind) in enumerate(rng.sample(NAMES, rng.randint(2, 8)), 3):
        body = _unit(government, f"云岭市{name}", kind, BodyLevel.CITY, position * 10)
        world.units.append(body)
        _staff(world, rng, body, rng.choice([*SHAPES]), today)
    if rng.random() < 0.5:
        _county(world, rng, today)
    _site(world)
    _notice(world, rng, opened=opened)
    _matters(world, rng)
    return world


def build_city(moment: datetime) -> None:
    """Build the small sample city as of a moment, which has rows of every kind, and give all its staff a login."""
    from gongkai.lib.outbound import http_requests
    from simulation import outside

    with (
        patch("gongkai.ops.demo.build.run_due"),  # it seals, and the clock stands still
        patch.object(http_requests, "_send_on_connection", outside.REAL_SEND),  # it serves the sites that it inspects
    ):
        build_sample(lambda _: None, small=True, now=moment)
    for person in Person.objects.filter(active=True, user=None).order_by("pk"):
        units.create_login(person, by=SYSTEM, username=f"p{person.pk}")
        Person.objects.filter(pk=person.pk).update(must_change_password=False, vouched=True)


def find_in_city(kind: BodyKind) -> Body:
    """Return the city's government or general office: the first one, as the kind of another unit may be changed to it."""
    return Body.objects.filter(kind=kind, level=BodyLevel.CITY).earliest("pk")


def find_city() -> World:
    """Return the sample city that the database holds."""
    government, office = find_in_city(BodyKind.GOVERNMENT), find_in_city(BodyKind.GENERAL_OFFICE)
    departments = Body.objects.filter(kind=BodyKind.DEPARTMENT, active_to=None).order_by("pk")
    staff = Person.objects.filter(active=True).exclude(user=None).order_by("pk")
    return World(
        government,
        office,
        logins=[*staff.values_list("user__username", flat=True)],
        units=[*departments],
        named=(*LOGIN_POSTS, BUREAU_LOGIN),
        writer="jiaoyu",
        unlike=AS_BUILT,
    )


def _unit(parent: Body | None, name: str, kind: str, level: str, position: int, short: str = "") -> Body:
    made: Body = units.create(
        parent,
        by=SYSTEM,
        name=name,
        kind=kind,
        level=level,
        short_name=short
        or name.replace("青溪县", "县")
        .replace("云岭市人民政府", "市政府")
        .replace("云岭市", "市")
        .replace("人民政府", "政府"),
        position=position,
        phone="0799-8001234",
        address=f"{name}办公楼",
        hours="工作日 9:00—17:00",
        disclosure_office="办公室",
        postcode="343000",
        fax="0799-8001235",
        email=f"u{position}@yunling.example",
        court="" if parent else "云岭铁路运输法院",
    )
    return made


def _staff(world: World, rng: random.Random, body: Body, shape: str, today: date) -> None:
    if len(SHAPES[shape]) > 3 and rng.random() < 0.5:
        for name in ("综合科", "业务科"):
            units.add_office(body, by=SYSTEM, name=name)
    for number, roles in enumerate(SHAPES[shape]):
        _person(world, rng, body, roles, f"u{body.pk}-{number}", today)


def _person(world: World, rng: random.Random, body: Body, roles: tuple[str, ...], login: str, today: date) -> None:
    name = rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2))
    person: Person = units.add_person(
        None, by=SYSTEM, name=name, phone=f"0799-86{len(world.logins):05d}", email=f"{login}@yunling.example"
    )
    offices = [*body.offices.all(), None]
    for role in roles:
        units.appoint(body, by=SYSTEM, person=person, role=role, start=today, office=rng.choice(offices))
    units.create_login(person, by=SYSTEM, username=login)
    Person.objects.filter(pk=person.pk).update(must_change_password=False, vouched=True)
    world.logins.append(login)


def _county(world: World, rng: random.Random, today: date) -> None:
    """Make a small county below: one officer, and units with a clerk each."""
    county = _unit(world.government, "青溪县人民政府", BodyKind.DISTRICT, BodyLevel.COUNTY, 500)
    office = _unit(county, "青溪县人民政府办公室", BodyKind.GENERAL_OFFICE, BodyLevel.COUNTY, 510)
    for login, roles in (("qingxi", (Role.CHIEF,)), ("qingxi-ld", (Role.LEAD, Role.SIGNER))):
        _person(world, rng, office, roles, login, today)
    for position, name in enumerate(("教育局", "财政局", "水利局")[: rng.randint(1, 3)], 52):
        _staff(
            world,
            rng,
            _unit(county, f"青溪县{name}", BodyKind.DEPARTMENT, BodyLevel.COUNTY, position * 10),
            "one clerk",
            today,
        )


def _site(world: World) -> None:
    website: Website = publishing.open_website(
        None,
        by=world.actor("zwgk"),
        person=Person.objects.get(user__username="clerk"),
        name="云岭市人民政府",
        host="testserver",
        body=world.government,
        code="3601990001",
        icp="云ICP备00000001号",
        police="云公网安备00000000000001号",
        party_mark="https://bszs.conac.cn/",
        sponsor=world.office.name,
        undertaker="云岭市数据局",
        contact="0799-8001234",
        leader="",
        is_default=True,
    )
    for proposal in ProposedWords.objects.filter(state=WordsState.WAITING, target=f"website/{website.pk}"):
        publishing.confirm_words(website, by=world.actor("admin"), proposal=proposal)


def quarterly_row(leading: list[str], assisting: list[str]) -> dict[str, object]:
    """Return a row of a notice with two duties: one each quarter, and one at all times."""
    quarter = {"kind": "recurring", "period": "quarter", "text": "每季度"}
    ongoing = {"kind": "ongoing", "mode": "及时", "text": "及时"}
    duties = [notices.duty("每季度公开财政收支情况。", due=quarter), notices.duty("及时更新。", due=ongoing)]
    section, words = "二、公开财政信息", "每季度公开财政收支情况，及时更新。"
    return notices.row(words, leading, assisting, section=section, duties=duties)


def _notice(world: World, rng: random.Random, *, opened: bool) -> None:
    """Import and confirm this year's notice, and open the columns that it names if asked."""
    named = [body.label for body in world.units]
    year = timezone.localdate().year
    lead, others = named[0], named[1:] or named
    rows = [
        notices.row(
            "公开专项规划。",
            [lead],
            rng.sample(others, min(2, len(others))),
            duties=[
                notices.duty(
                    "公开专项规划。",
                    paths=[notices.PLANNING_PATH],
                    due=notices.by_date(f"{year}-{rng.randint(10, 12)}-10"),
                )
            ],
        ),
        quarterly_row([], [rng.choice(named)]),
        notices.row("落实政策解读制度，文件公布后及时解读。", [], [world.office.label], section="三、加强解读"),
    ]
    made = notices.parsed(
        title=f"云岭市{year}年政务公开工作要点任务分工",
        doc_number=f"云府办发〔{year}〕8号",
        issued_on=timezone.localdate().isoformat(),
        rows=rows,
    )
    chief = world.actor("zwgk")
    city = notices.City(*([world.government, world.office] + [world.office] * 5), chief=chief)
    notice = notices.resolve_all(city, notices.draft(city, made))
    from gongkai.work.notices.actions import confirm_notice

    confirm_notice(notice, by=chief)
    if not opened:
        return
    for column in Column.objects.filter(opened_at=None).select_related("website__body", "owner").order_by("path"):
        clerk = Person.objects.get(user__username="clerk")
        content = column.content or f"集中公开{column.name}信息。"
        publishing.change_column(
            column, by=chief, owner=column.owner or world.office, person=clerk, cycle_days=90, content=content
        )
        try:
            publishing.open_column(column, by=world.actor("admin"))
        except Refused:
            continue


def _matters(world: World, rng: random.Random) -> None:
    """Let people outside ask: requests at the counter, and questions by telephone."""
    for body in [world.office, *rng.sample(world.units, min(2, len(world.units)))]:
        requesting.register_request(
            body, by=SYSTEM, wanted="老旧小区改造项目清单及资金安排", applicant_kind="person", channel="counter"
        )
        inquiry(body)
