"""Merging duplicate requests of an applicant, joint answers, transfers: every applicant gets an answer, no deadline is lost."""

from datetime import date

import pytest
import time_machine

from factories.requests import REQUESTED_INFORMATION, add_applicant, do, register, staff
from factories.units import BodyFactory
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.actions import amend_party, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.figures import make_timeliness_source
from gongkai.core.ledger.filters import filter_by_light
from gongkai.core.ledger.lapses import filter_lapses
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter as Mail
from gongkai.work.requests.actions.endings import list_mergeable_requests
from gongkai.work.requests.applicant_matter import fetch_request_paper
from gongkai.work.requests.forms.base import list_similar_request_choices
from gongkai.work.requests.models import Letter, Request
from gongkai.work.requests.progress import get_request_progress, list_request_papers
from gongkai.work.requests.queries.request_list import filter_requests_by_figure, is_same_party
from gongkai.work.requests.queries.statistics import compute_statistics, make_late_condition

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R = date(2024, 1, 2)
#: After the last day (2024-01-30) of requests received on R.
LATE = "2024-02-05 10:00+08:00"
ID, OTHER_ID = "110101199003074258", "11010119900307109X"


def make_party(**said: str) -> Party:
    entry = add_applicant(register(received=R), **said)
    return Party.objects.get(matter=f"request/{entry.pk}")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"id_number": ID}, {"id_number": ID, "name": "李晓芸", "phone": "13900139000"}, True),
        ({"id_number": ID}, {"id_number": OTHER_ID}, False),  # two of one household share a telephone
        ({"id_number": ID}, {}, True),  # the same name and telephone
        ({}, {"name": "李晓霞"}, False),
        ({}, {"phone": "13900139000"}, False),  # many share a name
        ({"email": "li@example.com"}, {"phone": "13900139000", "email": "li@example.com"}, True),
        ({"phone": "", "address": "云岭市 青山路1号"}, {"phone": "", "address": "云岭市青山路1号"}, True),
        ({"name": "", "phone": ""}, {"name": "", "phone": ""}, False),
    ],
)
def test_same_applicant_is_recognised_by_document_or_name_and_contact(
    one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    assert is_same_party(make_party(**one), make_party(**other)) is same


def test_only_requests_of_one_applicant_are_merged() -> None:
    first = add_applicant(register(received=R), id_number=ID)
    stranger = add_applicant(register(first.body, R), id_number=OTHER_ID, name="司徒清和", phone="13900139000")
    nobody = register(first.body, R)
    elsewhere = add_applicant(register(BodyFactory(name="云岭市财政局"), R), id_number=ID)
    for entry in (stranger, nobody, elsewhere):
        assert list_mergeable_requests(entry) == []
        with pytest.raises(Refused, match="一并答复相同申请"):
            do(entry, "merge", into=first.number)
    alike, typed = register(first.body, R), SenderParticulars(name="令狐远", phone="13900139000")
    register_party(None, by=staff(first.body), matter=f"request/{alike.pk}", particulars=typed)
    one = Party.objects.get(matter=f"request/{alike.pk}")
    amend_party(one, by=SYSTEM, particulars=SenderParticulars(name="李晓云", phone="13800138000"))
    assert is_same_party(Party.objects.get(pk=one.pk), Party.objects.get(matter=f"request/{first.pk}"))
    with pytest.raises(Refused, match="须证件号码相同"):  # what staff typed proves nothing
        do(alike, "merge", into=first.number)
    own = add_applicant(register(first.body, date(2024, 1, 5)), id_number=ID)
    with pytest.raises(Refused, match="只能并入本单位同一申请人"):
        do(own, "merge", into=stranger.number)
    assert do(own, "merge", into=first.number).state == "passed_on"


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        (f"{REQUESTED_INFORMATION}。", True),
        (f"申请公开{REQUESTED_INFORMATION}", True),
        (REQUESTED_INFORMATION.replace("2024", "2025"), False),
        (f"{REQUESTED_INFORMATION}和供应商名单", False),
        ("2025年校车安全检查记录", False),
    ],
)
def test_only_requests_on_the_same_matter_are_merged(wanted: str, same: bool) -> None:
    first = add_applicant(register(received=R))
    other = add_applicant(register(first.body, R, wanted=wanted))
    offered = not ACTIONS_BY_NAME["request.merge"].why_not(other, by=staff(other.body))
    assert (offered, len(list_mergeable_requests(other))) == (same, same)
    if same:
        assert do(other, "merge", into=first.number).state == "passed_on"
        return
    with pytest.raises(Refused, match="请分别答复"):
        do(other, "merge", into=first.number)


