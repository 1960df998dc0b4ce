"""Correct (更正) a confirmed measure and update its entries."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.naming import describe_unknown_names
from gongkai.core.units.queries import resolve_all
from gongkai.work.notices.actions.contributions import make_partner_notification
from gongkai.work.notices.actions.corrections import CORRECTABLE_CELLS, get_measure, renumber_sections
from gongkai.work.notices.actions.decisions import make_unit_notification
from gongkai.work.notices.actions.entry_updates import ChangedRow, ChangeReason, find_owner_keys, update_entries
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.actions.units import add_units
from gongkai.work.notices.entries import columns
from gongkai.work.notices.entries.creation import set_deadline_rule
from gongkai.work.notices.entries.expansion import expand_notice
from gongkai.work.notices.importing.text_patches import DutyReader, reword_duty, reword_measure
from gongkai.work.notices.models import Assignment, AwaitedAct, Duty, DutyCheck, Measure, Notice, UnitPart, UnitState
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.plan import PlannedEntry, PlannedMeasure, plan_entries
from gongkai.work.notices.planning.rules import list_rule_faults, normalize_rule
from gongkai.work.notices.recipients import get_deciding_recipients, get_unit_recipients, make_staffing_notifications
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.measure_states import (
    AmendmentResult,
    WantedDuty,
    WantedMeasure,
    describe_differences,
    load_current_state,
    to_wanted_duty,
)

MAX_MEASURE_DUTIES = 60


@notice_action("amend", verb="amend", label="更正举措", rule=list_reasons_unless_chief_of_notice)
def amend_measure(notice: Notice, *, by: Actor, measure: int, wanted: WantedMeasure, reason: str) -> ActionResult:
    """Correct a measure in force: text, units, duties. Return the `AmendmentResult`.

    Fields that `wanted` leaves unchanged are read again from the new text. Open entries get the new
    due date, but never one before a granted extension. Entries of units that no longer owe the
    measure are cancelled, new ones are opened. Closed entries stay closed.

    `measure` is the primary key; `wanted` is the complete new state; `reason` is logged and sent to
    the units.
    """
    row = get_measure(notice, measure)
    current = load_current_state(row)
    _check_amendment(current, wanted, reason)
    owners = find_owner_keys(notice, _plan_measure(notice, row))
    with keep_drafts_updated(notice, [row.pk]):
        lost = _write_measure(notice, row, current, wanted)
    row = Measure.objects.get(pk=row.pk)
    amended = load_current_state(row)
    amendment_result = AmendmentResult(changes=describe_differences(current, amended))
    if not amendment_result.changes:
        raise Refused("没有改变任何内容。")
    planned = _plan_entries(notice, row)
    if notice.state == NoticeState.LIVE:
        update_entries(notice, [ChangedRow(row, planned, owners, amendment_result)], by, ChangeReason(reason.strip()))
        columns.create_columns(notice, expand_notice(notice), by=by)
    text = f"更正“{row.title}”：{'；'.join(amendment_result.changes)}。原因：{reason.strip()}"
    return ActionResult(
        words=text[:2000],
        facts={
            "measure": row.pk,
            "before": current.as_facts(),
            "after": amended.as_facts(),
            "reason": reason.strip(),
            "ticks": lost,
            **amendment_result.as_facts(),
        },
        tell=tuple(_make_amendment_notifications(notice, row, amendment_result, reason.strip())),
        result=amendment_result,
    )


def _check_amendment(before: WantedMeasure, after: WantedMeasure, reason: str) -> None:
    """Refuse an incomplete or impossible correction."""
    reasons = [] if reason.strip() else ["请写明更正的原因。"]
    if not after.text.strip():
        reasons.append("贯彻举措不能为空；整项取消的请在任务中取消。")
    for name, (label, longest) in CORRECTABLE_CELLS.items():
        if len(getattr(after, name)) > longest:
            reasons.append(f"{label}不能超过{longest}字。")
    if not after.duties:
        reasons.append("至少保留一项要求。")
    if len(after.duties) > MAX_MEASURE_DUTIES:
        reasons.append(f"要求不能超过{MAX_MEASURE_DUTIES}项。")
    if not after.lead and not after.responsible:
        reasons.append("至少保留一个单位。")
    for place, duty in enumerate(after.duties, start=1):
        if not duty.text.strip():
            reasons.append(f"第{place}项要求不能为空；不需要的请删除。")
        reasons += [f"第{place}项要求：{problem}" for problem in list_rule_faults(duty.due)]
    current_keys = {duty.pk for duty in before.duties}
    if any(duty.pk is not None and duty.pk not in current_keys for duty in after.duties):
        reasons.append("清单刚刚已由他人更正，请刷新后重试。")
    if reasons:
        raise Refused(reasons)


# --- writing --------------------------------------------------------------------------------------


def _write_measure(
    notice: Notice, row: Measure, before: WantedMeasure, after: WantedMeasure
) -> list[dict[str, object]]:
    """Write the differences between two states; return the ticks of removed duties, as facts for the log."""
    reader = DutyReader(notice)
    if after.text.strip() != before.text:
        old_flag_count = len(row.flags)
        reword_measure(row, after.text.strip(), reader)
        _withdraw_new_flags(row, old_flag_count, before, after)
    row.section, row.item = after.section.strip(), after.item.strip()
    row.save(update_fields=["section", "item"])
    current_duties = {duty.pk: duty for duty in before.duties if duty.pk is not None}
    lost: list[dict[str, object]] = []
    for pk in current_duties.keys() - {duty.pk for duty in after.duties}:
        lost += _remove_duty(Duty.objects.get(pk=pk))
    words_changed = after.text.strip() != before.text
    for place, duty in enumerate(after.duties, start=1):
        _write_duty(notice, row, current_duties.get(duty.pk or 0), duty, place, None if words_changed else reader)
    for unit_part, was, names in (
        (UnitPart.LEAD, before.lead, after.lead),
        (UnitPart.RESPONSIBLE, before.responsible, after.responsible),
        (UnitPart.PARTNER, before.partner, after.partner),
    ):
        if names != was:
            _write_units(notice, row, unit_part, names)
    if before.section != row.section:
        renumber_sections(notice)
    AwaitedAct.objects.filter(notice=notice, duties=None, dated=None).delete()
    return lost


def _withdraw_new_flags(row: Measure, old_flag_count: int, before: WantedMeasure, after: WantedMeasure) -> None:
    """Remove the flags after the first `old_flag_count`, caused by a new text (Refused: the duties are unchanged)."""
    new, row.flags = row.flags[old_flag_count:], row.flags[:old_flag_count]
    row.save(update_fields=["flags"])
    if new and before.duties == after.duties:
        raise Refused([f"{flag['message']}。" for flag in new])


def _remove_duty(duty: Duty) -> list[dict[str, object]]:
    """Delete a duty with its ticks; return the ticks as facts for the log."""
    ticks = list(duty.checks.values("assignment_id", "cycle", "count", "by"))
    DutyCheck.objects.filter(duty=duty).delete()
    text = duty.text
    duty.delete()
    return [{"duty": text[:500], **tick} for tick in ticks]


def _write_duty(
    notice: Notice,
    row: Measure,
    old_duty: WantedDuty | None,
    wanted_duty: WantedDuty,
    place: int,
    reader: DutyReader | None,
) -> None:
    """Create one duty (`old_duty` is None) or write its changes.

    `reader` reads a changed text again; None when that was done for the whole measure.
    """
    if old_duty is None:
        duty = Duty(measure=row, position=place, text=wanted_duty.text.strip())
        _save_duty(notice, duty, wanted_duty)
        return
    assert old_duty.pk is not None
    duty = Duty.objects.select_related("measure").get(pk=old_duty.pk)
    if wanted_duty.text.strip() != old_duty.text:
        if reader is not None:
            duty.measure = row
            reword_duty(duty, wanted_duty.text.strip(), reader)
        duty.text = wanted_duty.text.strip()
    duty_as_read = to_wanted_duty(duty)
    duty_to_write = WantedDuty(
        duty.pk,
        duty.text,
        _keep_printed_words(wanted_duty.due, duty_as_read)
        if normalize_rule(wanted_duty.due) != normalize_rule(old_duty.due)
        else duty_as_read.due,
        wanted_duty.paths if wanted_duty.paths != old_duty.paths else duty_as_read.paths,
        wanted_duty.channels if wanted_duty.channels != old_duty.channels else duty_as_read.channels,
    )
    duty.position = place
    _save_duty(notice, duty, duty_to_write)


def _keep_printed_words(due: Mapping[str, object], current: WantedDuty) -> dict[str, object]:
    """Return a deadline; `printed` is added when the duty's text still contains the words of its current one."""
    text = str(current.due.get("printed") or current.due.get("text") or "")
    return {**due, "printed": text} if text and text in current.text else dict(due)


