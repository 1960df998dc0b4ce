"""A long notice is stored, confirmed and undone in portions; interrupted runs are completed later."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.notices import City, draft, duty, fresh, import_draft, in_days, live, parsed, row, source
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.actions import comment
from gongkai.core.ledger.models import Entry, Mark
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.work.notices import jobs
from gongkai.work.notices.actions import (
    awaited_acts,
    confirm_notice,
    enter_awaited_act,
    import_file,
    import_undo,
    imports,
    reinstate_notice,
    revoke_notice,
    supersede_notice,
    supersession,
    task_creation,
    task_portions,
    undo_import,
)
from gongkai.work.notices.models import Assignment, AwaitedAct, Contribution, Measure, Notice
from gongkai.work.notices.states import AssignmentState, NoticeState


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Process portions for two tasks and one row or more."""
    for module in (imports, import_undo):
        monkeypatch.setattr(module, "MAX_ROWS_IN_ACTION", 1)
    for name in ("task_creation", "confirmation", "import_undo"):
        monkeypatch.setattr(f"gongkai.work.notices.actions.{name}.MAX_TASKS_IN_ACTION", 2)


def interrupt(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Kill the process before the second call."""
    real, calls = getattr(module, name), []

    def call(*given: object, **facts: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **facts)

    monkeypatch.setattr(module, name, call)


def list_tasks(notice: Notice) -> list[tuple[object, ...]]:
    rows = Assignment.objects.filter(notice=notice)
    return sorted(rows.values_list("measure__text", "body", "period", "entry__due_at", "entry__title"))


def list_contributions(notice: Notice) -> list[tuple[object, ...]]:
    rows = Contribution.objects.filter(task__assignment__notice=notice)
    return sorted(rows.values_list("entry__body", "task__assignment__body", "task__assignment__period"))


def test_interrupted_import_is_invisible_and_can_be_repeated(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        interrupt(patch, imports, "_store_row_portion")
        with pytest.raises(KeyboardInterrupt):
            import_draft(town)
    assert (Notice.objects.count(), Notice.unfinished.count(), Measure.objects.count()) == (0, 1, 1)
    with pytest.raises(Refused, match="正在导入"):
        import_file(source(), by=town.chief, government=town.government, issuer=town.office)
    with time_machine.travel(timezone.now() + imports.ABANDONED_AFTER):
        made = import_file(source(), by=town.chief, government=town.government, issuer=town.office)
    assert (made.already, made.notice.version, made.notice.measures.count()) == (False, 1, 3)
    assert Measure.objects.count() == 3
    assert Notice.unfinished.count() == 0
    assert verify_log().ok


def test_job_removes_interrupted_import(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(monkeypatch, imports, "_store_row_portion")
    with pytest.raises(KeyboardInterrupt):
        import_draft(town)
    assert jobs.finish_interrupted()["removed"] == 0
    later = timezone.now() + timedelta(minutes=1)
    with monkeypatch.context() as patch:  # a notice that fails is left to the next run
        patch.setattr(imports.drop_unfinished, "function", None)
        assert jobs.finish_interrupted(later)["removed"] == 0
    assert jobs.finish_interrupted(later)["removed"] == 1
    assert (Notice.unfinished.count(), Measure.objects.count()) == (0, 0)


def test_job_creates_remaining_tasks_of_interrupted_confirmation(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for unit in (town.education, town.finance, town.health):
        actor(Role.CLERK, unit)
    shown = parsed(
        rows=[row("公开信息。", ["市发展改革委", "市财政局"], ["市教育局", "市卫生健康委"]), *parsed()["rows"]]
    )
    notice = draft(town, shown)
    with monkeypatch.context() as patch:
        interrupt(patch, task_creation, "_create_planned_entries")
        with pytest.raises(KeyboardInterrupt):
            confirm_notice(notice, by=town.chief)
    notice.refresh_from_db()
    assert (notice.state, len(list_tasks(notice))) == (NoticeState.LIVE, 2)
    assert not Message.objects.filter(subject__startswith="新任务").exists()
    assert jobs.finish_interrupted()["continued"] == 0
    broken = f"{task_portions.MARK_PREFIX}{draft(town, parsed(doc_number='云府办发〔2026〕99号')).pk}"
    Mark.objects.create(name=broken, value="unknown:")  # fails each time, and holds up no other notice
    assert jobs.finish_interrupted(timezone.now() + timedelta(minutes=1))["continued"] == 1
    told = Message.objects.filter(subject__startswith="新任务").count()
    assert [mark.name for mark in Mark.objects.filter(name__startswith=task_portions.MARK_PREFIX)] == [broken]
    portions = list_tasks(notice), list_contributions(notice), told
    undo_import(notice, by=town.chief)
    monkeypatch.undo()
    Message.objects.all().delete()
    whole = live(town, shown)
    assert portions == (
        list_tasks(whole),
        list_contributions(whole),
        Message.objects.filter(subject__startswith="新任务").count(),
    )
    assert verify_log().ok


def test_row_changed_during_confirmation_is_planned_again(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = draft(town)
    real, changes = task_creation._create_planned_entries, []

    def change(some: Notice, *given: object) -> None:
        if Assignment.objects.exists() and not changes:
            changes.append(Notice.objects.update(version=some.version + 1))
        real(some, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(task_creation, "_create_planned_entries", change)
    confirm_notice(notice, by=town.chief)
    assert (len(list_tasks(notice)), changes) == (5, [1])


def test_undo_removes_all_tasks_or_none(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = live(town)
    before = list_tasks(notice), list_contributions(notice)
    real = import_undo.remove_tasks

    def work(*given: object, **facts: object) -> object:
        if Assignment.objects.count() < 5:  # somebody begins to work after the first portion
            comment(Entry.objects.filter(assignment__notice=notice).first(), by=town.chief, text="已着手办理。")
        return real(*given, **facts)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(import_undo, "remove_tasks", work)
        with pytest.raises(Refused, match="备注"):
            undo_import(notice, by=town.chief)
    assert (list_tasks(notice), list_contributions(notice)) == before
    assert Notice.objects.get().state == NoticeState.LIVE


def test_many_tasks_are_cancelled_and_restored_by_job(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supersession, "MAX_TASKS_IN_ACTION", 1)
    older, newer = (
        live(town),
        live(town, parsed(title="云岭市政务公开任务分工（调整）", doc_number="云府办发〔2026〕30号")),
    )
    count, states = older.assignments.count(), Entry.objects.filter(assignment__notice=older).values_list("state")
    with monkeypatch.context() as patch:  # the process has no time: the job goes on
        patch.setattr(task_portions, "MAX_WORK_SECONDS", 0)
        supersede_notice(older, by=town.chief, newer=newer, reason="另有部署。" * 60)
    assert set(states.all()) == {(AssignmentState.OPEN,)}
    assert jobs.finish_interrupted(timezone.now() + timedelta(minutes=1))["continued"] == 1
    assert set(states.all()) == {(AssignmentState.CANCELLED,)}
    cancelled = Movement.objects.filter(action="assignment.cancel").order_by("-pk").first()
    assert cancelled
    assert cancelled.words.endswith("另有部署。" * 60)
    reinstate_notice(Notice.objects.get(pk=older.pk), by=town.chief, reason="取代有误")
    assert list(states.all()) == [(AssignmentState.OPEN,)] * count
    revoke_notice(Notice.objects.get(pk=older.pk), by=town.chief, reason="通知有误")
    assert set(states.all()) == {(AssignmentState.CANCELLED,)}
    assert not Mark.objects.filter(name__startswith=task_portions.MARK_PREFIX).exists()


def test_awaited_act_moves_each_due_date_once_despite_interruptions(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = {"kind": "months", "count": 3, "after": "国家层面出台规定", "text": "3个月内"}
    texts = [f"在国家层面出台规定后3个月内起草第{number}项实施办法。" for number in range(3)]
    waits = [row(text, [], ["市卫生健康委"], duties=[duty(text, due=limit)]) for text in texts]
    other = row(
        "国家规划印发后公开。", [], ["市财政局"], duties=[duty("公开。", due=limit | {"after": "国家规划印发"})]
    )
    notice = live(town, parsed(rows=[*waits, other]))
    act, unrelated = AwaitedAct.objects.filter(notice=notice).order_by("pk")
    monkeypatch.setattr(awaited_acts, "FIRST_PORTION_TASKS", 1)
    with monkeypatch.context() as patch:
        interrupt(patch, awaited_acts, "advance_remaining_work")
        with pytest.raises(KeyboardInterrupt):
            enter_awaited_act(act, by=town.chief, dated=in_days(-30), doc_number="国办发〔2026〕1号")
    moved = Movement.objects.filter(action="assignment.reschedule")
    assert (moved.count(), task_portions.is_work_remaining(notice.pk)) == (1, True)
    with pytest.raises(Refused, match="正在逐批办理"):  # no portion finds the tasks of a changed plan
        enter_awaited_act(unrelated, by=town.chief, dated=in_days(-3))
    assert jobs.finish_interrupted()["continued"] == 0
    assert jobs.finish_interrupted(timezone.now() + timedelta(minutes=1))["continued"] == 1
    due = {fresh(task.entry).due_at for task in Assignment.objects.filter(body=town.health).select_related("entry")}
    assert (moved.count(), moved.values("stream").distinct().count(), len(due)) == (3, 3, 1)
    assert not task_portions.is_work_remaining(notice.pk)
    assert verify_log().ok
