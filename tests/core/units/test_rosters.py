"""Importing a roster of people: new people, posts, logins, confirmations, errors."""

import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import actions
from gongkai.core.spreadsheets.importers import get_importer
from gongkai.core.spreadsheets.views import _guess_headings
from gongkai.core.units import separation
from gongkai.core.units.models import Appointment, Body, BodyKind, PasswordRequest, Person, Role, Standing
from gongkai.core.units.queries import list_never_signed_in
from gongkai.core.units.wide_rosters import POSTS_PATTERN, unfold_posts

pytestmark = pytest.mark.django_db
HEAD = ("姓名", "任职单位", "岗位", "账号", "职务", "手机", "电子邮箱")


def make_roster(*rows: tuple[str, ...]) -> bytes:
    made = Workbook()
    for row in (HEAD, *rows):
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def office() -> Body:
    city = BodyFactory(government=True)
    made = BodyFactory(name="云岭市人民政府办公室", parent=city, kind=BodyKind.GENERAL_OFFICE)
    AppointmentFactory(body=made, role=Role.SECURITY)
    return made


@pytest.fixture
def administrator(office):
    return actor(Role.ADMINISTRATOR, office)


def dry_run(by, *rows: tuple[str, ...]):
    return actions.upload_for_dry_run("people", content=make_roster(*rows), file_name="名册.xlsx", by=by)


def test_roster_imports_people_posts_and_logins(office, administrator) -> None:
    run, plan = dry_run(
        administrator,
        ("李红", office.name, "经办人", "lihong", "科员"),
        ("孙明", office.name, "审核人、签发人", "sunming", ""),
        ("赵强", office.name, "单位负责人", "", "主任"),
    )
    assert plan.errors == []
    actions.apply(run, by=administrator)
    posts = Appointment.objects.filter(person__name__in=("李红", "孙明", "赵强"))
    assert {(post.person.name, post.role): post.standing for post in posts} == {
        ("李红", Role.CLERK): Standing.CONFIRMED,
        ("孙明", Role.REVIEWER): Standing.WAITING,
        ("孙明", Role.SIGNER): Standing.WAITING,
        ("赵强", Role.LEAD): Standing.WAITING,
    }
    assert PasswordRequest.objects.get().person.name == "孙明"
    asked = Message.objects.filter(subject="请确认")
    assert len(set(asked.values_list("body", flat=True))) == 1
    assert [person.name for person in list_never_signed_in(administrator)] == ["李红"]
    run.refresh_from_db()
    assert not run.content


def test_existing_person_gets_only_missing_posts(office, administrator) -> None:
    there = AppointmentFactory(body=office, role=Role.CLERK, person__name="李红", person__title="科长").person
    run, plan = dry_run(administrator, ("李红", office.name, "经办人、审核人", "", "科员"))
    assert [change.target for change in plan.changes] == [there]
    actions.apply(run, by=administrator)
    there.refresh_from_db()
    assert there.title == "科长"
    assert set(there.appointments.values_list("role", flat=True)) == {Role.CLERK, Role.REVIEWER}
    _, again = dry_run(administrator, ("李红", office.name, "经办人、审核人", "", ""))
    assert (again.changes, again.same) == ([], 1)


def test_undo_deactivates_people_and_keeps_the_log(office, administrator) -> None:
    run, _ = dry_run(administrator, ("李红", office.name, "经办人", "lihong", ""))
    actions.apply(run, by=administrator)
    actions.undo(run, by=administrator)
    person = Person.objects.get(name="李红")
    assert not person.active
    assert person.appointments.get().end is not None


