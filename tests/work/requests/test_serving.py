"""The days for correcting and paying count from the applicant's getting the notice; nothing is given up before that is known."""

from datetime import date

import pytest
import time_machine

from factories.requests import do, register
from factories.units import actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.ledger.clock import deadline_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests import actions, applicant_matter, home_page
from gongkai.work.requests.models import Fee, Letter
from gongkai.work.requests.pending_notices import get_pending_notice, is_given_up, is_notice_unserved
from gongkai.work.requests.progress import get_request_progress

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-05 10:00+08:00")]
R = date(2024, 1, 2)
POST = {"route": "mail", "proof": "挂号信回执"}
LATE = "2024-03-20 10:00+08:00"


@pytest.fixture
def entry() -> Entry:
    return do(register(received=R), "ask_correction", items="请写明年度", days=10, unserved=True)


def test_nothing_is_given_up_before_the_notice_was_received(entry: Entry) -> None:
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


def test_the_days_count_from_the_day_after_receipt(entry: Entry) -> None:
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


def test_the_applicant_who_opens_the_notice_has_received_it(entry: Entry) -> None:
    letter = Letter.objects.get(kind="correction")
    with time_machine.travel("2024-01-08 10:00+08:00"):
        actions.collect_letter(letter, by=ANONYMOUS)
        actions.collect_letter(Letter.objects.get(pk=letter.pk), by=ANONYMOUS)
    entry = Entry.objects.get(pk=entry.pk)
    assert (is_notice_unserved(entry), get_pending_notice(entry).until) == (False, date(2024, 1, 22))


def test_a_fee_is_owed_from_the_receipt_of_a_notice_that_says_how_to_pay(entry: Entry) -> None:
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


def test_a_slow_post_makes_nobody_late_who_wrote_in_time(entry: Entry) -> None:
    entry = do(do(register(entry.body, R), "calculate_fee", basis="pages", count=40), "clear_fee")
    with time_machine.travel("2024-01-29 10:00+08:00"):
        entry = do(entry, "notify_fee", unserved=True)
    with time_machine.travel("2024-02-20 10:00+08:00"):
        entry = do(entry, "record_notice_service", **POST)
        assert (entry.state, entry.paused) == ("unpaid", True)
        entry = do(entry, "record_notice_service", on=date(2024, 2, 6), reason="回执日期看错", **POST)
        assert "申请人收到收费通知，20个工作日自次一工作日起算" in str(deadline_of(entry).steps)
        entry = do(entry, "take_payment", way="转账", receipt="云票8", on=date(2024, 2, 19))
    assert (entry.state, entry.due_at > entry.clock_events.last().recorded_at) == ("open", True)


def test_what_waits_for_a_letter_of_ours_is_not_recorded_as_ended_elsewhere(entry: Entry) -> None:
    with time_machine.travel(LATE), pytest.raises(Refused, match="不再处理"):
        do(entry, "record_ended", result="3.6.1")
