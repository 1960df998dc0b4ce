"""Exchange of 12345 orders by API token or spreadsheet: registered once, status returned, platforms kept separate."""

import hashlib
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.consultation import released_answer
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Party
from gongkai.core.ledger.audit import check_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import digest_text
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.core.vault.sealing import matches_stored_digest
from gongkai.work.consultation import actions
from gongkai.work.consultation.importing_orders import ORDER_SHEET
from gongkai.work.consultation.mailbox.mail_outcomes import digest_message
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, Inquiry
from gongkai.work.consultation.views.inquiries import INQUIRY_FORM_NAME

pytestmark = pytest.mark.django_db
ORDER = {
    "ref": "YL2026-001",
    "title": "路灯不亮",
    "text": "东河路路灯不亮。",
    "category": "complaint",
    "phone": "13800138000",
}
URL = "/exchange/v1/orders/"


@pytest.fixture
def opened_client(site):
    return actions.create_exchange_client(site.body, by=actor(Role.CHIEF, site.body), name="12345热线平台")


def send(token: str, data: object, **more: object):
    body = data if isinstance(data, str) else json.dumps(data)
    return Client().post(
        URL, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}, **more
    )


def ask(token: str, path: str = URL):
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


def test_order_is_registered_once_and_status_is_returned(opened_client, housing, site) -> None:
    _, token = opened_client
    first = send(token, ORDER)
    assert (first.status_code, first.json()["ref"], first.json()["state_label"]) == (201, "YL2026-001", "待分办")
    assert send(token, ORDER).status_code == 200
    assert send(token, {**ORDER, "text": "别的事"}).status_code == 409
    inquiry = Inquiry.objects.get()
    assert (inquiry.channel, inquiry.entry.external_ref, inquiry.entry.rules) == ("hotline", "YL2026-001", "call")
    assert Party.objects.get(matter=inquiry.matter).phone.reveal() == "13800138000"
    moved = timezone.now()
    entry = actions.assign_inquiry(inquiry.entry, by=actor(Role.CHIEF, site.body), body=housing)
    actions.answer_with_known_answer(entry, by=actor(Role.CLERK, housing), known=released_answer(housing))
    (row,) = ask(token, f"{URL}?since={moved.isoformat()}").json()["orders"]
    assert (row["state"], row["unit"], bool(row["answer"])) == ("answered", housing.name, True)
    assert "13800138000" not in json.dumps(row)
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert ask(token, f"{URL}?since={later}").json()["orders"] == []
    assert ask(token, f"{URL}YL2026-001/").json()["number"] == entry.number
    assert ask(token, f"{URL}YL2026-002/").status_code == 404


def test_orders_to_a_merged_government_reach_its_successor(opened_client, site) -> None:
    _, token = opened_client
    city = BodyFactory(kind=site.body.kind)
    Body.objects.filter(pk=site.body.pk).update(merged_into=city, active_to=timezone.localdate())
    assert send(token, ORDER).status_code == 201
    assert Inquiry.objects.get().entry.body == city


def test_status_page_holds_all_orders_of_its_last_moment(opened_client, site, monkeypatch) -> None:
    _, token = opened_client
    for number in (1, 2, 3):
        send(token, {**ORDER, "ref": f"YL2026-00{number}", "title": f"第{number}盏路灯不亮"})
    Entry.objects.update(moved_at=(moment := timezone.now()))
    monkeypatch.setattr("gongkai.ui.portal.views.exchange.PAGE_SIZE", 2)
    rows = ask(token, f"{URL}?since={moment.isoformat()}").json()["orders"]
    assert [row["ref"] for row in rows] == ["YL2026-001", "YL2026-002", "YL2026-003"]


def test_order_answered_from_answer_base_is_registered_as_answered(opened_client, housing, site) -> None:
    _, token = opened_client
    known = released_answer(housing, question="公租房怎样申请", answer="到户籍所在街道申请。")
    (offered,) = ask(token, "/exchange/v1/answers/?q=公租房怎样申请").json()["answers"]
    assert (offered["id"], offered["unit"]) == (known.pk, housing.name)
    order = {"ref": "1", "title": "公租房怎样申请", "text": "公租房怎样申请"}
    assert [one["id"] for one in send(token, order).json()["candidates"]] == [known.pk]
    answered = {**order, "ref": "2", "answered_with": known.pk}
    row = send(token, answered).json()
    assert (row["state"], row["answer"], "candidates" in row) == ("answered", known.answer, False)
    assert send(token, answered).status_code == 200
    assert send(token, {**answered, "answered_with": None}).status_code == 409
    inquiry = Inquiry.objects.get(entry__external_ref="2")
    assert (inquiry.known, inquiry.channel) == (known, "hotline")
    for wrong in (known.pk + 1, "1", True, 10**30):
        assert send(token, {**answered, "ref": "3", "answered_with": wrong}).status_code == 400
    assert ask("x" * 30, "/exchange/v1/answers/?q=1").status_code == 401
    assert ask(token, "/exchange/v1/answers/?q=%00").json() == {"answers": []}


