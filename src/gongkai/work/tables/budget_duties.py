"""Ledger entries of units that the finance office calls to publish budgets (P-09).

Each called unit owes one entry until the day of the call. A job closes it when the unit's text is
public on a site of this installation. A page elsewhere is reported by the unit and confirmed by
another person.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.ledger.clock import make_event, make_redating_events
from gongkai.core.ledger.entry_action import entry_action, undo_closing
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_judge, check_may_work, check_system, check_unit_alive
from gongkai.core.units.another_person import AnotherPerson
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.typed_json import read_text
from gongkai.work.tables.models import BUDGET_CALL, BudgetDuty, PublicTable, Record
from gongkai.work.tables.public import map_public_rows
from gongkai.work.tables.queries import map_first_publications, map_shelves
from gongkai.work.tables.revisions import get_public_values
from gongkai.work.tables.row_display import FirstPublications, list_public_fields
from gongkai.work.tables.states import BUDGET_DUTY_MACHINE, BudgetDutyState

BUDGET_DUTY_KIND_NAME = "budget_duty"


def _make_caller_condition(by: Actor) -> Q | None:
    """Return the condition for duties that the actor's units called for; None without units."""
    return Q(budget_duty__call__table__body__in=by.bodies) if by.bodies else None


BUDGET_DUTY_KIND = EntryKind(
    name=BUDGET_DUTY_KIND_NAME,
    label="预决算公开",
    prefix="预决算",
    machine=BUDGET_DUTY_MACHINE,
    actions=tuple(f"{BUDGET_DUTY_KIND_NAME}.{verb}" for verb in ("accept", "report", "return", "drop", "restore")),
    onward=(f"{BUDGET_DUTY_KIND_NAME}.accept",),
    visible=_make_caller_condition,
    rules=BUDGET_DUTY_KIND_NAME,
    waiting=frozenset({BudgetDutyState.REPORTED}),
    asked=frozenset({BudgetDutyState.REPORTED}),
    related=("budget_duty__call__table__body",),
    excused=frozenset({BudgetDutyState.DROPPED}),
)


# --- entries of a call ----------------------------------------------------------------------------


def list_called_units(record: Record) -> list[Body]:
    """Return the units that must publish their budget by this record (预决算公开通知).

    They are the departments, or the general office for the government's own budget.
    """
    body_kind = BodyKind.DEPARTMENT if read_text(record.values, "what").startswith("部门") else BodyKind.GENERAL_OFFICE
    government = find_government(record.table.body)
    return list(Body.objects.filter(parent=government, kind=body_kind, active_to=None, merged_into=None))


def update_budget_duties(record: Record) -> int:
    """Create and update the entries of the units that a call names; return the number of new ones.

    A unit that has neither an entry nor a public text gets one, also if an earlier call's entry was dropped. Open
    entries of the caller's government get the call's due date.
    """
    content, year, until = (
        read_text(record.values, "what"),
        record.table.year or 0,
        date.fromisoformat(record.values["on"]),
    )
    known_duties = (
        BudgetDuty.objects.filter(year=year, what=content, entry__body__parent=find_government(record.table.body))
        .exclude(~Q(call=record), entry__state=BudgetDutyState.DROPPED)
        .select_related("entry")
    )
    existing = {duty.entry.body_id: duty.entry for duty in known_duties}
    for entry in existing.values():
        if entry.closed_at is None and make_redating_events(entry, until):
            move_budget_due_date(entry, by=SYSTEM, until=until)
    new_units = [unit for unit in list_called_units(record) if unit.pk not in existing]
    first_editions = map_first_publications([find_government(record.table.body)]) if new_units else {}
    units = [unit for unit in new_units if not _find_public_text(first_editions, unit, year, content)]
    if units:
        open_budget_duties(None, by=SYSTEM, record=record, units=units)
    return len(units)


