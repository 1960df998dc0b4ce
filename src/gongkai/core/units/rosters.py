"""Import and export of the staff spreadsheet: people, posts, logins, and units that are not registered yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, Prefetch
from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import list_related_rows
from gongkai.core.spreadsheets.cells import checked_text, parse_mail_address, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Column, Row, Sheet, Table
from gongkai.core.units import queries, rules, separation
from gongkai.core.units.actions import appoint, create_login, deactivate, end_appointment, enter_person
from gongkai.core.units.actions.people import LOGIN_NAME_ERROR, LOGIN_NAME_PATTERN
from gongkai.core.units.another_person import MOBILE_FORMAT_ADVICE, is_mobile
from gongkai.core.units.bulk import NewBody, create_bodies
from gongkai.core.units.models import Appointment, Body, Office, Person, Role, Standing
from gongkai.core.units.naming import NameCatalogue
from gongkai.core.units.naming.spelling import get_place
from gongkai.core.units.naming.suggest import describe_misspelling
from gongkai.core.units.unit_import_plan import guess_kind
from gongkai.core.units.wide_rosters import POSTS_PATTERN, ROLE_BY_LABEL, parse_roles, unfold_posts
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.traditional import spell_name

#: Columns that are plain fields of a person.
_PLAIN_COLUMNS = ("title", "phone", "mobile", "email")
#: Members of a 政务公开办 who can sign all three stages for units with one clerk, and with them who drafts its own texts.
SIGNING_PERSONS, OFFICE_PERSONS = 3, 4
FEW_PEOPLE_ADVICE = (
    "只有一名经办人的单位，信息由政务公开办三个不同的人审签；办公室自己的信息（公开指南等）还要另一人起草："
    "人手不够的，请在表里给办公室的负责人、审核人的岗位加上“政务公开办”，再有一名经办人，重新上传。一行一个单位、没有岗位列的表，加一列“政务公开办”，在办公室那一行写上他们的姓名。"
)
_OFFICE_ROLES = (Role.CHIEF, Role.CLERK)
#: Columns visible only to administrators.
PRIVATE_COLUMNS = frozenset({"mobile", "email"})
_read_mobile = checked_text(30, is_mobile, f"不是手机号码，{MOBILE_FORMAT_ADVICE}")


def _list_posts(person: Person) -> list[Appointment]:
    return list(person.appointments.all())


def _read_first_post(person: Person, *path: str) -> str:
    """Return a field of the person's first appointment, or of its unit or office, as text; "" if there is none."""
    value: object = next(iter(_list_posts(person)), None)
    for name in path:
        value = getattr(value, name, None)
    return str(value or "")


PEOPLE_SHEET = Sheet(
    "人员名册",
    (
        Column("name", "姓名", short_text(60), required=True, blank=True, width=14, also=("人员姓名", "名字")),
        Column(
            "body",
            "任职单位",
            short_text(120),
            required=True,
            blank=True,
            grouping=True,
            width=30,
            write=lambda person: _read_first_post(person, "body"),
            also=("单位", "所在单位", "工作单位", "单位名称", "部门", "单位全称", "单位（全称）"),
            help="单位名录中的全称、简称或别名；名录中没有的，一并登记",
        ),
        Column(
            "roles",
            "岗位",
            parse_roles,
            required=True,
            blank=True,
            width=24,
            shape=POSTS_PATTERN,
            write=lambda person: [post.get_role_display() for post in _list_posts(person)],
            choices=tuple(ROLE_BY_LABEL),
            also=("角色", "平台岗位", "任职", "工作职责", "职责", "职责分工", "工作分工", "分工", "人员类别", "身份"),
            help="一人几个岗位的，写在一格，用顿号分开；联络员算经办人，分管领导算签发人，主要负责人算单位负责人。经办人当天生效，其他岗位由安全保密管理员确认",
        ),
        Column(
            "office",
            "处室",
            short_text(80),
            grouping=True,
            width=18,
            write=lambda person: _read_first_post(person, "office", "name"),
            also=("科室", "股室", "内设机构"),
            help="单位名录中已有的处室；不填时为全单位",
        ),
        Column(
            "username",
            "账号",
            short_text(150),
            width=16,
            write=lambda person: person.user.get_username() if person.user else "",
            also=("登录账号", "用户名", "工号"),
            help="填了就开通；没有这一列的，按姓名的拼音拟定。密码不写在表里，导入后发一次性密码",
        ),
        Column("title", "职务", short_text(60), width=16),
        Column("phone", "办公电话", short_text(30), width=16, also=("座机",)),
        Column("mobile", "手机", _read_mobile, width=16, shape=r"1\d{10}", also=("手机号", "手机号码", "移动电话")),
        Column("email", "电子邮箱", parse_mail_address, width=24, also=("邮箱",)),
        Column(
            "unit_phone",
            "单位公开电话",
            short_text(60),
            grouping=True,
            width=18,
            write=lambda person: _read_first_post(person, "body", "phone"),
            also=("公开电话", "单位电话"),
            help="登记新单位时用",
        ),
        Column(
            "unit_address",
            "单位办公地址",
            short_text(200),
            grouping=True,
            width=30,
            write=lambda person: _read_first_post(person, "body", "address"),
            also=("办公地址", "单位地址", "地址"),
            help="登记新单位时用",
        ),
    ),
    max_rows=2000,
    unfold=unfold_posts,
    intro="人员名册：姓名和任职单位都相同的，是同一个人，只增加表中有、平台没有的岗位和账号，别的不改。"
    "名录中没有的单位一并登记；还没有人的单位，姓名、岗位留空。",
)


