"""Pages of the office: register, registration form, page of a request, forms of actions."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from factories.pages import read_home
from factories.requests import REQUESTED_INFORMATION, do, register
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.work.requests import home_page
from gongkai.work.requests.actions.fees import add_fee_to_catalogue
from gongkai.work.requests.models import Request
from gongkai.work.requests.states import REQUEST_ACTS
from gongkai.work.requests.views.register import REQUEST_FORM_NAME
from gongkai.work.tables.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R = date(2024, 1, 2)
PAPER = {
    "channel": "mail",
    "submitted_on": "2024-01-02",
    "received_on": "2024-01-04",
    "applicant_kind": "business",
    "name": "云岭市晨光商贸有限公司",
    "id_kind": "credit_code",
    "id_number": "91350100M000100Y43",
    "phone": "13800138000",
    "representative": "李晓云",
    "contact_person": "周明",
    "address": "云岭市文昌路1号",
    "wanted": REQUESTED_INFORMATION,
    "form_wanted": "paper",
    "route_wanted": "mail",
}


@pytest.fixture
def unit() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def test_paper_request_is_registered_with_encrypted_applicant_and_code(unit: Body) -> None:
    client = signed_in(Role.CLERK, unit)
    answer = client.post(
        "/admin/requests/register/",
        sent := {**PAPER, "body": unit.pk, "once": new_token(REQUEST_FORM_NAME)},
        follow=True,
    )
    page = answer.content.decode()
    assert "查询码：" in page, page[:3000]
    again = client.post("/admin/requests/register/", sent, follow=True).content.decode()  # a double click
    assert "没有重复登记" in again
    assert Request.objects.count() == 1
    assert page.partition("查询码：")[2][:19] == again.partition("查询码：")[2][:19]
    request = Request.objects.get()
    assert (request.received_on, request.applicant_kind) == (date(2024, 1, 4), "business")
    party = Party.objects.get(matter=request.matter)
    assert party.name.reveal() == PAPER["name"]
    assert PAPER["name"] not in str(Party.objects.filter(pk=party.pk).values())
    assert QueryCode.objects.get().second_digest


def test_invalid_form_registers_nothing(unit: Body) -> None:
    client = signed_in(Role.CLERK, unit)
    for wrong, why in (
        ({"channel": "counter"}, "第三十一条"),
        ({"id_number": "91350100M000100Y44"}, "id_number"),
        ({"id_kind": ""}, "请选择证件类型"),
        ({"address": ""}, "选择邮寄的，请填写通信地址"),
        ({"route_wanted": "page"}, "请选择邮寄或者自行领取"),
    ):
        page = client.post("/admin/requests/register/", {**PAPER, "body": unit.pk, **wrong}).content.decode()
        assert why in page
        assert not Entry.objects.filter(kind="request").exists()


def test_other_applicant_makes_new_request_and_stale_page_is_resent(unit: Body) -> None:
    client, once = signed_in(Role.CLERK, unit), new_token(REQUEST_FORM_NAME)
    for phone in ("13800138000", "13800138001"):
        client.post("/admin/requests/register/", {**PAPER, "body": unit.pk, "phone": phone, "once": once})
    assert QueryCode.objects.count() == Request.objects.count() == 2
    page = client.post("/admin/requests/register/", {**PAPER, "body": unit.pk}).content.decode()
    assert "打开得太久" in page
    assert PAPER["wanted"] in page


def test_register_is_filtered_and_hides_other_units(unit: Body) -> None:
    mine, other = register(unit, R), register(BodyFactory(), R, wanted="其他单位的信息公开内容")
    done = do(register(unit, R, wanted="财政预算执行情况"), "decide", result="3.1")
    client = signed_in(Role.CLERK, unit)
    page = client.get("/admin/requests/").content.decode()
    assert mine.number in page
    assert done.number not in page
    assert other.number not in page
    page = client.get("/admin/requests/?standing=all&ended_as=3.1&since=2024-01-01").content.decode()
    assert done.number in page
    assert mine.number not in page
    assert client.get("/admin/requests/?body=x&since=32&page=-1&state=%00").status_code == 200
    assert client.get("/admin/requests/?standing=all&export=1").status_code == 200


def test_request_page_shows_actions_with_provisions_and_reasons_against(unit: Body) -> None:
    entry = register(unit, R)
    do(entry, "propose", result="3.2", ground="其中联系电话涉及个人隐私")
    client = signed_in(Role.CLERK, unit)
    page = client.get(entry.url).content.decode()
    for words in ("期限届满之日", "《条例》第三十条", "当前状态为", "部分公开。其中联系电话涉及个人隐私"):
        assert words in page
    assert _lists(actor(Role.CLERK, unit)) == {}, "proposed: not the clerk's turn any more"
    lead = signed_in(Role.LEAD, unit)
    assert "等我答复的信息公开申请" in read_home(lead)
    form = lead.get(f"/admin/ledger/{entry.pk}/act/request.decide/").content.decode()
    assert "其中联系电话涉及个人隐私" in form
    assert "公开前应当保密审查" in form
    do(entry, "review_secrecy", verdict="publish", opinion="遮盖联系电话后的复印件3页")
    facts = {
        "result": "3.2",
        "withheld": "3.3.4",
        "ground": "其中联系电话涉及个人隐私",
        "told": "遮盖后的复印件，当面提供",
        "unasked": "只遮盖联系电话，不影响其权益",
        "version": Entry.objects.get(pk=entry.pk).version,
    }
    assert lead.post(f"/admin/ledger/{entry.pk}/act/request.decide/", facts).status_code == 302
    assert Entry.objects.get(pk=entry.pk).state == "answered"
    assert [*_lists(actor(Role.CLERK, unit))] == ["request.deliver"]


def _lists(by: Actor) -> dict[str, list[Entry]]:
    return {one["verb"]: one["entries"] for one in (home_page.make_pending_request_lists(by) or {"lists": ()})["lists"]}


def test_figures_link_to_rows_and_fee_ledger_adds_up(unit: Body) -> None:
    entry = do(register(unit, R), "calculate_fee", basis="pages", count=100)
    chief, clerk = actor(Role.CHIEF, unit), actor(Role.CLERK, unit)
    assert _lists(chief) == {"request.clear_fee": [entry]}
    assert _lists(clerk) == {}
    entry = do(entry, "clear_fee")
    assert (_lists(chief), _lists(clerk)) == ({"request.notify_fee": [entry]}, {"request.notify_fee": [entry]})
    do(do(entry, "notify_fee"), "take_payment", way="转账", receipt="XJ-7")
    assert _lists(clerk) == {"request.remit_fee": [entry]}
    client = signed_in(Role.LEAD, unit)
    page = client.get("/admin/requests/figures/?year=2024").content.decode()
    assert "700 元" in page
    book = load_workbook(BytesIO(client.get("/admin/requests/figures/?year=2024&export=1").content))
    assert [sheet.title for sheet in book] == ["表三", "表四"]
    assert list(book["表三"].values)[1][1:3] == ("本年新收政府信息公开申请数量", 1)
    address = f"/admin/requests/figures/rows/?year=2024&row=4&column=total&body={unit.pk}"
    assert entry.number in client.get(address).content.decode()
    assert entry.number not in client.get(address.replace("row=4", "row=3.1")).content.decode()
    assert client.get("/admin/requests/figures/rows/?row=x&column=%00&year=99").status_code == 200
    assert "XJ-7" in client.get("/admin/requests/fees/?year=2024").content.decode()
    assert client.get("/admin/requests/fees/?year=2024&export=1").status_code == 200
    assert "列入" in client.get("/admin/requests/fees/").content.decode()
    assert client.post("/admin/requests/fees/item/").status_code == 302
    item = Record.objects.get()
    assert "按件：同一申请人一个自然月内1至10件不收费" in item.values["standard"]
    assert item.name in client.get("/admin/requests/fees/").content.decode()
    with pytest.raises(Refused, match="已有"):
        add_fee_to_catalogue(unit, by=clerk)


def test_form_of_every_action_renders(unit: Body) -> None:
    entry, by = register(unit, R), actor(Role.LEAD, unit)
    for verb in REQUEST_ACTS:
        form = get_form(ACTIONS_BY_NAME[f"request.{verb}"])(entry=Entry.objects.get(pk=entry.pk), by=by)
        assert str(form).strip() or not form.fields, verb
