"""Automatic continuation: awaited acts, next periods, reminders to decide; recorded guidance."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from factories.notices import YEAR, City, accepted, duty, entry_of, fresh, in_days, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Role
from gongkai.work.notices import jobs
from gongkai.work.notices.actions import (
    amend_measure,
    cancel_assignment,
    enter_awaited_act,
    grant_request,
    open_next_period,
    record_guidance,
    request_not_applicable,
    request_other_unit,
    return_submission,
)
from gongkai.work.notices.jobs import open_next_periods, remind_all_deciders
from gongkai.work.notices.models import Assignment, AwaitedAct, Notice
from gongkai.work.notices.states import AssignmentState
from gongkai.work.notices.versions.measure_states import load_current_state

# Awaited acts (N-07)


def test_entered_act_starts_months_of_waiting_unit_only(town: City) -> None:
    notice = live(town)
    waiting, other = entry_of(notice, town.health), entry_of(notice, town.education)
    before = fresh(other).due_at
    act = AwaitedAct.objects.get(notice=notice)
    dated = in_days(-30)
    enter_awaited_act(act, by=town.chief, dated=dated, doc_number="国办发〔2026〕1号")
    from gongkai.lib.law.values import add_months

    assert timezone.localtime(fresh(waiting).due_at).date() == add_months(dated, 3)
    assert fresh(other).due_at == before
    with pytest.raises(Refused):
        enter_awaited_act(AwaitedAct.objects.get(), by=town.chief, dated=dated)


# Next periods


def test_next_period_opens_once_over_repeated_jobs(town: City) -> None:
    notice = live(town)
    quarter = entry_of(notice, town.finance, track="quarter")
    year = notice.year
    today = timezone.localdate().replace(year=year, month=12, day=31)
    Assignment.objects.filter(pk=quarter.pk).update(period=f"{year}Q1")
    open_next_periods(date(year, 8, 1))
    open_next_periods(date(year, 8, 1))
    periods = Assignment.objects.filter(track="quarter").order_by("pk").values_list("period", flat=True)
    assert list(periods) == [f"{year}Q1", f"{year}Q2", f"{year}Q3"]
    open_next_periods(today)
    assert Assignment.objects.filter(track="quarter").count() == 4


def test_opening_periods_is_limited_in_time_and_resumed(town: City) -> None:
    """A run stops at its time limit, and the next continues. Current periods and past years are not queried."""
    notice = live(town)
    quarters = Assignment.objects.filter(track="quarter")
    count = quarters.update(period=f"{notice.year}Q1")
    opening = date(notice.year, 4, 1)
    assert count
    assert open_next_periods(opening, seconds=-1) == {"opened": 0}
    assert open_next_periods(opening) == {"opened": count}
    assert not jobs._list_passed_periods(opening).exists()
    open_next_periods(date(notice.year, 12, 31))
    assert quarters.filter(period=f"{notice.year}Q4").count() == count
    assert not jobs._list_passed_periods(date(notice.year + 1, 3, 1)).exists()


def test_only_the_job_opens_next_period(town: City) -> None:
    quarter = entry_of(live(town), town.finance, track="quarter")
    with pytest.raises(Refused):
        open_next_period(quarter, by=town.chief)
    assert open_next_period(quarter, by=SYSTEM, today=quarter.opened_at.date()) == []


def test_next_period_is_not_opened_for_unit_that_gave_its_task_away(town: City) -> None:
    quarter = _begin_first_quarter(town)
    request_other_unit(quarter, by=actor(Role.CLERK, town.finance), body=town.health, reason="职责在卫健委")
    grant_request(fresh(quarter), by=town.chief)
    open_next_periods(date(YEAR, 4, 2))
    second = Assignment.objects.filter(period=f"{YEAR}Q2")
    assert [row.body for row in second] == [town.health]
    measure, notice = quarter.assignment.measure, quarter.assignment.notice
    wanted = replace(load_current_state(measure), item="（一）收支")
    amend_measure(Notice.objects.get(pk=notice.pk), by=town.chief, measure=measure.pk, wanted=wanted, reason="标题漏写")
    assert not Assignment.objects.filter(body=town.finance, track="quarter").exclude(period=f"{YEAR}Q1").exists()


def test_next_period_follows_cancelled_one_only_if_row_still_names_the_unit(town: City) -> None:
    quarter = _begin_first_quarter(town)
    measure, notice = quarter.assignment.measure, quarter.assignment.notice
    cancel_assignment(quarter, by=town.chief, reason="本季度不办")
    open_next_periods(date(YEAR, 4, 2))
    assert Assignment.objects.filter(period=f"{YEAR}Q2", body=town.finance).exists()
    wanted = replace(load_current_state(measure), lead=("市卫生健康委",))
    amend_measure(Notice.objects.get(pk=notice.pk), by=town.chief, measure=measure.pk, wanted=wanted, reason="职责调整")
    open_next_periods(date(YEAR, 7, 2))
    assert not Assignment.objects.filter(period=f"{YEAR}Q3", body=town.finance).exists()


def _begin_first_quarter(town: City) -> Entry:
    """Return the quarterly task of the finance bureau, set to the first quarter."""
    quarter = entry_of(live(town), town.finance, track="quarter")
    Assignment.objects.filter(pk=quarter.pk).update(period=f"{YEAR}Q1")
    return fresh(quarter)


def test_closing_quarter_opens_the_next(town: City) -> None:
    notice = live(town)
    quarter = entry_of(notice, town.finance, track="quarter")
    Assignment.objects.filter(pk=quarter.pk).update(period=f"{notice.year}Q2")
    submitted(fresh(quarter), actor(Role.CLERK, town.finance))
    accepted(quarter, actor(Role.LEAD, town.finance))
    assert Assignment.objects.filter(track="quarter", period=f"{notice.year}Q3").exists()


# Reminders to decide


def test_lead_is_reminded_once_after_three_working_days(entry: Entry, educator: Actor, planner: Actor) -> None:
    assert remind_all_deciders(in_days(0)) == {"reminded": 0}
    submitted(entry, educator)
    assert remind_all_deciders(in_days(1)) == {"reminded": 0}
    assert remind_all_deciders(in_days(12)) == {"reminded": 1}
    assert remind_all_deciders(in_days(13)) == {"reminded": 0}
    version = fresh(entry).version
    back = return_submission(
        fresh(entry), by=planner, version=version, reason="网址打不开"
    )  # nobody's form was disturbed
    request_not_applicable(back, by=educator, reason="不涉及")
    assert remind_all_deciders(in_days(14)) == {"reminded": 1}
    assert Movement.objects.filter(action="assignment.nudge").count() == 2


def test_slower_of_two_concurrent_runs_continues(
    entry: Entry, educator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(entry, educator)
    real = jobs.remind

    def overtaken(target: Entry, **facts: Any) -> None:
        monkeypatch.setattr(jobs, "remind", real)
        assert remind_all_deciders(in_days(12)) == {"reminded": 1}  # the other run, between looking and telling
        real(target, **facts)

    monkeypatch.setattr(jobs, "remind", overtaken)
    assert remind_all_deciders(in_days(12)) == {"reminded": 0}
    assert Movement.objects.filter(action="assignment.nudge").count() == 1


# Guidance (N-15)


def test_guidance_duty_closes_after_records_for_all_guided_units(town: City) -> None:
    rows = [row("指导各单位做好公开。", ["市政府办公室"], [], duties=[duty("指导各单位做好公开。")])]
    notice = live(town, parsed(rows=rows))
    entry = entry_of(notice, town.office)
    guiding = entry.assignment.measure.duties.get()
    guiding.guided.set([town.education, town.health])
    clerk = actor(Role.CLERK, town.office)
    facts = {
        "on": in_days(0),
        "words": "现场指导",
        "measure": entry.assignment.measure,
    }
    record_guidance(town.office, by=clerk, guided=town.education, **facts)
    with pytest.raises(Refused) as caught:
        submitted(entry, clerk)
    assert any("市卫生健康委" in reason for reason in caught.value.reasons)
    record_guidance(town.office, by=clerk, guided=town.health, **facts)
    assert submitted(fresh(entry), clerk).state == AssignmentState.SUBMITTED
