"""Dates that actions accept: none before the request, only today for letters; late notices do not stop the clock."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document

from factories.requests import do, head, register
from factories.units import actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.models import MovementWords
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests import actions, applicant_matter, home_page
from gongkai.work.requests.actions.revocations import OverlookedPayment
from gongkai.work.requests.letters import decrypt_letter
from gongkai.work.requests.models import Decision, Dispute, Fee, Letter
from gongkai.work.requests.pending_notices import (
    get_pending_notice,
    is_given_up,
    is_notice_unserved,
    list_applicant_duties,
)
from gongkai.work.requests.progress import get_request_progress
from gongkai.work.requests.results import get_provision_of_result

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-20 10:00+08:00")]
R = date(2024, 1, 2)
BEFORE_RECEIPT = date(2024, 1, 1)
GROUND = "该信息涉及第三方商业秘密，第三方不同意公开"
REFUSED = {"result": "3.3.6", "ground": "属于内部讨论中的材料，尚未形成"}
POST = {"route": "mail", "proof": "挂号信回执"}
LATE = "2024-03-20 10:00+08:00"
ASK = {"items": "请写明项目名称", "days": 15}


def test_no_action_before_receipt_and_letters_are_dated_today() -> None:
    entry = register(received=R)
    for verb, facts in (
        ("open_dispute", {"kind": "review", "organ": "云岭市人民政府"}),
        ("ask_correction", {**ASK, "past": True}),
        ("decide", {"result": "3.1", "past": True}),
        ("record_ended", {"result": "3.6.3"}),
        ("record_contact", {"way": "电话", "gist": "核对所需材料"}),
    ):
        with pytest.raises(Refused, match="不能早于收到申请之日（2024年1月2日）"):
            do(entry, verb, on=BEFORE_RECEIPT, **facts)
    assert not Dispute.objects.exists()
    for verb, facts in (("ask_correction", ASK), ("decide", REFUSED), ("give_receipt", {})):
        with pytest.raises(Refused, match="文书现在生成"):
            ACTIONS_BY_NAME[f"request.{verb}"](Entry.objects.get(pk=entry.pk), by=head(entry.body), on=R, **facts)
    assert not Letter.objects.exists()


def test_late_correction_notice_does_not_stop_the_clock() -> None:
    entry = do(register(received=R), "ask_correction", **ASK, past=True)
    assert (entry.state, entry.paused, compute_deadline(entry).irregular != ()) == ("open", False, True)
    due = entry.due_at
    entry = do(entry, "take_correction", by=ANONYMOUS, wanted="2023年改造项目清单")
    assert (entry.state, entry.due_at, entry.request.content.reveal()) == ("open", due, "2023年改造项目清单")
    assert do(entry, "decide", result="3.1").state == "answered"


def test_correction_without_notice_is_refused() -> None:
    entry = register(received=R)
    assert "没有告知过" in "".join(ACTIONS_BY_NAME["request.take_correction"].why_not(entry, by=ANONYMOUS))


def test_unchanged_correction_is_refused_unless_files_are_added() -> None:
    entry = do(register(received=R), "ask_correction", **ASK, on=date(2024, 1, 4))
    same = f" {entry.request.wanted}\n"
    with pytest.raises(Refused, match="还没有改动"):
        do(entry, "take_correction", by=ANONYMOUS, wanted=same)
    assert do(entry, "take_correction", by=ANONYMOUS, wanted=same, files=["a" * 64]).state == "open"


def _make_cleared_fee() -> Entry:
    entry = do(register(received=R), "calculate_fee", basis="pages", count=40)
    return do(entry, "clear_fee", on=date(2024, 1, 15))


def test_fee_is_cleared_then_notified_then_paid() -> None:
    with pytest.raises(Refused, match="不能早于核准之日"):
        do(_make_cleared_fee(), "notify_fee", on=date(2024, 1, 10), past=True)
    entry = do(_make_cleared_fee(), "notify_fee")
    with pytest.raises(Refused, match="不能早于收费通知送达之日"):
        do(entry, "take_payment", way="转账", receipt="XJ-1", on=date(2024, 1, 16))


def test_abandoned_request_paid_in_time_is_reopened_as_late() -> None:
    entry = do(_make_cleared_fee(), "notify_fee", on=date(2024, 1, 15))
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        entry = do(entry, "abandon")
        assert entry.request.ended_as == "3.6.2"
    with time_machine.travel("2024-04-10 10:00+08:00", tick=False):
        with pytest.raises(Refused, match="缴费的日期"):
            do(entry, "revoke_answer", reason="申请人已经缴费")
        early = OverlookedPayment(date(2024, 1, 10), "转账", "XJ-1")
        with pytest.raises(Refused, match="收费通知送达之日"):
            do(entry, "revoke_answer", reason="申请人已经按期缴费", paid=early)
        entry = do(
            entry,
            "revoke_answer",
            reason="申请人已经按期缴费",
            paid=OverlookedPayment(date(2024, 1, 22), "转账", "XJ-1"),
        )
    assert entry.request.answered_late
    said = MovementWords.objects.filter(text__startswith="自行撤销").get().text
    assert "按逾期统计" in said
    assert entry.request.revoked_for.reveal() == "申请人已经按期缴费"
    assert (entry.state, Fee.objects.get().paid_on, Fee.objects.get().receipt) == ("open", date(2024, 1, 22), "XJ-1")


def test_payment_of_an_unlisted_fee_is_not_in_the_future() -> None:
    entry = do(_make_cleared_fee(), "notify_fee", on=date(2024, 1, 15))
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        entry = do(entry, "abandon")
        Fee.objects.all().delete()
        paid = OverlookedPayment(date(2024, 2, 22), "转账", "XJ-1")
        with pytest.raises(Refused, match="不能晚于今天"):
            do(entry, "revoke_answer", reason="申请人已经缴费", paid=paid)


def test_partial_disclosure_cites_provision_for_withheld_part() -> None:
    entry = register(received=R)
    with pytest.raises(Refused, match="不予公开的部分"):
        do(entry, "decide", result="3.2", ground=GROUND, withheld="3.1")
    do(entry, "decide", result="3.2", ground=GROUND)
    law = "《条例》第三十七条（不予公开的部分：第十五条、第三十六条第（三）项）"
    assert Decision.objects.get().law == law == get_provision_of_result("3.2", withheld="3.3.4")
    letter = "\n".join(p.text for p in Document(BytesIO(decrypt_letter(Letter.objects.get()))).paragraphs)
    assert "第三十七条（不予公开的部分：第十五条、第三十六条第（三）项）的规定" in letter
    assert f"理由：{GROUND}。" in letter


def test_dates_of_actions_keep_their_order() -> None:
    entry = do(register(received=R), "ask_correction", **ASK, on=date(2024, 1, 10))
    for past in (False, True):
        with pytest.raises(Refused, match="不能早于补正告知之日"):
            do(entry, "take_correction", wanted="2023年清单", on=date(2024, 1, 8), past=past)
    for verb, facts in (("withdraw", {}), ("record_ended", {"result": "3.6.3"})):
        with pytest.raises(Refused, match="不能早于已经登记的事项"):
            do(entry, verb, on=date(2024, 1, 8), **facts)
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        entry = do(entry, "abandon")
        with pytest.raises(Refused, match="不能早于补正告知之日"):
            do(entry, "revoke_answer", reason="收发室漏登", wanted="2023年清单", corrected_on=date(2024, 1, 9))


def test_two_late_notices_both_remain_pending() -> None:
    entry = _make_cleared_fee()
    with time_machine.travel("2024-02-05 10:00+08:00", tick=False):  # behind the twenty working days
        entry = do(do(entry, "ask_correction", **ASK, past=True), "notify_fee", past=True)
        _assert_both_pending(entry)


def _assert_both_pending(entry: Entry) -> None:
    assert list_applicant_duties(entry) == ("correcting", "unpaid")
    entry = do(entry, "take_correction", by=ANONYMOUS, wanted="2023年改造项目清单")
    assert list_applicant_duties(entry) == ("unpaid",)
    entry = do(entry, "take_payment", way="转账", receipt="XJ-9")
    assert (list_applicant_duties(entry), entry.state) == ((), "open")
    assert not entry.clock_events.filter(kind__in=("corrected", "fee_paid")).exists()


def test_third_party_letter_names_opinion_disclosure_and_remedies() -> None:
    entry = do(register(received=R), "ask_third_party", who="晨光公司", on=date(2024, 1, 4))
    asked = entry.request.consultations.get()
    entry = do(entry, "take_opinion", consultation=asked.pk, opinion="partly", reason="单价属于商业秘密")
    do(entry, "decide", result="3.2", ground=GROUND, override="招标文件已经公布总价", unfounded=True)
    told = Letter.objects.get(kind="third_party_told")
    text = "".join(p.text for p in Document(BytesIO(decrypt_letter(told))).paragraphs)
    assert "你方的意见为：同意部分公开。" in text
    assert "决定部分公开，其余内容不予公开。理由：招标文件已经公布总价。" in text
    assert "6个月内" in text


def test_refusal_for_third_party_sends_no_disclosure_letter() -> None:
    entry = do(register(received=R), "ask_third_party", who="晨光公司", on=date(2024, 1, 4))
    asked = entry.request.consultations.get()
    entry = do(entry, "take_opinion", consultation=asked.pk, opinion="objects", reason="属于商业秘密")
    do(entry, "decide", result="3.3.4", ground=GROUND, override="填错了地方的话")
    assert not Letter.objects.filter(kind="third_party_told").exists()


# Correction and payment periods count from receipt by the applicant; nothing is abandoned before it is known.


@pytest.fixture
def entry() -> Entry:
    return do(register(received=R), "ask_correction", items="请写明年度", days=10, unserved=True)


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_request_is_not_abandoned_before_notice_was_received(entry: Entry) -> None:
    with time_machine.travel(LATE):
        assert not is_given_up(entry)
        assert (
            "何时收到通知还没有登记"
            in ACTIONS_BY_NAME["request.abandon"].why_not(entry, by=actor(Role.LEAD, entry.body))[0]
        )
        lists = home_page.make_pending_request_lists(actor(Role.CLERK, entry.body))["lists"]
        assert [one["verb"] for one in lists] == ["request.record_notice_service"]
        entry = do(entry, "take_correction", by=ANONYMOUS, wanted="2023年改造项目清单")
    assert (entry.state, entry.clock_events.filter(irregular=True).count()) == ("open", 0)


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_days_count_from_day_after_receipt(entry: Entry) -> None:
    assert "自收到补正告知书之日起" in str(get_request_progress(entry.pk).parts)
    with time_machine.travel("2024-01-10 10:00+08:00"):
        entry = do(entry, "record_notice_service", on=date(2024, 1, 9), **POST)
        assert get_pending_notice(entry).until == date(2024, 1, 23)  # ten working days behind 9 January, not 5
        with pytest.raises(Refused, match="更正的理由"):
            do(entry, "record_notice_service", on=date(2024, 1, 8), **POST)
        entry = do(entry, "record_notice_service", on=date(2024, 1, 8), reason="回执日期看错", **POST)
        assert get_pending_notice(entry).until == date(2024, 1, 22)
    with time_machine.travel("2024-01-22 10:00+08:00"), pytest.raises(Refused):
        do(entry, "abandon")
    with time_machine.travel("2024-01-23 10:00+08:00"):
        do(entry, "abandon")


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_applicant_opening_notice_counts_as_receipt(entry: Entry) -> None:
    letter = Letter.objects.get(kind="correction")
    with time_machine.travel("2024-01-08 10:00+08:00"):
        actions.hand_out_letter(letter, by=ANONYMOUS)
        actions.hand_out_letter(Letter.objects.get(pk=letter.pk), by=ANONYMOUS)
    entry = Entry.objects.get(pk=entry.pk)
    assert (is_notice_unserved(entry), get_pending_notice(entry).until) == (False, date(2024, 1, 22))


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_fee_is_due_from_receipt_of_notice_with_payment_method(entry: Entry) -> None:
    entry = do(do(register(entry.body, R), "calculate_fee", basis="pages", count=40), "clear_fee")
    with pytest.raises(Refused, match="缴纳方式"):
        do(entry, "notify_fee", pay_how="", unserved=True)
    entry = do(entry, "notify_fee", unserved=True)
    assert not applicant_matter.REQUEST_MATTER.progress(entry.pk).closed
    assert "市财政局一楼收费窗口" in str(get_request_progress(entry.pk).parts)
    with time_machine.travel("2024-02-28 10:00+08:00"):
        assert not is_given_up(entry)
        entry = do(entry, "take_payment", way="转账", receipt="云票7")
    assert (entry.state, Fee.objects.get().notified_on) == ("open", date(2024, 1, 5))


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_slow_mail_does_not_make_timely_correction_late(entry: Entry) -> None:
    entry = do(do(register(entry.body, R), "calculate_fee", basis="pages", count=40), "clear_fee")
    with time_machine.travel("2024-01-29 10:00+08:00"):
        entry = do(entry, "notify_fee", unserved=True)
    with time_machine.travel("2024-02-20 10:00+08:00"):
        entry = do(entry, "record_notice_service", **POST)
        assert (entry.state, entry.paused) == ("unpaid", True)
        entry = do(entry, "record_notice_service", on=date(2024, 2, 6), reason="回执日期看错", **POST)
        assert "申请人收到收费通知，20个工作日自次一工作日起算" in str(compute_deadline(entry).steps)
        entry = do(entry, "take_payment", way="转账", receipt="云票8", on=date(2024, 2, 19))
    assert (entry.state, entry.due_at > entry.clock_events.last().recorded_at) == ("open", True)


@pytest.mark.today("2024-01-05 10:00+08:00")
def test_request_waiting_for_our_notice_cannot_be_recorded_as_ended(entry: Entry) -> None:
    with time_machine.travel(LATE), pytest.raises(Refused, match="不再处理"):
        do(entry, "record_ended", result="3.6.1")
