"""Permissions of all actions of notices, for every role."""

import pytest

from factories.notices import City, draft, entry_of, fresh, live, parsed, resolve_all, row, source
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.ledger.actions import set_audience
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.units.models import Appointment, BodyKind, Role
from gongkai.work.notices.actions import (
    add_unit,
    confirm_notice,
    correct_cell,
    drop_measure,
    edit_deadline,
    import_notice,
    record_lead_check,
    record_receipt,
    refuse_request,
    register_upward,
    reopen_upward,
    request_not_applicable,
    request_send_back,
    resolve_unit,
    send_upward,
    set_vague_default,
    settle_flags,
    submit_task,
)
from gongkai.work.notices.actions.corrections import mark_settled
from gongkai.work.notices.actions.permissions import is_turn_to_decide
from gongkai.work.notices.models import Assignment, Duty, MeasureUnit, Notice
from gongkai.work.notices.queries.unstaffed_units import list_units_without_staff, list_unstaffed_units
from gongkai.work.notices.states import AssignmentState, NoticeState, UpwardState
from gongkai.work.notices.views.timeline import GovernmentDefaults

#: Actions on a notice: the 政务公开办 of its government, and the command line.
ON_NOTICES = (
    "notice.align",
    "notice.amend",
    "notice.revoke",
    "notice.choose_parent",
    "notice.keep_ours",
    "notice.take_limit",
    "notice.confirm",
    "notice.issue",
    "notice.supersede",
    "notice.reinstate",
    "notice.undo",
    "notice.correct_front",
    "notice.correct_cell",
    "notice.settle",
    "notice.unsettle",
    "notice.use_alternative",
    "notice.drop",
    "notice.split_row",
    "notice.merge_rows",
    "notice.edit_duty",
    "notice.edit_due",
    "notice.edit_paths",
    "notice.split_duty",
    "notice.merge_duties",
    "notice.add_duty",
    "notice.remove_duty",
    "notice.set_guides",
    "notice.choose_owner",
    "notice.resolve_unit",
    "notice.add_unit",
    "notice.remove_unit",
    "notice.assign_heads",
    "notice.undo_heads",
    "notice.answer_amending",
    "notice.accept_rows",
    "notice.keep_row",
    "notice.pair_rows",
    "notice.revised",
    "notice.take_last_year",
    "notice.add_row",
)
#: Parts of the actions above on notices with many tasks.
PORTIONS = (
    "notice.create_tasks",
    "notice.finish_tasks",
    "notice.remove_tasks",
    "notice.take_over_rows",
    "notice.finish_takeover",
)
#: Actions open to anybody with an appointment; the action itself checks the bodies.
STAFF_ACTIONS = ("upward.register", "guidance.record")
#: Tested in test_closing.py, by verb, in test_column_meanings.py and in test_portions.py.
TESTED_ELSEWHERE = (
    "notice.import",
    "notice.store_rows",
    "notice.drop_unfinished",
    "notice.enter_act",
    "notice.set_default",
    "notice.forget_head",
)


def make_people(town: City) -> dict[str, Actor]:
    elsewhere = BodyFactory(name="白水市人民政府", kind=BodyKind.GOVERNMENT)
    return {
        "chief": actor(Role.CHIEF, town.office),
        "chief elsewhere": actor(Role.CHIEF, elsewhere),
        "auditor": actor(Role.AUDITOR, town.office),
        "administrator": actor(Role.ADMINISTRATOR, town.office),
        "lead clerk": actor(Role.CLERK, town.planning),
        "unit head": actor(Role.LEAD, town.education),
        "signer": actor(Role.SIGNER, town.office),
        "public": ANONYMOUS,
        "system": SYSTEM,
    }


def test_only_disclosure_office_acts_on_notices(town: City) -> None:
    notice, people = draft(town), make_people(town)
    for name in (*ON_NOTICES, *PORTIONS):
        may = {who for who, by in people.items() if not ACTIONS_BY_NAME[name].rule(by, notice)}
        assert may == {"chief", "system"}, name


def test_all_staff_may_fill_registers(town: City) -> None:
    people = make_people(town)
    for name in STAFF_ACTIONS:
        may = {who for who, by in people.items() if not ACTIONS_BY_NAME[name].rule(by, None)}
        assert may == set(people) - {"public"}, name