@pytest.mark.parametrize(
    ("row", "head", "word"),
    [
        (("李红", "云岭市人民政府办公宝", "经办人", "", ""), "任职单位", "“宝”应为“室”"),
        (("李红", "云岭市人民政府办公室", "", "", ""), "岗位", "没有填写"),
        (("李红", "云岭市人民政府办公室", "科员", "", ""), "岗位", "不是平台的岗位"),
        (("李红", "云岭市人民政府办公室", "系统管理员、监督员", "", ""), "岗位", "三员"),
        (("孙明", "云岭市人民政府办公室", "经办人", "wang", ""), "账号", "相同"),
        (("王芳", "云岭市人民政府办公室", "经办人", "", ""), "姓名", "同一个人"),
        (("李红", "云岭市人民政府办公室", "经办人", "", "", "12"), "手机", "11位"),
        (("李红", "云岭市人民政府办公室", "经办人", "", "", "", "无"), "电子邮箱", "不是电子邮箱"),
        (("李红", "云岭市人民政府办公室", "经办人", "李 红", ""), "账号", "至少3位"),
    ],
)
def test_roster_errors_name_their_cell(office, administrator, row, head, word) -> None:
    _, plan = dry_run(administrator, ("王芳", office.name, "经办人", "wang", ""), row)
    assert [(error.row, error.head) for error in plan.errors] == [(3, head)]
    assert word in plan.errors[0].what


