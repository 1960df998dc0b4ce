"""From submission to closing (销号): evidence, checklist, requests of units, actions after closing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.notices import (
    YEAR,
    City,
    accepted,
    by_date,
    duty,
    entry_of,
    fresh,
    in_days,
    live,
    parsed,
    row,
    submitted,
)
from factories.units import signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import judge_evidence
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry, EvidenceVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import (
    carry_over_assignment,
    grant_request,
    recall_submission,
    refuse_request,
    reopen_assignment,
    request_more_time,
    request_not_applicable,
    request_other_unit,
    request_send_back,
    submit_task,
    tick_duties,
)
from gongkai.work.notices.entries.checklist import build_checklist, find_due_day
from gongkai.work.notices.models import Ask, Assignment, Carry, Duty
from gongkai.work.notices.states import AssignmentState

# Submission and acceptance


def test_submission_without_evidence_is_refused(entry: Entry, educator: Actor) -> None:
    with pytest.raises(Refused) as caught:
        submit_task(entry, by=educator, statement="做完了")
    assert any("没有佐证" in reason for reason in caught.value.reasons)
    assert fresh(entry).state == AssignmentState.OPEN


def test_task_is_submitted_accepted_and_closed(entry: Entry, educator: Actor, planner: Actor) -> None:
    handed = submitted(entry, educator)
    assert (handed.state, handed.paused, handed.light) == (AssignmentState.SUBMITTED, True, "blue")
    done = accepted(entry, planner)
    assert (done.state, done.outcome, done.paused) == (AssignmentState.DONE, "done", False)
    assert done.closed_at == done.assignment.submitted_at  # the lead's own days do not count
    assert done.evidence.get().lead == EvidenceVerdict.HOLDS


def test_task_submitted_in_time_and_accepted_late_is_in_time(entry: Entry, educator: Actor, planner: Actor) -> None:
    handed = submitted(entry, educator)
    Entry.objects.filter(pk=entry.pk).update(due_at=timezone.now() + timedelta(seconds=1))
    Assignment.objects.filter(pk=entry.pk).update(submitted_at=timezone.now() - timedelta(days=1))
    assert accepted(handed, planner).light == "grey"


def test_task_with_failed_evidence_is_not_accepted(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    judge_evidence(fresh(entry), by=planner, evidence=entry.evidence.get().pk, holds=False, words="空白页")
    with pytest.raises(Refused):
        accepted(entry, planner)


def test_submission_can_be_recalled(entry: Entry, educator: Actor) -> None:
    submitted(entry, educator)
    back = recall_submission(fresh(entry), by=educator)
    assert (back.state, back.paused) == (AssignmentState.OPEN, False)


# The checklist


def test_ticking_duty_moves_due_date(town: City, educator: Actor) -> None:
    year = timezone.localdate().year
    rows = [
        row(
            "两件事。",
            ["市发展改革委"],
            ["市教育局"],
            duties=[
                duty("其一。", due={"kind": "by_date", "date": f"{year}-06-30", "text": ""}),
                duty("其二。", due={"kind": "by_date", "date": f"{year}-09-30", "text": ""}),
            ],
        )
    ]
    entry = entry_of(live(town, parsed(rows=rows)), town.education)
    assert timezone.localtime(entry.due_at).strftime("%m-%d") == "06-30"
    first = entry.assignment.measure.duties.first()
    ticked = tick_duties(entry, by=educator, done={first.pk: 1})
    assert timezone.localtime(ticked.due_at).strftime("%m-%d") == "09-30"
    back = tick_duties(fresh(entry), by=educator, done={first.pk: 0})
    assert timezone.localtime(back.due_at).strftime("%m-%d") == "06-30"


def test_late_tick_of_dated_duty_is_recorded_after_due_date_moved(town: City, educator: Actor, clerk: Client) -> None:
    duties = [
        duty("6月底前公开。", due=by_date(f"{YEAR}-06-30")),
        duty("9月底前公开。", due=by_date(f"{YEAR}-09-30")),
    ]
    rows = [row("6月底前公开，9月底前公开。", ["市发展改革委"], ["市教育局"], duties=duties)]
    with time_machine.travel(f"{YEAR}-03-02 10:00+08:00", tick=False):
        entry = entry_of(live(town, parsed(rows=rows)), town.education)
    first, second = build_checklist(entry.assignment)
    with time_machine.travel(f"{YEAR}-07-08 10:00+08:00", tick=False):
        tick_duties(entry, by=educator, done={first.duty.pk: 1, second.duty.pk: 1})
        assert [line.late for line in build_checklist(fresh(entry).assignment)] == [True, False]
        page = clerk.get(entry.url).content.decode()
    assert f"应于{YEAR}-06-30，{YEAR}-07-08勾选" in page
    assert "清单有1项过了时限才完成" in page


def test_counted_duty_is_ticked_only_at_full_count(town: City, educator: Actor) -> None:
    times = {"kind": "times", "count": 4, "period": "year", "least": True, "text": "每年不少于4次"}
    rows = [row("发布会。", ["市发展改革委"], ["市教育局"], duties=[duty("发布会。", due=times)])]
    entry = entry_of(live(town, parsed(rows=rows)), town.education)
    line = build_checklist(entry.assignment)[0]
    tick_duties(entry, by=educator, done={line.duty.pk: 3})
    assert not build_checklist(entry.assignment)[0].ticked
    tick_duties(fresh(entry), by=educator, done={line.duty.pk: 4})
    assert build_checklist(entry.assignment)[0].ticked


# Requests of a unit, each decided and counted separately


@pytest.mark.parametrize(
    ("ask", "facts", "waiting", "after"),
    [
        (request_not_applicable, {}, AssignmentState.ASKED_NOT_APPLICABLE, AssignmentState.NOT_APPLICABLE),
        (request_more_time, {"until": in_days(400)}, AssignmentState.ASKED_TIME, AssignmentState.OPEN),
        (request_send_back, {}, AssignmentState.ASKED_BACK, AssignmentState.WITHDRAWN),
    ],
)
def test_lead_grants_or_refuses_requests(
    entry: Entry,
    educator: Actor,
    planner: Actor,
    ask: object,
    facts: dict[str, object],
    waiting: str,
    after: str,
) -> None:
    assert ask(entry, by=educator, reason="理由", **facts).state == waiting  # type: ignore[operator]
    with pytest.raises(Refused, match="不同意的理由"):
        refuse_request(fresh(entry), by=planner, reason=" ")
    no = refuse_request(fresh(entry), by=planner, reason="仍应办理")
    assert (no.state, no.paused) == (AssignmentState.OPEN, False)
    ask(fresh(entry), by=educator, reason="理由", **facts)  # type: ignore[operator]
    yes = grant_request(fresh(entry), by=planner)
    assert yes.state == after
    assert list(Ask.objects.order_by("pk").values_list("granted", flat=True)) == [False, True]


def test_requester_cannot_grant_own_request(entry: Entry, educator: Actor, planner: Actor) -> None:
    both = replace(planner, posts=(*planner.posts, *educator.posts))
    request_more_time(entry, by=both, until=in_days(400), reason="等上级文件")
    assert "不能决定本单位的申请" in grant_request.why_not(fresh(entry), by=both)[0]
    assert grant_request.why_not(fresh(entry), by=planner) == ["本人提出的申请，须由他人决定。"]


def test_granted_extension_moves_due_date_only_later(entry: Entry, educator: Actor, planner: Actor) -> None:
    request_more_time(entry, by=educator, until=in_days(400), reason="等上级文件")
    assert (due := fresh(entry).due_at)
    for until, why in ((-1, "今天"), (1, "原来的期限")):
        with pytest.raises(Refused) as caught:
            grant_request(fresh(entry), by=planner, until=in_days(until))
        assert why in caught.value.reasons[0]
        assert (fresh(entry).due_at, fresh(entry).state) == (due, AssignmentState.ASKED_TIME)
    moved = grant_request(fresh(entry), by=planner, until=in_days(390))
    assert timezone.localtime(moved.due_at).date() == in_days(390)


def test_year_out_of_range_is_form_error_at_the_field(town: City, entry: Entry, educator: Actor) -> None:
    request_more_time(entry, by=educator, until=in_days(400), reason="等上级文件")
    lead = signed_in(Role.CLERK, town.planning)
    for until in ("0001-01-01", "1948-12-31", "2101-01-01"):
        page = lead.post(f"/admin/ledger/{entry.pk}/act/assignment.grant/", {"until": until})
        assert page.status_code == 200, until
        assert "日期的年份应在1949年至2100年之间" in page.content.decode(), until
        assert fresh(entry).state == AssignmentState.ASKED_TIME


def test_reassignment_creates_entry_for_other_unit(town: City, entry: Entry, educator: Actor, planner: Actor) -> None:
    request_other_unit(entry, by=educator, body=town.health, reason="职责在卫健委")
    old = grant_request(fresh(entry), by=planner)
    assert (old.state, old.outcome) == (AssignmentState.REASSIGNED, "reassigned")
    new = Assignment.objects.get(measure=old.assignment.measure, body=town.health)
    assert (new.entry.state, new.entry.due_at) == (AssignmentState.OPEN, old.due_at)
    assert [body.pk for body in new.leads.all()] == [town.planning.pk]


def test_reassigned_task_keeps_extension(town: City, entry: Entry, educator: Actor, planner: Actor) -> None:
    later = timezone.localdate(entry.due_at) + timedelta(days=10)
    request_more_time(entry, by=educator, until=later, reason="资料未齐")
    grant_request(fresh(entry), by=planner)
    request_other_unit(fresh(entry), by=educator, body=town.health, reason="职责在卫健委")
    grant_request(fresh(entry), by=planner)
    new = Assignment.objects.get(measure=entry.assignment.measure, body=town.health)
    assert (timezone.localdate(new.entry.due_at), find_due_day(new)) == (later, later)


def test_reassignment_to_unit_with_same_task_is_refused(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    request_other_unit(entry, by=educator, body=town.finance, reason="应由财政局办理")
    assert get_form(grant_request)(entry=fresh(entry), by=planner).intro.startswith("申请改派给市财政局：")
    assert grant_request.why_not(fresh(entry), by=planner) == [
        "市财政局已经承担这项任务，请不同意改派，或者同意不涉及。"
    ]
    with pytest.raises(Refused):
        grant_request(fresh(entry), by=planner)
    assert fresh(entry).state == AssignmentState.ASKED_UNIT


def test_task_is_not_reassigned_to_closed_unit(town: City, entry: Entry, educator: Actor, planner: Actor) -> None:
    request_other_unit(entry, by=educator, body=town.health, reason="职责在卫健委")
    town.health.active_to = timezone.localdate()
    town.health.save()
    assert grant_request.why_not(fresh(entry), by=planner) == ["市卫生健康委已撤并，不能承担任务，请不同意改派。"]
    back = refuse_request(fresh(entry), by=planner, reason="单位已撤并")
    with pytest.raises(Refused, match="已撤并"):
        request_other_unit(back, by=educator, body=town.health, reason="职责在卫健委")


# After closing


def test_office_reopens_closed_task_with_future_due_date(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    submitted(entry, educator)
    accepted(entry, planner)
    with pytest.raises(Refused):
        reopen_assignment(fresh(entry), by=planner, reason="抽查发现链接失效")
    for day in (in_days(-1), date(1, 1, 1)):
        with pytest.raises(Refused, match="早于今天"):
            reopen_assignment(fresh(entry), by=town.chief, reason="抽查发现链接失效", until=day)
    assert (fresh(entry).state, fresh(entry).assignment.extended_to) == (AssignmentState.DONE, None)
    opened = reopen_assignment(fresh(entry), by=town.chief, reason="抽查发现链接失效", until=in_days(10))
    assert (opened.state, opened.closed_at, opened.outcome) == (AssignmentState.OPEN, None, "")
    assert timezone.localtime(opened.due_at).date() == in_days(10)


def test_carry_over_opens_task_in_next_year(town: City, entry: Entry) -> None:
    carried = carry_over_assignment(entry, by=town.chief, reason="跨年任务")
    assert (carried.state, carried.outcome) == (AssignmentState.CARRIED, AssignmentState.CARRIED)
    target = Carry.objects.get().target
    assert (target.entry.year, target.body_id) == (entry.year + 1, entry.body_id)
    assert "回头看" in target.entry.title
    assert [line.duty.pk for line in build_checklist(target)] == [
        duty.pk for duty in entry.assignment.measure.duties.all()
    ]
    with pytest.raises(Refused):
        carry_over_assignment(fresh(entry), by=town.chief, reason="再来一次")
    carry_over_assignment(target.entry, by=town.chief, reason="再看一年")
    first = entry.assignment.period
    assert [one.target.period for one in Carry.objects.order_by("pk")] == [
        f"{entry.year + years}回头看{first}" for years in (1, 2)
    ], "labels name the first period whole: those of all months differ"


def test_carry_over_keeps_closed_task_closed(town: City, entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    done = accepted(entry, planner)
    again = carry_over_assignment(done, by=town.chief, reason="抽查")
    assert (again.state, again.closed_at) == (AssignmentState.DONE, done.closed_at)


def test_carry_over_refuses_days_outside_next_year(town: City, entry: Entry) -> None:
    after = entry.year + 1
    for day, said in (
        (in_days(-1), "早于今天"),
        (date(after + 1, 1, 1), f"应在{after}年之内"),
        (date(2100, 1, 1), f"应在{after}年之内"),
    ):
        with pytest.raises(Refused, match=said):
            carry_over_assignment(fresh(entry), by=town.chief, reason="跨年任务", until=day)
    assert not Carry.objects.exists()
    carry_over_assignment(fresh(entry), by=town.chief, reason="跨年任务", until=date(after, 6, 30))
    assert timezone.localtime(Carry.objects.get().target.entry.due_at).date() == date(after, 6, 30)


def test_tick_does_not_move_due_date_of_look_back(town: City, entry: Entry, educator: Actor) -> None:
    """Its duties are dated in the year of the notice, which is over."""
    carry_over_assignment(entry, by=town.chief, reason="跨年任务", until=date(entry.year + 1, 6, 30))
    task = Carry.objects.get().target.entry
    first, second = (
        entry.assignment.measure.duties.get(),
        Duty.objects.create(measure=entry.assignment.measure, position=2, text="更新", due=by_date(f"{YEAR}-12-20")),
    )
    tick_duties(fresh(task), by=educator, done={second.pk: 1})
    assert timezone.localdate(fresh(task).due_at) == date(entry.year + 1, 6, 30)
    tick_duties(fresh(task), by=educator, done={first.pk: 1})
    assert timezone.localdate(fresh(task).due_at) == date(entry.year + 1, 6, 30)


@pytest.mark.parametrize("until", [None, date(2020, 6, 30)])
def test_carry_over_of_past_year_needs_future_day(until: date | None, town: City, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(year=2019)
    with pytest.raises(Refused, match="早于今天"):
        carry_over_assignment(fresh(entry), by=town.chief, reason="跨年任务", until=until)
    carry_over_assignment(fresh(entry), by=town.chief, reason="跨年任务", until=in_days(30))
