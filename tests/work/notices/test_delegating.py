"""A unit delegates parts of a task to its own offices; their submissions become evidence of the unit's task."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.notices import City, accepted, by_date, fresh, live, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger import lapses
from gongkai.core.ledger.models import Entry, Lapse
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Office, Role
from gongkai.work.notices.actions import (
    accept_share,
    amend_measure,
    cancel_assignment,
    cancel_share,
    delegate_task,
    return_share,
    shorten_share,
    submit_share,
)
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.panels import show_shares
from gongkai.work.notices.states import AssignmentState, ShareState
from gongkai.work.notices.versions.measure_states import load_current_state


@pytest.fixture
def budget(town: City) -> Office:
    town.education.disclosure_office = "办公室"
    town.education.save()
    Office.objects.create(body=town.education, name="办公室")
    return Office.objects.create(body=town.education, name="规划科")


@pytest.fixture
def clerk(town: City, budget: Office) -> Actor:
    """Return the clerk of the office that leads disclosure work inside the bureau."""
    return actor(Role.CLERK, town.education, office=town.education.offices.get(name="办公室"))


@pytest.fixture
def planner_inside(town: City, budget: Office) -> Actor:
    return actor(Role.CLERK, town.education, office=budget)


@pytest.fixture
def task(town: City) -> Entry:
    return Assignment.objects.get(notice=live(town), body=town.education).entry


def share_of(task: Entry, clerk: Actor, office: Office) -> Entry:
    today = timezone.localdate()
    return delegate_task(task, by=clerk, offices=[office.pk], words="报送规划信息。", until=today)[0]


def test_accepted_share_becomes_evidence_of_unit_task(
    town: City, task: Entry, clerk: Actor, planner_inside: Actor, budget: Office, planner: Actor
) -> None:
    share = share_of(task, clerk, budget)
    assert (share.body, share.office, share.kind) == (town.education, budget, "delegated")
    submit_share(share, by=planner_inside, statement="已整理", urls=["https://jy.yunling.gov.cn/1.html"])
    assert not fresh(task).evidence.exists()
    accept_share(fresh(share), by=clerk)
    assert fresh(share).state == ShareState.DONE
    (proof,) = fresh(task).evidence.all()
    assert (proof.title, proof.lead) == ("规划科：https://jy.yunling.gov.cn/1.html", "unchecked")
    # The lead unit and the city see the bureau's task, but not its shares.
    for other in (town.chief, planner, actor(Role.AUDITOR, town.office), actor(Role.CLERK, town.health)):
        assert not visible_to(other).filter(kind="delegated").exists()
        assert show_shares(fresh(task), other) is None
    assert visible_to(planner_inside).filter(pk=share.pk).exists()


def test_only_leading_office_of_unit_delegates(
    town: City, task: Entry, clerk: Actor, planner_inside: Actor, budget: Office, planner: Actor
) -> None:
    today = timezone.localdate()
    for other in (planner_inside, planner, town.chief):
        with pytest.raises(Refused):
            delegate_task(task, by=other, offices=[budget.pk], words="报送。", until=today)


def test_share_needs_own_office_words_and_earlier_day(town: City, task: Entry, clerk: Actor, budget: Office) -> None:
    today = timezone.localdate()
    strange = Office.objects.create(body=town.finance, name="预算科")
    with pytest.raises(Refused, match="请选择本单位"):
        delegate_task(task, by=clerk, offices=[strange.pk], units=[town.health.pk], words="报送。", until=today)
    with pytest.raises(Refused, match="请写明"):
        delegate_task(task, by=clerk, offices=[budget.pk], words=" ", until=today)
    late = max(task.due_at.date(), today) + timedelta(days=5)
    with pytest.raises(Refused, match="不能晚于"):
        delegate_task(task, by=clerk, offices=[budget.pk], words="报送。", until=late)
    share_of(task, clerk, budget)
    with pytest.raises(Refused, match="已有这项任务的分解"):
        share_of(fresh(task), clerk, budget)


def test_share_is_returned_and_cancelled(task: Entry, clerk: Actor, planner_inside: Actor, budget: Office) -> None:
    share = share_of(task, clerk, budget)
    with pytest.raises(Refused, match="完成情况"):
        submit_share(share, by=planner_inside)
    submit_share(share, by=planner_inside, statement="已办")
    with pytest.raises(Refused):
        return_share(fresh(share), by=planner_inside, reason="再看看")
    return_share(fresh(share), by=clerk, reason="缺附件")
    assert fresh(share).state == ShareState.RETURNED
    cancel_share(fresh(share), by=clerk, reason="改由办公室办")
    assert fresh(share).state == ShareState.CANCELLED
    assert fresh(task).state == AssignmentState.OPEN


def test_unit_clerk_submits_share_of_office_without_staff(task: Entry, clerk: Actor, budget: Office) -> None:
    share = share_of(task, clerk, budget)
    submit_share(share, by=clerk, statement="已办")
    accept_share(fresh(share), by=clerk)
    assert fresh(share).state == ShareState.DONE


def test_task_moved_earlier_moves_later_shares_too(
    town: City, task: Entry, clerk: Actor, planner_inside: Actor, budget: Office
) -> None:
    """The office is notified. Shares due before the task keep their day, and the correction makes no office late."""
    until = timezone.localdate(task.due_at)
    (share,) = delegate_task(task, by=clerk, offices=[budget.pk], words="报送规划信息。", until=until)
    measure = task.assignment.measure
    for day, drawn in (
        (until - timedelta(days=3), until - timedelta(days=3)),
        (until, until - timedelta(days=3)),
    ):
        (line,) = load_current_state(measure).duties
        wanted = replace(load_current_state(measure), duties=(replace(line, due=by_date(day.isoformat())),))
        amend_measure(measure.notice, by=town.chief, measure=measure.pk, wanted=wanted, reason="期限调整")
        assert timezone.localdate(fresh(task).due_at) == day
        assert timezone.localdate(fresh(share).due_at) == drawn
    (moved,) = Movement.objects.filter(stream=share.stream, action="delegated.draw_in")
    assert moved.words.startswith("本单位任务")
    told = Message.objects.filter(subject__startswith="分解期限提前")
    assert {one.person_id for one in told} == {planner_inside.person_id}
    with pytest.raises(Refused, match="没有晚于"):
        shorten_share(fresh(share), by=SYSTEM)


@pytest.mark.parametrize(("end", "kept"), [("accept", True), ("cancel", False)])
def test_late_office_is_excused_only_with_the_task(
    town: City, task: Entry, clerk: Actor, budget: Office, planner: Actor, end: str, kept: bool
) -> None:
    share = share_of(task, clerk, budget)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        if end == "accept":
            submitted(fresh(task), clerk)
            accepted(fresh(task), planner)
        else:
            cancel_assignment(fresh(task), by=town.chief, reason="通知调整")
    share = fresh(share)
    assert share.state == ShareState.CANCELLED
    assert list(Lapse.objects.filter(of=share).values_list("entry__office", flat=True)) == [budget.pk] * kept
    panel = lapses.lapses_panel(share, clerk)
    assert panel is not None
    assert panel["excused_by"] == (None if kept else town.chief.name)


def test_task_log_does_not_mention_shares(task: Entry, clerk: Actor, budget: Office) -> None:
    before = Movement.objects.filter(stream=task.stream).count()
    version = task.version
    share = share_of(task, clerk, budget)
    assert Movement.objects.filter(stream=task.stream).count() == before
    assert fresh(task).version == version
    assert Movement.objects.get(stream=share.stream).words == "报送规划信息。"
