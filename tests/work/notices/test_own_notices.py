"""A unit's own notice: issuer, addressees, visibility, and limits of its effect."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.bureaus import BUREAU_NOTICE, Bureau, confirm_bureau_notice, first_entry_of_office, import_bureau_notice
from factories.notices import (
    PLANNING_PATH,
    YEAR,
    City,
    accepted,
    duty,
    entry_of,
    fresh,
    live,
    parsed,
    row,
    source,
    submitted,
)
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, ColumnUse
from gongkai.content.editions.rules import find_forbidden_column_units
from gongkai.content.publishing.actions import set_publishers
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.actions import set_office, urge
from gongkai.core.ledger.jobs import send_reminders
from gongkai.core.ledger.models import Entry, Urging
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.ledger.urgings import raise_urgings
from gongkai.core.ledger.urgings import visible_to as urgings_visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Appointment, Body, BodyKind, Office, Role
from gongkai.core.units.open_government_leads import is_in_charge, list_led_units
from gongkai.oversight.annual.queries.facts import _count_own_tasks, _count_tasks
from gongkai.ui.office.blocks import build_drafts_block
from gongkai.ui.office.boards import list_counted_entries
from gongkai.work.notices.actions import (
    accept_rows,
    accept_submission,
    amend_measure,
    cancel_assignment,
    choose_parent,
    confirm_notice,
    correct_cell,
    grant_request,
    import_notice,
    reopen_assignment,
    request_more_time,
    request_other_unit,
    resolve_unit,
    revoke_notice,
    set_amended_notice,
    settle_flags,
    submit_task,
    undo_import,
)
from gongkai.work.notices.actions.permissions import list_reasons_against_cancelling, list_reasons_against_deciding
from gongkai.work.notices.models import Assignment, MeasureUnit, Notice, UnitState
from gongkai.work.notices.queries.matrix import load_matrix
from gongkai.work.notices.queries.progress import build_progress_table
from gongkai.work.notices.queries.public import count_public_progress, list_public_years
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.recipients import get_deciding_recipients
from gongkai.work.notices.states import AssignmentState
from gongkai.work.notices.versions.comparison import compare_versions
from gongkai.work.notices.versions.measure_states import load_current_state
from gongkai.work.notices.views.notice_list import list_importable_bodies


def test_amended_version_of_own_notice_stays_inside_the_unit(bureau: Bureau) -> None:
    older = confirm_bureau_notice(bureau)
    kept, gone = first_entry_of_office(older, bureau.budget), first_entry_of_office(older, bureau.treasury)
    window = Entry.objects.get(assignment__notice=older, body=bureau.below)
    made = deepcopy(BUREAU_NOTICE) | {
        "title": f"{BUREAU_NOTICE['title']}（修订）",
        "doc_number": f"云财办〔{YEAR}〕9号",
    }
    made["rows"] = [made["rows"][0] | {"responsible": ["预算科"]}, made["rows"][1]]
    newer = import_bureau_notice(bureau, made)
    settle_flags(newer, by=bureau.leader)
    assert newer.amends == older
    set_amended_notice(Notice.objects.get(pk=newer.pk), by=bureau.leader, older=older)
    for line in compare_versions(Notice.objects.get(pk=newer.pk)).lines:
        if line.waits:
            accept_rows(Notice.objects.get(pk=newer.pk), by=bureau.leader, row=line.key)
    count = Message.objects.exclude(person__appointments__body__path__startswith=bureau.body.path).count()
    confirm_notice(Notice.objects.get(pk=newer.pk), by=bureau.leader)
    entries = [Entry.objects.get(pk=one.pk) for one in (kept, gone, window)]
    assert [one.state for one in entries] == [
        AssignmentState.OPEN,
        AssignmentState.CANCELLED,
        AssignmentState.CANCELLED,
    ]
    assert [one.assignment.notice for one in entries] == [newer, newer, older]
    outside = Message.objects.exclude(person__appointments__body__path__startswith=bureau.body.path)
    assert outside.count() == count, "nobody beyond the unit hears of it"


def test_each_office_and_subordinate_unit_gets_its_tasks(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    rows = Assignment.objects.filter(notice=notice).order_by("measure__position", "pk")
    owed = [(one.measure.title, str(one.entry.office or one.body.label)) for one in rows]
    assert owed == [
        ("公开部门预算", "市财政局预算科"),
        ("公开部门预算", "市财政局国库科"),
        ("各科室报送拟公开的信息", "市财政局办公室"),
        ("各科室报送拟公开的信息", "市财政局预算科"),
        ("各科室报送拟公开的信息", "市财政局国库科"),
        ("做好窗口公开", "市国库支付中心"),
    ]
    assert {one.entry.kind for one in rows} == {"inner"}
    assert [column.label for column in load_matrix(notice, bureau.leader).bodies] == [
        "办公室",
        "预算科",
        "国库科",
        "市国库支付中心",
    ]
    assert [line.unit for line in build_progress_table(notice, bureau.leader).units][:2] == [
        "预算科",
        "国库科",
    ]


def test_own_notice_cannot_be_parent_of_another_units_notice(bureau: Bureau) -> None:
    """Readers of the other notice would see the title of a notice that they may not read."""
    own, city = confirm_bureau_notice(bureau), live(bureau.town)
    with pytest.raises(Refused, match="内部的通知"):
        choose_parent(city, by=bureau.town.chief, parent=own)
    choose_parent(own, by=bureau.leader, parent=city)
    assert Notice.objects.get(pk=own.pk).parent == city


def test_who_is_in_charge_of_work_inside_a_unit(bureau: Bureau) -> None:
    assert is_in_charge(bureau.leader, bureau.body.pk)
    assert is_in_charge(bureau.head, bureau.body.pk)
    assert not is_in_charge(bureau.budgeter, bureau.body.pk)
    assert not is_in_charge(bureau.town.chief, bureau.body.pk)
    assert list_led_units(bureau.town.chief) == []
    # Usually one clerk does all of it, whatever office they belong to.
    alone = actor(Role.CLERK, bureau.town.health, office=Office.objects.create(body=bureau.town.health, name="法规科"))
    assert list_led_units(alone) == [bureau.town.health]
    # A clerk of the government itself does not issue its notices.
    assert list_led_units(actor(Role.CLERK, bureau.town.government)) == []


@pytest.mark.parametrize("who", ["budgeter", "chief", "teacher"])
def test_others_neither_see_nor_change_own_notice(bureau: Bureau, who: str) -> None:
    people = {
        "budgeter": bureau.budgeter,
        "chief": bureau.town.chief,
        "teacher": actor(Role.CLERK, bureau.town.education),
    }
    other = people[who]
    with pytest.raises(Refused):
        import_notice(None, by=other, source=source(BUREAU_NOTICE), government=bureau.body, issuer=bureau.body)
    draft = import_bureau_notice(bureau)
    assert not visible_to(other).filter(pk=draft.pk).exists()
    measure = draft.measures.first()
    for act, facts in (
        (correct_cell, {"measure": measure.pk, "field": "section", "value": "一"}),
        (confirm_notice, {}),
        (undo_import, {}),
    ):
        with pytest.raises(Refused):
            act(draft, by=other, **facts)


def test_bureau_cannot_import_for_other_bodies(bureau: Bureau) -> None:
    for other in (bureau.town.government, bureau.town.education, bureau.town.district, bureau.town.office):
        with pytest.raises(Refused, match="您不能为"):
            import_notice(None, by=bureau.leader, source=source(BUREAU_NOTICE), government=other, issuer=bureau.body)


def test_own_notice_cannot_assign_units_outside_the_bureau(bureau: Bureau) -> None:
    made = parsed(issuer="云岭市财政局", rows=[row("公开。", ["预算科"], ["市教育局", "青山区政府"])])
    notice = import_bureau_notice(bureau, made)
    units = MeasureUnit.objects.filter(measure__notice=notice, part="responsible")
    assert {unit.state for unit in units} == {UnitState.UNKNOWN}
    with pytest.raises(Refused, match="只交办给本单位"):
        resolve_unit(notice, by=bureau.leader, unit=units[0].pk, bodies=[bureau.town.education])
    resolve_unit(notice, by=bureau.leader, unit=units[0].pk, offices=[bureau.budget, bureau.treasury])
    resolve_unit(notice, by=bureau.leader, unit=units[1].pk, outside=True)
    settle_flags(notice, by=bureau.leader)  # the office that leads owes nothing
    confirm_notice(Notice.objects.get(pk=notice.pk), by=bureau.leader)
    assert {one.entry.office for one in Assignment.objects.filter(notice=notice)} == {
        bureau.budget,
        bureau.treasury,
    }


def test_office_named_with_its_group_is_one_member(bureau: Bureau) -> None:
    notice = import_bureau_notice(bureau)
    unit = MeasureUnit.objects.filter(measure__notice=notice).first()
    client = signed_in(Role.LEAD, bureau.body)
    fields = {"do": "resolve", "unit": unit.pk, "who": "named", "names": "预算科、各科室", "only_here": "1"}
    answer = client.post(reverse("notices_correct", args=[notice.pk]), fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert {member.office for member in unit.members.all()} == {bureau.desk, bureau.budget, bureau.treasury}


def test_notice_issued_by_another_body_is_flagged(bureau: Bureau) -> None:
    made = parsed(rows=[row("公开。", ["预算科"], [])])
    notice = import_notice(
        None, by=bureau.leader, source=source(made), government=bureau.body, issuer=bureau.town.office
    )
    assert "不代替上级的交办" in notice.measures.first().unsettled[0]["message"]
    settle_flags(notice, by=bureau.leader, sweep=True)
    with pytest.raises(Refused, match="存疑"):
        confirm_notice(Notice.objects.get(pk=notice.pk), by=bureau.leader)


def test_city_neither_sees_nor_counts_own_notice(bureau: Bureau) -> None:
    notice, town = confirm_bureau_notice(bureau), bureau.town
    for other in (town.chief, actor(Role.AUDITOR, town.office), actor(Role.CLERK, town.education)):
        assert not entries_visible_to(other).exists()
        assert not visible_to(other).exists()
    assert list_public_years(town.government) == []
    assert count_public_progress(YEAR, town.government) == []
    city = live(town)
    assert not Assignment.objects.filter(notice=city, entry__kind="inner").exists()
    assert entries_visible_to(town.chief).count() == Assignment.objects.filter(notice=city).count()
    assert entries_visible_to(bureau.budgeter).filter(kind="inner", body=bureau.body).count() == 5
    assert visible_to(bureau.budgeter).filter(pk=notice.pk).exists()


def test_office_submits_and_leading_office_accepts(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    entry = first_entry_of_office(notice, bureau.budget)
    with pytest.raises(Refused, match="国库科"):
        submitted(first_entry_of_office(notice, bureau.treasury), bureau.budgeter)
    submitted(entry, bureau.budgeter)
    with pytest.raises(Refused):
        accept_submission(fresh(entry), by=bureau.town.chief)
    accepted(fresh(entry), bureau.leader)
    assert fresh(entry).state == AssignmentState.DONE


def test_clerk_submits_for_every_office_and_head_accepts(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    entry = first_entry_of_office(notice, bureau.treasury)
    submitted(entry, bureau.leader)
    with pytest.raises(Refused, match="须由他人审核"):
        accept_submission(fresh(entry), by=bureau.leader)
    accepted(fresh(entry), bureau.head)
    assert fresh(entry).state == AssignmentState.DONE


def test_only_clerk_of_bureau_may_accept_own_submission(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    done, later = first_entry_of_office(notice, bureau.treasury), first_entry_of_office(notice, bureau.desk)
    Appointment.objects.filter(body=bureau.body).exclude(person=bureau.leader.person_id).update(
        end=timezone.localdate() - timedelta(days=1)
    )
    submitted(done, bureau.leader)
    accepted(fresh(done), bureau.leader)
    assert fresh(done).state == AssignmentState.DONE
    request_more_time(later, by=bureau.leader, until=later.due_at.date().replace(year=YEAR + 1), reason="等待上级部署")
    grant_request(fresh(later), by=bureau.leader)
    assert fresh(later).due_at.year == YEAR + 1


def test_requester_cannot_grant_own_request_after_moving_the_task(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    own = first_entry_of_office(notice, bureau.desk)
    later = own.due_at.date().replace(year=YEAR + 1)
    request_more_time(own, by=bureau.leader, until=later, reason="等待上级部署")
    with pytest.raises(Refused, match="须由他人决定"):
        grant_request(fresh(own), by=bureau.leader)
    set_office(fresh(own), by=bureau.leader, office=bureau.treasury)
    with pytest.raises(Refused, match="须由他人决定"):
        grant_request(fresh(own), by=bureau.leader)
    grant_request(fresh(own), by=bureau.head)
    others = first_entry_of_office(notice, bureau.treasury)
    request_more_time(others, by=bureau.leader, until=later, reason="等待上级部署")
    with pytest.raises(Refused, match="须由他人决定"):
        grant_request(fresh(others), by=bureau.leader)
    grant_request(fresh(others), by=bureau.head)
    other = first_entry_of_office(notice, bureau.budget)
    request_more_time(other, by=bureau.budgeter, until=later, reason="等待上级部署")
    grant_request(fresh(other), by=bureau.leader)
    assert fresh(other).state == AssignmentState.OPEN


def test_nobody_cancels_own_task_or_accepts_own_submission(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    with pytest.raises(Refused, match="单位负责人取消或者结转"):
        cancel_assignment(first_entry_of_office(notice, bureau.desk), by=bureau.leader, reason="不再需要")
    cancel_assignment(first_entry_of_office(notice, bureau.desk), by=bureau.head, reason="不再需要")
    entry = first_entry_of_office(notice, bureau.budget)
    assert not list_reasons_against_cancelling(bureau.leader, entry)
    submitted(entry, bureau.leader)
    Assignment.objects.filter(pk=entry.pk).update(submitted_by=bureau.budgeter.person_id)
    assert list_reasons_against_deciding(bureau.leader, fresh(entry)) == ["本人提交的任务，须由他人审核。"]


def test_revoking_notice_cancels_tasks_with_pending_requests(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    entry = first_entry_of_office(notice, bureau.desk)
    request_more_time(entry, by=bureau.head, until=entry.due_at.date() + timedelta(days=5), reason="等待上级部署")
    assert list_reasons_against_cancelling(bureau.head, fresh(entry))
    revoke_notice(Notice.objects.get(pk=notice.pk), by=bureau.head, reason="印错了")
    assert fresh(entry).state == AssignmentState.CANCELLED


def test_task_cancelled_with_its_notice_is_not_reopened(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    entry = first_entry_of_office(notice, bureau.budget)
    revoke_notice(Notice.objects.get(pk=notice.pk), by=bureau.head, reason="文件有误")
    assert fresh(entry).state == AssignmentState.CANCELLED
    assert reopen_assignment.why_not(fresh(entry), by=bureau.head) == ["通知已作废，已取消的任务不能重新打开。"]


def test_own_task_is_urged_only_from_inside_the_unit(bureau: Bureau) -> None:
    entry = first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget)
    with pytest.raises(Refused):
        urge(entry, by=bureau.town.chief)
    with pytest.raises(Refused):
        urge(entry, by=bureau.budgeter)
    urge(entry, by=bureau.leader, words="请抓紧")
    assert Movement.objects.filter(stream=entry.stream, action="ledger.urge").count() == 1


def test_any_clerk_of_bureau_submits_the_citys_task(bureau: Bureau) -> None:
    """Tasks that the city assigned to the bureau are submitted by its clerks, whatever office they belong to."""
    entry = Assignment.objects.filter(notice=live(bureau.town), body=bureau.body).first().entry
    assert submit_task.why_not(entry, by=bureau.budgeter) == []
    assert entry.kind == "assignment"


def test_inner_task_of_unit_without_staff_notifies_its_giver(bureau: Bureau) -> None:
    """The unit above is not notified, as it may not read a lower unit's own notice."""
    notice = confirm_bureau_notice(bureau)
    new = Message.objects.filter(key=f"notice:{notice.pk}:{bureau.below.pk}").values_list("person_id", flat=True)
    assert set(new) == {bureau.head.person_id}  # who confirms needs no message
    asked = first_entry_of_office(notice, bureau.budget)
    request_other_unit(asked, by=bureau.budgeter, body=bureau.below, reason="由支付中心办理")
    grant_request(fresh(asked), by=bureau.leader)
    given = Entry.objects.get(assignment__measure=asked.assignment.measure, body=bureau.below)
    assert entries_visible_to(bureau.head).filter(pk=given.pk).exists()
    clerk = actor(Role.CLERK, bureau.below)
    Office.objects.create(body=bureau.below, name="窗口科")
    content = source(
        parsed(issuer=bureau.below.name, doc_number="支付〔2026〕1号", rows=[row("公开。", [], ["窗口科"])])
    )
    made = import_notice(None, by=clerk, source=content, government=bureau.below, issuer=bureau.below)
    settle_flags(made, by=clerk)
    own = confirm_notice(Notice.objects.get(pk=made.pk), by=clerk).assignments.get().entry
    Appointment.objects.filter(person=clerk.person_id).delete()
    Entry.objects.exclude(pk__in=[given.pk, own.pk]).update(due_at=None)
    Entry.objects.exclude(due_at=None).update(due_at=timezone.now() - timedelta(days=30))
    Message.objects.all().delete()
    send_reminders()
    told = Message.objects.filter(subject__contains="逾期")
    assert {message.link for message in told} == {given.url}
    assert {message.person_id for message in told} >= {bureau.leader.person_id, bureau.head.person_id}


