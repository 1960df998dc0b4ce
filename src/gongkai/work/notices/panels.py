"""Panels of an entry's page and blocks of the home page."""

from django.urls import reverse
from django.utils import timezone

from gongkai.content.publishing.actions import create_draft
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import prepare_for_list, visible_to
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.open_government_leads import handles_work_of
from gongkai.work.notices.actions import (
    amend_measure,
    check_cycle_duties,
    delegate_task,
    record_channel_release,
    record_lead_check,
    request_more_time,
    request_not_applicable,
    request_other_unit,
    request_send_back,
    submit_share,
    submit_support,
    submit_task,
    tick_duties,
)
from gongkai.work.notices.actions.delegation import list_offices_to_choose, list_units_to_choose
from gongkai.work.notices.actions.permissions import WORKER_ROLES, list_reasons_against_working
from gongkai.work.notices.actions.submissions import list_offers
from gongkai.work.notices.entries import checklist
from gongkai.work.notices.entries.checklist import ChecklistLine, build_checklist
from gongkai.work.notices.entries.columns import list_task_columns
from gongkai.work.notices.entries.evidence_offers import list_open_drafts
from gongkai.work.notices.entries.papers import list_papers
from gongkai.work.notices.forms import TaskSubmissionForm
from gongkai.work.notices.models import Assignment, Upward
from gongkai.work.notices.queries.lead_checks import find_own_unit_keys, list_led_measures
from gongkai.work.notices.queries.lights import list_unticked_in_cycle
from gongkai.work.notices.queries.tasks import find_unit_task, list_inner_tasks
from gongkai.work.notices.queries.unstaffed_units import APPOINTING_ROLES, list_unstaffed_units
from gongkai.work.notices.states import INNER, SUPPORT_KIND_NAME, TASK_KINDS, WORKING_STATES

# Requests offered next to the submit button.
REQUEST_ACTIONS = (request_not_applicable, request_more_time, request_other_unit, request_send_back)
#: Rows in a block of the home page.
MAX_BLOCK_ROWS = 10
#: Names of units in a line of a block.
MAX_BLOCK_NAMES = 8


