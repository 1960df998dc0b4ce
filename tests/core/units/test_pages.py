"""Pages of units and people: access, forms that keep typed data, constant numbers of queries."""

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
def sign_in_as(town):
    """Return a function that signs a client in as one of the town's roles."""

    def sign_in(role: str) -> Client:
        sync_access_of_many(Person.objects.select_related("user"))
        client = Client()
        client.force_login(Person.objects.get(pk=getattr(town, role).person_id).user)
        return client

    return sign_in


def test_unit_page_shows_its_own_history_and_permitted_buttons(town, sign_in_as) -> None:
    """Other apps also write to a unit's log stream, such as requests or complaints."""
    town.finance.refresh_from_db()
    append_record(f"body/{town.finance.pk}", action="request.register", by=SYSTEM, words="登记申请2026-00001")
    append_record(f"body/{town.finance.pk}", action="units.rename", by=SYSTEM, words="更名为财政局")
    page = sign_in_as("clerk").get(f"/admin/units/{town.finance.pk}/").content.decode()
    assert "更名为财政局" in page
    assert "登记申请" not in page
    address = f"/admin/units/{town.finance.pk}/"
    assert "并入其他单位" in sign_in_as("chief").get(address).content.decode()
    assert "任命人员" not in sign_in_as("chief").get(address).content.decode()
    clerk = sign_in_as("clerk").get(address).content.decode()
    assert "并入其他单位" not in clerk
    assert "由本级政府的政务公开办维护" in clerk
    assert "任命人员" in sign_in_as("administrator").get(address).content.decode()


def test_pages_need_an_appointment(town, sign_in_as) -> None:
    for path in ("", "groups/", "people/", f"{town.finance.pk}/"):
        assert Client().get(f"/admin/units/{path}").status_code == 302
    stranger = Client()
    stranger.force_login(town.somebody.user)
    assert stranger.get("/admin/units/").status_code == 403


def test_unpermitted_pages_are_refused_with_a_reason(town, sign_in_as) -> None:
    clerk, chief = sign_in_as("clerk"), sign_in_as("chief")
    before = set(Body.objects.values_list("pk", "name", "version"))
    for path in ("edit", "rename", "move", "merge", "close", "alias", "new", "groups/new"):
        address = f"/admin/units/{town.finance.pk}/{path}/"
        assert "只有本级政府的政务公开办" in clerk.get(address).content.decode(), path
        clerk.post(address, {"name": "新名称", "on": "2026-11-20"})
        assert set(Body.objects.values_list("pk", "name", "version")) == before, path
        assert chief.get(address).status_code == 200, path


def test_clerk_adds_offices_only_to_the_own_unit(town, sign_in_as) -> None:
    clerk = sign_in_as("clerk")
    assert f"/admin/units/{town.finance.pk}/office/" in clerk.get(f"/admin/units/{town.finance.pk}/").content.decode()
    clerk.post(f"/admin/units/{town.finance.pk}/office/", {"name": "综合科", "position": 10})
    assert town.finance.offices.filter(name="综合科").exists()
    clerk.post(f"/admin/units/{town.district.pk}/office/", {"name": "综合科", "position": 10})
    assert not town.district.offices.filter(name="综合科").exists()


def test_lines_field_drops_empty_lines() -> None:
    assert LinesField().clean("公积金怎么取\n\n 取公积金 ") == ["公积金怎么取", "取公积金"]


def test_refused_form_keeps_typed_data(town, sign_in_as) -> None:
    page = sign_in_as("chief").post(
        f"/admin/units/{town.finance.pk}/alias/", {"name": "云岭市审计局", "version": town.finance.version}
    )
    text = page.content.decode()
    assert "已是“云岭市审计局”的名称" in text
    assert 'value="云岭市审计局"' in text
    data = {"name": "云岭市财税局", "short_name": "市财税局", "on": "2026-11-20", "version": town.finance.version}
    for name, answered in (("云岭市财税局", 302), ("云岭市财务局", 409)):  # the second was typed on an old page
        sent = sign_in_as("chief").post(f"/admin/units/{town.finance.pk}/rename/", {**data, "name": name})
        assert sent.status_code == answered
    assert Body.objects.get(pk=town.finance.pk).name == "云岭市财税局"


def test_head_names_a_deputy_and_guarded_post_needs_confirmation(town, sign_in_as) -> None:
    cover, lead = f"/admin/units/appointments/{town.post.pk}/cover/", sign_in_as("lead")
    assert lead.post(cover, {"person": town.somebody.pk, "start": "2026-11-20", "end": "2099-01-01"}).status_code == 200
    assert not town.post.covered_by.exists(), "the head sees only people of the own unit"
    lead.post(cover, {"person": town.clerk.person_id, "start": "2026-11-20", "end": "2027-03-01"})
    assert town.post.covered_by.count() == 1
    guarded = {"person": town.somebody.pk, "role": "signer", "start": "2026-01-01"}
    said = sign_in_as("administrator").post(f"/admin/units/{town.audit.pk}/appoint/", guarded, follow=True)
    assert "已提交：任职。待安全保密管理员确认，确认前不生效" in said.content.decode()


