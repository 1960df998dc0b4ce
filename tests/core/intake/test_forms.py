"""Public forms keep typed data, refuse repeated submissions, slow down robots, and work without scripts."""

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
    hidden_fields,
    look_up,
    png,
    post,
    sent,
    solve_challenge,
)
from gongkai.content.editions.models import Website
from gongkai.core.intake import throttle as proofs
from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME, tokens
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Draft, Hit, Party, PhoneCode, Sending, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter

pytestmark = pytest.mark.django_db


def make_blank_picture(kind: str, **facts: int) -> bytes:
    """Return a white picture."""
    out = BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, kind, **facts)
    return out.getvalue()


def count_faults() -> int:
    return Entry.objects.filter(kind="fault").count()


def solve_question(page: str) -> str:
    """Solve the arithmetic question of a page as a person does."""
    first, second = page.split("防止机器自动提交：")[1].split("等于")[0].split("加")
    return str("零一二三四五六七八九".index(first) + "零一二三四五六七八九".index(second))


@pytest.mark.parametrize("name", ["ask", "complaint", "fault"])
def test_form_shows_the_current_legal_period(name: str, monkeypatch: Any, tmp_path: Path) -> None:
    (own := tmp_path / "law.toml").write_text("consultation.reply = 4\ncomplaint.reply = 4\nfault.reply = 4\n")
    assert "4个工作日" not in "".join(map(str, PUBLIC_FORMS_BY_NAME[name].intro))
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(own))
    assert "4个工作日" in "".join(map(str, PUBLIC_FORMS_BY_NAME[name].intro))


class TestWithoutScripts:
    def test_wrong_answer_shows_a_new_question_and_keeps_the_data(self, client: Client, site: Website) -> None:
        said = client.get("/forms/fault/").content.decode()
        for answer in ("", "0", "九十九", "x", "1" * 50, "²²²"):
            picture = SimpleUploadedFile("截图.png", b"x", "image/png")
            again = post(
                client, {**hidden_fields(said), **FAULT, "send": "1", "proof": "", "answer": answer, "files": picture}
            )
            assert again.status_code == 422, answer
            said = again.content.decode()
            assert FAULT["text"] in said
            assert 'href="#id_answer"' in said
            assert "请回答题目，并重新选择附件" in said
        assert count_faults() == 0
        data = {**hidden_fields(said), **FAULT, "send": "1", "proof": "", "answer": solve_question(said)}
        assert post(client, data).status_code == 200

    def test_wrong_answers_are_limited(self, client: Client, site: Website) -> None:
        page = client.get("/forms/fault/").content.decode()
        data = {**hidden_fields(page), **FAULT, "send": "1", "proof": "", "answer": "0"}
        for _ in range(15):
            post(client, data)
        assert "答错的次数太多" in post(client, {**data, "answer": solve_question(page)}).content.decode()


