"""The room's pages: who sees what, forms that keep what was typed, a constant number of queries."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from factories.units import AppointmentFactory, BodyFactory, OfficeFactory
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.chain import append_record
from gongkai.core.units.access import sync_access_of_many
from gongkai.core.units.forms.base import LinesField
from gongkai.core.units.models import Appointment, Body, Person, UnitGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(town):
    """A client signed in as one of the town's roles."""

    def sign_in(role: str) -> Client:
        sync_access_of_many(Person.objects.select_related("user"))
        client = Client()
        client.force_login(Person.objects.get(pk=getattr(town, role).person_id).user)
        return client

    return sign_in


def test_a_units_page_tells_its_own_history_alone_and_shows_buttons_to_those_who_may(town, browser) -> None:
    """Other rooms write into a unit's stream, too: requests received, talks held, complaints against it."""
    town.finance.refresh_from_db()
    append_record(f"body/{town.finance.pk}", action="request.register", by=SYSTEM, words="登记申请2026-00001")
    append_record(f"body/{town.finance.pk}", action="units.rename", by=SYSTEM, words="更名为财政局")
    page = browser("clerk").get(f"/admin/units/{town.finance.pk}/").content.decode()
    assert "更名为财政局" in page
    assert "登记申请" not in page
    address = f"/admin/units/{town.finance.pk}/"
    assert "并入其他单位" in browser("chief").get(address).content.decode()
    assert "任命人员" not in browser("chief").get(address).content.decode()
    clerk = browser("clerk").get(address).content.decode()
    assert "并入其他单位" not in clerk
    assert "由本级政府的政务公开办维护" in clerk
    assert "任命人员" in browser("administrator").get(address).content.decode()


def test_nobody_else_does(town, browser) -> None:
    for path in ("", "groups/", "people/", f"{town.finance.pk}/"):
        assert Client().get(f"/admin/units/{path}").status_code == 302
    stranger = Client()
    stranger.force_login(town.somebody.user)
    assert stranger.get("/admin/units/").status_code == 403


def test_whoever_may_not_is_told_why_and_cannot(town, browser) -> None:
    clerk, chief = browser("clerk"), browser("chief")
    before = set(Body.objects.values_list("pk", "name", "version"))
    for path in ("edit", "rename", "move", "merge", "close", "alias", "new", "groups/new"):
        address = f"/admin/units/{town.finance.pk}/{path}/"
        assert "只有本级政府的政务公开办" in clerk.get(address).content.decode(), path
        clerk.post(address, {"name": "新名称", "on": "2026-11-20"})
        assert set(Body.objects.values_list("pk", "name", "version")) == before, path
        assert chief.get(address).status_code == 200, path


def test_who_leads_the_work_in_a_unit_adds_offices_to_it_and_to_no_other(town, browser) -> None:
    clerk = browser("clerk")
    assert f"/admin/units/{town.finance.pk}/office/" in clerk.get(f"/admin/units/{town.finance.pk}/").content.decode()
    clerk.post(f"/admin/units/{town.finance.pk}/office/", {"name": "综合科", "position": 10})
    assert town.finance.offices.filter(name="综合科").exists()
    clerk.post(f"/admin/units/{town.district.pk}/office/", {"name": "综合科", "position": 10})
    assert not town.district.offices.filter(name="综合科").exists()


def test_a_field_of_lines_keeps_each_line_that_says_something() -> None:
    assert LinesField().clean("公积金怎么取\n\n 取公积金 ") == ["公积金怎么取", "取公积金"]


def test_a_refusal_keeps_what_was_typed(town, browser) -> None:
    page = browser("chief").post(
        f"/admin/units/{town.finance.pk}/alias/", {"name": "云岭市审计局", "version": town.finance.version}
    )
    text = page.content.decode()
    assert "已是“云岭市审计局”的名称" in text
    assert 'value="云岭市审计局"' in text
    data = {"name": "云岭市财税局", "short_name": "市财税局", "on": "2026-11-20", "version": town.finance.version}
    for name, answered in (("云岭市财税局", 302), ("云岭市财务局", 409)):  # the second was typed on an old page
        sent = browser("chief").post(f"/admin/units/{town.finance.pk}/rename/", {**data, "name": name})
        assert sent.status_code == answered
    assert Body.objects.get(pk=town.finance.pk).name == "云岭市财税局"