@action("tables.open_budget_duties", label="布置统一公开", rule=check_system)
def open_budget_duties(_: None, *, by: Actor, record: Record, units: list[Body]) -> ActionResult:
    """Open the ledger entries of the units that must publish their budget."""
    content, year = read_text(record.values, "what"), record.table.year or 0
    drafts = [
        Entry(
            kind=BUDGET_DUTY_KIND_NAME,
            title=f"公开{year}年{content}",
            body=unit,
            year=timezone.localdate().year,
            opened_at=timezone.now(),
            due_at=end_of_day(date.fromisoformat(record.values["on"])),
        )
        for unit in units
    ]
    make_entries(drafts, by=by, words=f"{record.table.body.label}要求统一公开（{record.name}）")
    BudgetDuty.objects.bulk_create(BudgetDuty(entry=entry, call=record, year=year, what=content) for entry in drafts)
    tell = tuple(_make_notification(record, entry, read_text(record.values, "on")) for entry in drafts)
    return ActionResult(words=f"布置{len(drafts)}个单位", stream=record.stream, result=drafts, tell=tell)


def _make_notification(record: Record, entry: Entry, on: str) -> Notification:
    """Return the message to a unit's clerks about the day of publishing budgets."""
    return Notification(
        subject=f"统一{entry.title}",
        body=f"{record.table.body.label}要求于{on}前{entry.title}（{read_text(record.values, 'name')}）。"
        f"{read_text(record.values, 'demand')}",
        link=reverse("tables:schema", args=("budget",)),
        key=f"{record.stream}/call/{on}/{entry.body_id}",
        posts=((Role.CLERK, entry.body_id),),
    )


def map_called_days(government: Body, *, published: bool) -> dict[tuple[int, str], date]:
    """Return {(year, content): day until which budget calls want the budgets published}.

    `published`: only calls that are public, as the public reads them.
    """
    tables = {
        table.stream: table for table in PublicTable.objects.filter(schema__key=BUDGET_CALL, body__parent=government)
    }
    if published:
        rows = [(stream, row) for stream, rows in map_public_rows(map_shelves(tables).values()).items() for row in rows]
    else:
        rows = [(row.table.stream, row.values) for row in Record.objects.filter(table__in=tables.values())]
    days = {}
    for stream, values in rows:
        if day := read_text(values, "on"):
            days[tables[stream].year or 0, read_text(values, "what")] = date.fromisoformat(day)
    return days


def end_budget_duties(record: Record) -> None:
    """End the open duties to publish budgets of a call that is removed."""
    for duty in record.duties.filter(entry__closed_at=None).select_related("entry"):
        end_budget_duty(duty.entry, by=SYSTEM, reason="统一公开安排已经删除")


# --- acts -----------------------------------------------------------------------------------------


@entry_action(BUDGET_DUTY_KIND_NAME, "postpone", label="调整统一公开日期", rule=check_system)
def move_budget_due_date(entry: Entry, *, by: Actor, until: date) -> ActionResult:
    """Move the due date of a duty to the changed day of its call (统一公开安排), and notify the unit."""
    call = entry.budget_duty.call
    tell = (_make_notification(call, entry, until.isoformat()),) if call else ()
    return ActionResult(words=f"统一公开日期改为{until}", events=make_redating_events(entry, until), tell=tell)


@entry_action(BUDGET_DUTY_KIND_NAME, "find", label="已公开", rule=check_system)
def close_budget_duty_with_own_text(entry: Entry, *, by: Actor, on: date, address: str) -> ActionResult:
    """Close the entry with the unit's own public text at `address`, published on `on`."""
    return _close_duty(entry, on, address, f"{on}公开")


@entry_action(BUDGET_DUTY_KIND_NAME, "report", label="登记在其他网站公开", rule=check_may_work)
def report_budget_page(entry: Entry, *, by: Actor, on: date, address: str) -> ActionResult:
    """Report the page outside on which a unit published its budget; another confirms."""
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    BudgetDuty.objects.filter(pk=entry.pk).update(address=address)
    return ActionResult(words=f"{on}公开：{address}", facts={"on": on.isoformat(), "address": address})


_list_reasons_unless_duty_judge = AnotherPerson(
    check_may_judge, (f"{BUDGET_DUTY_KIND_NAME}.report",), "登记的人不能自己核对，请由另一人办理。"
)


@entry_action(BUDGET_DUTY_KIND_NAME, "accept", label="核对无误", rule=_list_reasons_unless_duty_judge)
def confirm_budget_page(entry: Entry, *, by: Actor, on: date) -> ActionResult:
    """Confirm the reported page and the day on which it became public."""
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    return _close_duty(entry, on, entry.budget_duty.address, f"{on}公开，核对无误")


