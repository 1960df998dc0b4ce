"""Consultation of third parties: own query code, answer with files, late answers, no disclosure before the answer."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from factories.intake import PNG, look_up, seen_preview
from factories.requests import add_applicant, do, register, staff
from factories.units import PersonFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter as Mail
from gongkai.core.units.models import Role
from gongkai.work.requests.consultation_matter import erase_consultation, list_consultation_papers
from gongkai.work.requests.letters import decrypt_letter
from gongkai.work.requests.models import Consultation, Letter
from gongkai.work.requests.panels import make_handling_panel

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R = date(2024, 1, 2)
#: The fifteenth working day after 10 January 2024.
LAST_DAY = date(2024, 1, 31)


@pytest.fixture
def asked(site: Website) -> Consultation:
    do(register(received=R), "ask_third_party", who="晨光公司", phone="13800138044", email="cg@example.cn")
    return Consultation.objects.get()


def code_of(asked: Consultation) -> str:
    text = Mail.objects.filter(recipient=Party.objects.get(matter=asked.matter).recipient).first().body.reveal()
    found = re.search(r"查询码([\d ]{19})和联系电话后四位", text)
    assert found, text
    return found[1]


def send_answer(client: Client, asked: Consultation, **said: str) -> str:
    page = look_up(client, code_of(asked), "8044").content.decode()
    passed = re.search(r'name="pass" value="([^"]+)"', page)
    assert passed, page
    data = {"pass": passed[1], "follow_up": "answer", **said}
    return client.post("/query/act/", {**data, "files": SimpleUploadedFile("证明.png", PNG)}).content.decode()


def test_third_party_answers_with_code_from_its_mail(client: Client, asked: Consultation) -> None:
    assert asked.until == LAST_DAY
    page = look_up(client, code_of(asked), "8044").content.decode()
    for words in ("等待您的意见", "2024年1月31日（含当日）以前", "政府信息公开征求第三方意见书"):
        assert words in page
    assert "晨光" not in page
    letter = "".join(p.text for p in Document(BytesIO(decrypt_letter(asked.letters.get()))).paragraphs)
    assert "发到您电子邮箱的查询码" in letter
    assert code_of(asked) not in letter, "the clerk reads the letter"
    assert "请写明理由" in send_answer(client, asked, opinion="objects")
    assert "您的意见已收到" in send_answer(client, asked, opinion="objects", reason="涉及报价的成本构成")
    asked.refresh_from_db()
    entry = Entry.objects.get(pk=asked.request_id)
    assert (asked.opinion, asked.late, entry.state, entry.paused) == ("objects", False, "open", False)
    assert "已经结束" not in look_up(client, code_of(asked), "8044").content.decode()


def test_late_answer_is_accepted_and_marked_late(client: Client, asked: Consultation) -> None:
    for late in ({}, {"past": True}):  # nor is a day to come over for what is recorded as it was
        entry = Entry.objects.get(pk=asked.request_id)
        with pytest.raises(Refused, match="才届满"):
            do(entry, "take_opinion", consultation=asked.pk, opinion="silent", **late)
    with time_machine.travel("2024-02-01 10:00+08:00"):
        assert "登记为逾期" in look_up(client, code_of(asked), "8044").content.decode()
        send_answer(client, asked, opinion="agrees")
        asked.refresh_from_db()
        assert asked.late
        said = list(read_stream(f"entry/{asked.request_id}"))[-1]
        assert "逾期（应于2024年1月31日以前）答复" in said.words


def test_silence_does_not_count_as_reply(asked: Consultation) -> None:
    with time_machine.travel("2024-02-01 10:00+08:00"):
        entry = do(Entry.objects.get(pk=asked.request_id), "take_opinion", consultation=asked.pk, opinion="silent")
    assert (entry.state, entry.clock_events.filter(kind="third_party_replied").count()) == ("open", 0)


def test_no_disclosure_before_answer_and_third_party_is_notified(asked: Consultation) -> None:
    entry = Entry.objects.get(pk=asked.request_id)
    for result in ("3.1", "3.2"):
        with pytest.raises(Refused, match="此前不能决定公开"):
            do(entry, "decide", result=result, ground="其余内容涉及报价")
    do(entry, "take_opinion", consultation=asked.pk, opinion="objects", reason="涉及报价策略")
    for result in ("3.1", "3.2"):
        with pytest.raises(Refused, match="第三方不同意公开"):
            do(entry, "decide", result=result, ground="其余内容涉及报价")
    do(entry, "decide", result="3.1", override="涉及居民住房安全")
    told = Letter.objects.get(kind="third_party_told")
    assert told.consultation_id == asked.pk
    text = "".join(p.text for p in Document(BytesIO(decrypt_letter(told))).paragraphs)
    assert "涉及居民住房安全" in text
    assert Party.objects.get(matter=asked.matter).erase_on


def test_fifteen_days_count_from_receipt_of_letter(asked: Consultation) -> None:
    with time_machine.travel("2024-01-15 10:00+08:00"):
        do(asked.request.entry, "record_service", consultation=asked.pk, on=date(2024, 1, 15))
        with pytest.raises(Refused, match="不能早于"):
            do(asked.request.entry, "record_service", consultation=asked.pk, on=date(2024, 1, 9))
        with pytest.raises(Refused, match="更正的理由"):
            do(asked.request.entry, "record_service", consultation=asked.pk, on=date(2024, 1, 12))
        entry = Entry.objects.get(pk=asked.request_id)
        assert "最迟至2024年2月4日（第15个工作日）第三方仍未答复的" in " ".join(
            s.text for s in compute_deadline(entry).steps
        )
        entry = do(entry, "record_service", consultation=asked.pk, on=date(2024, 1, 12), reason="回执写的是十二日")
        assert "最迟至2024年2月2日（第15个工作日）" in " ".join(s.text for s in compute_deadline(entry).steps)
        do(entry, "record_service", consultation=asked.pk, on=date(2024, 1, 15), reason="回执重新核对为十五日")
    asked.refresh_from_db()
    assert (asked.served_on, asked.until) == (date(2024, 1, 15), date(2024, 2, 4))  # a Sunday that is worked


def test_third_party_is_named_only_to_those_who_handle_the_case(asked: Consultation) -> None:
    entry = asked.request.entry
    rows = [
        make_handling_panel(entry, by)["consultations"][0]["who"]
        for by in (staff(entry.body), actor(Role.AUDITOR, entry.body))
    ]
    assert rows == ["晨光公司", ""]


def test_objecting_third_party_is_notified_of_decision_and_revocation(asked: Consultation) -> None:
    facts = {"consultation": asked.pk, "opinion": "objects", "reason": "涉及报价"}
    entry = do(asked.request.entry, "take_opinion", **facts)
    with pytest.raises(Refused, match="理由为什么不成立"):
        do(entry, "decide", result="3.1")
    entry = do(entry, "decide", result="3.1", override="报价已在中标公告中公布", unfounded=True)
    told = asked.letters.get(kind="third_party_told")
    text = "".join(p.text for p in Document(BytesIO(decrypt_letter(told))).paragraphs)
    assert "你方不同意公开的理由不成立" in text
    do(entry, "revoke_answer", reason="公告中没有单价")
    assert [one.label for one in list_consultation_papers(asked.pk)][1:] == [
        "政府信息公开决定告知书（已撤销）",
        "政府信息公开决定撤销告知书",
    ]
    keys = Mail.objects.order_by("pk").values_list("subject", flat=True)
    assert [one.partition("：")[0] for one in keys][1:] == ["政府信息公开决定告知书", "政府信息公开决定撤销告知书"]


def letter_text(letter: Letter) -> str:
    return "".join(p.text for p in Document(BytesIO(decrypt_letter(letter))).paragraphs)


CONTENT = (
    "请公开虚构中学与云岭测试餐饮有限公司的供餐合同。申请人公孙若兰，公孙女士是该公司原员工，"
    "电话13900006666，若兰住云岭市测试路99号。"
)


@pytest.mark.parametrize("verb", ["ask_third_party", "ask_agency"])
def test_letters_to_others_do_not_identify_the_applicant(site: Website, verb: str) -> None:
    facts = {"name": "公孙若兰", "phone": "13900006666", "address": "云岭市测试路99号"}
    entry = do(add_applicant(register(received=R, wanted=CONTENT), **facts), verb, who="云岭测试餐饮有限公司")
    text = letter_text(Consultation.objects.get().letters.get())
    assert "虚构中学与云岭测试餐饮有限公司的供餐合同。申请人，申请人是该公司原员工" in text
    assert not any(word in text for word in ("公孙", "若兰", "13900006666", "测试路"))
    own = letter_text(do(entry, "give_receipt").request.letters.get(kind="receipt"))
    assert "公孙若兰" in own


def test_addressee_is_named_in_own_letter(site: Website) -> None:
    wanted = "请公开村民陈志强的宅基地审批表，身份证号530102197001011234。村民赵德海是邻居。申请人张若兰"
    entry = add_applicant(register(received=R, wanted=wanted), name="张若兰")
    do(do(entry, "ask_third_party", who="陈志强"), "ask_third_party", who="赵德海")
    first, second = (letter_text(asked.letters.get()) for asked in Consultation.objects.order_by("pk"))
    assert "陈志强的宅基地" in first
    assert "赵德海" in second
    assert not any(word in first + second for word in ("张若兰", "530102197001011234"))
    assert "陈志强" not in second


@pytest.mark.parametrize("verb", ["ask_third_party", "ask_agency"])
def test_clerks_wording_names_applicant_only_with_reason(site: Website, verb: str) -> None:
    facts = {"name": "公孙若兰", "phone": "13900006666", "address": "云岭市测试路99号3单元502室"}
    entry = add_applicant(register(received=R, wanted=CONTENT), **facts)
    wording = "公孙若兰（电话13900006666，住云岭市测试路99号3单元502室）申请公开供餐合同"
    entry = do(entry, verb, who="虚构中学", wording=wording)
    text = letter_text(Letter.objects.get())
    assert "申请公开供餐合同" in text
    assert not any(word in text for word in ("公孙", "若兰", "13900006666", "测试路"))
    do(entry, verb, who="云岭市教育局", wording=wording, kept_because="须核对公孙若兰的学籍")
    assert wording in letter_text(Letter.objects.last())
    said = list(read_stream(entry.stream))[-1].kept_words.text
    assert "理由：须核对申请人的学籍" in said
    form = get_form(ACTIONS_BY_NAME[f"request.{verb}"])
    short = form({"who": "虚构中学", "wording": wording, "kept_because": "要"}, entry=entry, by=staff(entry.body))
    assert "请写明保留什么" in str(short.errors)


def test_default_wording_is_sent_only_after_it_was_shown(site: Website) -> None:
    entry = add_applicant(register(received=R, wanted=CONTENT), name="公孙若兰", phone="13900006666")
    client = signed_in(Role.LEAD, entry.body)
    path = f"/admin/ledger/{entry.pk}/act/request.ask_agency/"
    shown = client.get(path).content.decode()
    wording = re.search(r'<textarea name="wording"[^>]*>([^<]*)<', shown)
    assert wording
    facts = {"who": "云岭测试餐饮有限公司", "wording": wording[1].strip().replace("\n", "\r\n")}
    page = client.post(path, facts).content.decode()
    assert "<mark>申请人</mark>" in page
    for unseen in (
        {},
        {"seen_hidden": "0" * 64},
        {"past": "false"},
        seen_preview(shown) | {"wording": "公孙若兰申请", "kept_because": "对方要求写明"},
    ):
        client.post(path, facts | unseen)
        assert not Consultation.objects.exists()
    client.post(path, facts | seen_preview(shown))
    assert Consultation.objects.get().letters.exists()


def test_form_shows_and_stores_wording_that_is_sent(site: Website) -> None:
    entry = add_applicant(register(received=R, wanted=CONTENT), name="公孙若兰", phone="13900006666")
    client = signed_in(Role.LEAD, entry.body)
    path = f"/admin/ledger/{entry.pk}/act/request.ask_third_party/"
    page = client.get(path).content.decode()
    assert "申请人公孙" not in page.partition('class="gk-note"')[2].partition("</form>")[0]
    assert "<mark>申请人</mark>" in page
    facts = {"who": "云岭测试餐饮有限公司", "wording": "虚构中学2023年的供餐合同，公孙女士要。"}
    page = client.post(path, facts).content.decode()
    assert "供餐合同，<mark>申请人</mark>要" in page
    assert not Consultation.objects.exists()
    changed = facts | {"wording": "虚构中学2023年的供餐合同。"}
    page = client.post(path, changed | seen_preview(page)).content.decode()
    assert not Consultation.objects.exists(), "another text was shown"
    client.post(path, changed | seen_preview(page))
    asked = Consultation.objects.get()
    assert asked.wording.reveal() == "虚构中学2023年的供餐合同"
    assert "所申请的内容为：虚构中学2023年的供餐合同。" in letter_text(asked.letters.get())
    assert "改写" in list(read_stream(entry.stream))[-1].kept_words.text
    do(Entry.objects.get(pk=entry.pk), "take_opinion", consultation=asked.pk, opinion="objects", reason="涉及报价")
    said = {"override": "公孙若兰所称情况属实，公共利益重大", "told": "合同复印件，请公孙女士到场领取。"}
    do(Entry.objects.get(pk=entry.pk), "decide", result="3.1", **said)
    letter = letter_text(asked.letters.get(kind="third_party_told"))
    assert "虚构中学2023年的供餐合同" in letter
    assert "公孙" not in letter
    assert "公孙女士" in letter_text(Letter.objects.get(kind="reply"))


def test_code_is_not_mailed_to_staff(site: Website) -> None:
    entry = register(received=R)
    PersonFactory(email="clerk@example.cn")
    type(entry.body).objects.filter(pk=entry.body_id).update(email="unit@example.cn")
    for address in ("Clerk+1@example.cn", "unit@example.cn"):
        with pytest.raises(Refused, match="对方自己的邮箱"):
            do(entry, "ask_third_party", who="晨光公司", phone="13800138044", email=address)


@pytest.mark.parametrize("phone", ["", "13800138044"])
def test_code_printed_in_letter_cannot_be_used_to_answer(client: Client, site: Website, phone: str) -> None:
    """Staff can read the code in the letter: a clerk could answer for the company."""
    do(register(received=R), "ask_third_party", who="晨光公司", phone=phone)
    letter = Consultation.objects.get().letters.get()
    text = "".join(p.text for p in Document(BytesIO(decrypt_letter(letter))).paragraphs)
    assert "意见请书面提出" in text
    code = re.search(r"查询码([\d ]{19})", text)
    assert code
    page = look_up(client, code[1], phone[-4:]).content.decode()
    assert ("征求意见" in page, 'value="answer"' in page) == (True, False)


def test_retention_erases_party_and_reasons(asked: Consultation) -> None:
    Consultation.objects.filter(pk=asked.pk).update(reason="涉及商业秘密", wording="楼栋明细")
    erase_consultation(asked.pk)
    asked.refresh_from_db()
    kept = {asked.who.reveal(), asked.reason.reveal(), asked.wording.reveal()}
    assert kept == {ERASED_TEXT_PLACEHOLDER}
