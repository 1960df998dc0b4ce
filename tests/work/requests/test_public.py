"""Public pages of requests: landing page, form, published information, query, correction, withdrawal."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from docx import Document

from factories.intake import PNG, code_in, filled, look_up, post
from factories.requests import do
from factories.units import BodyFactory, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.intake.forms import PublishedAnswer
from gongkai.core.intake.inner_network import HeldContent, HeldItem, receive_all
from gongkai.core.intake.matter_access import new_code
from gongkai.core.intake.models import Party, Upload
from gongkai.core.intake.uploads import read_upload
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.requests import public
from gongkai.work.requests.models import Request

pytestmark = pytest.mark.django_db
APPLICANT = {
    "party_kind": "person",
    "name": "李晓云",
    "id_kind": "passport",
    "id_number": "E12345678",
    "phone": "13800138000",
    "email": "li@example.cn",
    "address": "云岭市文昌路1号",
}
CONTENT = {"wanted": "二〇二四年度物业服务企业信用评价结果", "provision": "electronic-email"}


@pytest.fixture
def unit(site: Website) -> Body:
    reached = {"address": "云岭市文昌路2号", "postcode": "343000", "email": "zwgk@yunling.example"}
    name = "云岭市城市管理局"
    return BodyFactory(name=name, short_name="市城管局", parent=site.body, phone="023-1234567", **reached)


def send(client: Client, unit: Body, **data: Any) -> Any:
    return post(client, filled(client, "request", **{**APPLICANT, **CONTENT, "body": str(unit.pk), **data}), "request")


def test_held_request_to_a_unit_merged_since_reaches_its_successor(unit: Body) -> None:
    heir = BodyFactory(name="云岭市城乡建设委员会", parent=unit.parent)
    data = {name: [value] for name, value in {**APPLICANT, **CONTENT, "body": str(unit.pk)}.items()}
    sent_at = (timezone.now() - timedelta(days=2)).isoformat()
    content = HeldContent(data=data, host="testserver", code=new_code(), verified=False)
    unit.merged_into, unit.active_to = heir, timezone.localdate()
    unit.save()
    item = HeldItem(token="a", form="request", sent_at=sent_at, content=content, files=[])
    assert receive_all([item], by=SYSTEM) == (1, [])
    assert Entry.objects.get().body == heir


def test_landing_page_shows_contacts_periods_and_fees(client: Client, unit: Body) -> None:
    page = client.get("/requests/").content.decode()
    for words in (
        "20个工作日",
        "不需要说明用途",
        "1至10件",
        "023-1234567",
        "通信地址：云岭市文昌路2号（邮编",
        "zwgk@yunling.example",
        "先申请行政复议：自收到答复之日起60日内",
        'href="/requests/form.docx"',
        'href="/annual/"',
        'href="/forms/request/"',
        'href="/query/"',
    ):
        assert words in page
    assert "传真：" not in page, "what nobody filled in is left out"
    form = client.get("/requests/form.docx")
    assert "申请表" in unquote(form.headers["Content-Disposition"])
    cells = [cell.text for row in Document(BytesIO(form.content)).tables[0].rows for cell in row.cells]
    assert {"所需政府信息", "文号或者其他特征", "身份证明", "获取途径", "其他合理要求"} <= set(cells)
    assert 'href="/requests/"' in client.get("/").content.decode()
    assert "另有" not in page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gongkai.ui.portal.views.intake.MAX_LISTED_UNITS", 0)
        assert re.search('另有[1-9]个，见<a href="/units/">', client.get("/requests/").content.decode())


def test_request_is_sent_once_queried_corrected_and_withdrawn(client: Client, unit: Body) -> None:
    receipt = send(client, unit)
    code = code_in(receipt)
    assert unit.name in receipt.content.decode(), "the receipt says to whom"
    assert CONTENT["wanted"] in receipt.content.decode(), "and what for"
    entry = Entry.objects.get(kind="request")
    request = Request.objects.get()
    assert (request.channel, request.received_on) == ("page", timezone.localdate())
    assert Party.objects.get(matter=request.matter).name.reveal() == "李晓云"
    refused = look_up(client, code, "110101199003070000").content.decode()
    assert "没有查到" in refused
    assert 'value="110101199003070000"' in refused, "a whole number may be typed, and stays"
    page = look_up(client, code, "5678").content.decode()
    assert "期限届满之日" in page
    assert "李晓云" not in page
    do(entry, "ask_correction", items="请写明评价年度", days=10)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        page = look_up(client, code, "5678").content.decode()
        assert page.count(request.wanted.reveal()) == 2, "folded above, and in the box to be corrected"
        passed = re.search(r'name="pass" value="([^"]+)"', page)
        assert passed
        back = client.post("/query/", {"pass": passed[1]})
        assert "请写明评价年度" in back.content.decode(), "on the way back to it in the same tab"
        assert client.post("/query/", {"pass": f"{passed[1]}x"}).status_code == 422
        data = {"pass": passed[1], "follow_up": "correct", "wanted": "2024年度评价结果"}
        wrong = SimpleUploadedFile("说明.exe", b"MZ")
        assert "不接受" in client.post("/query/act/", {**data, "files": wrong}).content.decode()
        photo = SimpleUploadedFile("公告照片.png", PNG)
        lost = client.post("/query/act/", {**data, "wanted": "", "files": photo}).content.decode()
        assert "“公告照片.png”没有保留，请重新选择。" in lost
        assert "<title>请核对：办理情况" in re.sub(r"\s", "", lost)
        assert not Upload.objects.exists()
        assert Entry.objects.get(pk=entry.pk).state == "correcting"
        photo = SimpleUploadedFile("公告照片.png", PNG)
        assert "补正已收到" in client.post("/query/act/", {**data, "files": photo}).content.decode()
        assert Entry.objects.get(pk=entry.pk).state == "open"
        assert read_upload(Upload.objects.get(matter=f"request/{entry.pk}")) == PNG
        data = {"pass": passed[1], "follow_up": "supplement", "text": "公告在小区门口"}
        again = [SimpleUploadedFile("公告.png", PNG), SimpleUploadedFile("说明.exe", b"MZ")]
        once = re.search(r'name="once" value="([^"]+)"', look_up(client, code, "5678").content.decode())
        data |= {"once": once[1] if once else ""}
        sent = client.post("/query/act/", {**data, "files": again}).content.decode()
        assert "已收到您补充的说明" in sent
        assert re.search("“说明.exe”.*没有收下，其他文件已收下", sent), "the good file is accepted without the other"
        assert "刚才已经提交" in client.post("/query/act/", data).content.decode()
        assert request.supplements.get().files == 1
        desk = signed_in(Role.CLERK, unit).get(f"/admin/ledger/{entry.pk}/").content.decode()
        assert desk.count("公告照片.png") == 1
        assert "附文件 1 个" in desk
        data = {"pass": passed[1], "follow_up": "withdraw", "sure": "on"}
        assert "申请已撤回" in client.post("/query/act/", data).content.decode()
    assert Request.objects.get().ended_as == "3.6.3"


def test_published_answers_are_shown_before_sending(
    client: Client, unit: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert public.find_published_answers("二〇二四年度物业服务企业信用评价结果") == []
    found = [PublishedAnswer("物业服务企业信用评价结果", "", "/a/1.html")]
    monkeypatch.setattr(public, "find_published_answers", lambda words: found)
    page = send(client, unit).content.decode()
    assert "可能已经公开" in page
    assert '<a href="/a/1.html"' in page
    assert not Request.objects.exists()
    typed = {**filled(client, "request"), **CONTENT, "body": str(unit.pk), "at": "1", "step": "2"}
    first = post(client, typed, "request")
    page = first.content.decode()
    assert (first.status_code, found[0].title in page) == (422, True)
    assert 'data-step="2" hidden' in " ".join(page.split())
    assert post(client, {**typed, "seen_answers": "1"}, "request").status_code == 200
    assert code_in(send(client, unit, seen_answers="1"))


def test_form_without_facts_of_article_29_is_not_sent(client: Client, unit: Body) -> None:
    """Errors are in the order of the page, not of the fields. A long text is not truncated but reported."""
    page = send(client, unit, name="", wanted="信" * 5002, body="").content.decode()
    wrong = ("请选择受理单位", "所需政府信息：写得太长：最多5000字，现在有5002字")
    places = [page.index(one) for one in wrong]
    assert places == sorted(places)
    assert 'maxlength="5000"' not in page
    assert 'data-most="5000"' in page
    page = send(client, unit, provision="paper-fax", fax="").content.decode()
    assert "请填写传真号码" in page
    assert not Request.objects.exists()


def test_steps_are_validated_singly_and_keep_all_values(client: Client, unit: Body) -> None:
    """Each step works without scripts: it is validated on leaving, and the page contains all typed values."""
    typed = {**filled(client, "request"), **APPLICANT, **CONTENT, "body": str(unit.pk)}
    del typed["send"], typed["proof"]

    def press(status: int, **change: str) -> tuple[str, list[str]]:
        answer = post(client, {**typed, **change}, "request")
        page = answer.content.decode()
        assert answer.status_code == status
        assert all(text in page for text in (APPLICANT["id_number"], APPLICANT["address"], CONTENT["wanted"]))
        sections = re.findall(r'<section\s+data-step="(\d)"\s*(hidden)?', page)
        return next(number for number, hidden in sections if not hidden), re.findall(r'<a\s+href="#id_(\w+)"', page)

    assert press(422, at="1", step="2", body="", phone="1") == ("1", ["body"])
    assert press(200, at="1", step="2", phone="1") == ("2", [])
    assert press(422, at="2", step="3", phone="1") == ("2", ["phone"])
    assert press(422, at="1", step="3", name="") == ("2", ["name"])
    assert press(200, at="2", step="1", phone="1") == ("1", [])
    assert press(200, at="2", step="3", provision="paper-fax") == ("3", [])
    assert press(422, at="3", save_draft="1") == ("3", ["answer"]), "the question is shown"
    assert press(422, at="1", send="1", body="", fax="1")[0] == "1", "the first step with errors"
    assert not Request.objects.exists()
    proof_of_work = filled(client, "request")
    code_in(post(client, {**typed, **proof_of_work, "at": "3", **CONTENT}, "request"))


def test_default_delivery_needs_no_further_fields(client: Client, unit: Body) -> None:
    form = client.get("/forms/request/").content.decode()
    assert re.search(r'value="electronic-page"[^>]* checked', form)
    assert "paper-page" not in form
    assert "reading-page" not in form
    assert 'href="/forms/ask/"' in form
    fax = "0799-800 1234"
    code_in(send(client, unit, email="", address="", provision="paper-fax", fax=fax))
    assert Party.objects.get().fax.reveal() == "07998001234"
