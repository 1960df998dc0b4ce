"""From submission to closing (销号): who may, in which state, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories.notices import City, duty, entry_of, in_days, live, parsed, row, submitted
from factories.units import actor
from gongkai.acts.action import REGISTRY, Conflict, Refused
from gongkai.acts.models import Movement
from gongkai.ledger.actions import add_evidence, judge_evidence
from gongkai.ledger.models import Entry, Verdict
from gongkai.notices import jobs
from gongkai.notices.actions import (
    accept,
    cancel,
    carry_over,
    enter_act,
    grant,
    more_time,
    next_period,
    not_applicable,
    other_unit,
    recall,
    record_guidance,
    refuse,
    reopen,
    reschedule,
    return_,
    send_back,
    submit,
    tick,
)
from gongkai.notices.checklist import checklist
from gongkai.notices.jobs import open_next_periods, remind_deciders
from gongkai.notices.models import Ask, Assignment, AwaitedAct, Carry
from gongkai.notices.states import ASSIGNMENT, CLOSED, OPEN, State
from gongkai.units.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.units.models import Role

URL = "https://www.yunling.gov.cn/gh/1.html"


@pytest.fixture
def entry(town: City) -> Entry:
    """The education bureau's task; the planning commission leads."""
    return entry_of(live(town), town.education)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


# Submission and acceptance


def test_without_evidence_nothing_is_submitted(entry: Entry, educator: Actor) -> None:
    with pytest.raises(Refused) as caught:
        submit(entry, by=educator, statement="做完了")
    assert any("没有佐证" in reason for reason in caught.value.reasons)
    assert fresh(entry).state == State.OPEN


def test_evidence_and_submission_go_together_or_not_at_all(entry: Entry, educator: Actor) -> None:
    with pytest.raises(Refused):
        submit(entry, by=educator, urls=[URL])  # the checklist is open and nothing says why
    assert not entry.evidence.exists()


def test_from_submission_to_closed(entry: Entry, educator: Actor, planner: Actor) -> None:
    handed = submitted(entry, educator)
    assert (handed.state, handed.paused, handed.light) == (State.SUBMITTED, True, "blue")
    done = accept(fresh(entry), by=planner)
    assert (done.state, done.outcome, done.paused) == (State.DONE, "done", False)
    assert done.closed_at == done.assignment.submitted_at  # the lead's own days do not count
    assert done.evidence.get().lead == Verdict.HOLDS


def test_what_was_submitted_in_time_and_accepted_late_is_in_time(
    entry: Entry, educator: Actor, planner: Actor
) -> None:
    handed = submitted(entry, educator)
    Entry.objects.filter(pk=entry.pk).update(due_at=timezone.now() + timedelta(seconds=1))
    Assignment.objects.filter(pk=entry.pk).update(submitted_at=timezone.now() - timedelta(days=1))
    assert accept(fresh(handed), by=planner).light == "grey"


def test_an_open_line_of_the_checklist_needs_words_and_closes_as_partly(
    entry: Entry, educator: Actor, planner: Actor
) -> None:
    submit(entry, by=educator, urls=[URL], statement="其余部分待上级文件")
    assert accept(fresh(entry), by=planner).outcome == "partly"