def test_digest_of_order_is_keyed_against_guessing(opened_client, site) -> None:
    """So is the digest of a letter about it; digests stored without the key are still recognised."""
    _, token = opened_client
    send(token, ORDER)
    order = ExchangeOrder.objects.get()
    said = {**{name: ORDER.get(name, "") for name in ("title", "text", "category", "name", "phone")}, "received_on": ""}
    plain = digest(canonical_json(said))
    assert order.digest not in {plain, hashlib.sha256(canonical_json(said).encode()).hexdigest()}
    ExchangeOrder.objects.update(digest=plain)
    assert send(token, ORDER).status_code == 200, "a version before wrote it so"
    for name, key in (("letter", digest_text("李晓云：您好")), ("message", digest_message("<1@example.cn>"))):
        words = "李晓云：您好" if name == "letter" else "<1@example.cn>"
        assert matches_stored_digest(key, name, hashlib.sha256(words.encode()).hexdigest())
        assert key != hashlib.sha256(words.encode()).hexdigest()


def test_invalid_order_gets_one_line_error(opened_client) -> None:
    for data, status in (
        ("not json", 400),
        ([1], 400),
        ({**ORDER, "title": 5}, 400),
        ({**ORDER, "ref": ""}, 400),
        ({**ORDER, "received_on": "yesterday"}, 400),
        ({**ORDER, "received_on": "2999-01-01"}, 400),
        ({**ORDER, "category": "nonsense"}, 400),
        ({**ORDER, "text": "x" * 300_000}, 413),
        ({**ORDER, "text": "路灯\0不亮"}, 400),
        ({**ORDER, "title": "\ud800"}, 400),
    ):
        answer = send(opened_client[1], data)
        assert answer.status_code == status, data
        assert answer.json()["error"]
    assert not Inquiry.objects.exists()


def test_token_is_required_and_platforms_see_only_own_orders(opened_client, site) -> None:
    chief = actor(Role.CHIEF, site.body)
    client, token = opened_client
    _, others = actions.create_exchange_client(site.body, by=chief, name="信访平台")
    send(token, ORDER)
    assert ask(others).json()["orders"] == []
    assert ask(others, f"{URL}YL2026-001/").status_code == 404
    assert send(others, ORDER).status_code == 201
    for wrong in ("", "x" * 43):
        assert ask(wrong).status_code == 401
    renewed = actions.renew_client_token(client, by=chief)
    assert (ask(token).status_code, ask(renewed).status_code) == (401, 200)
    actions.close_exchange_client(ExchangeClient.objects.get(pk=client.pk), by=chief)
    assert ask(renewed).status_code == 401
    with pytest.raises(Refused, match="已经停用"):
        actions.renew_client_token(ExchangeClient.objects.get(pk=client.pk), by=chief)
    with pytest.raises(Refused, match="留给表格"):
        actions.create_exchange_client(site.body, by=chief, name=" 12345 ")
    with pytest.raises(Refused, match="政务公开办"):
        actions.create_exchange_client(site.body, by=actor(Role.CLERK, site.body), name="别的")


def test_order_spreadsheet_is_imported_exported_and_undone(site, housing) -> None:
    row = {
        "ref": "B-1",
        "title": "路灯不亮",
        "text": "东河路。",
        "category": "投诉",
        "body": housing.name,
        "name": "李晓云",
    }
    content = write_xlsx(ORDER_SHEET, [row, {**row, "ref": "B-2", "category": "吐槽", "body": "没有的局"}])
    _, plan = spreadsheets.upload_for_dry_run("orders", content=content, file_name="工单.xlsx", by=SYSTEM)
    assert [error.what for error in plan.errors] == ["没有这个类别", "没有这个单位"]
    run, _ = spreadsheets.upload_for_dry_run(
        "orders", content=write_xlsx(ORDER_SHEET, [row]), file_name="工单.xlsx", by=SYSTEM
    )
    spreadsheets.apply(run, by=SYSTEM)
    order = ExchangeOrder.objects.get()
    assert (order.inquiry.entry.body, order.inquiry.category) == (housing, "complaint")
    chief = signed_in(Role.CHIEF, site.body)
    assert "B-1" in chief.get("/admin/inquiries/orders/").content.decode()
    assert chief.get("/admin/inquiries/orders/?format=xlsx").status_code == 200
    _, plan = spreadsheets.upload_for_dry_run(
        "orders", content=write_xlsx(ORDER_SHEET, [row]), file_name="工单.xlsx", by=SYSTEM
    )
    assert (plan.same, plan.changes, plan.notes) == (1, [], [])
    other = write_xlsx(ORDER_SHEET, [{"ref": ExchangeOrder.objects.get().ref, "title": "路灯", "text": "另一件事。"}])
    _, plan = spreadsheets.upload_for_dry_run(
        "orders", content=other, file_name="工单.xlsx", by=actor(Role.CHIEF, site.body)
    )
    assert (plan.same, plan.changes) == (1, [])
    assert "与登记的不同" in plan.notes[0]
    spreadsheets.undo(run, by=SYSTEM)
    for model in (ExchangeOrder, Entry, Party):
        assert not model.objects.exists()