def show_assignment(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of an assignment."""
    row = entry.assignment
    lines = build_checklist(row)
    may = entry.state in WORKING_STATES and not list_reasons_against_working(by, entry)
    return {
        "assignment": row,
        "measure": row.measure,
        "notice": row.notice,
        "leads": list(row.leads.all()),
        "lines": lines,
        "late": sum(line.late for line in lines),
        "asks": list(row.asks.select_related("wanted_body")),
        "offers": list(list_offers(entry)) if may else [],
        "cycles": _list_cycle_lines(entry, lines, by),
        "form": TaskSubmissionForm(entry=entry, by=by) if may else None,
        "asking": [(action.label, reverse("ledger_act", args=[entry.pk, action.name])) for action in REQUEST_ACTIONS],
        "acts": {action.name: "#hand-in" for action in (submit_task, tick_duties, *REQUEST_ACTIONS)} if may else {},
        "may_amend": not amend_measure.why_not(row.notice, by=by),
        "above": find_unit_task(entry) if entry.kind == INNER else None,
        "carried_from": getattr(row, "carried_from", None),
        "guides": any(line.duty.guides for line in lines),
        **_make_channels_context(row),
        **_make_drafting_context(row, by, may=may),
        "may_record": not record_channel_release.why_not(entry, by=by),
        "lead_checks": list(row.lead_checks.select_related("lead")),
        "may_check": not record_lead_check.why_not(entry, by=by),
    }


def _make_drafting_context(row: Assignment, by: Actor, *, may: bool) -> dict[str, object]:
    """Return the context for drafting a text from the task: permission, column names and earlier drafts."""
    if not may or create_draft.why_not(row.body, by=by):
        return {"may_draft": False}
    columns = [column.name for column in list_task_columns(row)]
    return {"may_draft": True, "draft_columns": columns, "drafts": list_open_drafts(row.entry, by)}


def _make_channels_context(row: Assignment) -> dict[str, object]:
    """Return the context of channel records, and of duties and channels without a record."""
    if not checklist.list_channel_duties(row):
        return {"channels": [], "unrecorded": set()}
    lacking = {duty.pk for duty in checklist.list_unrecorded_duties(row, only_ticked=False)}
    return {
        "channels": checklist.list_channel_records(row),
        "unrecorded": lacking,
        "open_channels": "、".join(checklist.list_open_channel_names(row)),
        "names_channels": True,
    }


def _list_cycle_lines(entry: Entry, lines: list[ChecklistLine], by: Actor) -> list[ChecklistLine]:
    """Return the vague duties that the user may tick for the current cycle."""
    if entry.year != timezone.localdate().year or check_cycle_duties.why_not(entry, by=by):
        return []
    return [line for line in lines if line.cycle]


def show_share(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of a share."""
    share = entry.delegation
    may = not submit_share.unfit(entry, by=by)
    return {
        "share": share,
        "task": share.task,
        "may_open": visible_to(by, kind=share.task.kind).filter(pk=share.task_id).exists(),
        "may": may,
    }


def show_contribution(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of a contribution."""
    contribution = entry.contribution
    is_task_visible = visible_to(by, kind=contribution.task.kind).filter(pk=contribution.task_id).exists()
    return {
        "given": contribution,
        "task": contribution.task,
        "may_open": is_task_visible,
        "may": not submit_support.unfit(entry, by=by),
    }


def show_contributions(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return `rows` of (contribution to the task, true if the user may open it), or None without contributions."""
    rows = list(entry.contributions.select_related("entry__body"))
    open_to = set(visible_to(by, kind=SUPPORT_KIND_NAME).filter(contribution__task=entry).values_list("pk", flat=True))
    return {"rows": [(contribution, contribution.pk in open_to) for contribution in rows]} if rows else None


def show_shares(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return a task's shares and inner tasks for staff of its unit; None for others and if there is nothing to show
    or do.
    """
    if not handles_work_of(by, entry.body_id, None):
        return None
    shares = list(entry.delegations.select_related("entry__body", "entry__office"))
    inner = list(list_inner_tasks(entry, by)[:MAX_BLOCK_ROWS])
    may = not delegate_task.why_not(entry, by=by) and bool(list_offices_to_choose(entry) or list_units_to_choose(entry))
    acts = {delegate_task.name: ""} if may else {}
    return {"shares": shares, "inner": inner, "may": may, "acts": acts} if shares or inner or may else None


def show_upward(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the context of the panel of an upward submission."""
    row = Upward.objects.select_related("notice", "entry__body", "assignment__entry", "duty").get(pk=entry.pk)
    return {"upward": row, "papers": list(entry.attachments.all()), "drafts": list_papers(row, by)}


def list_unstaffed_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block of unstaffed units has rows."""
    if by.has(*APPOINTING_ROLES):
        return [RowCondition(Body, {"id": ANY_VALUE})]
    return [RowCondition(Body, {"parent": by.body_ids(*WORKER_ROLES)})]


def make_unstaffed_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of units that have tasks but lack staff, or None."""
    rows = list_unstaffed_units(by)
    if not rows:
        return None
    idle = [row for row in rows if row.idle]
    unsigned = [row for row in rows if row.no_signer and not row.idle]
    return {
        "title": "缺少人员的单位",
        "may_staff": can_appoint_staff(by),
        "units": idle[:MAX_BLOCK_ROWS],
        "more": len(rows) - len(idle[:MAX_BLOCK_ROWS]) - len(unsigned[:MAX_BLOCK_NAMES]),
        "count": len(rows),
        "unsigned": unsigned[:MAX_BLOCK_NAMES],
        "unsigned_count": len(unsigned),
    }


def can_appoint_staff(by: Actor) -> bool:
    """Return true if the user is an administrator, who may appoint staff."""
    return by.has(Role.ADMINISTRATOR)


def list_leading_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block of led tasks has rows."""
    return [RowCondition(Assignment.leads.through, {"body": find_own_unit_keys(by)})]


def make_leading_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of tasks that the user's unit leads and others owe, or None."""
    rows, count = list_led_measures(by, MAX_BLOCK_ROWS)
    return {"title": "本单位牵头、其他单位承担的", "rows": rows, "rest": count - len(rows)} if rows else None


def make_cycle_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of vague duties not checked yet in this period, or None."""
    if not by.has(Role.CLERK):
        return None
    rows = list(
        prepare_for_list(list_unticked_in_cycle(by), kinds=TASK_KINDS).order_by("due_at", "pk")[: MAX_BLOCK_ROWS + 1]
    )
    if not rows:
        return None
    return {
        "title": "本期还没有核查的",
        "note": "及时、动态更新类要求，每期看一次，在清单中勾选",
        "entries": [(entry, None) for entry in rows[:MAX_BLOCK_ROWS]],
        "cut": len(rows) > MAX_BLOCK_ROWS,
    }
