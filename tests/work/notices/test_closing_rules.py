"""Permissions for each action on a task by role and state, and the log record of each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories.notices import City, draft, entry_of, fresh, in_days, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Role
from gongkai.ui.office.blocks import build_judgements_block
from gongkai.work.notices.actions import grant_request, request_more_time, return_submission, submit_task, tick_duties
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.readiness import preview_confirmation
from gongkai.work.notices.states import AssignmentState, NoticeState
from gongkai.work.notices.views.pass_down import list_entries_to_decide

# Permissions by role and state

UNIT = ("tick", "check_cycle", "submit", "recall", "not_applicable", "more_time", "other_unit", "send_back")
LEAD = ("accept", "return")
#: Requests, which the 政务公开办 may decide, too, so that none is blocked.
ASKS = ("grant", "refuse")
CHIEF = ("reopen", "cancel", "carry_over", "reschedule", "amend")


@pytest.mark.parametrize("verb", [*UNIT, *LEAD, *ASKS, *CHIEF])
def test_each_role_may_do_only_its_actions(town: City, entry: Entry, verb: str) -> None:
    roles = {
        "unit clerk": actor(Role.CLERK, town.education),
        "unit head": actor(Role.LEAD, town.education),
        "unit signer": actor(Role.SIGNER, town.education),
        "lead clerk": actor(Role.CLERK, town.planning),
        "lead head": actor(Role.LEAD, town.planning),
        "stranger": actor(Role.CLERK, town.health),
        "chief": town.chief,
        "auditor": actor(Role.AUDITOR, town.office),
        "administrator": actor(Role.ADMINISTRATOR, town.office),
        "public": ANONYMOUS,
    }
    lead = {"lead clerk", "lead head"}
    groups = {UNIT: {"unit clerk", "unit head"}, LEAD: lead, ASKS: lead | {"chief"}, CHIEF: {"chief"}}
    may = next(who for verbs, who in groups.items() if verb in verbs)
    act = ACTIONS_BY_NAME[f"assignment.{verb}"]
    assert {name for name, who in roles.items() if not act.rule(who, entry)} == may


def test_unit_that_leads_itself_is_not_accepted_by_submitter(
    town: City,
) -> None:
    entry = entry_of(live(town), town.health)
    head, clerk = actor(Role.LEAD, town.health), actor(Role.CLERK, town.health)
    submitted(entry, head)
    rule = ACTIONS_BY_NAME["assignment.accept"].rule
    assert rule(head, fresh(entry))
    assert rule(clerk, fresh(entry))
    assert not rule(actor(Role.LEAD, town.health), fresh(entry))
    assert not rule(town.chief, fresh(entry))


def test_unit_that_leads_itself_cannot_grant_its_own_extension(
    town: City,
) -> None:
    entry = entry_of(live(town), town.health)
    request_more_time(entry, by=actor(Role.CLERK, town.health), until=in_days(400), reason="等上级数据")
    entry = fresh(entry)
    assert ACTIONS_BY_NAME["assignment.grant"].why_not(entry, by=actor(Role.LEAD, town.health))
    assert [one.pk for one in list_entries_to_decide(town.chief)] == [entry.pk]
    told = Message.objects.filter(subject__startswith="申请延期").values_list("person_id", flat=True)
    assert set(told) == {town.chief.person_id}
    granted = grant_request(entry, by=town.chief)
    assert [step.rule for step in compute_deadline(granted).steps if "延期" in step.text] == [
        "印发通知的政务公开办或者牵头单位同意"
    ]


def test_lower_office_neither_grants_nor_cancels_tasks_of_higher_notice(
    town: City,
) -> None:
    made = live(town, parsed(rows=[row("公开目录。", ["市财政局"], ["青山区政府"])]))
    entry = entry_of(made, town.district)
    below = actor(Role.CHIEF, town.district)
    for verb in (*ASKS, *CHIEF):
        rule = ACTIONS_BY_NAME[f"assignment.{verb}"].rule
        assert rule(below, entry)
        assert not rule(town.chief, entry)


def test_office_accepts_when_lead_unit_has_no_staff(town: City, entry: Entry) -> None:
    rule = ACTIONS_BY_NAME["assignment.accept"].rule
    assert not rule(actor(Role.CHIEF, town.office), entry)
    actor(Role.CLERK, town.planning)
    assert rule(actor(Role.CHIEF, town.office), fresh(entry))


def test_disclosure_office_accepts_when_general_office_leads(town: City) -> None:
    made = live(town, parsed(rows=[row("公开目录。", ["市政府办公室"], ["市教育局"])]))
    entry = entry_of(made, town.education)
    clerk = actor(Role.CLERK, town.education)
    actor(Role.CLERK, town.office)  # somebody else of that office works there, too
    submitted(entry, clerk)
    assert not ACTIONS_BY_NAME["assignment.accept"].rule(town.chief, fresh(entry))
    assert [one.pk for one in list_entries_to_decide(town.chief)] == [entry.pk]
    block = build_judgements_block(town.chief)
    assert block is not None
    assert [one.pk for one, _ in block["entries"]] == [entry.pk]


def test_request_ignored_by_lead_goes_to_office(town: City, entry: Entry) -> None:
    actor(Role.CLERK, town.planning)
    request_more_time(entry, by=actor(Role.CLERK, town.education), until=in_days(400), reason="等上级数据")
    assert list_entries_to_decide(town.chief) == []  # the lead's turn at first
    assert not ACTIONS_BY_NAME["assignment.grant"].why_not(
        fresh(entry), by=town.chief
    )  # who asks the office gets an answer
    Entry.objects.filter(pk=entry.pk).update(moved_at=timezone.now() - timedelta(days=14))
    office = actor(Role.CHIEF, town.office)
    assert [one.pk for one in list_entries_to_decide(office)] == [entry.pk]
    assert grant_request(fresh(entry), by=office).state == AssignmentState.OPEN


def test_confirmation_warns_of_lead_without_deciding_staff(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row("公开目录。", ["市财政局"], ["市教育局"])]))
    address = f"/admin/notices/{notice.pk}/confirm/"
    assert [body.label for body in preview_confirmation(notice).leaderless] == ["市财政局"]
    assert "没有可以审核的人员" in chief.get(address).content.decode()
    chief.post(address, {"version": notice.version})
    assert Notice.objects.get().state == NoticeState.DRAFT
    chief.post(address, {"version": notice.version, "leaderless": "1"})
    assert Notice.objects.get().state == NoticeState.LIVE
    actor(Role.CLERK, town.finance)
    assert preview_confirmation(notice).leaderless == ()


def test_grant_form_shows_current_due_date_and_refuses_past_days(entry: Entry, town: City) -> None:
    request_more_time(fresh(entry), by=actor(Role.CLERK, town.education), until=in_days(390), reason="等上级数据")
    late_by = timezone.now() - timedelta(days=9)
    Entry.objects.filter(pk=entry.pk).update(due_at=late_by)
    entry.assignment.asks.update(wanted_date=in_days(-2))
    form = get_form(ACTIONS_BY_NAME["assignment.grant"])(entry=fresh(entry), by=town.chief)
    until = form.fields["until"]
    assert until.initial is None
    assert until.required
    assert "已逾期" in form.said[0]
    late = (timezone.localdate() - timedelta(days=1)).isoformat()
    form = get_form(ACTIONS_BY_NAME["assignment.grant"])({"until": late}, entry=fresh(entry), by=town.chief)
    assert not form.is_valid()
    Entry.objects.filter(pk=entry.pk).update(state=AssignmentState.OPEN)
    with pytest.raises(Refused, match="早于今天"):
        request_more_time(fresh(entry), by=actor(Role.CLERK, town.education), until=in_days(-1), reason="等上级数据")


def test_returned_duty_is_ticked_again_without_moving_due_date(entry: Entry, educator: Actor, planner: Actor) -> None:
    entry = submitted(entry, educator)
    due = fresh(entry).due_at
    assert all(line.ticked for line in build_checklist(fresh(entry).assignment))
    return_submission(fresh(entry), by=planner, reason="清单第一项没有公开")
    lines = build_checklist(fresh(entry).assignment)
    assert all(line.returned and not line.ticked for line in lines)
    assert fresh(entry).due_at == due
    with pytest.raises(Refused, match="没有勾选"):
        submit_task(fresh(entry), by=educator)
    tick_duties(fresh(entry), by=educator, done={line.duty.pk: line.wanted for line in lines})
    assert all(line.ticked for line in build_checklist(fresh(entry).assignment))
    assert submit_task(fresh(entry), by=educator).state == AssignmentState.SUBMITTED
