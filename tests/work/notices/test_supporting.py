"""Partners owe the lead their contribution by the task's due date; the task itself is counted once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.notices import YEAR, City, duty, fresh, import_draft, parsed, resolve_all, row
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import filter_counted_kinds, visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import (
    accept_support,
    amend_measure,
    cancel_assignment,
    cancel_support,
    choose_owner,
    confirm_notice,
    grant_request,
    move_support_deadline,
    reopen_assignment,
    request_more_time,
    request_other_unit,
    return_support,
    submit_support,
    undo_import,
)
from gongkai.work.notices.actions.decisions import set_catch_up_date
from gongkai.work.notices.entries.checklist import build_checklist, find_due_day
from gongkai.work.notices.models import Assignment, Contribution, Notice
from gongkai.work.notices.planning.roles import LEAD_OWES, SEPARATE_COLUMNS
from gongkai.work.notices.queries.public import count_public_progress
from gongkai.work.notices.queries.readiness import preview_confirmation
from gongkai.work.notices.states import SUPPORT_KIND_NAME, ShareState
from gongkai.work.notices.versions.measure_states import load_current_state


@pytest.fixture
def notice_with_partners(town: City) -> Notice:
    """Import a task led by 市财政局, with the partners 市教育局 and 市卫生健康委."""
    due = {"kind": "by_date", "date": f"{YEAR}-12-10", "text": "12月10日前"}
    rows = [row("公开预算。", ["市财政局"], ["市教育局", "市卫生健康委"], duties=[duty("公开预算。", due=due)])]
    notice = import_draft(town, parsed(rows=rows))
    choose_owner(notice, by=town.chief, form=SEPARATE_COLUMNS, choice=LEAD_OWES)
    return resolve_all(town, notice)


@pytest.fixture
def task(town: City, notice_with_partners: Notice) -> Entry:
    return Assignment.objects.get(notice=confirm_notice(notice_with_partners, by=town.chief)).entry


@pytest.fixture
def support(town: City, task: Entry) -> Entry:
    return Entry.objects.get(contribution__task=task, body=town.education)


@pytest.fixture
def lead(town: City) -> Actor:
    return actor(Role.CLERK, town.finance)


def test_office_above_helped_unit_reads_contribution(town: City, task: Entry, support: Entry) -> None:
    """It is notified in place of a unit without staff."""
    office = actor(Role.CHIEF, BodyFactory(parent=town.district))
    assert not visible_to(office).filter(pk=support.pk).exists()
    Entry.objects.filter(pk=task.pk).update(body=BodyFactory(parent=town.district))
    assert visible_to(office).filter(pk=support.pk).exists()


def test_lead_owns_task_and_partners_get_contributions(town: City, notice_with_partners: Notice) -> None:
    shown = preview_confirmation(notice_with_partners)
    assert (shown.entries, shown.supports) == (1, 2)
    live = confirm_notice(notice_with_partners, by=town.chief)
    task = Assignment.objects.get(notice=live).entry
    assert task.body == town.finance
    given = Contribution.objects.filter(task=task).order_by("pk")
    assert [one.entry.body for one in given] == [town.education, town.health]
    first = given[0].entry
    assert (first.title, first.due_at, given[0].words) == (
        "配合市财政局：公开预算",
        task.due_at,
        "公开预算。",
    )
    (public,) = count_public_progress(YEAR, town.government)
    assert public.lights.total == 1  # the task is counted once
    assert SUPPORT_KIND_NAME not in filter_counted_kinds(["assignment", SUPPORT_KIND_NAME])
    assert Message.objects.filter(subject__startswith="配合任务1项").exists() == (
        Message.objects.filter(key__endswith=":support").exists()
    )


def test_lead_reads_accepts_and_returns_contribution(
    town: City, task: Entry, support: Entry, educator: Actor, lead: Actor
) -> None:
    assert visible_to(lead).filter(pk=support.pk).exists()
    assert not visible_to(actor(Role.CLERK, town.planning)).filter(pk=support.pk).exists()
    with pytest.raises(Refused, match="只有配合单位"):
        submit_support(support, by=lead, statement="材料")
    with pytest.raises(Refused, match="请填写配合情况"):
        submit_support(support, by=educator)
    submit_support(support, by=educator, statement="已提供学校名单")
    with pytest.raises(Refused, match="由牵头单位"):
        accept_support(fresh(support), by=educator)
    return_support(fresh(support), by=lead, reason="缺乡镇学校")
    submit_support(fresh(support), by=educator, statement="已补充")
    accept_support(fresh(support), by=lead)
    assert fresh(support).state == ShareState.DONE
    assert fresh(task).closed_at is None  # the task is the lead's own


def test_catch_up_date_moves_contributions_too(task: Entry, support: Entry) -> None:
    until = timezone.localdate() + timedelta(days=60)
    set_catch_up_date(task, by=SYSTEM, until=until)
    assert timezone.localdate(fresh(support).due_at) == until
    caught_up = fresh(task).assignment
    assert find_due_day(caught_up) == until, "a tick does not bring back the day before the opening"
    assert all(line.until == until for line in build_checklist(caught_up) if line.due)


def test_ending_task_accepts_submitted_and_cancels_other_contributions(
    town: City, task: Entry, support: Entry, educator: Actor
) -> None:
    submit_support(support, by=educator, statement="已提供")
    cancel_assignment(fresh(task), by=town.chief, reason="不再开展")
    states = dict(Entry.objects.filter(kind=SUPPORT_KIND_NAME).values_list("body", "state"))
    assert states == {town.education.pk: ShareState.DONE, town.health.pk: ShareState.CANCELLED}
    reopen_assignment(fresh(task), by=town.chief, reason="恢复开展")
    assert Entry.objects.open().filter(kind=SUPPORT_KIND_NAME, body=town.health).count() == 1
    assert not Entry.objects.open().filter(kind=SUPPORT_KIND_NAME, body=town.education).exists()


def test_contribution_is_due_with_the_task(town: City, task: Entry, support: Entry, lead: Actor) -> None:
    later = timezone.localdate(task.due_at) + timedelta(days=9)
    request_more_time(task, by=lead, reason="资料未齐", until=later)
    grant_request(fresh(task), by=town.chief, words="同意")
    assert timezone.localdate(fresh(support).due_at) == later
    with pytest.raises(Refused, match="系统自动"):
        move_support_deadline(fresh(support), by=lead)
    with pytest.raises(Refused, match="没有变化"):
        move_support_deadline(fresh(support), by=SYSTEM)


def test_partner_that_becomes_owner_loses_contribution(town: City, task: Entry, support: Entry) -> None:
    measure = task.assignment.measure
    wanted = replace(load_current_state(measure), responsible=("市财政局", "市教育局"))
    amend_measure(task.assignment.notice, by=town.chief, measure=measure.pk, wanted=wanted, reason="市教育局共同承担")
    assert fresh(support).state == ShareState.CANCELLED
    assert Assignment.objects.filter(measure=measure, body=town.education).exists()


def test_partner_that_takes_over_the_task_loses_contribution(
    town: City, task: Entry, support: Entry, lead: Actor
) -> None:
    request_other_unit(task, by=lead, body=town.education, reason="职责在教育局")
    grant_request(fresh(task), by=town.chief)
    new = Assignment.objects.get(body=town.education)
    assert fresh(support).state == ShareState.CANCELLED
    assert [one.entry.body for one in Contribution.objects.filter(task=new.entry)] == [town.health]


def test_contribution_passes_to_the_other_task_of_its_row(town: City, task: Entry, support: Entry) -> None:
    measure = task.assignment.measure
    wanted = replace(load_current_state(measure), responsible=("市财政局", "市发展改革委"))
    amend_measure(task.assignment.notice, by=town.chief, measure=measure.pk, wanted=wanted, reason="共同承担")
    cancel_assignment(fresh(task), by=town.chief, reason="由另一单位办理")
    other = Assignment.objects.get(measure=measure, entry__closed_at=None).entry
    assert (fresh(support).state, fresh(support).contribution.task) == (ShareState.OPEN, other)


def test_lead_cancels_contribution_with_reason(support: Entry, lead: Actor) -> None:
    with pytest.raises(Refused, match="请写明原因"):
        cancel_support(support, by=lead, reason=" ")
    cancel_support(support, by=lead, reason="已有材料")
    assert fresh(support).outcome == "cancelled"


def test_undoing_import_removes_contributions_unless_submitted(
    town: City, task: Entry, support: Entry, educator: Actor
) -> None:
    point = transaction.savepoint()
    submit_support(support, by=educator, statement="已提供")
    with pytest.raises(Refused, match="已由"):
        undo_import(Notice.objects.get(), by=town.chief)
    transaction.savepoint_rollback(point)
    undo_import(Notice.objects.get(), by=town.chief)
    assert not Entry.objects.exists()


def test_ledger_lists_contributions_and_excludes_them_from_totals(chief: Client, support: Entry) -> None:
    listed, total = (chief.get(path) for path in ("/admin/ledger/", "/admin/statistics/"))
    assert support in listed.context["rows"]
    extra = Entry.objects.open().filter(kind=SUPPORT_KIND_NAME).count()
    assert extra == 2
    assert f"配合任务共 {extra} 条" in " ".join(listed.content.decode().split())
    assert listed.context["lights"][0]["count"] - extra == total.context["total"].open
    assert "合计不包括配合任务" in total.content.decode()
    assert "共 2 条" not in chief.get(f"/admin/ledger/?kind={SUPPORT_KIND_NAME}").content.decode()