class TestRobots:
    FORGED: tuple[dict[str, str], ...] = (
        {"website": "https://spam.example"},
        *({"proof": made} for made in ("", "x", "[]", json.dumps({"salt": 1, "number": 2}), "9" * 5000)),
        *({"form_token": made} for made in ("", "forged", "x" * 9000)),
    )

    def test_forged_submissions_are_refused_with_a_reason(self, client: Client, site: Website) -> None:
        data = filled(client)
        for change in self.FORGED:
            answer = post(client, {**data, **change})
            assert answer.status_code == 422, change
            assert 'role="alert"' in answer.content.decode(), change
            assert FAULT["text"] in answer.content.decode(), change
        assert count_faults() == 0
        assert post(client, data).status_code == 200, "refused for the change alone: a refusal spends no proof"

    def test_proof_is_valid_for_one_submission(self, client: Client, site: Website) -> None:
        first = filled(client)
        assert post(client, first, later=0).status_code == 200, "also if it was filled in quickly"
        assert post(client, {**filled(client, text="另一处也写错了。"), "proof": first["proof"]}).status_code == 422
        assert count_faults() == 1

    def test_token_is_valid_for_one_form_and_one_day(self, client: Client, site: Website) -> None:
        assert tokens.read_nonce("other", tokens.new_token("fault")) == ""
        late = post(client, filled(client), later=25 * 3600)
        assert "打开得太久" in late.content.decode()
        assert FAULT["text"] in late.content.decode()

    def test_wrong_or_unsigned_solution_is_refused(self, client: Client, site: Website) -> None:
        nonce = "nonce"
        request_code = proofs.new_challenge(nonce)
        assert not proofs.is_solved(nonce, json.dumps({**request_code, "number": -1}))
        assert not proofs.is_solved(nonce, json.dumps({**request_code, "number": 1, "signature": "0" * 64}))

    def test_submissions_from_one_address_are_limited(self, client: Client, site: Website, settings: Any) -> None:
        settings.GONGKAI_FORM_RATE = 2
        for number in range(2):
            sent(client, text=f"第{number}处写错了字。")
        refused = post(client, filled(client, text="第九处写错了字。"))
        assert refused.status_code == 429
        assert "第九处写错了字。" in refused.content.decode()
        assert post(client, filled(client, text="第十处写错了字。"), REMOTE_ADDR="9.9.9.9").status_code == 200

    def test_different_people_may_send_the_same_text(self, client: Client, site: Website) -> None:
        people: list[dict[str, str]] = [{}] * 4
        people += [{"name": f"李晓{n}", "phone": "13800138000"} for n in "一二三四"]  # a family's telephone
        people += [{"name": "王女士"}] * 4
        for number, who in enumerate(people):
            answer = post(client, filled(client, **who), REMOTE_ADDR=f"9.9.9.{number}")
            assert answer.status_code == 200
        assert count_faults() == len(people)

    def test_one_party_may_send_the_same_text_three_times(self, client: Client, site: Website) -> None:
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
    def test_same_text_to_another_receiver_counts_as_different(self, name: str, addressee: str, site: Website) -> None:
        form = PUBLIC_FORMS_BY_NAME[name].form()
        form.fields.setdefault("words", CharField(widget=Textarea))
        form.cleaned_data = dict.fromkeys(form.fields, "请公开本单位的决算。")
        said = form.content()
        form.cleaned_data = {**form.cleaned_data, "name": "别人", "phone": "13800138000"}
        assert form.content() == said
        form.cleaned_data = {**form.cleaned_data, addressee: "另一个"}
        assert form.content() != said

    def test_mails_to_one_entered_address_are_limited(self, client: Client, site: Website) -> None:
        pages = [
            post(client, filled(client, text=f"第{n}处写错了字。", email=mail), REMOTE_ADDR=f"9.9.9.{n}")
            for n, mail in enumerate(["a@stranger.example", "A@Stranger.example"] * 3)
        ]
        assert [page.status_code for page in pages] == [200] * 6
        assert Letter.objects.count() == 5
        assert ["发往您所留的邮箱" in page.content.decode() for page in pages] == [True] * 5 + [False]

    def test_client_address_is_taken_from_trusted_proxies_only(
        self, client: Client, site: Website, settings: Any
    ) -> None:
        from django.test import RequestFactory

        from gongkai.core.intake.throttle import client_address

        request_code = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 8.8.8.8", REMOTE_ADDR="10.0.0.1")
        assert client_address(request_code) == "10.0.0.1"
        settings.AXES_IPWARE_PROXY_COUNT = 1
        assert client_address(request_code) == "8.8.8.8"
        for text, seen in (
            ("2001:db8::1", "2001:db8::/64"),
            ("no address", "no address"),
            ("[2001:db8::1]:80", "2001:db8::/64"),
        ):
            request_code.META["HTTP_X_FORWARDED_FOR"] = text
            assert client_address(request_code) == seen
        assert "8.8.8.8" not in str(list(Hit.objects.values()))