def test_request_without_document_does_not_link_two_documents() -> None:
    first = add_applicant(register(received=R), id_number=ID)
    between = add_applicant(register(first.body, R))
    other = add_applicant(register(first.body, R), id_number=OTHER_ID)
    do(between, "merge", into=first.number)
    with pytest.raises(Refused, match="一并答复相同申请"):
        do(other, "merge", into=first.number)
    do(between, "unmerge", words="两件的内容并不相同")
    do(other, "merge", into=between.number)
    assert list_mergeable_requests(between) == []


def test_merged_applicant_is_notified_and_gets_the_answer() -> None:
    first = add_applicant(register(received=R), email="one@example.com")
    second = add_applicant(register(first.body, date(2024, 1, 5)), email="two@example.com")
    do(second, "merge", into=first.number)
    mails = Mail.objects.filter(recipient=Party.objects.get(matter=f"request/{second.pk}").recipient)
    assert "已并为一件办理" in mails.get().body.reveal()
    page = get_request_progress(second.pk)
    assert page
    assert (page.number, page.closed) == (second.number, False)
    assert [one.title for one in page.parts if "并" in one.title] == ["并案办理"]
    assert Party.objects.get(matter=f"request/{second.pk}").erase_on is None
    do(first, "decide", result="3.1", told="复印件3页，到一楼窗口领取")
    page = get_request_progress(second.pk)
    assert page
    assert page.closed
    assert "复印件3页" in page.answer
    assert "作出答复" in mails.order_by("-pk")[0].body.reveal()
    letter = Letter.objects.get(request=first.pk, kind="reply")
    assert f"letter-{letter.pk}" in [paper.ref for paper in list_request_papers(second.pk)]
    assert fetch_request_paper(second.pk, f"letter-{letter.pk}").content
    assert Party.objects.get(matter=f"request/{second.pk}").erase_on is not None
    with pytest.raises(Refused):
        fetch_request_paper(add_applicant(register(received=R)).pk, f"letter-{letter.pk}")


def test_unmerging_restores_the_clock() -> None:
    first = add_applicant(register(received=R))
    second = add_applicant(register(first.body, date(2024, 1, 5)))
    second = do(second, "ask_correction", items="请写明年度", days=10)
    before = compute_deadline(second)
    do(second, "merge", into=first.number)
    with time_machine.travel("2024-01-12 10:00+08:00", tick=False):
        again = do(second, "unmerge", words="两件的内容并不相同")
        request = again.request
        assert (again.state, again.outcome, again.closed_at) == ("correcting", "", None)
        assert (request.merged_into, request.ended_on, request.ended_as) == (None, None, "")
        assert compute_deadline(again).steps == before.steps
        page = get_request_progress(second.pk)
        assert page
        assert page.state == "待申请人补正"


def test_request_that_was_once_given_up_keeps_its_clock_when_merger_is_undone() -> None:
    first = add_applicant(register(received=R))
    second = add_applicant(register(first.body, R))
    do(second, "ask_correction", items="请写明年度", days=5)
    with time_machine.travel("2024-01-30 10:00+08:00", tick=False):
        second = do(second, "abandon")
        second = do(second, "revoke_answer", reason="补正按期寄到", wanted="改造清单", corrected_on=date(2024, 1, 15))
        due = second.due_at
        Request.objects.filter(pk=second.pk).update(corrected_wanted="")
        with time_machine.travel("2024-01-31 10:00+08:00", tick=False):
            do(second, "merge", into=first.number)
            again = do(second, "unmerge", words="两件的内容并不相同")
            assert (again.state, again.due_at, compute_deadline(again).date) == ("open", due, date(2024, 3, 1))


def test_merging_postpones_no_deadline() -> None:
    older = add_applicant(register(received=R))
    newer = add_applicant(register(older.body, date(2024, 1, 9)))
    with pytest.raises(Refused, match=f"把它并入{older.number}"):
        do(older, "merge", into=newer.number)
    with time_machine.travel(LATE, tick=False):
        do(newer, "merge", into=older.number)
        assert Entry.objects.get(pk=older.pk).light == "red"
        assert not filter_lapses("request").exists()


def test_running_request_cannot_be_merged_into_paused_one() -> None:
    first = add_applicant(register(received=R))
    second = add_applicant(register(first.body, date(2024, 1, 5)))
    first = do(first, "ask_correction", items="请写明年度", days=10)
    with pytest.raises(Refused, match="正在停止计时"):
        do(second, "merge", into=first.number)
    assert do(first, "merge", into=second.number).state == "passed_on"


