"""Superseding a notice: preview, allowed successors, and undoing it."""

from datetime import date

import pytest

from factories.notices import City, city, live, parsed
from factories.units import actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import reinstate_notice, request_more_time, supersede_notice
from gongkai.work.notices.actions.task_creation import CREATE
from gongkai.work.notices.actions.task_portions import mark_work_remaining
from gongkai.work.notices.models import Ask, Notice
from gongkai.work.notices.states import AssignmentState, NoticeState
from gongkai.work.notices.versions.supersession import preview_supersession

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


def newer(town: City, **more: object) -> Notice:
    return live(town, parsed(title="云岭市政务公开任务分工（调整）", doc_number="云府办发〔2026〕30号", **more))


def entry_states(notice: Notice) -> list[tuple[object, ...]]:
    rows = Entry.objects.filter(assignment__notice=notice).order_by("pk")
    return list(rows.values_list("pk", "state", "outcome", "due_at", "warn_at", "paused", "closed_at"))


def test_older_notice_cannot_supersede(town: City) -> None:
    old, new = live(town), newer(town)
    Notice.objects.filter(pk=old.pk).update(issued_on=date(2026, 3, 1))
    Notice.objects.filter(pk=new.pk).update(issued_on=date(2026, 4, 1))
    client, page = signed_in(Role.CHIEF, town.government), f"/admin/notices/{new.pk}/"
    assert "标记为被取代" not in client.get(page).content.decode()
    with pytest.raises(Refused, match="早于本通知"):
        supersede_notice(Notice.objects.get(pk=new.pk), by=town.chief, newer=Notice.objects.get(pk=old.pk))
    client.post(f"{page}supersede/", {"newer": old.pk, "seen": ""})
    assert Notice.objects.get(pk=new.pk).state == NoticeState.LIVE
    with pytest.raises(Refused):
        supersede_notice(Notice.objects.get(pk=new.pk), by=actor(Role.CHIEF, town.government), newer=new)


def test_notice_whose_tasks_are_being_written_is_not_superseded(town: City) -> None:
    old, new = live(town), newer(town)
    mark_work_remaining(old, CREATE)
    with pytest.raises(Refused, match="逐批交办"):
        supersede_notice(old, by=town.chief, newer=new)


def test_supersession_is_previewed_and_undone_exactly(town: City) -> None:
    old, new = live(town), newer(town)
    asked = Entry.objects.filter(assignment__notice=old).order_by("pk").first()
    assert asked is not None
    assert asked.due_at is not None
    clerk = actor(Role.CLERK, asked.body)
    request_more_time(asked, by=clerk, reason="材料未齐", until=date(asked.due_at.year + 1, 1, 20))
    before = entry_states(old)
    client, page = signed_in(Role.CHIEF, town.government), f"/admin/notices/{old.pk}/"
    shown = client.post(f"{page}supersede/", {"newer": new.pk, "reason": "任务调整"}).content.decode()
    assert f"取消 {len(before)} 项任务" in shown
    assert asked.title in shown
    assert entry_states(old) == before
    client.post(f"{page}supersede/", {"newer": new.pk, "seen": "1:open"})
    assert entry_states(old) == before, "the tasks moved since the page was shown"
    client.post(f"{page}supersede/", {"newer": new.pk, "seen": preview_supersession(old).seen})
    assert {row[1] for row in entry_states(old)} == {AssignmentState.CANCELLED}
    gone = Notice.objects.get(pk=old.pk)
    assert (gone.state, gone.superseded_by) == (NoticeState.SUPERSEDED, new)
    text = " ".join(client.get(page).content.decode().split())
    assert f"恢复 {len(before)} 项任务" in text
    with pytest.raises(Refused, match="政务公开办"):
        reinstate_notice(Notice.objects.get(pk=old.pk), by=clerk, reason="误操作")
    client.post(f"{page}reinstate/", {"reason": "误操作"})
    assert entry_states(old) == before
    assert Movement.objects.filter(stream=asked.stream, action="assignment.restore").count() == 1
    assert Ask.objects.get(assignment=asked.pk).granted is None
    back = Notice.objects.get(pk=old.pk)
    assert (back.state, back.superseded_by) == (NoticeState.LIVE, None)