def test_a_head_names_a_cover_of_the_own_unit_only_and_a_guarded_post_waits(town, browser) -> None:
    cover, lead = f"/admin/units/appointments/{town.post.pk}/cover/", browser("lead")
    assert lead.post(cover, {"person": town.somebody.pk, "start": "2026-11-20", "end": "2099-01-01"}).status_code == 200
    assert not town.post.covered_by.exists(), "the head sees only people of the own unit"
    lead.post(cover, {"person": town.clerk.person_id, "start": "2026-11-20", "end": "2027-03-01"})
    assert town.post.covered_by.count() == 1
    guarded = {"person": town.somebody.pk, "role": "signer", "start": "2026-01-01"}
    said = browser("administrator").post(f"/admin/units/{town.audit.pk}/appoint/", guarded, follow=True)
    assert "已提交：任职。待安全保密管理员确认，确认前不生效" in said.content.decode()


def test_people_of_other_units_are_not_found(town, browser) -> None:
    assert browser("clerk").get(f"/admin/units/people/{town.auditor.person_id}/").status_code == 404
    assert browser("clerk").get(f"/admin/units/people/{town.lead.person_id}/").status_code == 200
    assert browser("auditor").get(f"/admin/units/people/{town.lead.person_id}/").status_code == 200
    book = load_workbook(io.BytesIO(browser("clerk").get("/admin/units/people/?export=1").getvalue()))
    people = {row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    name = dict(Person.objects.values_list("pk", "name"))
    assert name[town.lead.person_id] in people
    assert name[town.auditor.person_id] not in people


def test_private_numbers_are_shown_to_few(town, browser) -> None:
    Person.objects.filter(pk=town.lead.person_id).update(mobile="13912345678", phone="0799-5210009")
    named = Appointment.objects.filter(person=town.lead.person_id).values_list("body__name", flat=True)[0]
    listed = browser("clerk").get("/admin/units/", {"q": named}).content.decode()
    assert "0799-5210009" in listed, "colleagues elsewhere find the office telephone"
    assert "13912345678" not in listed
    address = f"/admin/units/people/{town.lead.person_id}/"
    for role, sees in (("clerk", False), ("auditor", False), ("administrator", True), ("chief", True), ("lead", True)):
        assert ("13912345678" in browser(role).get(address).content.decode()) == sees, role


def test_a_one_time_password_is_changed_before_anything_else(town, browser) -> None:
    page = browser("administrator").post(f"/admin/units/people/{town.post.person_id}/password/")
    assert "no-store" in page["Cache-Control"]
    password = page.context["password"]
    history = browser("administrator").get(f"/admin/units/people/{town.post.person_id}/").content.decode()
    assert "gk-steps" in history, "the changes of an account are listed"
    assert password in page.content.decode()
    person = Person.objects.get(pk=town.post.person_id)
    new = Client()
    assert new.login(username=person.user.username, password=password)
    for path in ("/admin/", "/admin/units/"):
        assert new.get(path).url == "/admin/units/password/"
    icons = new.get(reverse("wagtailadmin_sprite"))
    assert (icons.status_code, b"<html" in icons.content) == (200, False), "the page has its icons"
    bad = new.post("/admin/units/password/", {"old": password, "password": "12345", "again": "12345"})
    assert "密码太短，至少10个字符" in bad.content.decode()
    assert (
        new.post(
            "/admin/units/password/", {"old": "x", "password": "Yun-ling-2099", "again": "Yun-ling-2099"}
        ).status_code
        == 200
    )
    done = new.post("/admin/units/password/", {"old": password, "password": "Yun-ling-2099", "again": "Yun-ling-2099"})
    assert done.url == "/admin/"
    assert new.get("/admin/units/").status_code == 200


def test_a_reset_shuts_open_sessions_out(town, browser) -> None:
    clerk = browser("clerk")
    assert clerk.get("/admin/units/").status_code == 200
    browser("administrator").post(f"/admin/units/people/{town.clerk.person_id}/password/")
    assert "/admin/login/" in clerk.get("/admin/units/").url


def test_the_export_is_what_the_import_reads(town, browser) -> None:
    OfficeFactory(body=town.audit, name="=cmd|科")
    content = browser("clerk").get("/admin/units/export.xlsx").content
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in page[1]][:2] == ["全称", "简称"]
    assert page.max_row == 1 + Body.objects.count()
    assert browser("clerk").get("/admin/units/export.csv").content.startswith(b"\xef\xbb\xbf")