def test_every_action_of_notices_is_in_a_table() -> None:
    mine = {name for name in ACTIONS_BY_NAME if name.split(".")[0] in {"notice", "upward", "guidance"}}
    sent = {f"upward.{verb}" for verb in ("send", "receipt", "reopen", "cancel", "resume")}
    assert mine == {*ON_NOTICES, *PORTIONS, *STAFF_ACTIONS, *TESTED_ELSEWHERE, *sent}


def test_flag_on_foreign_issuer_is_settled_only_by_itself(town: City) -> None:
    """For another region's notice, neither resolving units of the first row nor accepting all other rows settles it."""
    notice = import_notice(
        None,
        by=town.chief,
        source=source(parsed() | {"issuer": "南江市人民政府办公室"}),
        government=town.government,
    )
    settle_flags(notice, by=town.chief)  # its units are known; the question is put again below
    resolve_all(town, notice)
    first = notice.measures.first()
    assert first
    for flag in first.flags:
        flag["settled"] = ""
    first.save()
    mark_settled(first, "lead")
    first.save()
    settle_flags(notice, by=town.chief, sweep=True)
    first.refresh_from_db()
    assert [flag["message"][:4] for flag in first.flags if not flag["settled"]] == ["印发单位", "牵头单位"]
    with pytest.raises(Refused, match="还有2处存疑"):
        confirm_notice(Notice.objects.get(), by=town.chief)
    settle_flags(notice, by=town.chief, measure=first.pk)
    assert confirm_notice(Notice.objects.get(), by=town.chief).state == NoticeState.LIVE


def test_notice_in_force_refuses_draft_corrections(town: City) -> None:
    notice = live(town)
    measure = notice.measures.first()
    for act, facts in (
        (correct_cell, {"measure": measure.pk, "field": "text", "value": "x"}),
        (drop_measure, {"measure": measure.pk}),
        (add_unit, {"measure": measure.pk, "part": "lead", "printed": "市财政局"}),
        (edit_deadline, {"duty": measure.duties.first().pk, "due": {}}),
    ):
        with pytest.raises(Refused):
            act(notice, by=town.chief, **facts)


def test_resolved_office_must_belong_to_the_unit(town: City) -> None:
    from factories.units import OfficeFactory

    notice = draft(town, parsed(rows=[row("公开。", ["市某局"], [])]))
    unit = MeasureUnit.objects.get(measure__notice=notice)
    with pytest.raises(Refused):
        resolve_unit(notice, by=town.chief, unit=unit.pk, bodies=[town.finance], offices=[OfficeFactory()])
    office = OfficeFactory(body=town.finance, name="预算科")
    resolve_unit(notice, by=town.chief, unit=unit.pk, bodies=[town.finance], offices=[office])
    made = confirm_notice(Notice.objects.get(), by=town.chief)
    assert Entry.objects.get(assignment__notice=made).office == office


def test_upward_submission_is_sent_received_and_reopened(town: City) -> None:
    from datetime import date

    made = register_upward(
        town.office,
        by=town.chief,
        kind="completion",
        addressee="省政府办公厅",
        due=date(2027, 1, 15),
    )
    entry = made.entry
    stranger = actor(Role.CLERK, town.health)
    for act in (send_upward, record_receipt, reopen_upward):
        assert act.rule(stranger, entry)
    made.addressee = town.health.name
    made.save()
    set_audience(entry, by=town.chief, audience=Audience.PARTIES, reason="涉及个人")
    sent = send_upward(Entry.objects.get(pk=entry.pk), by=town.chief)
    assert {one.link for one in Message.objects.filter(person=stranger.person_id)} == {""}, "they may not read it"
    assert (sent.state, sent.light) == (UpwardState.SENT, "grey")
    again = reopen_upward(record_receipt(sent, by=town.chief, receipt="收0012"), by=town.chief, reason="退回修改")
    assert (again.state, again.closed_at) == (UpwardState.OPEN, None)
    with pytest.raises(Refused):
        register_upward(town.office, by=stranger, kind="completion", addressee="省", due=date(2027, 1, 15))