def test_leaders_counts_and_raised_urgings_exclude_own_tasks(bureau: Bureau) -> None:
    entry = first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget)
    mayor = actor(Role.LEAD, bureau.town.government)
    assert not list_counted_entries(mayor).exists()
    assert not list_counted_entries(bureau.town.chief).exists()
    urge(entry, by=bureau.leader)
    Urging.objects.update(sent_at=timezone.now() - timedelta(days=30))
    Message.objects.all().delete()
    raise_urgings()
    told = {message.person_id for message in Message.objects.filter(subject__contains="催办未落实")}
    assert told == {bureau.head.person_id}
    assert not urgings_visible_to(bureau.town.chief).exists()
    assert urgings_visible_to(bureau.leader).exists()


def test_annual_report_counts_own_tasks_separately(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    report = SimpleNamespace(area=False, body_id=bureau.body.pk, year=notice.year)
    assert _count_tasks(report, timezone.now())[0].total == 0
    assert _count_own_tasks(report, timezone.now()).total == 6
    assert _count_own_tasks(SimpleNamespace(area=True), timezone.now()).total == 0


def test_amendment_moves_task_between_offices(bureau: Bureau) -> None:
    notice = confirm_bureau_notice(bureau)
    measure = notice.measures.order_by("position").first()
    wanted = replace(load_current_state(measure), responsible=("预算科", "办公室"))
    amend_measure(notice, by=bureau.leader, measure=measure.pk, wanted=wanted, reason="调整分工")
    rows = Assignment.objects.filter(measure=measure).order_by("pk")
    assert [(one.entry.office.name, one.entry.state) for one in rows] == [
        ("预算科", AssignmentState.OPEN),
        ("国库科", AssignmentState.CANCELLED),
        ("办公室", AssignmentState.OPEN),
    ]


def test_draft_is_on_home_page_of_those_in_charge_of_the_unit(bureau: Bureau) -> None:
    draft = import_bureau_notice(bureau)
    found = build_drafts_block(bureau.leader)
    assert found is not None
    assert found["notices"] == [draft]
    assert build_drafts_block(bureau.budgeter) is None
    assert build_drafts_block(bureau.town.chief) is None


def test_own_notice_does_not_admit_unit_to_columns_of_others(bureau: Bureau) -> None:
    """Paths in a unit's own notice admit it to no column; the government's order does, until it is revoked."""
    town, notice = bureau.town, live(bureau.town)
    plans = Column.objects.get(name=PLANNING_PATH[-1])
    set_publishers(plans, by=SYSTEM, admits=ColumnUse.NAMED, units=[town.planning])
    ordered, unasked = town.education, town.health
    made = parsed(issuer=unasked.name, rows=[row("公开。", [], [unasked.short_name])])
    made["rows"][0]["duties"] = [duty("公开。", paths=[PLANNING_PATH])]
    clerk = actor(Role.CLERK, unasked)
    own = import_notice(None, by=clerk, source=source(made), government=unasked, issuer=unasked)
    settle_flags(own, by=clerk)
    own = confirm_notice(Notice.objects.get(pk=own.pk), by=clerk)
    assert own.columns.filter(column_id=plans.pk).exists()
    plans.refresh_from_db()
    assert find_forbidden_column_units([plans], {ordered.pk, unasked.pk}) == {(plans.pk, unasked.pk)}
    cancel_assignment(entry_of(notice, ordered), by=town.chief, reason="调整")
    assert (plans.pk, ordered.pk) in find_forbidden_column_units([plans], {ordered.pk})


def test_reassignment_goes_to_subordinate_unit_not_to_another_office(bureau: Bureau) -> None:
    own = first_entry_of_office(confirm_bureau_notice(bureau), bureau.budget)
    assert request_other_unit.why_not(own, by=bureau.budgeter) == []
    Body.objects.filter(pk=bureau.below.pk).update(active_to=timezone.localdate())
    assert "请用“转处室”" in request_other_unit.why_not(own, by=bureau.budgeter)[0]
    submitted(own, bureau.budgeter)
    assert fresh(own).state_label == "待本单位审核"


def test_office_of_zone_imports_for_its_units(town: City) -> None:
    """A 管委会 with its own installation issues notices like a government; one below a city only own notices."""
    alone = BodyFactory(name="云川高新区管理委员会", short_name="高新区管委会", kind=BodyKind.COMMITTEE)
    under = BodyFactory(
        name="云岭经开区管理委员会",
        short_name="经开区管委会",
        kind=BodyKind.COMMITTEE,
        parent=town.government,
    )
    for zone, own in ((alone, False), (under, True)):
        bureau_ = BodyFactory(name=f"{zone.short_name}财政局", parent=zone, kind=BodyKind.DEPARTMENT)
        chief = actor(Role.CHIEF, zone)
        assert zone in list_importable_bodies(chief)
        made = parsed(issuer=zone.name, rows=[row("公开预算。", [], [bureau_.name])])
        notice = import_notice(None, by=chief, source=source(made), government=zone, issuer=zone)
        assert notice.own is own
        settle_flags(notice, by=chief)
        confirm_notice(Notice.objects.get(pk=notice.pk), by=chief)
        (entry,) = Entry.objects.filter(assignment__notice=notice)
        assert (entry.body, entry.kind) == (bureau_, "inner" if own else "assignment")
        assert chief.person_id in get_deciding_recipients(zone.pk)["persons"]
    assert not is_in_charge(town.chief, town.office.pk)