class TestRetries:
    def test_later_or_changed_retry_returns_the_first_matter(self, client: Client, site: Website) -> None:
        data = filled(client)
        code = code_in(post(client, data))
        assert code_in(post(client, data, later=20 * 3600)) == code
        assert count_faults() == 1
        assert code_in(post(client, {**data, "text": "改了一下再发一次。"})) == code
        assert Entry.objects.get(kind="fault").fault.text.reveal() == FAULT["text"]

    def test_failure_during_registration_leaves_nothing(
        self, client: Client, site: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = filled(client, name="李晓云", email="li@example.cn")
        with monkeypatch.context() as broken:
            broken.setattr("gongkai.core.intake.forms.registration._mail_receipt", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                post(client, data)
        assert (count_faults(), Party.objects.count(), Sending.objects.count()) == (0, 0, 0)
        assert post(client, data).status_code == 200
        assert count_faults() == 1


class TestFiles:
    def test_uploads_are_kept_while_other_errors_are_corrected(self, client: Client, site: Website) -> None:
        first = post(client, {**filled(client, text="短"), "files": [png("甲.png"), png("乙.png"), png("乙.png")]})
        assert first.status_code == 422
        said = first.content.decode()
        assert said.count("已上传：") == 2
        sent_now = post(client, {**hidden_fields(said), **FAULT, "proof": solve_challenge(said), "send": "1"})
        assert code_in(sent_now)
        assert {one.matter for one in Upload.objects.all()} == {f"fault/{Entry.objects.get(kind='fault').pk}"}

    def test_only_own_uploads_can_be_removed(self, client: Client, site: Website) -> None:
        strange = post(client, {**filled(client, text="短"), "files": png("别人的.png")}).content.decode()
        assert "别人的.png" in strange
        mine = post(client, {**filled(client, text="短"), "files": png("我的.png")}).content.decode()
        numbers = {one.name.reveal(): str(one.pk) for one in Upload.objects.all()}
        for number in (numbers["别人的.png"], "x", "9" * 30, "-1"):
            post(client, {**hidden_fields(mine), **FAULT, "remove": number})
        assert Upload.objects.count() == 2
        post(client, {**hidden_fields(mine), **FAULT, "remove": numbers["我的.png"]})
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
        ("空白.webp", make_blank_picture("WEBP")),
        ("大片空白.png", make_blank_picture("PNG", compress_level=0)),
        ("没有后缀", PNG),
        ("..\\..\\etc\\passwd", PNG),
        ("a.png.exe", PNG),
        ("a\x00.png", b"x"),
    )

    def test_hostile_large_or_too_many_files_are_refused(self, client: Client, site: Website) -> None:
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

    def test_uploads_of_robots_are_not_stored_and_none_is_served(self, client: Client, site: Website) -> None:
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

    def test_uploads_of_unsent_forms_are_erased(self, client: Client, site: Website) -> None:
        post(client, {**filled(client, text="短"), "files": png()})
        assert erase_due(timezone.now() + timedelta(days=1))["files"] == 0
        assert erase_due(timezone.now() + timedelta(days=3))["files"] == 1


class TestDrafts:
    def save_draft(self, client: Client, **data: Any) -> str:
        request_code = {**filled(client, **data), "save_draft": "1"}
        del request_code["send"]
        page = post(client, request_code).content.decode()
        return page.split('class="pk-code">')[1].split("<")[0]

    def test_draft_is_restored_on_another_device_with_its_files(self, client: Client, site: Website) -> None:
        code = self.save_draft(client, text="写到一半", phone="13800138000", files=png())
        other = Client()
        page = other.post("/forms/fault/", {"draft_code": code}).content.decode()
        for said in ("写到一半", "13800138000", "截图.png"):
            assert said in page
        assert count_faults() == 0
        data = {**hidden_fields(page), **FAULT, "proof": solve_challenge(page), "send": "1"}
        assert code_in(post(other, data))
        assert not Draft.objects.exists()
        assert Upload.objects.get().matter
        assert other.post("/forms/fault/", {"draft_code": code}).status_code == 422

    def test_draft_is_encrypted_and_erased_after_a_week(self, client: Client, site: Website) -> None:
        from django.db import connection

        code = self.save_draft(client, text="不想让人看到的话", phone="13800138000")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM intake_draft")
            stored = str(cursor.fetchall())
        for secret in ("不想让人看到的话", "13800138000", code.replace(" ", "")):
            assert secret not in stored
        code = self.save_draft(client, text="写到一半")
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            assert client.post("/forms/fault/", {"draft_code": code}).status_code == 422
            erase_due()
        assert not Draft.objects.exists()

    def test_draft_saved_again_keeps_its_code(self, client: Client, site: Website) -> None:
        request_code = {**filled(client, text="第一稿"), "save_draft": "1"}
        del request_code["send"]
        first = post(client, request_code).content.decode()
        code = first.split('class="pk-code">')[1].split("<")[0]
        again = {**hidden_fields(first), **FAULT, "text": "第二稿", "proof": solve_challenge(first), "save_draft": "1"}
        assert "草稿码不变" in post(client, again).content.decode()
        assert "第二稿" in client.post("/forms/fault/", {"draft_code": code}).content.decode()

    def test_invalid_draft_code_is_refused(self, client: Client, site: Website) -> None:
        for code in ("", "1234", "0000 0000 0000 0000", "x" * 9000):
            answer = client.post("/forms/fault/", {"draft_code": code})
            assert answer.status_code == 422, code
            assert f'value="{code[:40]}" aria-describedby="draft_code_error"' in answer.content.decode()
            assert "data-returned" not in answer.content.decode(), "input stored by the browser is restored"

    def test_draft_codes_and_query_codes_are_not_interchangeable(self, client: Client, site: Website) -> None:
        draft = self.save_draft(client, text="写到一半")
        assert look_up(client, draft).status_code == 422
        assert client.post("/forms/fault/", {"draft_code": sent(client)}).status_code == 422


class TestPhoneVerification:
    @pytest.fixture(autouse=True)
    def _gateway(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from dataclasses import replace

        settings.GONGKAI_CHANNELS = {"sms": "factories.intake.Gateway"}
        monkeypatch.setattr(Gateway, "sent", [])
        monkeypatch.setitem(
            PUBLIC_FORMS_BY_NAME, "fault", replace(PUBLIC_FORMS_BY_NAME["fault"], phone_code="required")
        )

    def request_code(self, client: Client, **data: Any) -> tuple[str, str]:
        """Request a code; return the page and the code."""
        request = {**filled(client, phone="13800138000", **data), "send_code": "1"}
        del request["send"]
        page = post(client, request).content.decode()
        return page, Gateway.sent[-1][1].split("验证码")[1][:6] if Gateway.sent else ""

    def test_phone_is_verified_by_its_code(self, client: Client, site: Website) -> None:
        page, code = self.request_code(client)
        assert "验证码已发出" in page
        assert FAULT["text"] in page
        assert code not in str(list(PhoneCode.objects.values()))
        data = {**hidden_fields(page), **FAULT, "phone": "13800138000", "proof": solve_challenge(page), "send": "1"}
        for wrong in ("", "000000" if code != "000000" else "111111"):
            assert post(client, {**data, "phone_code": wrong}).status_code == 422
        assert post(client, {**data, "phone": "13900139000", "phone_code": code}).status_code == 422
        assert code_in(post(client, {**data, "phone_code": f" {code}"}))
        assert Party.objects.get().phone_verified_at

    def test_wrong_phone_codes_are_limited(self, client: Client, site: Website) -> None:
        page, code = self.request_code(client)
        data = {**hidden_fields(page), **FAULT, "phone": "13800138000", "proof": solve_challenge(page), "send": "1"}
        wrong = [f"{n:06d}" for n in range(6) if f"{n:06d}" != code][:5]
        for guess in wrong:
            post(client, {**data, "phone_code": guess})
        assert post(client, {**data, "phone_code": code}).status_code == 422

    def test_expired_phone_code_is_refused(self, client: Client, site: Website) -> None:
        page, code = self.request_code(client)
        data = {**hidden_fields(page), **FAULT, "phone": "13800138000", "proof": solve_challenge(page), "send": "1"}
        assert post(client, {**data, "phone_code": code}, later=700).status_code == 422

    def test_codes_sent_to_one_phone_are_limited(self, client: Client, site: Website) -> None:
        for _ in range(4):
            page, _code = self.request_code(client)
        assert len(Gateway.sent) == 3
        assert "次数太多" in page

    def test_landline_number_cannot_be_verified(self, client: Client, site: Website) -> None:
        request = {**filled(client, phone="0591-88886666"), "send_code": "1"}
        assert "11位手机号码" in post(client, request).content.decode()

    def test_verification_is_not_requested_without_a_gateway(
        self, client: Client, site: Website, settings: Any
    ) -> None:
        settings.GONGKAI_CHANNELS = {"mail": "gongkai.core.outbox.channels.MailChannel"}
        assert "获取验证码" not in client.get("/forms/fault/").content.decode()
        assert sent(client, phone="13800138000")


def test_public_pages_set_no_cookie_and_are_not_cached(client: Client, site: Website) -> None:
    for answer in (client.get("/forms/fault/"), client.get("/query/"), post(client, filled(client))):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
    assert client.get("/forms/nothing/").status_code == 404
    assert client.put("/forms/fault/").status_code == 405


@pytest.mark.parametrize("text", ["<script>alert(1)</script>这里错了", "𠮷" * 300, "a\r\nBcc: x@y.cn 写错了"])
def test_markup_and_line_breaks_are_treated_as_text(text: str, client: Client, site: Website) -> None:
    code = sent(client, text=text, name="<b>x</b>\r\nBcc: x@y.cn", email="li@example.cn")
    assert "<script>alert" not in look_up(client, code).content.decode()
    assert Entry.objects.get(kind="fault").fault.text.reveal().split() == text.split()


def test_invisible_characters_are_removed_and_null_bytes_refused(client: Client, site: Website) -> None:
    sent(client, text="网⻚上的⽔价写错了\u200b，请改正")
    assert Entry.objects.get(kind="fault").fault.text.reveal() == "网页上的水价写错了，请改正"
    answer = post(client, filled(client, text="有\x00零字节的一段话"))
    assert answer.status_code == 422
    assert 'href="#id_text"' in answer.content.decode()