def test_returned_with_reasons_and_handed_in_again(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    with pytest.raises(Refused):
        return_(fresh(entry), by=planner, reason=" ")
    back = return_(fresh(entry), by=planner, reason="网址打不开")
    assert (back.state, back.paused) == (State.RETURNED, False)
    assert submit(back, by=educator, statement="已更正").state == State.SUBMITTED


def test_evidence_that_fails_does_not_close(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    judge_evidence(fresh(entry), by=planner, evidence=entry.evidence.get().pk, holds=False, words="空白页")
    with pytest.raises(Refused):
        accept(fresh(entry), by=planner)


def test_two_who_decide_at_once_one_wins_and_the_other_is_told(
    entry: Entry, educator: Actor, planner: Actor
) -> None:
    submitted(entry, educator)
    seen = fresh(entry)
    accept(fresh(entry), by=planner, version=seen.version)
    with pytest.raises(Conflict):
        return_(seen, by=planner, version=seen.version, reason="不对")
    assert fresh(entry).state == State.DONE


def test_a_submission_can_be_taken_back(entry: Entry, educator: Actor) -> None:
    submitted(entry, educator)
    back = recall(fresh(entry), by=educator)
    assert (back.state, back.paused) == (State.OPEN, False)


# The checklist


def test_ticking_moves_the_due_date(town: City, educator: Actor) -> None:
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
    ticked = tick(entry, by=educator, done={first.pk: 1})
    assert timezone.localtime(ticked.due_at).strftime("%m-%d") == "09-30"
    back = tick(fresh(entry), by=educator, done={first.pk: 0})
    assert timezone.localtime(back.due_at).strftime("%m-%d") == "06-30"


def test_so_many_times_is_ticked_only_when_they_are_all_done(town: City, educator: Actor) -> None:
    times = {"kind": "times", "count": 4, "period": "year", "least": True, "text": "每年不少于4次"}
    rows = [row("发布会。", ["市发展改革委"], ["市教育局"], duties=[duty("发布会。", due=times)])]
    entry = entry_of(live(town, parsed(rows=rows)), town.education)
    line = checklist(entry.assignment)[0]
    tick(entry, by=educator, done={line.duty.pk: 3})
    assert not checklist(entry.assignment)[0].ticked
    tick(fresh(entry), by=educator, done={line.duty.pk: 4})
    assert checklist(entry.assignment)[0].ticked


def test_a_vague_duty_is_ticked_anew_each_cycle(town: City) -> None:
    entry = entry_of(live(town), town.finance, track="quarter")
    year_entry = Assignment.objects.get(measure=entry.assignment.measure, track="year").entry
    year = year_entry.year
    clerk = actor(Role.CLERK, town.finance)
    first = checklist(year_entry.assignment)[0]
    assert first.cycle.startswith(f"{year}Q")
    tick(year_entry, by=clerk, done={first.duty.pk: 1})
    spring, autumn = (
        timezone.localdate().replace(month=2, day=1),
        timezone.localdate().replace(month=8, day=1),
    )
    ticked = {checklist(year_entry.assignment, day)[0].ticked for day in (spring, autumn)}
    assert False in ticked


# What a unit may ask, each decided and counted apart


@pytest.mark.parametrize(
    ("ask", "facts", "waiting", "after"),
    [
        (not_applicable, {}, State.ASKED_NOT_APPLICABLE, State.NOT_APPLICABLE),
        (more_time, {"until": in_days(400)}, State.ASKED_TIME, State.OPEN),
        (send_back, {}, State.ASKED_BACK, State.WITHDRAWN),
    ],
)
def test_the_lead_grants_or_refuses(
    entry: Entry,
    educator: Actor,
    planner: Actor,
    ask: object,
    facts: dict[str, object],
    waiting: str,
    after: str,
) -> None:
    assert ask(entry, by=educator, reason="理由", **facts).state == waiting  # type: ignore[operator]
    no = refuse(fresh(entry), by=planner, reason="仍应办理")
    assert (no.state, no.paused) == (State.OPEN, False)
    ask(fresh(entry), by=educator, reason="理由", **facts)  # type: ignore[operator]
    yes = grant(fresh(entry), by=planner)
    assert yes.state == after
    assert list(Ask.objects.order_by("pk").values_list("granted", flat=True)) == [False, True]


def test_more_time_that_is_granted_moves_the_due_date(entry: Entry, educator: Actor, planner: Actor) -> None:
    more_time(entry, by=educator, until=in_days(400), reason="等上级文件")
    moved = grant(fresh(entry), by=planner, until=in_days(390))
    assert timezone.localtime(moved.due_at).date() == in_days(390)


def test_another_unit_gets_the_task_with_its_own_entry(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    other_unit(entry, by=educator, body=town.health, reason="职责在卫健委")
    old = grant(fresh(entry), by=planner)
    assert (old.state, old.outcome) == (State.REASSIGNED, "reassigned")
    new = Assignment.objects.get(measure=old.assignment.measure, body=town.health)
    assert (new.entry.state, new.entry.due_at) == (State.OPEN, old.due_at)
    assert [body.pk for body in new.leads.all()] == [town.planning.pk]


def test_a_unit_that_has_the_task_already_cannot_get_it_twice(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    other_unit(entry, by=educator, body=town.finance, reason="应由财政局办理")
    with pytest.raises(Refused):
        grant(fresh(entry), by=planner)
    assert fresh(entry).state == State.ASKED_UNIT


# Afterwards


def test_a_closed_task_is_opened_again_by_the_office(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    submitted(entry, educator)
    accept(fresh(entry), by=planner)
    with pytest.raises(Refused):
        reopen(fresh(entry), by=planner, reason="抽查发现链接失效")
    opened = reopen(fresh(entry), by=town.chief, reason="抽查发现链接失效", until=in_days(10))
    assert (opened.state, opened.closed_at, opened.outcome) == (State.OPEN, None, "")
    assert timezone.localtime(opened.due_at).date() == in_days(10)


def test_look_back_opens_next_years_task(town: City, entry: Entry) -> None:
    carried = carry_over(entry, by=town.chief, reason="跨年任务")
    assert (carried.state, carried.outcome) == (State.CARRIED, State.CARRIED)
    target = Carry.objects.get().target
    assert (target.entry.year, target.body_id) == (entry.year + 1, entry.body_id)
    assert "回头看" in target.entry.title
    assert [line.duty.pk for line in checklist(target)] == [
        duty.pk for duty in entry.assignment.measure.duties.all()
    ]
    with pytest.raises(Refused):
        carry_over(fresh(entry), by=town.chief, reason="再来一次")


def test_a_closed_task_stays_closed_when_it_is_looked_back_at(
    town: City, entry: Entry, educator: Actor, planner: Actor
) -> None:
    submitted(entry, educator)
    done = accept(fresh(entry), by=planner)
    again = carry_over(done, by=town.chief, reason="抽查")
    assert (again.state, again.closed_at) == (State.DONE, done.closed_at)


def test_cancelled_work_is_closed_and_says_why(town: City, entry: Entry) -> None:
    gone = cancel(entry, by=town.chief, reason="机构改革，任务取消")
    assert (gone.state, gone.outcome) == (State.CANCELLED, "cancelled")


# Awaited acts (N-07)


def test_entering_the_act_starts_the_months_for_the_waiting_unit_only(town: City) -> None:
    notice = live(town)
    waiting, other = entry_of(notice, town.health), entry_of(notice, town.education)
    before = fresh(other).due_at
    act = AwaitedAct.objects.get(notice=notice)
    dated = in_days(-30)
    enter_act(act, by=town.chief, dated=dated, doc_number="国办发〔2026〕1号")
    from gongkai.law.periods import add_months

    assert timezone.localtime(fresh(waiting).due_at).date() == add_months(dated, 3)
    assert fresh(other).due_at == before
    with pytest.raises(Refused):
        enter_act(AwaitedAct.objects.get(), by=town.chief, dated=dated)


def test_the_rules_due_date_is_taken_over_by_the_office(town: City, entry: Entry) -> None:
    assert reschedule(entry, by=SYSTEM, words="更正时限").due_at == entry.due_at


# The next period


def test_the_next_period_opens_once_however_often_the_job_runs(town: City) -> None:
    notice = live(town)
    quarter = entry_of(notice, town.finance, track="quarter")
    year = notice.year
    today = timezone.localdate().replace(year=year, month=12, day=31)
    from datetime import date

    Assignment.objects.filter(pk=quarter.pk).update(period=f"{year}Q1")
    open_next_periods(date(year, 8, 1))
    open_next_periods(date(year, 8, 1))
    periods = Assignment.objects.filter(track="quarter").order_by("pk").values_list("period", flat=True)
    assert list(periods) == [f"{year}Q1", f"{year}Q2", f"{year}Q3"]
    open_next_periods(today)
    assert Assignment.objects.filter(track="quarter").count() == 4


def test_only_the_job_opens_a_next_period(town: City) -> None:
    quarter = entry_of(live(town), town.finance, track="quarter")
    with pytest.raises(Refused):
        next_period(quarter, by=town.chief)
    assert next_period(quarter, by=SYSTEM, today=quarter.opened_at.date()) == []


def test_closing_a_quarter_opens_the_next(town: City) -> None:
    notice = live(town)
    quarter = entry_of(notice, town.finance, track="quarter")
    Assignment.objects.filter(pk=quarter.pk).update(period=f"{notice.year}Q2")
    submitted(fresh(quarter), actor(Role.CLERK, town.finance))
    accept(fresh(quarter), by=actor(Role.LEAD, town.finance))
    assert Assignment.objects.filter(track="quarter", period=f"{notice.year}Q3").exists()


# Those who decide are reminded


def test_a_lead_is_reminded_once_of_what_waits_for_three_working_days(
    entry: Entry, educator: Actor, planner: Actor
) -> None:
    assert remind_deciders(in_days(0)) == {"reminded": 0}
    submitted(entry, educator)
    assert remind_deciders(in_days(1)) == {"reminded": 0}
    assert remind_deciders(in_days(12)) == {"reminded": 1}
    assert remind_deciders(in_days(13)) == {"reminded": 0}
    version = fresh(entry).version
    back = return_(
        fresh(entry), by=planner, version=version, reason="网址打不开"
    )  # nobody's form was disturbed
    not_applicable(back, by=educator, reason="不涉及")
    assert remind_deciders(in_days(14)) == {"reminded": 1}
    assert Movement.objects.filter(action="assignment.nudge").count() == 2


def test_of_two_runs_at_once_the_slower_one_goes_on(
    entry: Entry, educator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(entry, educator)
    real = jobs.nudge

    def overtaken(target: Entry, **facts: Any) -> None:
        monkeypatch.setattr(jobs, "nudge", real)
        assert remind_deciders(in_days(12)) == {"reminded": 1}  # the other run, between looking and telling
        real(target, **facts)

    monkeypatch.setattr(jobs, "nudge", overtaken)
    assert remind_deciders(in_days(12)) == {"reminded": 0}
    assert Movement.objects.filter(action="assignment.nudge").count() == 1


# Guidance (N-15)


def test_a_duty_to_guide_closes_only_with_a_record_for_each_guided_unit(town: City) -> None:
    rows = [row("指导各单位做好公开。", ["市政府办公室"], [], duties=[duty("指导各单位做好公开。")])]
    notice = live(town, parsed(rows=rows))
    entry = entry_of(notice, town.office)
    guiding = entry.assignment.measure.duties.get()
    guiding.guided.set([town.education, town.health])
    clerk = actor(Role.CLERK, town.office)
    facts = {
        "guiding": town.office,
        "on": in_days(0),
        "words": "现场指导",
        "measure": entry.assignment.measure,
    }
    record_guidance(None, by=clerk, guided=town.education, **facts)
    with pytest.raises(Refused) as caught:
        submitted(entry, clerk)
    assert any("市卫生健康委" in reason for reason in caught.value.reasons)
    record_guidance(None, by=clerk, guided=town.health, **facts)
    assert submitted(fresh(entry), clerk).state == State.SUBMITTED


# Who may, in which state: the whole table

UNIT = ("tick", "submit", "recall", "not_applicable", "more_time", "other_unit", "send_back")
LEAD = ("accept", "return", "grant", "refuse")
CHIEF = ("reopen", "cancel", "carry_over", "reschedule")


@pytest.mark.parametrize("verb", [*UNIT, *LEAD, *CHIEF])
def test_each_role_may_do_its_own(town: City, entry: Entry, verb: str) -> None:
    roles = {
        "unit clerk": actor(Role.CLERK, town.education),
        "unit head": actor(Role.LEAD, town.education),
        "unit signer": actor(Role.SIGNER, town.education),
        "lead clerk": actor(Role.CLERK, town.planning),
        "lead head": actor(Role.LEAD, town.planning),
        "stranger": actor(Role.CLERK, town.health),
        "chief": town.chief,
        "auditor": actor(Role.AUDITOR, town.office),
        "administrator": actor(Role.ADMINISTRATOR, town.office),
        "public": ANONYMOUS,
    }
    groups = {UNIT: {"unit clerk", "unit head"}, LEAD: {"lead clerk", "lead head"}, CHIEF: {"chief"}}
    may = next(who for verbs, who in groups.items() if verb in verbs)
    act = REGISTRY[f"assignment.{verb}"]
    assert {name for name, who in roles.items() if not act.rule(who, entry)} == may


def test_a_unit_that_leads_itself_is_accepted_by_its_head_or_the_office_never_by_who_submitted(
    town: City,
) -> None:
    entry = entry_of(live(town), town.health)
    head, clerk = actor(Role.LEAD, town.health), actor(Role.CLERK, town.health)
    submitted(entry, head)
    rule = REGISTRY["assignment.accept"].rule
    assert rule(head, fresh(entry))
    assert rule(clerk, fresh(entry))
    assert not rule(actor(Role.LEAD, town.health), fresh(entry))
    assert not rule(town.chief, fresh(entry))


def test_where_nobody_is_appointed_in_the_lead_unit_the_office_decides(town: City, entry: Entry) -> None:
    rule = REGISTRY["assignment.accept"].rule
    assert not rule(actor(Role.CHIEF, town.office), entry)
    actor(Role.CLERK, town.planning)
    assert rule(actor(Role.CHIEF, town.office), fresh(entry))


@pytest.mark.parametrize("verb", sorted(ASSIGNMENT.moves))
def test_a_verb_is_refused_in_every_state_it_does_not_start_from(verb: str) -> None:
    for state in ASSIGNMENT.labels:
        reasons = ASSIGNMENT.why_not(verb, state, verb)
        assert bool(reasons) == (state not in ASSIGNMENT.moves[verb].sources)


def test_every_state_is_open_or_closed_and_can_be_left_or_is_final() -> None:
    assert set(ASSIGNMENT.labels) == OPEN | CLOSED
    reached = {target for move in ASSIGNMENT.moves.values() for target in move.to}
    assert set(ASSIGNMENT.labels) == reached


def test_every_step_is_on_record(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    accept(fresh(entry), by=planner)
    actions = Movement.objects.filter(stream=entry.stream).order_by("seq").values_list("action", flat=True)
    assert list(actions) == [
        "assignment.open",
        "assignment.submit",
        "assignment.accept",
    ]


def test_evidence_added_before_counts(entry: Entry, educator: Actor) -> None:
    add_evidence(entry, by=educator, url=URL)
    assert submit(fresh(entry), by=educator, statement="已公开，清单见附件").state == State.SUBMITTED