def test_import_assigns_only_units_its_user_could_choose(site, housing) -> None:
    row = {"ref": "D-1", "title": "路灯不亮", "text": "东河路。", "body": housing.name}
    content = write_xlsx(ORDER_SHEET, [row])
    clerk = actor(Role.CLERK, BodyFactory(name="云岭市城市管理局", parent=site.body))
    _, plan = spreadsheets.upload_for_dry_run("orders", content=content, file_name="工单.xlsx", by=clerk)
    assert [error.what for error in plan.errors] == ["您不能转给这个单位"]
    for by in (actor(Role.CLERK, housing), actor(Role.CHIEF, site.body)):
        _, plan = spreadsheets.upload_for_dry_run("orders", content=content, file_name="工单.xlsx", by=by)
        assert not plan.errors


def test_token_is_shown_once_to_the_office(site) -> None:
    chief = signed_in(Role.CHIEF, site.body)
    page = chief.post("/admin/inquiries/orders/open/", {"name": "12345热线平台"}).content.decode()
    assert "只显示这一次" in page
    client = ExchangeClient.objects.get()
    assert "只显示这一次" not in chief.get("/admin/inquiries/orders/").content.decode()
    assert "只显示这一次" in chief.post(f"/admin/inquiries/orders/{client.pk}/renew/").content.decode()
    chief.post(f"/admin/inquiries/orders/{client.pk}/close/")
    client.refresh_from_db()
    assert client.closed_at


def test_words_of_an_order_without_name_and_phone_are_erased(site, housing) -> None:
    facts = {"platform": "12345", "ref": "C-1", "title": "路灯", "text": "李晓云家门口的路灯不亮。"}
    order = actions.register_order(site.body, by=SYSTEM, known=released_answer(housing), **facts)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert erase_due()["words"] == 1
    assert Inquiry.objects.get(pk=order.inquiry_id).text.reveal() == ERASED_TEXT_PLACEHOLDER


def test_other_order_with_same_number_is_refused(site) -> None:
    facts = {"platform": "12345", "ref": "C-1", "title": "路灯", "text": "不亮。"}
    first = actions.register_order(site.body, by=SYSTEM, **facts)
    assert actions.register_order(site.body, by=SYSTEM, **facts) == first
    assert check_entries().broken == "", "an order's row in the entry's log names no state"
    with pytest.raises(Refused, match="内容不同"):
        actions.register_order(site.body, by=SYSTEM, **{**facts, "text": "亮了。"})
    with pytest.raises(Refused, match="工单编号"):
        actions.register_order(site.body, by=SYSTEM, **{**facts, "ref": " "})


def test_repeated_inquiry_is_noticed_across_channels(site) -> None:
    clerk = signed_in(Role.CLERK, site.body)
    call = {"channel": "phone", "category": "complaint", "asker": "person", "received_on": timezone.localdate(),
            "title": "路灯不亮", "text": "东河路第三盏路灯已经一个月不亮了。", "receiver": site.body.pk, "name": "李晓云"}  # fmt: skip
    assert "电话号码的写法不对" in clerk.post("/admin/inquiries/register/", {**call, "phone": "1380"}).content.decode()
    page = clerk.post(
        "/admin/inquiries/register/",
        {**call, "phone": "138 0013 8000", "once": new_token(INQUIRY_FORM_NAME)},
        follow=True,
    ).content.decode()
    first = Inquiry.objects.get()
    assert Party.objects.get(matter=first.matter).phone.reveal() == "13800138000"
    assert "查询码" in page
    assert "13800138000" not in page
    order = actions.register_order(site.body, by=SYSTEM, platform="12345", **{**ORDER, "text": call["text"] + "请修。"})
    assert order.inquiry.repeat_of == first
    page = clerk.post(
        "/admin/inquiries/register/",
        {**call, "channel": "committee", "phone": "13800138000", "once": new_token(INQUIRY_FORM_NAME)},
        follow=True,
    )
    assert f"此前提过相同的事项：{order.inquiry.entry.number}" in page.content.decode()
    assert (
        actions.register_order(site.body, by=SYSTEM, platform="12345", **{**ORDER, "ref": "E-2"}).inquiry.repeat_of
        is None
    )
