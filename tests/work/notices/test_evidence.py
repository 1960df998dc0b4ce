"""Evidence of a task: checked by a person or automatically, within its period; standing duties continue."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.notices import YEAR, City, accepted, duty, entry_of, fresh, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry, EvidenceVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import (
    accept_submission,
    check_cycle_duties,
    revoke_notice,
    submit_task,
    tick_duties,
)
from gongkai.work.notices.entries.checklist import build_checklist, find_first_day
from gongkai.work.notices.models import Assignment, DutyCheck, Notice
from gongkai.work.notices.queries.lead_checks import find_evidence_verdict
from gongkai.work.notices.queries.lights import list_unticked_in_cycle
from gongkai.work.notices.states import AssignmentState

URL = "https://www.yunling.gov.cn/gh/1.html"


def test_accepting_leaves_evidence_unchecked_unless_ticked(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    add_evidence(fresh(entry), by=educator, url="https://www.yunling.gov.cn/nowhere.html")
    with pytest.raises(Refused, match="还没有核验"):
        accept_submission(fresh(entry), by=planner)
    first, second = entry.evidence.order_by("pk")
    accept_submission(fresh(entry), by=planner, holds=[first.pk])
    assert [one.lead for one in entry.evidence.order_by("pk")] == [EvidenceVerdict.HOLDS, EvidenceVerdict.UNCHECKED]
    assert second.judged_by == ""


def test_nobody_accepts_a_task_by_evidence_of_their_own(town: City) -> None:
    entry = entry_of(live(town), town.health)
    head, clerk = actor(Role.LEAD, town.health), actor(Role.CLERK, town.health)
    add_evidence(entry, by=head, url=URL)
    done = {line.duty.pk: line.wanted for line in build_checklist(entry.assignment)}
    submit_task(fresh(entry), by=clerk, done=done)
    assert "holds" not in get_form(accept_submission)(entry=fresh(entry), by=head).fields
    with pytest.raises(Refused, match="由您添加"):
        accepted(entry, head)
    assert accepted(entry, actor(Role.LEAD, town.health)).state == AssignmentState.DONE


def test_automatically_verified_evidence_needs_no_tick(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    entry.evidence.update(machine=EvidenceVerdict.HOLDS)
    assert accept_submission(fresh(entry), by=planner).state == AssignmentState.DONE
    assert entry.evidence.get().lead == EvidenceVerdict.UNCHECKED
    assert find_evidence_verdict([entry.evidence.get()])[0] == "属实"


def test_evidence_from_before_the_period_is_refused(town: City) -> None:
    entry = entry_of(live(town), town.finance, track="quarter")
    clerk = actor(Role.CLERK, town.finance)
    done = {line.duty.pk: line.wanted for line in build_checklist(entry.assignment)}
    before = timezone.now() - timedelta(days=120)
    add_evidence(entry, by=clerk, url=URL, captured_at=before)
    with pytest.raises(Refused, match="不能证明本期完成"):
        submit_task(fresh(entry), by=clerk, done=done)
    add_evidence(fresh(entry), by=clerk, url=URL)
    assert submit_task(fresh(entry), by=clerk, done=done).state == AssignmentState.SUBMITTED
    now = entry.evidence.order_by("-pk")[0]
    old = entry.evidence.order_by("pk")[0]
    head = actor(Role.LEAD, town.finance)
    with pytest.raises(Refused, match="不能证明本期完成"):
        accept_submission(fresh(entry), by=head, holds=[old.pk])
    assert accept_submission(fresh(entry), by=head, holds=[now.pk]).state == AssignmentState.DONE


@pytest.mark.parametrize(
    ("track", "period", "issued", "first"),
    [
        ("year", "2027", date(2026, 11, 20), date(2026, 11, 20)),
        ("year", "2026", date(2026, 4, 20), date(2026, 1, 1)),
        ("quarter", "2027Q1", date(2026, 11, 20), date(2027, 1, 1)),
        ("month", "2026-05", None, date(2026, 5, 1)),
        ("year", "2027回头看2026", date(2026, 4, 20), date(2027, 1, 1)),
    ],
)
def test_first_day_of_valid_evidence(track: str, period: str, issued: date | None, first: date) -> None:
    assignment = Assignment(track=track, period=period, notice=Notice(issued_on=issued))
    assert find_first_day(assignment) == first


def test_accepting_does_not_end_standing_duty(town: City) -> None:
    notice = live(town)
    entry = standing_entry(notice, town)
    clerk = actor(Role.CLERK, town.finance)
    submitted(entry, clerk)
    DutyCheck.objects.filter(assignment=entry.assignment).delete()  # a cycle later
    accepted(entry, actor(Role.LEAD, town.finance))
    assert list(list_unticked_in_cycle(clerk)) == [entry]
    line = next(line for line in build_checklist(entry.assignment) if line.cycle)
    after = check_cycle_duties(fresh(entry), by=clerk, done={line.duty.pk: 1})
    assert (after.state, after.closed_at is not None) == (AssignmentState.DONE, True)
    assert not list_unticked_in_cycle(clerk).exists()
    revoke_notice(notice, by=town.chief, reason="换了新通知")
    DutyCheck.objects.all().delete()
    assert not list_unticked_in_cycle(clerk).exists()  # a notice that is void asks nothing


def test_standing_duty_is_not_checked_before_its_first_cycle(town: City) -> None:
    made = row(
        "动态更新招生政策。",
        ["市财政局"],
        [],
        duties=[duty("动态更新招生政策。", due={"kind": "ongoing", "mode": "动态更新", "text": "动态更新"})],
    )
    notice = live(town, parsed(rows=[made]))
    entry = Assignment.objects.get(notice=notice).entry
    clerk = actor(Role.CLERK, town.finance)
    with time_machine.travel(f"{YEAR - 1}-12-20 10:00+08:00", tick=False):
        line = build_checklist(entry.assignment)[0]
        assert line.begins == date(YEAR, 1, 1)
        with pytest.raises(Refused, match=f"核查从{YEAR}-01-01开始"):
            tick_duties(entry, by=clerk, done={line.duty.pk: 1})
        assert f"从{YEAR}-01-01开始，到时再提交" in submit_task.why_not(fresh(entry), by=clerk)[0]
    with time_machine.travel(f"{YEAR}-01-04 10:00+08:00", tick=False):
        assert tick_duties(fresh(entry), by=clerk, done={line.duty.pk: 1})


def standing_entry(notice: Notice, town: City) -> Entry:
    """Return the finance bureau's entry with the duty 及时更新."""
    found = Assignment.objects.get(notice=notice, body=town.finance, track="year", measure__duties__due__kind="ongoing")
    return found.entry