def _save_duty(notice: Notice, duty: Duty, wanted_duty: WantedDuty) -> None:
    """Save a duty as wanted; its deadline only if that changed."""
    if duty.pk is None or normalize_rule(wanted_duty.due) != normalize_rule(duty.due):
        set_deadline_rule(notice, duty, wanted_duty.due)
    duty.paths, duty.channels = [list(path) for path in wanted_duty.paths], list(wanted_duty.channels)
    duty.save()


def _write_units(notice: Notice, row: Measure, role: str, names: Sequence[str]) -> None:
    """Add and delete units so that exactly `names` remain; refuse unknown names."""
    units = set()
    for unit in row.units.filter(part=role).prefetch_related("members__body"):
        if unit.name in names:
            units.add(unit.name)
        else:
            unit.delete()
    made = add_units(notice, row, role, [name for name in names if name not in units])
    unknown = [unit.printed for unit in made if unit.state != UnitState.RESOLVED]
    if unknown and notice.own:
        raise Refused([f"“{unit.printed}”：{unit.words}。" for unit in made if unit.printed in unknown])
    if unknown:
        raise Refused(describe_unknown_names(resolve_all(unknown, notice.government).values()))


# --- entries --------------------------------------------------------------------------------------


def _plan_entries(notice: Notice, row: Measure) -> tuple[PlannedEntry, ...]:
    """Return the entries that a corrected row requires.

    Raises:
        Refused: when it has no responsible unit any more.
    """
    measure = _plan_measure(notice, row)
    if not measure.owned:
        raise Refused("更正以后没有责任单位，请补充。")
    today = timezone.localdate()
    return plan_entries(measure, year=notice.year, today=today, started=notice.issued_on)


