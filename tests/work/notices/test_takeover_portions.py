"""Rows of an amended version are taken over in portions: an interruption neither loses nor repeats any."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from factories.notices import YEAR, City, accepted, draft, duty, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts import lock_sharing
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.models import ClockEvent, Entry, Mark
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.work.notices import jobs
from gongkai.work.notices.actions import (
    accept_rows,
    amend_measure,
    confirm_notice,
    confirmation,
    enter_awaited_act,
    keep_dropped_row,
    revoke_notice,
    set_amended_notice,
    settle_flags,
    takeover_plan,
    takeover_portions,
)
from gongkai.work.notices.models import (
    Assignment,
    AwaitedAct,
    Contribution,
    Duty,
    Measure,
    Notice,
    TakeoverPortion,
    UnitMember,
    Upward,
)
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.comparison import compare_versions
from gongkai.work.notices.versions.measure_states import load_current_state

WAITING = {"kind": "months", "count": 3, "after": "国家层面出台规定", "text": "3个月内"}
PLAN, DEBT, SCHOOL = "公开国民经济和社会发展计划。", "公开政府债务限额和余额。", "公开义务教育招生范围。"
DRUGS, BRIDGES, LAW = "公布医保药品目录和定点机构。", "公示危旧桥梁养护工程进展。", "起草数据管理实施办法。"
FLIGHT = "公开低空经济应用场景清单，并于12月底前向市政府办公室报送完成情况。"


def make_row(text: str, lead: str, who: list[str], day: str, partner: list[str] | None = None) -> dict[str, object]:
    limit = {"kind": "by_date", "text": "前", "date": f"{YEAR}-{day}"} if day else WAITING
    return row(text, [lead], who, duties=[duty(text, due=limit)], partner=partner or [])


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeover_portions, "FIRST_PORTION_ROWS", 1)
    for name in ("MIN_PORTION_ROWS", "MAX_PORTION_ROWS"):
        monkeypatch.setattr(lock_sharing, name, 1)


@pytest.fixture
def newer(town: City, one_by_one: None) -> Notice:
    """Create an accepted version: two rows changed, one unchanged, one kept, two dropped (one done), one new."""
    for unit in (town.planning, town.education, town.finance, town.health):
        actor(Role.CLERK, unit)
    plan, finance, school, health = "市发展改革委", "市财政局", "市教育局", "市卫生健康委"
    older = live(
        town,
        parsed(
            rows=[
                make_row(PLAN, plan, [plan, finance], "11-30", [school]),
                make_row(DEBT, finance, [finance], "11-30", [health]),
                make_row(SCHOOL, school, [school], "12-10"),
                make_row(DRUGS, health, [health], "12-20"),
                make_row(BRIDGES, plan, [school], "12-20"),
                make_row(LAW, plan, [health], ""),
            ]
        ),
    )
    done = Assignment.objects.get(notice=older, measure__text=DRUGS).entry
    submitted(done, actor(Role.CLERK, town.health))
    accepted(done, actor(Role.LEAD, town.health))
    enter_awaited_act(AwaitedAct.objects.get(notice=older), by=town.chief, dated=timezone.localdate())
    made = draft(
        town,
        parsed(
            title="云岭市政务公开工作要点任务分工（修订）",
            doc_number=f"云府办发〔{YEAR}〕31号",
            rows=[
                make_row(FLIGHT, plan, [plan, health], "12-25", [finance]),
                make_row(DEBT, finance, [finance], "12-15", [school]),
                make_row(PLAN, plan, [plan, health], "11-20", [school]),
                make_row(LAW, plan, [health], ""),
            ],
        ),
    )
    settle_flags(made, by=town.chief)
    set_amended_notice(Notice.objects.get(pk=made.pk), by=town.chief, older=older)
    lines = compare_versions(Notice.objects.get(pk=made.pk)).lines
    kept = next(line for line in lines if line.old and line.old.text == SCHOOL)
    keep_dropped_row(Notice.objects.get(pk=made.pk), by=town.chief, row=kept.key, reason="招生已开始")
    for line in compare_versions(Notice.objects.get(pk=made.pk)).lines:
        if line.waits:
            accept_rows(Notice.objects.get(pk=made.pk), by=town.chief, row=line.key)
    Message.objects.all().delete()
    return Notice.objects.get(pk=made.pk)


def dump_rows() -> list[list[tuple[object, ...]]]:
    """Return all data that a takeover changes, except keys of new rows and times."""
    return [
        sorted(rows, key=repr)
        for rows in (
            Notice.objects.values_list("pk", "state", "superseded_by"),
            Measure.objects.values_list(
                "notice", "text", "section", "section_no", "position", "dropped", "kept_because"
            ),
            Duty.objects.values_list("measure__notice", "measure__text", "text", "due", "awaits__dated"),
            UnitMember.objects.values_list(
                "unit__measure__notice", "unit__measure__text", "unit__part", "unit__printed", "body"
            ),
            Assignment.objects.values_list(
                "notice", "measure__text", "section_no", "body", "period", "lead_ids",
                "entry__state", "entry__outcome", "entry__title", "entry__due_at",
            ),
            Assignment.objects.filter(leads__isnull=False).values_list("measure__text", "body", "leads"),
            Contribution.objects.values_list(
                "task__assignment__measure__text", "task__body", "entry__body", "entry__state", "entry__due_at"
            ),
            Upward.objects.values_list("notice", "assignment__measure__text", "entry__body", "kind", "entry__state"),
            ClockEvent.objects.values_list("entry__title", "entry__body", "kind", "until"),
            _list_log_records(),
            Message.objects.values_list("person", "channel", "subject", "urgent"),
        )
    ]  # fmt: skip


def _list_log_records() -> list[tuple[object, ...]]:
    named = {entry.stream: (entry.title, entry.body_id) for entry in Entry.objects.all()}
    return [
        (named[one.stream], one.seq, one.action, one.from_state, one.to_state, one.words)
        for one in Movement.objects.order_by("pk")
        if one.stream in named
    ]


def interrupt_each(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> bool:
    """Kill the process after one portion; return True if it was killed."""
    real, calls = takeover_portions._write_portion, []

    def call(*given: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(takeover_portions, "_write_portion", call)
        try:
            work()
        except KeyboardInterrupt:
            return True
    return False


def test_takeover_killed_after_each_portion_ends_like_uninterrupted_one(
    town: City, newer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = transaction.savepoint()
    confirm_notice(Notice.objects.get(pk=newer.pk), by=town.chief)
    whole, texts = dump_rows(), sorted(map(sorted, (body.split("\n") for body in _message_bodies())))
    transaction.savepoint_rollback(point)
    assert dump_rows() != whole

    later, killed = timezone.now() + timedelta(hours=1), 0
    assert interrupt_each(monkeypatch, lambda: confirm_notice(newer, by=town.chief))
    assert not Message.objects.exists()
    while interrupt_each(monkeypatch, lambda: jobs.finish_interrupted(later)):
        killed += 1
    assert killed >= 6
    again = dump_rows()
    for made, expected in zip(again, whole, strict=True):
        assert made == expected
    assert sorted(map(sorted, (_strip_numbers(body) for body in _message_bodies()))) == sorted(
        map(sorted, (_strip_numbers("\n".join(one)) for one in texts))
    )
    assert not Mark.objects.filter(name__startswith="notice-tasks/").exists()
    assert not TakeoverPortion.objects.exists()
    assert verify_log().ok


def _message_bodies() -> list[str]:
    return list(Message.objects.values_list("body", flat=True))


def _strip_numbers(body: str) -> list[str]:
    return [line.partition("．")[2] or line for line in body.split("\n")]


def test_outdated_comparison_is_refused_and_notice_is_locked_meanwhile(
    town: City, newer: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(*given: Any) -> takeover_plan.RevisionTakeover:
        made = takeover_plan.plan_takeover(*given)
        Notice.objects.filter(pk=made.older).update(version=made.version + 1)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(confirmation, "plan_takeover", change)
        with pytest.raises(Refused, match="刚刚有变化"):
            confirm_notice(newer, by=town.chief)
    assert Notice.objects.get(pk=newer.pk).state == NoticeState.DRAFT
    assert interrupt_each(monkeypatch, lambda: confirm_notice(Notice.objects.get(pk=newer.pk), by=town.chief))
    notice = Notice.objects.get(pk=newer.pk)
    assert (notice.state, Notice.objects.get(pk=notice.amends_id).state) == (NoticeState.LIVE, NoticeState.SUPERSEDED)
    row = Measure.objects.filter(notice=notice).first()
    assert row
    with pytest.raises(Refused, match="正在逐批接续"):
        amend_measure(notice, by=town.chief, measure=row.pk, wanted=load_current_state(row), reason="更正")
    with pytest.raises(Refused, match="正在逐批接续"):
        revoke_notice(notice, by=town.chief, reason="有误")
    jobs.finish_interrupted(timezone.now() + timedelta(hours=1))
    assert not revoke_notice.why_not(Notice.objects.get(pk=newer.pk), by=town.chief)