def test_people_of_other_units_are_not_found(town, sign_in_as) -> None:
    assert sign_in_as("clerk").get(f"/admin/units/people/{town.auditor.person_id}/").status_code == 404
    assert sign_in_as("clerk").get(f"/admin/units/people/{town.lead.person_id}/").status_code == 200
    assert sign_in_as("auditor").get(f"/admin/units/people/{town.lead.person_id}/").status_code == 200
    book = load_workbook(io.BytesIO(sign_in_as("clerk").get("/admin/units/people/?export=1").getvalue()))
    people = {row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    name = dict(Person.objects.values_list("pk", "name"))
    assert name[town.lead.person_id] in people
    assert name[town.auditor.person_id] not in people


def test_private_numbers_are_shown_only_to_permitted_roles(town, sign_in_as) -> None:
    Person.objects.filter(pk=town.lead.person_id).update(mobile="13912345678", phone="0799-5210009")
    named = Appointment.objects.filter(person=town.lead.person_id).values_list("body__name", flat=True)[0]
    listed = sign_in_as("clerk").get("/admin/units/", {"q": named}).content.decode()
    assert "0799-5210009" in listed, "colleagues elsewhere find the office telephone"
    assert "13912345678" not in listed
    address = f"/admin/units/people/{town.lead.person_id}/"
    for role, sees in (("clerk", False), ("auditor", False), ("administrator", True), ("chief", True), ("lead", True)):
        assert ("13912345678" in sign_in_as(role).get(address).content.decode()) == sees, role


def test_one_time_password_must_be_changed_first(town, sign_in_as) -> None:
    page = sign_in_as("administrator").post(f"/admin/units/people/{town.post.person_id}/password/")
    assert "no-store" in page["Cache-Control"]
    password = page.context["password"]
    history = sign_in_as("administrator").get(f"/admin/units/people/{town.post.person_id}/").content.decode()
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


def test_password_reset_ends_open_sessions(town, sign_in_as) -> None:
    clerk = sign_in_as("clerk")
    assert clerk.get("/admin/units/").status_code == 200
    sign_in_as("administrator").post(f"/admin/units/people/{town.clerk.person_id}/password/")
    assert "/admin/login/" in clerk.get("/admin/units/").url


def test_unit_export_can_be_imported(town, sign_in_as) -> None:
    OfficeFactory(body=town.audit, name="=cmd|科")
    content = sign_in_as("clerk").get("/admin/units/export.xlsx").content
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in page[1]][:2] == ["全称", "简称"]
    assert page.max_row == 1 + Body.objects.count()
    assert sign_in_as("clerk").get("/admin/units/export.csv").content.startswith(b"\xef\xbb\xbf")


def _make_book(*rows: list[str]) -> io.BytesIO:
    book = Workbook()
    for row in (["全称", "类别", "所属政府"], *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "名录.xlsx"
    return out


def test_import_with_errors_cannot_be_confirmed(town, sign_in_as) -> None:
    chief = sign_in_as("chief")
    sent = chief.post("/admin/spreadsheets/units/", {"file": _make_book(["云岭市水利局", "厅局", "市政府"])})
    text = chief.get(sent.url).content.decode()
    assert "第2行 B列（类别）" in text
    assert "确认导入" not in text
    assert "不在可选范围" in chief.post(f"{sent.url}apply/").content.decode()
    file = io.BytesIO(b"PK\x03\x04nothing")
    file.name = "坏.xlsx"
    assert "已损坏" in sign_in_as("chief").post("/admin/spreadsheets/units/", {"file": file}).content.decode()
    assert "请先选择文件" in sign_in_as("chief").post("/admin/spreadsheets/units/", {}).content.decode()


def test_imports_are_not_found_without_permission(town, sign_in_as) -> None:
    chief = sign_in_as("chief")
    sent = chief.post("/admin/spreadsheets/units/", {"file": _make_book(["云岭市水利局", "", "市政府"])})
    for role in ("clerk", "administrator", "auditor"):
        other = sign_in_as(role)
        for path in (
            "/admin/spreadsheets/units/",
            "/admin/spreadsheets/units/template.xlsx",
            sent.url,
            f"{sent.url}file",
        ):
            assert other.get(path).status_code == 404, (role, path)
        assert other.post(f"{sent.url}apply/").status_code == 404


def test_lists_need_a_constant_number_of_queries(town, sign_in_as, django_assert_max_num_queries) -> None:
    for n in range(40):
        AppointmentFactory(body=BodyFactory(name=f"云岭市测试{n}局", parent=town.city))
    for name in "甲乙":
        UnitGroup.objects.create(government=town.city, name=name, kinds=["department"])
    client = sign_in_as("chief")
    client.get("/admin/units/")
    for path in ("", "groups/", "people/", "?q=局"):
        with django_assert_max_num_queries(30):
            assert client.get(f"/admin/units/{path}").status_code == 200


def test_long_lists_are_paged(town, sign_in_as) -> None:
    for n in range(130):
        BodyFactory(name=f"云岭市测试{n:03}局", parent=town.city)
    first = sign_in_as("chief").get("/admin/units/", {"government": town.city.pk})
    second = sign_in_as("chief").get("/admin/units/" + first.context["next"])
    seen = [body.pk for page in (first, second) for body, _, _ in page.context["bodies"]]
    assert len(seen) == len(set(seen)) == town.city.children.count()
    assert second.context["next"] == ""


def test_group_is_created_and_edited_on_its_page(town, sign_in_as) -> None:
    data = {"name": "重点单位", "kinds": ["department"], "excluded": [town.audit.pk], "added": [town.district.pk]}
    sign_in_as("chief").post(f"/admin/units/{town.city.pk}/groups/new/", data)
    group = UnitGroup.objects.get()
    text = sign_in_as("clerk").get("/admin/units/groups/").content.decode()
    assert "重点单位" in text
    assert "2个单位" in text
    file = sign_in_as("clerk").get("/admin/units/groups/?export=1").content
    assert [row[0] for row in load_workbook(io.BytesIO(file)).active.values] == ["写法", "重点单位"]
    page = sign_in_as("chief").get(f"/admin/units/groups/{group.pk}/edit/").content.decode()
    assert page.count("checked") == 3