@entry_action(BUDGET_DUTY_KIND_NAME, "return", label="退回", rule=check_may_judge)
def return_budget_report(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a unit's report on its published budget."""
    return ActionResult(words=require_text(reason, "请写明理由。", 2))


@entry_action(BUDGET_DUTY_KIND_NAME, "drop", label="不再要求", rule=check_may_judge)
def end_budget_duty(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """End the duty to publish a budget, for example of a unit that has none."""
    entry.outcome = BudgetDutyState.DROPPED
    return ActionResult(words=require_text(reason, "请写明理由。", 2), events=(make_event("dropped"),))


def _check_still_required(entry: Entry) -> list[str]:
    """Return the reason against restoring a duty whose call was removed or which a later call has replaced."""
    duty: BudgetDuty = entry.budget_duty
    if duty.call is None:
        return ["统一公开安排已经删除，请重新登记安排。"]
    same_duties = BudgetDuty.objects.filter(entry__body=entry.body_id, year=duty.year, what=duty.what)
    if same_duties.exclude(entry__state=BudgetDutyState.DROPPED).exists():
        return ["后来的统一公开安排已经向这个单位提出同一要求，请办理那一项。"]
    return check_unit_alive(entry)


@entry_action(BUDGET_DUTY_KIND_NAME, "restore", label="恢复要求", rule=check_may_judge, ready=_check_still_required)
def restore_budget_duty(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Undo `end_budget_duty`: the unit must publish its budget by the original due date."""
    text = require_text(reason, "请写明恢复的理由。", 2)
    return ActionResult(words=text, to_state=undo_closing(entry, by=by).from_state)


def _close_duty(entry: Entry, on: date, address: str, text: str) -> ActionResult:
    """Close a duty as published on a day; the clock event is not earlier than its opening."""
    BudgetDuty.objects.filter(pk=entry.pk).update(address=address)
    entry.outcome = BudgetDutyState.PUBLISHED
    opened = timezone.localdate(entry.opened_at) if entry.opened_at else on
    return ActionResult(words=f"{text}，{address}", events=(make_event("published", max(on, opened)),))


# --- job ------------------------------------------------------------------------------------------


def _find_public_text(editions: FirstPublications, unit: Body, year: int, content_kind: str) -> tuple[date, str] | None:
    """Return (day, URL) of a unit's public budget or accounts, or None."""
    owner = (unit.parent_id or 0) if content_kind.startswith("政府") else unit.pk
    day, path = editions.get((owner, year, content_kind[2:]), (None, ""))
    return (day, path) if day else None


def _iterate_published_calls() -> Iterator[Record]:
    """Yield the calls that the public reads as they are stored: signed, without a later draft."""
    records = list(Record.objects.filter(table__schema__key=BUDGET_CALL).select_related("table__body__parent"))
    rows = map_public_rows(map_shelves({record.table.stream for record in records}).values())
    for record in records:
        if get_public_values(list_public_fields(record.table.schema.all_fields), record.values) in rows.get(
            record.table.stream, []
        ):
            yield record


def update_call_duties() -> dict[str, int]:
    """Assign the duties of calls whose day has not passed, and close those whose text is public; a job.

    Return {"opened": number, "closed": number}.
    """
    today = timezone.localdate()
    opened = 0
    for record in _iterate_published_calls():
        if read_text(record.values, "on") >= today.isoformat():
            opened += update_budget_duties(record)
    waiting = BudgetDuty.objects.filter(entry__closed_at=None).select_related("entry__body__parent")
    groups: dict[Body, list[BudgetDuty]] = defaultdict(list)
    for duty in waiting:
        groups[find_government(duty.entry.body)].append(duty)
    closed_count = 0
    for government, duties in groups.items():
        first_editions = map_first_publications([government])
        for duty in duties:
            if public := _find_public_text(first_editions, duty.entry.body, duty.year, duty.what):
                close_budget_duty_with_own_text(duty.entry, by=SYSTEM, on=public[0], address=public[1])
                closed_count += 1
    return {"opened": opened, "closed": closed_count}


def make_duty_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the facts of a duty: the call, and where the text is public."""
    return {"duty": entry.budget_duty}