@dataclass(slots=True)
class _RosterIndex:
    """Known (`bodies`) and new units by every name; other data by login, (name, body), (body, office); row numbers."""

    bodies: queries.UnitNames
    offices: dict[tuple[int, str], Office] = field(default_factory=dict)
    logins: dict[str, Person | None] = field(default_factory=dict)
    people: dict[tuple[str, int], list[Person]] = field(default_factory=dict)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    coming: dict[str, int] = field(default_factory=dict)
    government: Body | None = None
    units: dict[str, NewBody] = field(default_factory=dict)
    catalogue: NameCatalogue | None = None

    def read_catalogue(self) -> NameCatalogue:
        """Return the catalogue of all units, read once."""
        self.catalogue = self.catalogue or queries.load_catalogue()
        return self.catalogue

    def find_obstacle(self, name: str) -> str:
        """Return the reason against a new unit of this name, or "": it misspells a unit, or that unit is closed."""
        catalogue = self.read_catalogue()
        if any(body.name == name for body in catalogue.bodies.values()):
            return "它已撤销或已并入其他单位"
        return describe_misspelling(name, tuple(self.bodies.values()), catalogue)


def _build_index(by: Actor) -> _RosterIndex:
    """Return the units, offices, logins and active people with which rows are compared."""
    index = _RosterIndex(queries.map_names_to_bodies(by))
    index.government = index.bodies.get(queries.get_government_name(by, Role.ADMINISTRATOR))
    for office in Office.objects.filter(active_to=None):
        index.offices[office.body_id, office.name] = office
    for login in get_user_model().objects.select_related("person"):
        index.logins[login.get_username().lower()] = getattr(login, "person", None)
    posts = Appointment.objects.exclude(standing=Standing.REFUSED).filter(separation.not_ended_q())
    for person in Person.objects.filter(active=True).prefetch_related(Prefetch("appointments", posts)):
        for body in {post.body_id for post in _list_posts(person)}:
            index.people.setdefault((person.name, body), []).append(person)
    return index


def _complete_name(text: str, government: Body) -> str:
    """Return a unit's name with the place of its government: 县教育局 → 青溪县教育局; unchanged if it has the place."""
    place = get_place(government.name)
    if not place or place[:-1] in text:
        return text
    return place + text.removeprefix(place[-1])


def _plan_unit(row: Row, index: _RosterIndex, by: Actor, errors: list[CellError]) -> RowChange | None:
    """Plan the registration of a row's unit. Return None if it is known or cannot be registered (see `errors`)."""
    text, government = row["body"], index.government
    if index.bodies.get(text) or text in index.units:
        return None
    if government is None or rules.check_unit_registrar(by, government):
        errors.append(row.error(PEOPLE_SHEET, "body", f"单位名录中没有“{text}”", "请改为名录中的名称，或先登记单位"))
        return None
    name = _complete_name(text, government)
    if body := index.bodies.get(name):
        index.bodies[text] = body
        return None
    if reason := index.find_obstacle(name):
        todo = "请改正；确是另一个单位的，先在单位名录登记"
        errors.append(row.error(PEOPLE_SHEET, "body", f"单位名录中没有“{text}”，{reason}", todo))
        return None
    if name in index.units:
        index.units[text] = index.units[name]
        return None
    facts = {"short_name": text if text != name else "", "phone": row["unit_phone"], "address": row["unit_address"]}
    fields = {key: value for key, value in facts.items() if value}
    unit = NewBody(name, government.name, {"kind": guess_kind(name), **fields})
    index.units |= {text: unit, name: unit}
    heads = {"short_name": "简称", "phone": "公开电话", "address": "办公地址"}
    changes = [Difference("单位", "", "登记到单位名录"), *(Difference(heads[key], "", fields[key]) for key in fields)]
    return RowChange(row.number, name, None, tuple(changes), {"unit": unit})