def _book(*rows: list[str]) -> io.BytesIO:
    book = Workbook()
    for row in (["全称", "类别", "所属政府"], *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "名录.xlsx"
    return out


def test_an_import_with_errors_offers_no_confirmation_and_nonsense_gets_one_line(town, browser) -> None:
    chief = browser("chief")
    sent = chief.post("/admin/spreadsheets/units/", {"file": _book(["云岭市水利局", "厅局", "市政府"])})
    text = chief.get(sent.url).content.decode()
    assert "第2行 B列（类别）" in text
    assert "确认导入" not in text
    assert "不在可选范围" in chief.post(f"{sent.url}apply/").content.decode()
    file = io.BytesIO(b"PK\x03\x04nothing")
    file.name = "坏.xlsx"
    assert "已损坏" in browser("chief").post("/admin/spreadsheets/units/", {"file": file}).content.decode()
    assert "请先选择文件" in browser("chief").post("/admin/spreadsheets/units/", {}).content.decode()


def test_imports_are_hidden_from_those_who_may_not(town, browser) -> None:
    chief = browser("chief")
    sent = chief.post("/admin/spreadsheets/units/", {"file": _book(["云岭市水利局", "", "市政府"])})
    for role in ("clerk", "administrator", "auditor"):
        other = browser(role)
        for path in (
            "/admin/spreadsheets/units/",
            "/admin/spreadsheets/units/template.xlsx",
            sent.url,
            f"{sent.url}file",
        ):
            assert other.get(path).status_code == 404, (role, path)
        assert other.post(f"{sent.url}apply/").status_code == 404


def test_lists_cost_the_same_for_few_and_many(town, browser, django_assert_max_num_queries) -> None:
    for n in range(40):
        AppointmentFactory(body=BodyFactory(name=f"云岭市测试{n}局", parent=town.city))
    for name in "甲乙":
        UnitGroup.objects.create(government=town.city, name=name, kinds=["department"])
    client = browser("chief")
    client.get("/admin/units/")
    for path in ("", "groups/", "people/", "?q=局"):
        with django_assert_max_num_queries(30):
            assert client.get(f"/admin/units/{path}").status_code == 200


def test_long_lists_are_paged(town, browser) -> None:
    for n in range(130):
        BodyFactory(name=f"云岭市测试{n:03}局", parent=town.city)
    first = browser("chief").get("/admin/units/", {"government": town.city.pk})
    second = browser("chief").get("/admin/units/" + first.context["next"])
    seen = [body.pk for page in (first, second) for body, _, _ in page.context["bodies"]]
    assert len(seen) == len(set(seen)) == town.city.children.count()
    assert second.context["next"] == ""


def test_a_group_through_the_page(town, browser) -> None:
    data = {"name": "重点单位", "kinds": ["department"], "excluded": [town.audit.pk], "added": [town.district.pk]}
    browser("chief").post(f"/admin/units/{town.city.pk}/groups/new/", data)
    group = UnitGroup.objects.get()
    text = browser("clerk").get("/admin/units/groups/").content.decode()
    assert "重点单位" in text
    assert "2个单位" in text
    file = browser("clerk").get("/admin/units/groups/?export=1").content
    assert [row[0] for row in load_workbook(io.BytesIO(file)).active.values] == ["写法", "重点单位"]
    page = browser("chief").get(f"/admin/units/groups/{group.pk}/edit/").content.decode()
    assert page.count("checked") == 3