def test_initial_passwords_are_shown_once(office, administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = dry_run(administrator, ("李红", office.name, "经办人", "lihong", ""))
    actions.apply(run, by=administrator)
    person = Person.objects.get(name="李红")
    client = signed_in(Role.ADMINISTRATOR, office)
    file = client.get("/admin/units/passwords/?export=1").content
    assert ("李红", office.name, "lihong") in list(load_workbook(io.BytesIO(file)).active.values)
    page = client.post("/admin/units/passwords/", {"person": [person.pk, 999]})
    password = page.context["made"][0][1]
    assert "no-store" in page["Cache-Control"]
    person.user.refresh_from_db()
    assert person.user.check_password(password)
    monkeypatch.setattr(separation, "EXTERNAL_POST_FINDERS", [lambda _: office])  # the person evaluates from outside
    page = client.post("/admin/units/passwords/", {"person": [person.pk]})
    assert not page.context["made"]
    assert f"{person.name}的密码须由安全保密管理员确认" in page.content.decode()


def test_own_list_of_an_office_is_imported(office, administrator) -> None:
    """Row numbers are not logins, posts are mapped, total and signature rows skipped, logins proposed."""
    made = Workbook()
    for row in (
        ["政务公开工作人员名单"],
        ["序号", "姓名", "单位", "工作职责", "手机号码"],
        [1, "秦朗", office.name, "政务公开联络员", "13807990001"],
        [2, "秦浪", office.name, "联络员（兼）", "13807990002"],
        [3, "罗敏", office.name, "分管领导", "13807990003"],
        [4, "吴江", office.name, "主要负责人、审核员", ""],
        ["合计", "4人"],
        ["填表人：沈舟", "", "", "填表日期：2026年11月"],
    ):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    run, plan = actions.upload_for_dry_run("people", content=out.getvalue(), file_name="名单.xlsx", by=administrator)
    assert plan.errors == []
    actions.apply(run, by=administrator)
    posts = Appointment.objects.filter(person__name__in=("秦朗", "秦浪", "罗敏", "吴江"))
    assert {(post.person.user.get_username(), post.role) for post in posts} == {
        ("qinlang", Role.CLERK),
        ("qinlang2", Role.CLERK),
        ("luomin", Role.SIGNER),
        ("wujiang", Role.LEAD),
        ("wujiang", Role.REVIEWER),
    }
    guessed = {head.words: key for head, key in _guess_headings(get_importer("people"), plan)}
    assert guessed["序号"] == ""


def test_row_with_several_people_is_split_by_posts(office, administrator) -> None:
    made = Workbook()
    for row in (
        ["序号", "单位（全称）", "分管领导", "电话", "联络员", "联络员职务", "电话"],
        [1, office.name, "罗敏", "13807990003", "秦朗", "科员", "0799-8000001"],
        ["", "", "", "", "秦浪", "", ""],
        [2, "市教育局", "吴江", "", "吴江、李红", "", ""],
        ["合计", 2, "2人", "", "4人", "", ""],
        ["填表人：沈舟"],
    ):
        made.active.append(row)
    for cells in ("A2:A3", "B2:B3", "C2:C3", "D2:D3"):
        made.active.merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    _, plan = actions.upload_for_dry_run("people", content=out.getvalue(), file_name="名单.xlsx", by=administrator)
    assert plan.errors == []
    people = {change.facts["row"]["name"]: change.facts for change in plan.changes if "row" in change.facts}
    assert people["罗敏"]["roles"] == [Role.SIGNER]
    assert people["罗敏"]["row"]["mobile"] == "13807990003"
    assert [people["秦朗"]["row"][key] for key in ("title", "phone")] == ["科员", "0799-8000001"]
    assert people["吴江"]["roles"] == [Role.SIGNER, Role.CLERK]
    assert people["李红"]["roles"] == [Role.CLERK]
    assert len(plan.changes) == 6, "the unit 市教育局 and five people"


def test_namesakes_of_one_unit_with_two_phones_are_two_people() -> None:
    heads = ["单位", "分管领导", "电话", "联络员", "电话"]
    rows = [(number, ["县司法局", "", "", "张伟", phone]) for number, phone in enumerate(("8000001", "8000002", ""), 2)]
    _, *people = unfold_posts([(1, heads), *rows])
    assert [person[4] for _, person in people] == ["8000001", "8000002"]


def test_unregistered_units_are_created_with_their_people(office, administrator) -> None:
    run, plan = dry_run(
        administrator,
        ("李红", "市教育局", "经办人", "lihong", ""),
        ("孙明", "云岭市教育局", "审核人", "", ""),
        ("", "石桥镇人民政府", "", "", ""),
        ("周正", office.name, "经办人", "", ""),
    )
    assert plan.errors == []
    actions.apply(run, by=administrator)
    units = Body.objects.filter(parent__name="云岭市人民政府").exclude(pk=office.pk)
    assert set(units.values_list("name", "short_name", "kind")) == {
        ("云岭市教育局", "市教育局", BodyKind.DEPARTMENT),
        ("云岭市石桥镇人民政府", "石桥镇人民政府", BodyKind.TOWNSHIP),
    }
    posts = Appointment.objects.filter(body__name="云岭市教育局")
    assert set(posts.values_list("person__name", flat=True)) == {"李红", "孙明"}
    _, again = dry_run(administrator, ("李红", "市教育局", "经办人", "lihong", ""), ("", "石桥镇人民政府", "", "", ""))
    assert (again.errors, again.changes, again.same) == ([], [], 2)
    _, further = dry_run(administrator, ("李红", "市司法局", "经办人", "", ""))
    assert (further.errors, further.made) == ([], 2)
    assert all(re.fullmatch(POSTS_PATTERN, words) for words in ("联络员", "主要负责人、政务公开办", "经办人兼审核员"))
    assert not re.fullmatch(POSTS_PATTERN, "科员")


def test_unknown_post_is_mapped_once_and_remembered(office, administrator) -> None:
    rows = ("李红", office.name, "站长", "", ""), ("孙明", office.name, "联络员兼审核员", "", "")
    run, plan = dry_run(administrator, *rows)
    assert [(error.row, error.head) for error in plan.errors] == [(2, "岗位")]
    (value,) = plan.values
    with pytest.raises(Refused):
        actions.set_head_meanings(run, by=administrator, heads={value.key: "站长"})
    actions.set_head_meanings(run, by=administrator, heads={value.key: "审核人"})
    _, plan = dry_run(administrator, *rows)
    assert plan.errors == []
    assert [change.facts["roles"] for change in plan.changes] == [[Role.REVIEWER], [Role.CLERK, Role.REVIEWER]]


def test_alternative_unit_name_matches_the_registered_unit(office, administrator) -> None:
    _, plan = dry_run(administrator, ("李红", "市政府办公室", "经办人", "", ""), ("孙明", "市府办", "经办人", "", ""))
    assert [change.label for change in plan.changes] == [f"李红（{office.label}）", f"孙明（{office.label}）"]
