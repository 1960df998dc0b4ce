"""Public forms: nothing typed is lost, nothing is sent twice, machines pay, people without scripts get through."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import CharField, Textarea
from django.test import Client
from django.utils import timezone
from PIL import Image

from factories.intake import (
    BLANK_PNG,
    FAULT,
    PDF,
    PNG,
    Gateway,
    code_in,
    filled,
    look_up,
    png,
    post,
    proof,
    sent,
    shown,
)
from gongkai.content.editions.models import Website
from gongkai.core.intake import throttle as proofs
from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME, tokens
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Draft, Hit, Party, PhoneCode, Sending, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter

pytestmark = pytest.mark.django_db


def blank(kind: str, **facts: int) -> bytes:
    """Return a white page as a picture."""
    out = BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, kind, **facts)
    return out.getvalue()


def faults() -> int:
    return Entry.objects.filter(kind="fault").count()


def question(page: str) -> str:
    """Answer the question of a page as a person does."""
    first, second = page.split("防止机器自动提交：")[1].split("等于")[0].split("加")
    return str("零一二三四五六七八九".index(first) + "零一二三四五六七八九".index(second))


@pytest.mark.parametrize("name", ["ask", "complaint", "fault"])
def test_a_form_names_the_period_in_force_when_it_is_shown(name: str, monkeypatch: Any, tmp_path: Path) -> None:
    (own := tmp_path / "law.toml").write_text("consultation.reply = 4\ncomplaint.reply = 4\nfault.reply = 4\n")
    assert "4个工作日" not in "".join(map(str, PUBLIC_FORMS_BY_NAME[name].intro))
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(own))
    assert "4个工作日" in "".join(map(str, PUBLIC_FORMS_BY_NAME[name].intro))


class TestWithoutScripts:
    def test_a_wrong_answer_is_asked_anew_and_loses_nothing(self, client: Client, site: Website) -> None:
        said = client.get("/forms/fault/").content.decode()
        for answer in ("", "0", "九十九", "x", "1" * 50, "²²²"):
            picture = SimpleUploadedFile("截图.png", b"x", "image/png")
            again = post(client, {**shown(said), **FAULT, "send": "1", "proof": "", "answer": answer, "files": picture})
            assert again.status_code == 422, answer
            said = again.content.decode()
            assert FAULT["text"] in said
            assert 'href="#id_answer"' in said
            assert "请回答题目，并重新选择附件" in said
        assert faults() == 0
        data = {**shown(said), **FAULT, "send": "1", "proof": "", "answer": question(said)}
        assert post(client, data).status_code == 200

    def test_guessing_answers_ends(self, client: Client, site: Website) -> None:
        page = client.get("/forms/fault/").content.decode()
        data = {**shown(page), **FAULT, "send": "1", "proof": "", "answer": "0"}
        for _ in range(15):
            post(client, data)
        assert "答错的次数太多" in post(client, {**data, "answer": question(page)}).content.decode()


class TestMachines:
    FORGED: tuple[dict[str, str], ...] = (
        {"website": "https://spam.example"},
        *({"proof": made} for made in ("", "x", "[]", json.dumps({"salt": 1, "number": 2}), "9" * 5000)),
        *({"form_token": made} for made in ("", "forged", "x" * 9000)),
    )

    def test_are_refused_and_told_in_chinese(self, client: Client, site: Website) -> None:
        data = filled(client)
        for change in self.FORGED:
            answer = post(client, {**data, **change})
            assert answer.status_code == 422, change
            assert 'role="alert"' in answer.content.decode(), change
            assert FAULT["text"] in answer.content.decode(), change
        assert faults() == 0
        assert post(client, data).status_code == 200, "refused for the change alone: a refusal spends no proof"

    def test_a_form_that_comes_back_at_once_with_its_proof_is_taken(self, client: Client, site: Website) -> None:
        assert post(client, filled(client), later=0).status_code == 200
        assert faults() == 1

    def test_a_proof_is_of_one_form(self, client: Client, site: Website) -> None:
        first = filled(client)
        assert post(client, first).status_code == 200
        assert post(client, {**filled(client, text="另一处也写错了。"), "proof": first["proof"]}).status_code == 422
        assert faults() == 1

    def test_a_token_is_of_one_form_and_of_one_day(self, client: Client, site: Website) -> None:
        assert tokens.read_nonce("other", tokens.new_token("fault")) == ""
        late = post(client, filled(client), later=25 * 3600)
        assert "打开得太久" in late.content.decode()
        assert FAULT["text"] in late.content.decode()

    def test_a_solution_is_not_found_by_half(self, client: Client, site: Website) -> None:
        nonce = "nonce"
        asked = proofs.new_challenge(nonce)
        assert not proofs.is_solved(nonce, json.dumps({**asked, "number": -1}))
        assert not proofs.is_solved(nonce, json.dumps({**asked, "number": 1, "signature": "0" * 64}))

    def test_one_address_sends_so_many(self, client: Client, site: Website, settings: Any) -> None:
        settings.GONGKAI_FORM_RATE = 2
        for number in range(2):
            sent(client, text=f"第{number}处写错了字。")
        refused = post(client, filled(client, text="第九处写错了字。"))
        assert refused.status_code == 429
        assert "第九处写错了字。" in refused.content.decode()
        assert post(client, filled(client, text="第十处写错了字。"), REMOTE_ADDR="9.9.9.9").status_code == 200

    def test_anybody_may_send_the_same_words(self, client: Client, site: Website) -> None:
        people: list[dict[str, str]] = [{}] * 4
        people += [{"name": f"李晓{n}", "phone": "13800138000"} for n in "一二三四"]  # a family's telephone
        people += [{"name": "王女士"}] * 4
        for number, who in enumerate(people):
            answer = post(client, filled(client, **who), REMOTE_ADDR=f"9.9.9.{number}")
            assert answer.status_code == 200
        assert faults() == len(people)

    def test_one_party_sends_the_same_three_times(self, client: Client, site: Website) -> None:
        who = {"name": "李晓云", "phone": "13800138000"}
        for number in range(3):
            assert post(client, filled(client, **who), REMOTE_ADDR=f"9.9.9.{number}").status_code == 200
        spelled = {"name": "李 晓云", "phone": "+86 138-0013-8000", "text": f" {FAULT['text']}\n"}
        again = post(client, filled(client, **spelled), REMOTE_ADDR="9.9.9.8")
        assert again.status_code == 429
        assert "不必重复提交" in again.content.decode()
        assert post(client, filled(client, **who, page="/other/"), REMOTE_ADDR="9.9.9.8").status_code == 200

    @pytest.mark.parametrize(
        ("name", "addressee"),
        [
            ("request", "body"),
            ("complaint", "against"),
            ("complaint", "institution"),
            ("comment", "draft"),
            ("fault", "page"),
            ("survey", "survey"),
        ],
    )
    def test_the_same_words_to_another_addressee(self, name: str, addressee: str, site: Website) -> None:
        form = PUBLIC_FORMS_BY_NAME[name].form()
        form.fields.setdefault("words", CharField(widget=Textarea))
        form.cleaned_data = dict.fromkeys(form.fields, "请公开本单位的决算。")
        said = form.content()
        form.cleaned_data = {**form.cleaned_data, "name": "别人", "phone": "13800138000"}
        assert form.content() == said
        form.cleaned_data = {**form.cleaned_data, addressee: "另一个"}
        assert form.content() != said

    def test_a_stranger_who_is_named_is_written_to_so_often(self, client: Client, site: Website) -> None:
        pages = [
            post(client, filled(client, text=f"第{n}处写错了字。", email=mail), REMOTE_ADDR=f"9.9.9.{n}")
            for n, mail in enumerate(["a@stranger.example", "A@Stranger.example"] * 3)
        ]
        assert [page.status_code for page in pages] == [200] * 6
        assert Letter.objects.count() == 5
        assert ["发往您所留的邮箱" in page.content.decode() for page in pages] == [True] * 5 + [False]

    def test_a_proxy_says_who_asks_and_a_client_cannot(self, client: Client, site: Website, settings: Any) -> None:
        from django.test import RequestFactory

        from gongkai.core.intake.throttle import client_address

        asked = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 8.8.8.8", REMOTE_ADDR="10.0.0.1")
        assert client_address(asked) == "10.0.0.1"
        settings.AXES_IPWARE_PROXY_COUNT = 1
        assert client_address(asked) == "8.8.8.8"
        for text, seen in (
            ("2001:db8::1", "2001:db8::/64"),
            ("no address", "no address"),
            ("[2001:db8::1]:80", "2001:db8::/64"),
        ):
            asked.META["HTTP_X_FORWARDED_FOR"] = text
            assert client_address(asked) == seen
        assert "8.8.8.8" not in str(list(Hit.objects.values()))


class TestOnce:
    def test_a_retry_hours_later_also_changed_is_still_the_first(self, client: Client, site: Website) -> None:
        data = filled(client)
        code = code_in(post(client, data))
        assert code_in(post(client, data, later=20 * 3600)) == code
        assert faults() == 1
        assert code_in(post(client, {**data, "text": "改了一下再发一次。"})) == code
        assert Entry.objects.get(kind="fault").fault.text.reveal() == FAULT["text"]

    def test_what_fails_in_between_leaves_nothing(
        self, client: Client, site: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = filled(client, name="李晓云", email="li@example.cn")
        with monkeypatch.context() as broken:
            broken.setattr("gongkai.core.intake.forms.registering._mail_receipt", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                post(client, data)
        assert (faults(), Party.objects.count(), Sending.objects.count()) == (0, 0, 0)
        assert post(client, data).status_code == 200
        assert faults() == 1


class TestFiles:
    def test_kept_while_the_rest_is_put_right(self, client: Client, site: Website) -> None:
        first = post(client, {**filled(client, text="短"), "files": [png("甲.png"), png("乙.png"), png("乙.png")]})
        assert first.status_code == 422
        said = first.content.decode()
        assert said.count("已上传：") == 2
        sent_now = post(client, {**shown(said), **FAULT, "proof": proof(said), "send": "1"})
        assert code_in(sent_now)
        assert {one.matter for one in Upload.objects.all()} == {f"fault/{Entry.objects.get(kind='fault').pk}"}

    def test_one_can_be_taken_out_but_only_ones_own(self, client: Client, site: Website) -> None:
        strange = post(client, {**filled(client, text="短"), "files": png("别人的.png")}).content.decode()
        assert "别人的.png" in strange
        mine = post(client, {**filled(client, text="短"), "files": png("我的.png")}).content.decode()
        numbers = {one.name.reveal(): str(one.pk) for one in Upload.objects.all()}
        for number in (numbers["别人的.png"], "x", "9" * 30, "-1"):
            post(client, {**shown(mine), **FAULT, "remove": number})
        assert Upload.objects.count() == 2
        post(client, {**shown(mine), **FAULT, "remove": numbers["我的.png"]})
        assert [one.name.reveal() for one in Upload.objects.all()] == ["别人的.png"]

    HOSTILE = (
        ("截图.png", b"<script>alert(1)</script>"),
        ("截图.png", PDF),
        ("说明.pdf", PNG),
        ("说明.pdf", b"MZ\x90\x00" + b"\0" * 600),
        ("网页.html", b"<html>"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        ("程序.exe", b"MZ"),
        ("压缩.zip", b"PK\x03\x04" + b"\0" * 60),
        ("文档.docx", b"PK\x03\x04" + b"\0" * 60),
        ("空.png", b""),
        ("空白.png", BLANK_PNG),
        ("空白.webp", blank("WEBP")),
        ("大片空白.png", blank("PNG", compress_level=0)),
        ("没有后缀", PNG),
        ("..\\..\\etc\\passwd", PNG),
        ("a.png.exe", PNG),
        ("a\x00.png", b"x"),
    )

    def test_hostile_large_and_too_many_ones_are_refused(self, client: Client, site: Website) -> None:
        data = filled(client)
        for name, content in self.HOSTILE:
            answer = post(client, {**data, "files": SimpleUploadedFile(name, content)})
            assert answer.status_code == 422, name
            assert 'href="#id_files"' in answer.content.decode(), name
        assert not Upload.objects.exists()
        large = SimpleUploadedFile("大.png", PNG + b"\0" * (10 * 1024 * 1024))
        assert "超过10 MB" in post(client, {**filled(client), "files": large}).content.decode()
        answer = post(client, {**filled(client), "files": [png(f"{n}.png") for n in range(5)]})
        assert "最多上传3个文件" in answer.content.decode()
        assert Upload.objects.count() == 3

    def test_what_a_machine_sends_is_not_stored_and_nothing_is_served(self, client: Client, site: Website) -> None:
        post(client, {**filled(client, proof=""), "files": png()})
        assert not Upload.objects.exists()
        post(client, {**filled(client), "files": png()})
        upload = Upload.objects.get()
        for path in (
            f"/admin/parties/files/{upload.pk}/",
            f"/files/{upload.place}",
            f"/media/{upload.place}",
            f"/{upload.place}",
        ):
            for answer in (client.get(path), client.post(path)):
                assert answer.status_code in {302, 404, 405}

    def test_what_was_never_sent_goes(self, client: Client, site: Website) -> None:
        post(client, {**filled(client, text="短"), "files": png()})
        assert erase_due(timezone.now() + timedelta(days=1))["files"] == 0
        assert erase_due(timezone.now() + timedelta(days=3))["files"] == 1


class TestDrafts:
    def put_aside(self, client: Client, **data: Any) -> str:
        asked = {**filled(client, **data), "save_draft": "1"}
        del asked["send"]
        page = post(client, asked).content.decode()
        return page.split('class="pk-code">')[1].split("<")[0]

    def test_found_again_on_another_machine_with_its_files(self, client: Client, site: Website) -> None:
        code = self.put_aside(client, text="写到一半", phone="13800138000", files=png())
        other = Client()
        page = other.post("/forms/fault/", {"draft_code": code}).content.decode()
        for said in ("写到一半", "13800138000", "截图.png"):
            assert said in page
        assert faults() == 0
        data = {**shown(page), **FAULT, "proof": proof(page), "send": "1"}
        assert code_in(post(other, data))
        assert not Draft.objects.exists()
        assert Upload.objects.get().matter
        assert other.post("/forms/fault/", {"draft_code": code}).status_code == 422

    def test_stored_encrypted_and_gone_after_a_week(self, client: Client, site: Website) -> None:
        from django.db import connection

        code = self.put_aside(client, text="不想让人看到的话", phone="13800138000")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM intake_draft")
            stored = str(cursor.fetchall())
        for secret in ("不想让人看到的话", "13800138000", code.replace(" ", "")):
            assert secret not in stored
        code = self.put_aside(client, text="写到一半")
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            assert client.post("/forms/fault/", {"draft_code": code}).status_code == 422
            erase_due()
        assert not Draft.objects.exists()

    def test_saved_again_it_keeps_its_code(self, client: Client, site: Website) -> None:
        asked = {**filled(client, text="第一稿"), "save_draft": "1"}
        del asked["send"]
        first = post(client, asked).content.decode()
        code = first.split('class="pk-code">')[1].split("<")[0]
        again = {**shown(first), **FAULT, "text": "第二稿", "proof": proof(first), "save_draft": "1"}
        assert "草稿码不变" in post(client, again).content.decode()
        assert "第二稿" in client.post("/forms/fault/", {"draft_code": code}).content.decode()

    def test_a_code_that_is_none(self, client: Client, site: Website) -> None:
        for code in ("", "1234", "0000 0000 0000 0000", "x" * 9000):
            assert client.post("/forms/fault/", {"draft_code": code}).status_code == 422, code

    def test_a_draft_code_opens_no_matter_and_the_other_way_round(self, client: Client, site: Website) -> None:
        draft = self.put_aside(client, text="写到一半")
        assert look_up(client, draft).status_code == 422
        assert client.post("/forms/fault/", {"draft_code": sent(client)}).status_code == 422


class TestPhones:
    @pytest.fixture(autouse=True)
    def _gateway(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from dataclasses import replace

        settings.GONGKAI_CHANNELS = {"sms": "factories.intake.Gateway"}
        monkeypatch.setattr(Gateway, "sent", [])
        monkeypatch.setitem(
            PUBLIC_FORMS_BY_NAME, "fault", replace(PUBLIC_FORMS_BY_NAME["fault"], phone_code="required")
        )

    def asked(self, client: Client, **data: Any) -> tuple[str, str]:
        """Ask for a code; return the page and the code."""
        request = {**filled(client, phone="13800138000", **data), "send_code": "1"}
        del request["send"]
        page = post(client, request).content.decode()
        return page, Gateway.sent[-1][1].split("验证码")[1][:6] if Gateway.sent else ""

    def test_a_phone_that_answers(self, client: Client, site: Website) -> None:
        page, code = self.asked(client)
        assert "验证码已发出" in page
        assert FAULT["text"] in page
        assert code not in str(list(PhoneCode.objects.values()))
        data = {**shown(page), **FAULT, "phone": "13800138000", "proof": proof(page), "send": "1"}
        for wrong in ("", "000000" if code != "000000" else "111111"):
            assert post(client, {**data, "phone_code": wrong}).status_code == 422
        assert post(client, {**data, "phone": "13900139000", "phone_code": code}).status_code == 422
        assert code_in(post(client, {**data, "phone_code": f" {code}"}))
        assert Party.objects.get().phone_verified_at

    def test_guessing_ends(self, client: Client, site: Website) -> None:
        page, code = self.asked(client)
        data = {**shown(page), **FAULT, "phone": "13800138000", "proof": proof(page), "send": "1"}
        wrong = [f"{n:06d}" for n in range(6) if f"{n:06d}" != code][:5]
        for guess in wrong:
            post(client, {**data, "phone_code": guess})
        assert post(client, {**data, "phone_code": code}).status_code == 422

    def test_too_old(self, client: Client, site: Website) -> None:
        page, code = self.asked(client)
        data = {**shown(page), **FAULT, "phone": "13800138000", "proof": proof(page), "send": "1"}
        assert post(client, {**data, "phone_code": code}, later=700).status_code == 422

    def test_nobody_fills_a_strangers_phone(self, client: Client, site: Website) -> None:
        for _ in range(4):
            page, _code = self.asked(client)
        assert len(Gateway.sent) == 3
        assert "次数太多" in page

    def test_a_number_that_takes_no_text_messages(self, client: Client, site: Website) -> None:
        request = {**filled(client, phone="0591-88886666"), "send_code": "1"}
        assert "11位手机号码" in post(client, request).content.decode()

    def test_without_a_gateway_nobody_is_asked(self, client: Client, site: Website, settings: Any) -> None:
        settings.GONGKAI_CHANNELS = {"mail": "gongkai.core.outbox.channels.MailChannel"}
        assert "获取验证码" not in client.get("/forms/fault/").content.decode()
        assert sent(client, phone="13800138000")


def test_no_cookie_and_kept_by_nobody(client: Client, site: Website) -> None:
    for answer in (client.get("/forms/fault/"), client.get("/query/"), post(client, filled(client))):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
    assert client.get("/forms/nothing/").status_code == 404
    assert client.put("/forms/fault/").status_code == 405


@pytest.mark.parametrize("text", ["<script>alert(1)</script>这里错了", "𠮷" * 300, "a\r\nBcc: x@y.cn 写错了"])
def test_strange_texts_are_taken_as_text(text: str, client: Client, site: Website) -> None:
    code = sent(client, text=text, name="<b>x</b>\r\nBcc: x@y.cn", email="li@example.cn")
    assert "<script>alert" not in look_up(client, code).content.decode()
    assert Entry.objects.get(kind="fault").fault.text.reveal().split() == text.split()


def test_invisible_characters_are_removed_and_null_bytes_refused(client: Client, site: Website) -> None:
    sent(client, text="网⻚上的⽔价写错了\u200b，请改正")
    assert Entry.objects.get(kind="fault").fault.text.reveal() == "网页上的水价写错了，请改正"
    answer = post(client, filled(client, text="有\x00零字节的一段话"))
    assert answer.status_code == 422
    assert 'href="#id_text"' in answer.content.decode()
