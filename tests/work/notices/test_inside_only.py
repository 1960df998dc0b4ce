"""Matters inside a unit are visible to it alone, and its messages too, also if the unit has no head or no staff."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from factories.bureaus import Bureau, confirm_bureau_notice, first_entry_of_office
from factories.notices import YEAR, draft, fresh, live, parsed, row, source, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import add_evidence, set_audience, urge
from gongkai.core.ledger.jobs import send_reminders
from gongkai.core.ledger.models import Entry, Urging
from gongkai.core.ledger.queries import own_bodies_visible_to, own_visible_to, visible_to
from gongkai.core.ledger.urgings import raise_urgings
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Appointment, Office, Role
from gongkai.work.notices.actions import (
    accept_share,
    amend_measure,
    carry_over_assignment,
    confirm_notice,
    delegate_task,
    import_notice,
    request_send_back,
    settle_flags,
    submit_share,
    undo_import,
)
from gongkai.work.notices.models import Assignment, Carry, Notice
from gongkai.work.notices.states import ShareState
from gongkai.work.notices.versions.measure_states import load_current_state


@pytest.fixture
def headless(bureau: Bureau) -> Bureau:
    """Remove the bureau's head, for whom the 政务公开办 above acts in other matters."""
    Appointment.objects.filter(role=Role.LEAD, body=bureau.body).delete()
    return bureau


def subjects_sent_above(bureau: Bureau) -> list[str]:
    return list(Message.objects.filter(person_id=bureau.town.chief.person_id).values_list("subject", flat=True))


def share_of(bureau: Bureau) -> Entry:
    task = Assignment.objects.filter(notice=live(bureau.town), body=bureau.body).first().entry
    day = timezone.localdate()
    Message.objects.all().delete()
    return delegate_task(task, by=bureau.leader, offices=[bureau.budget.pk], words="报送。", until=day)[0]


def make_late(entry: Entry) -> None:
    Entry.objects.exclude(pk=entry.pk).update(due_at=None)
    Entry.objects.filter(pk=entry.pk).update(due_at=timezone.now() - timedelta(days=30))
    send_reminders()


def _urge_in_vain(bureau: Bureau) -> None:
    urge(first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget), by=bureau.leader, words="请抓紧")
    Urging.objects.update(sent_at=timezone.now() - timedelta(days=30))
    assert raise_urgings() == {"raised": 1}


def _amend(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    row_ = notice.measures.first()
    amend_measure(
        notice,
        by=bureau.leader,
        measure=row_.pk,
        wanted=replace(load_current_state(row_), item="二"),
        reason="更正",
    )


WAYS: dict[str, Callable[[Bureau], object]] = {
    "confirmed": confirm_bureau_notice,
    "handed in": lambda one: submitted(first_entry_of_office(confirm_bureau_notice(one), one.budget), one.budgeter),
    "asked": lambda one: request_send_back(
        first_entry_of_office(confirm_bureau_notice(one), one.budget), by=one.budgeter, reason="不属本科"
    ),
    "late": lambda one: make_late(first_entry_of_office(confirm_bureau_notice(one), one.budget)),
    "urged": _urge_in_vain,
    "amended": _amend,
    "a share reported": lambda one: submit_share(share_of(one), by=one.budgeter, statement="已办"),
    "a share late": lambda one: make_late(share_of(one)),
}


@pytest.mark.parametrize("way", WAYS)
def test_unit_without_head_notifies_nobody_above(headless: Bureau, way: str) -> None:
    WAYS[way](headless)
    assert subjects_sent_above(headless) == []


def test_unit_without_staff_notifies_nobody_above(bureau: Bureau) -> None:
    entry = first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget)
    Message.objects.all().delete()
    Appointment.objects.filter(body=bureau.body).delete()
    make_late(entry)
    assert not Message.objects.exists()


def test_audience_of_inner_entry_cannot_be_changed(bureau: Bureau) -> None:
    entry = first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget)
    for audience in ("staff", "chief"):
        with pytest.raises(Refused, match="单位内部"):
            set_audience(entry, by=bureau.head, audience=audience, reason="试试")


def test_own_notice_is_not_parent_of_other_notices(bureau: Bureau) -> None:
    own = confirm_bureau_notice(bureau)
    for basis in ({"title": "政务公开工作要点"}, {"doc_number": own.doc_number}):
        made = draft(bureau.town, parsed(title=f"另一份{len(basis)}{basis}", basis=[basis]))
        assert made.parent is None


def test_supervisor_in_the_unit_is_listed_only_entries_that_open(
    bureau: Bureau,
) -> None:
    office, chief = bureau.town.office, bureau.town.chief
    desk = Office.objects.create(body=office, name="政务公开科")
    clerk = actor(Role.CLERK, office, office=desk)
    made = parsed(issuer="云岭市人民政府办公室", rows=[row("公开。", ["政务公开科"], ["政务公开科"])])
    notice = import_notice(None, by=clerk, source=source(made), government=office, issuer=office)
    settle_flags(notice, by=clerk)
    confirm_notice(Notice.objects.get(pk=notice.pk), by=clerk)
    assert visible_to(clerk).filter(kind="inner").count() == 1
    for rows in (visible_to(chief), own_visible_to(chief), own_bodies_visible_to(chief)):
        assert not rows.filter(kind="inner").exists()


def test_amended_row_cannot_bind_other_units(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    row_ = notice.measures.first()
    for beyond in ("市教育局", "青山区政府", "云岭市人民政府"):
        wanted = replace(load_current_state(row_), responsible=(beyond,))
        with pytest.raises(Refused, match="只交办给本单位"):
            amend_measure(notice, by=bureau.leader, measure=row_.pk, wanted=wanted, reason="更正")


def test_share_ends_when_its_task_is_carried_over(bureau: Bureau) -> None:
    share = share_of(bureau)
    carry_over_assignment(fresh(share.delegation.task), by=bureau.town.chief, reason="未完成")
    assert fresh(share).state == ShareState.CANCELLED


def test_each_office_of_a_row_gets_its_look_back(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    tasks = [first_entry_of_office(notice, office) for office in (bureau.budget, bureau.treasury)]
    assert tasks[0].assignment.measure_id == tasks[1].assignment.measure_id
    for task in tasks:
        carry_over_assignment(task, by=bureau.head, reason="跨年任务")
    assert Carry.objects.count() == 2
    with pytest.raises(Refused):
        carry_over_assignment(fresh(tasks[0]), by=bureau.head, reason="再来一次")


def test_import_with_delegated_task_is_not_undone(bureau: Bureau) -> None:
    task = share_of(bureau).delegation.task
    with pytest.raises(Refused, match="已着手办理"):
        undo_import(task.assignment.notice, by=bureau.town.chief)


def test_edition_in_evidence_of_share_is_passed_to_task(bureau: Bureau) -> None:
    share = share_of(bureau)
    add_evidence(share, by=bureau.budgeter, edition=7, title=f"{YEAR}年预算")
    submit_share(fresh(share), by=bureau.budgeter, statement="已公开")
    accept_share(fresh(share), by=bureau.leader)
    assert [one.edition for one in fresh(share.delegation.task).evidence.all()] == [7]