def test_joint_answer_sends_a_letter_to_each_applicant() -> None:
    first = add_applicant(register(received=R))
    others = [add_applicant(register(first.body, R), name=name, phone="") for name in ("司徒清和", "梅望舒")]
    unlike = add_applicant(register(first.body, R, wanted="公开2022年学位划分的会议纪要"), name="钟离春")
    wanted = [one.pk for one in others]
    with pytest.raises(Refused, match="先答复其中一件"):
        do(others[0], "answer_alike", others=wanted)
    first = do(first, "decide", result="3.1", told="复印件3页，李晓云女士到一楼窗口领取")
    with pytest.raises(Refused, match="请选择本单位办理中的相同申请"):
        do(first, "answer_alike", others=[unlike.pk])
    charged = add_applicant(register(first.body, R), name="钟离春", phone="")
    do(charged, "calculate_fee", basis="pages", count=40)
    assert [pk for pk, _ in list_similar_request_choices(first)] == wanted
    with pytest.raises(Refused, match=f"{charged.number}：信息处理费.*待核准"):
        do(first, "answer_alike", others=[charged.pk])
    do(first, "answer_alike", others=wanted)
    for one in others:
        again = Entry.objects.get(pk=one.pk)
        assert (again.state, again.outcome, again.request.ended_as) == ("answered", "3.1", "3.1")
        assert again.request.decided
        assert again.request.decided.told == "复印件3页，申请人到一楼窗口领取"
        assert Letter.objects.filter(request=one.pk, kind="reply").count() == 1
    stranger = register(BodyFactory(name="云岭市财政局"), R)
    with pytest.raises(Refused, match=f"{charged.number}：信息处理费"):
        do(first, "answer_alike", others=[stranger.pk])


def test_unit_keeps_lapse_after_transferring_late_request() -> None:
    entry = add_applicant(register(received=R))
    other = BodyFactory(name="云岭市财政局")
    with time_machine.travel(LATE, tick=False):
        gone = do(entry, "transfer", body=other)
        made = Request.objects.get(origin=entry.pk).entry
        assert (made.body, made.light) == (other, "green")
        late = filter_by_light(Entry.objects.filter(body=entry.body), "late")
        assert [one.kind for one in late] == ["lapse"]
        assert late[0].due_at == gone.due_at
        rows = Request.objects.all()
        assert compute_statistics(rows).whole.answered_late == 1
        assert [one.pk for one in filter_requests_by_figure(rows, "answered_late")] == [entry.pk]
        assert rows.filter(make_late_condition(date(2024, 1, 1), date(2024, 12, 31))).get().pk == entry.pk
        [case] = make_timeliness_source("request", "").cases(entry.body, date(2024, 1, 1), date(2024, 12, 31))
        assert case.value == 0.0
        # A returned request continues with its former clock, and the lapse counts once.
        back = do(made, "transfer", body=entry.body)
        again = Request.objects.get(origin=back.pk).entry
        assert (again.due_at, again.light) == (gone.due_at, "red")
        assert not filter_by_light(Entry.objects.filter(body=entry.body), "late").exists()
        assert not filter_by_light(Entry.objects.filter(body=other), "late").exists()


@pytest.mark.parametrize("merged", [False, True])
def test_returned_request_keeps_longer_period(merged: bool) -> None:
    entry = do(register(received=R), "extend", days=15, reason="文件需要逐卷查找", on=date(2024, 1, 8))
    other = BodyFactory(name="云岭市财政局")
    do(entry, "transfer", body=other)
    made, unit = Request.objects.get(origin=entry.pk).entry, entry.body
    if merged:
        unit.merged_into = BodyFactory(name="云岭市城乡建设委员会")
        unit.save()
    back = do(made, "transfer", body=unit.successor)
    assert Request.objects.get(origin=back.pk).entry.due_at == Entry.objects.get(pk=entry.pk).due_at


def test_late_answer_stays_late_after_reopening() -> None:
    entry = register(received=R)
    with time_machine.travel(LATE, tick=False):
        entry = do(entry, "decide", result="3.3.5", ground="该信息涉及内部事务，不予公开")
        entry = do(entry, "revoke_answer", reason="答复适用依据有误")
        assert entry.light == "green"
        assert compute_statistics(Request.objects.all()).whole.answered_late == 1
        assert filter_by_light(Entry.objects.filter(body=entry.body), "late").get().kind == "lapse"