def _propose_login(row: Row, index: _RosterIndex) -> str:
    """Return a free login for a person without one: the name in pinyin, else the mobile number."""
    name = spell_name(row["name"]) or str(row["mobile"] or "")
    used_logins = {*index.logins, *index.coming}
    numbered_names = (f"{name}{number}" for number in count(2))
    return next(login for login in chain([name], numbered_names) if login not in used_logins) if name else ""


def _count_office(changes: Iterable[RowChange]) -> tuple[int, int]:
    """Return (people in a 政务公开办, these and the clerks of its unit), each counted with the planned changes."""
    planned_changes = [change for change in changes if change.facts.get("body")]
    posts = {(role, body, person) for role in _OFFICE_ROLES for body, person in queries.list_role_holders([role])}
    for number, change in enumerate(planned_changes, 1):  # several people may stand in one row of a file
        person = change.target.pk if change.target else -number
        posts |= {(role, change.facts["body"].pk, person) for role in change.facts["roles"] if role in _OFFICE_ROLES}
    homes = {body for role, body, _ in posts if role == Role.CHIEF}
    members = {person for role, _, person in posts if role == Role.CHIEF}
    return len(members), len(members | {person for _, body, person in posts if body in homes})


class PeopleImporter(Importer):
    """Importer and exporter of people with their posts and logins."""

    name = "people"
    label = "人员名册"
    sheet = PEOPLE_SHEET
    home = "units:people"
    personal = True
    holds = ("body",)
    undoing = "新登记的人员办理离岗，账号停用；新增的任职结束；新登记的单位留在名录里。已经提请或者确认密码的，请到人员页面逐个办理离岗。"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against all actors except administrators."""
        return rules.check_any_administrator(by, None)

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the units, people, posts and logins that the rows would add."""
        index, plan = _build_index(by), ImportPlan()
        for row in table.rows:
            errors: list[CellError] = []
            if not row["body"]:
                if row["roles"]:
                    plan.errors.append(row.error(PEOPLE_SHEET, "body", "没有填写", "请补填"))
                plan.same += not row["roles"]  # a person without a post, as exported
                continue
            unit = _plan_unit(row, index, by, errors)
            person = None if errors or not (row["name"] or row["roles"]) else self._plan_person(row, index, by, errors)
            plan.errors += errors
            if not errors:
                plan.changes += [change for change in (unit, person) if change is not None]
                plan.same += unit is None and person is None
        signing, all_there = _count_office(plan.changes)
        if (0 < signing < SIGNING_PERSONS or 0 < all_there < OFFICE_PERSONS) and len(plan.changes) > OFFICE_PERSONS:
            plan.notes.append(f"政务公开办一共{signing}人，连同经办人{all_there}人。{FEW_PEOPLE_ADVICE}")
        return plan

    def _plan_person(self, row: Row, index: _RosterIndex, by: Actor, errors: list[CellError]) -> RowChange | None:
        """Return what a row changes for a person; None if nothing, or if it has errors (added to `errors`)."""
        body, unit = index.bodies.get(row["body"]), index.units.get(row["body"])
        if body is not None and (reasons := rules.check_people_manager(by, body)):
            errors.append(row.error(PEOPLE_SHEET, "body", reasons[0].rstrip("。"), "请由那里的系统管理员导入"))
            return None
        errors += [row.error(PEOPLE_SHEET, key, "没有填写", "请补填") for key in ("name", "roles") if not row[key]]
        key = row["name"], body.pk if body else id(unit)
        first_row = index.seen.setdefault(key, row.number)
        if first_row != row.number:
            advice = "几个岗位写在一格，用顿号分开；重名的请单独登记"
            errors.append(row.error(PEOPLE_SHEET, "name", f"与第{first_row}行是同一个人", advice))
        persons = index.people.get(key, [])
        if len(persons) > 1:
            errors.append(row.error(PEOPLE_SHEET, "name", "这个单位有几个人同名", "请在人员页面办理"))
        person = persons[0] if len(persons) == 1 else None
        office = index.offices.get((key[1], row["office"] or ""))
        if row["office"] and office is None:
            errors.append(
                row.error(PEOPLE_SHEET, "office", f"这个单位没有“{row['office']}”", "请改为名录中的处室，或先登记处室")
            )
        roles = [role for role in row["roles"] if person is None or role not in {p.role for p in _list_posts(person)}]
        if len(separation.SEPARATED_ROLES & set(row["roles"])) > 1:
            errors.append(row.error(PEOPLE_SHEET, "roles", "三员须由不同的人担任", "请只留一个岗位"))
        username = self._plan_login(row, person, index, errors)
        if errors or (person is not None and not roles and not username):
            return None
        differences = [Difference("岗位", "", "、".join(str(Role(role).label) for role in roles))] if roles else []
        proposal_note = "（按姓名拟定，要用别的，请在表里加“账号”一列）" if username and not row.has("username") else ""
        differences += [Difference("账号", "", f"开通{username}{proposal_note}")] if username else []
        facts = {"row": row, "body": body, "unit": unit, "office": office, "roles": roles, "username": username}
        return RowChange(
            row.number, f"{row['name']}（{body.label if body else row['body']}）", person, tuple(differences), facts
        )

    def _plan_login(self, row: Row, person: Person | None, index: _RosterIndex, errors: list[CellError]) -> str:
        """Return the login name to create ("" if none is due), proposed without a column; add conflicts to `errors`."""
        username = str(row["username"] or "")
        if not row.has("username") and (person is None or not person.user_id):
            username = _propose_login(row, index)
        if not username or (person is not None and index.logins.get(username.lower()) == person):
            return ""
        if person is not None and person.user_id:
            errors.append(row.error(PEOPLE_SHEET, "username", f"{person.name}已有另一个账号", "请删去这一格"))
        elif not re.match(LOGIN_NAME_PATTERN, username):
            errors.append(row.error(PEOPLE_SHEET, "username", f"“{username[:30]}”：{LOGIN_NAME_ERROR}", "请换一个"))
        elif username.lower() in index.logins:
            errors.append(row.error(PEOPLE_SHEET, "username", f"账号“{username}”已被使用", "请换一个"))
        elif first_row := index.coming.get(username.lower()):
            errors.append(row.error(PEOPLE_SHEET, "username", f"与第{first_row}行的账号相同", "请换一个"))
        index.coming.setdefault(username.lower(), row.number)
        return username

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register one unit, or one person with posts and login, or add the missing ones to an existing person."""
        if "row" not in change.facts:
            create_bodies([change.facts["unit"]], by=by)
            return
        facts, row = change.facts, change.facts["row"]
        person, body = change.target, facts["body"] or facts["unit"].body
        if person is None:
            person, _ = enter_person(
                None,
                by=by,
                name=row["name"],
                body=body,
                roles=facts["roles"],
                office=facts["office"],
                username=facts["username"],
                closed=True,
                **{key: row[key] for key in _PLAIN_COLUMNS if row[key]},
            )
            for new_row in (person, *list_related_rows(Appointment, person, "appointments")):
                recorder.made(new_row)
            return
        assert isinstance(person, Person)
        for role in facts["roles"]:
            recorder.made(appoint(body, by=by, person=person, role=role, office=facts["office"]))
        if facts["username"]:
            recorder.before(person)
            create_login(person, by=by, username=facts["username"], closed=True)

    def merge_messages(
        self, messages: Sequence[Notification], changes: Sequence[RowChange], *, by: Actor
    ) -> list[Notification]:
        """Ask the confirmers once for all rows instead of once per person."""
        page = reverse("units:confirmations")
        notifications = [message for message in messages if message.link == page]
        other_messages = [message for message in messages if message.link != page]
        if not notifications:
            return other_messages
        first_request, people_count = notifications[0], sum("row" in change.facts for change in changes)
        confirmer_ids = list(dict.fromkeys(pk for message in notifications for pk in message.persons))
        text = f"{by.name}按人员名册登记了{people_count}人的岗位和账号。请逐个向本人核实后确认，一次性密码由您当面交给本人。"
        request = separation.make_confirmation_request(confirmer_ids, text, f"{first_request.key}/{people_count}", page)
        return [*other_messages, request]

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing a row; a login stays once opened."""
        if changed is not None:
            return ["账号已经开通，不能撤销，请到人员页面办理。"]
        return rules.check_person_manager(by, row.person if isinstance(row, Appointment) else row)  # type: ignore[arg-type]

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """End the imported posts and deactivate the imported people; their work stays."""
        for row in apps.get_model(model)._base_manager.filter(pk__in=keys):
            if isinstance(row, Person):
                deactivate(row, by=by)
            elif isinstance(row, Appointment) and row.end is None:
                end_appointment(row, by=by)
        return True

    def rows(self, by: Actor) -> Iterable[Model]:
        """Return the people that the actor sees, with current posts, for export."""
        posts = queries.filter_appointments_in_force()
        people = queries.people_visible_to(by).filter(active=True).select_related("user")
        return people.prefetch_related(Prefetch("appointments", posts)).order_by("name", "pk")


PEOPLE_IMPORTER = PeopleImporter()
