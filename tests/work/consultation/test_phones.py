"""Test calls order one rectification at a time; a review round closes only when nothing is left."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.consultation import draft_answer, inquiry, released_answer
from factories.units import actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rectification import confirm, report
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.consultation import actions, review_rounds
from gongkai.work.consultation.answer_reviews import ReviewRoundRegister
from gongkai.work.consultation.models import ContactPhone, PhoneCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(site):
    return site.body


@pytest.fixture
def phone(housing) -> ContactPhone:
    return actions.enter_phone(housing, by=actor(Role.CLERK, housing), number="0799-8001234", hours="工作日9:00–17:00")


def test_failed_call_orders_one_rectification_at_a_time(phone, housing, city) -> None:
    chief = actor(Role.CHIEF, city)
    assert actions.record_test_call(phone, by=chief, heard="answered").entry is None
    first = actions.record_test_call(phone, by=chief, heard="silent", words="响铃六声")
    assert "响铃六声" in first.entry.rectification.what
    assert first.entry.body == housing
    assert actions.record_test_call(phone, by=chief, heard="busy").entry == first.entry
    report(first.entry, by=actor(Role.CLERK, housing), text="已落实专人接听。")
    confirm(Entry.objects.get(pk=first.entry.pk), by=chief, url="https://www.example.cn/dianhua/")
    again = actions.record_test_call(phone, by=chief, heard="silent", until=timezone.localdate() + timedelta(days=9))
    assert again.entry != first.entry
    assert timezone.localdate(again.entry.due_at) == timezone.localdate() + timedelta(days=9)
    assert PhoneCheck.objects.count() == 4


def test_only_office_records_test_calls_and_wrong_facts_are_refused(phone, housing, city) -> None:
    with pytest.raises(Refused, match="只有政务公开办"):
        actions.record_test_call(phone, by=actor(Role.LEAD, housing), heard="answered")
    chief = actor(Role.CHIEF, city)
    with pytest.raises(Refused, match="测试结果"):
        actions.record_test_call(phone, by=chief, heard="maybe")
    with pytest.raises(Refused, match="不能晚于现在"):
        actions.record_test_call(phone, by=chief, heard="busy", called_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(Refused, match="不能早于今天"):
        actions.record_test_call(phone, by=chief, heard="busy", until=timezone.localdate() - timedelta(days=1))
    clerk = actor(Role.CLERK, housing)
    for number, hours, why in (
        ("123", "全天", "写法不对"),
        ("0799-8001234", "全天", "已经登记"),
        ("13800138000", "全天", "手机号码"),
        ("0799-8001235", "", "接听时间"),
    ):
        with pytest.raises(Refused, match=why):
            actions.enter_phone(housing, by=clerk, number=number, hours=hours)
    actions.close_phone(phone, by=clerk, reason="换号")
    with pytest.raises(Refused, match="已经停用"):
        actions.record_test_call(ContactPhone.objects.get(), by=chief, heard="answered")


@pytest.mark.parametrize(("quarter", "last"), [(1, date(2026, 3, 31)), (3, date(2026, 9, 30)), (4, date(2026, 12, 31))])
def test_round_is_due_at_end_of_its_quarter(quarter: int, last: date) -> None:
    assert timezone.localdate(review_rounds.get_round_due_time(2026, quarter)) == last


def test_round_opens_once_and_closes_when_nothing_is_left(city, housing) -> None:
    known = released_answer(housing)
    twin = draft_answer(housing, question="公租房怎样来申请")
    clerk, lead = actor(Role.CLERK, housing), actor(Role.LEAD, housing)
    asked = [inquiry(city, body=housing) for _ in range(3)]
    for one in asked:
        actions.draft_answer(one.entry, by=clerk, answer="可以。")
        one.entry.refresh_from_db()
        actions.approve_draft_answer(one.entry, by=lead)
    actions.answer_with_known_answer(inquiry(city).entry, by=actor(Role.CHIEF, city), known=known)
    assert review_rounds.open_review_rounds() == {"opened": 1}, "the other unit has nothing to decide"
    assert review_rounds.open_review_rounds() == {"opened": 0}
    entry = Entry.objects.get(kind="tidying")
    assert review_rounds.find_near_duplicate_answers(housing) == [(known, twin)]
    type(known).objects.update(confirmed_on=None)
    with pytest.raises(Refused) as refused:
        actions.finish_review_round(entry, by=clerk)
    assert refused.value.reasons == [
        "还有1条问答没有确认、修改或者停用。",
        "还有3件已答复的留言没有决定是否收入问答库。",
    ]
    known.refresh_from_db()
    actions.confirm_answer(known, by=lead)
    first, second, third = (one.entry for one in asked)
    for one in (first, second, third):
        one.refresh_from_db()
    with pytest.raises(Refused, match="并入哪一条"):
        actions.decide_on_inclusion(first, by=clerk, decision="merged")
    actions.decide_on_inclusion(first, by=clerk, decision="merged", known=known)
    actions.decide_on_inclusion(second, by=clerk, decision="skipped")
    third.inquiry.refresh_from_db()
    draft_answer(housing, question="租金怎样算", source=third.inquiry)
    assert "没有了" in signed_in(Role.CLERK, housing).get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert actions.finish_review_round(entry, by=clerk, words="下季度补充图解").state == "done"
    [row] = ReviewRoundRegister().prefetch(list(ReviewRoundRegister().rows(lead)), lead)
    assert row.result == "新增1条，并入1件，不收入1件，确认1条；下季度补充图解"
    with pytest.raises(Refused, match="系统"):
        actions.open_review_round(housing, by=clerk, year=2026, quarter=4)
    assert review_rounds.open_review_rounds() == {"opened": 0}
    assert SYSTEM.system