def test_vague_default_of_government_is_stored_in_its_duties(town: City) -> None:
    draft(town)
    target = GovernmentDefaults(town.government)
    with pytest.raises(Refused):
        set_vague_default(target, by=actor(Role.CLERK, town.office), word="及时", cycle="month")
    set_vague_default(target, by=town.chief, word="及时", cycle="month", days=10)
    duty = Duty.objects.get(due__mode="及时")
    assert (duty.cycle, duty.default_note, duty.default_by) == (
        "month",
        "10个工作日内，每月核查",
        town.chief.name,
    )
    edit_deadline(
        duty.measure.notice, by=town.chief, duty=duty.pk, due={"kind": "ongoing", "mode": "及时", "cycle": "half_year"}
    )
    set_vague_default(target, by=town.chief, word="及时", cycle="quarter")
    duty.refresh_from_db()
    assert duty.cycle == "half_year", "a clerk chose it for this duty"


def test_entry_is_visible_to_its_lead_and_not_to_others(town: City) -> None:
    entry = entry_of(live(town), town.education)
    sees = {who for who, by in make_people(town).items() if visible_to(by).filter(pk=entry.pk).exists()}
    assert sees == {"chief", "auditor", "lead clerk", "unit head", "system"}


def test_office_of_leading_government_is_notified_and_decides(town: City) -> None:
    """A government itself has no staff: its office acts for it, but not for the government's own unit."""
    district_office = BodyFactory(name="青山区人民政府办公室", parent=town.district, kind=BodyKind.GENERAL_OFFICE)
    officer = actor(Role.CHIEF, district_office)
    made = live(town, parsed(rows=[row("公开。", ["市政府办公室", "青山区政府"], ["市教育局"])]))
    entry = entry_of(made, town.education)
    assert visible_to(officer).filter(pk=entry.pk).exists()
    request_send_back(entry, by=actor(Role.CLERK, town.education), reason="职责不在本局")
    told = Message.objects.filter(link=entry.url).values_list("person_id", flat=True)
    assert set(told) == {town.chief.person_id, officer.person_id}
    assert is_turn_to_decide(officer, fresh(entry))
    refuse_request(fresh(entry), by=officer, reason="仍应办理")
    assert record_lead_check.why_not(fresh(entry), by=officer) == []
    Entry.objects.filter(pk=entry.pk).update(body=district_office, state=AssignmentState.ASKED_BACK)
    assert not is_turn_to_decide(officer, fresh(entry))
    assert is_turn_to_decide(town.chief, fresh(entry))
    unstaffed = BodyFactory(name="青山区财政局", parent=town.district)
    entry = entry_of(live(town, parsed(doc_number="云府办发〔2026〕9号", title="清单")), town.education)
    entry.assignment.leads.set([unstaffed])
    Assignment.objects.filter(pk=entry.pk).update(lead_ids=[unstaffed.pk])
    request_send_back(fresh(entry), by=actor(Role.CLERK, town.education), reason="职责不在本局")
    told = Message.objects.filter(key__startswith=f"ask:{entry.pk}:").values_list("person_id", flat=True)
    assert {*told} == {town.chief.person_id}
    other = actor(Role.CHIEF, BodyFactory(name="青云区人民政府", parent=town.government, kind=BodyKind.DISTRICT))
    assert not visible_to(other).filter(pk=entry.pk).exists()


def test_office_of_government_does_tasks_of_its_government(town: City) -> None:
    district_office = BodyFactory(name="青山区人民政府办公室", parent=town.district, kind=BodyKind.GENERAL_OFFICE)
    officer = actor(Role.CHIEF, district_office)
    entry = entry_of(live(town, parsed(rows=[row("公开。", ["市政府办公室"], ["青山区政府"])])), town.district)
    assert list_units_without_staff([town.district.pk]) == []
    assert not [unit for unit in list_unstaffed_units(town.chief) if unit.body == town.district]
    other = actor(Role.CHIEF, BodyFactory(name="青云区人民政府", parent=town.government, kind=BodyKind.DISTRICT))
    for stranger in (other, town.chief, actor(Role.CLERK, district_office)):
        assert "可以办理" in submit_task.why_not(entry, by=stranger)[0]
    request_not_applicable(entry, by=officer, reason="本区没有这类事项")
    assert is_turn_to_decide(town.chief, fresh(entry))
    assert not is_turn_to_decide(officer, fresh(entry))
    Appointment.objects.filter(person=officer.person_id).delete()
    assert list_units_without_staff([town.district.pk]) == [town.district]
    assert [unit.no_worker for unit in list_unstaffed_units(town.chief) if unit.body == town.district] == [True]
