"""The applicant's side: landing page, form, what is public already, look-up, correcting, withdrawing."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from factories.intake import PNG, code_in, filled, look_up, post
from factories.requests import do
from factories.units import BodyFactory, signed_in
from gongkai.editions.models import Website
from gongkai.intake.forms import Answered
from gongkai.intake.models import Party, Upload
from gongkai.intake.uploads import read
from gongkai.ledger.models import Entry
from gongkai.requests.models import Request
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db
WHO = {
    "party_kind": "person",
    "name": "李晓云",
    "id_kind": "passport",
    "id_number": "E12345678",
    "phone": "13800138000",
    "email": "li@example.cn",
    "address": "云岭市文昌路1号",
}
WANTED = {
    "wanted": "二〇二四年度物业服务企业信用评价结果",
    "form_wanted": "electronic",
    "route_wanted": "email",
}


@pytest.fixture
def unit(site: Website) -> Body:
    return BodyFactory(name="云岭市城市管理局", short_name="市城管局", parent=site.body, phone="023-1234567")


def send(client: Client, unit: Body, **data: Any) -> Any:
    return post(
        client, filled(client, "request", **{**WHO, **WANTED, "body": str(unit.pk), **data}), "request"
    )


def test_the_landing_page_says_who_how_when_and_how_much(client: Client, unit: Body) -> None:
    page = client.get("/requests/").content.decode()
    for words in (
        "20个工作日",
        "不需要说明用途",
        "1至10件",
        "023-1234567",
        'href="/forms/request/"',
        'href="/query/"',
    ):
        assert words in page
    assert 'href="/requests/"' in client.get("/").content.decode()


def test_a_request_is_sent_once_looked_up_corrected_and_withdrawn(client: Client, unit: Body) -> None:
    code = code_in(send(client, unit))
    entry = Entry.objects.get(kind="request")
    request = Request.objects.get()
    assert (request.channel, request.received_on) == ("page", timezone.localdate())
    assert Party.objects.get(matter=request.matter).name.reveal() == "李晓云"
    assert "没有查到" in look_up(client, code, "0000").content.decode()
    page = look_up(client, code, "5678").content.decode()
    assert "期限届满之日" in page
    assert "李晓云" not in page
    do(entry, "ask_correction", items="请写明评价年度", days=10)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        page = look_up(client, code, "5678").content.decode()
        assert page.count(request.wanted) == 2, "folded above, and in the box to be corrected"
        passed = re.search(r'name="pass" value="([^"]+)"', page)
        assert passed
        data = {"pass": passed[1], "follow_up": "correct", "wanted": "2024年度评价结果"}
        wrong = SimpleUploadedFile("说明.exe", b"MZ")
        assert "不接受" in client.post("/query/act/", {**data, "files": wrong}).content.decode()
        assert not Upload.objects.exists()
        assert Entry.objects.get(pk=entry.pk).state == "correcting"
        photo = SimpleUploadedFile("公告照片.png", PNG)
        assert "补正已收到" in client.post("/query/act/", {**data, "files": photo}).content.decode()
        assert Entry.objects.get(pk=entry.pk).state == "open"
        assert read(Upload.objects.get(matter=f"request/{entry.pk}")) == PNG
        data = {"pass": passed[1], "follow_up": "supplement", "text": "公告在小区门口"}
        again = SimpleUploadedFile("公告.png", PNG)
        once = re.search(r'name="once" value="([^"]+)"', look_up(client, code, "5678").content.decode())
        data |= {"once": once[1] if once else ""}
        assert "已收到您补充的说明" in client.post("/query/act/", {**data, "files": again}).content.decode()
        assert "刚才已经提交" in client.post("/query/act/", data).content.decode()
        assert request.supplements.get().files == 1
        desk = signed_in(Role.CLERK, unit).get(f"/admin/ledger/{entry.pk}/").content.decode()
        assert desk.count("公告照片.png") == 1
        assert "附文件 1 个" in desk
        data = {"pass": passed[1], "follow_up": "withdraw", "sure": "on"}
        assert "申请已撤回" in client.post("/query/act/", data).content.decode()
    assert Request.objects.get().ended_as == "3.6.3"


def test_what_may_be_public_already_is_shown_before_it_is_sent(
    client: Client, unit: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gongkai.requests.public.public_already",
        lambda words: [Answered("物业服务企业信用评价结果", "", "/a/1.html")],
    )
    page = send(client, unit).content.decode()
    assert "可能已经公开" in page
    assert '<a href="/a/1.html"' in page
    assert not Request.objects.exists()
    assert code_in(send(client, unit, seen_answers="1"))


def test_words_that_nobody_published_find_nothing(unit: Body) -> None:
    from gongkai.requests.public import public_already

    assert public_already("二〇二四年度物业服务企业信用评价结果") == []


def test_a_form_without_what_article_29_asks_is_not_sent(client: Client, unit: Body) -> None:
    page = send(client, unit, email="", wanted="").content.decode()
    assert "请填写" in page
    assert not Request.objects.exists()