def _plan_measure(notice: Notice, row: Measure) -> PlannedMeasure:
    return next(
        planned_measure for planned_measure in expand_notice(notice).planned if planned_measure.number == row.pk
    )


def _make_amendment_notifications(
    notice: Notice, row: Measure, amendment_result: AmendmentResult, reason: str
) -> Iterable[Notification]:
    """Yield notifications to lead units, new responsible and partner units, and administrators of units without
    staff.
    """
    link, key = reverse("notices_notice", args=[notice.pk]), f"amend:{notice.pk}:{notice.version}"
    changes = "；".join(amendment_result.changes)
    leads = {lead for assignment in Assignment.objects.filter(measure=row) for lead in assignment.lead_ids}
    doing = {moved.entry.body_id for moved in amendment_result.moved}
    for lead in sorted(leads - doing):
        yield Notification(
            subject=f"牵头任务更正：{row.title[:60]}",
            body=f"“{row.title}”已更正：{changes}。原因：{reason}",
            link=link,
            key=f"{key}:lead:{lead}",
            **(get_deciding_recipients(lead) if notice.own else get_unit_recipients(lead)),
        )
    for entry in amendment_result.opened:
        yield make_unit_notification(entry, "新任务", f"因任务更正交办贵单位。原因：{reason}", "amend")
    for entry in amendment_result.helping:
        yield make_partner_notification(
            entry, "新的配合任务", f"因任务更正请贵单位配合。原因：{reason}", "amend-support"
        )
    yield from make_staffing_notifications(
        notice, {entry.body_id for entry in amendment_result.opened}, f"{notice.pk}:{notice.version}"
    )
