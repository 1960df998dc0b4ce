"""Reopen an assignment, or carry it over into next year's look-back (回头看)."""

from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.ledger.clock import end_stops, event, was_closed
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.decisions import KIND, notify_unit
from gongkai.work.notices.actions.permissions import check_can_cancel, check_can_oversee, find_leads
from gongkai.work.notices.entries.creation import NewAssignment, create_assignments
from gongkai.work.notices.models import Ask, Carry
from gongkai.work.notices.planning.periods import YEAR, parse_period
from gongkai.work.notices.planning.plan import OwnedPart, Owner, PlannedEntry
from gongkai.work.notices.states import CLOSED_STATES, State


@entry_action(KIND, "reopen", label="重新打开", rule=check_can_oversee)
def reopen_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Reopen a closed assignment; `until` sets a new due date, without it the old date stays.

    Raises Refused when `until` is before today. A date before the old due date counts as a
    rectification.
    """
    if not reason.strip():
        raise Refused("请写明重新打开的原因。")
    if until and until < timezone.localdate():
        raise Refused("新的期限不能早于今天，请另选日期。")
    entry.outcome = ""
    events = [event("reopened")] if was_closed(entry) else []
    if until:
        entry.assignment.extended_to = until
        entry.assignment.save(update_fields=["extended_to"])
        events.append(event("extended", until=until))
    return ActionResult(
        events=tuple(events),
        words=reason.strip(),
        facts={"due": until.isoformat() if until else None},
        tell=(notify_unit(entry, "重新打开", f"已重新打开：{reason.strip()}", "reopen", urgent=True),),
    )


def _check_lookback_date(day: date, year: int) -> None:
    today = timezone.localdate()
    if day < today:
        raise Refused("回头看期限不能早于今天，请另选日期。")
    if day.year != year and year >= today.year:
        raise Refused(f"回头看期限应在{year}年之内，请另选日期。")


@entry_action(KIND, "carry_over", label="转入下年回头看", rule=check_can_cancel)
def carry_over_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Open a look-back entry for next year and the same unit; close the source as carried."""
    source = entry.assignment
    if Carry.objects.filter(source=source).exists():
        raise Refused("这项任务已经转入下年回头看。")
    if not reason.strip():
        raise Refused("请写明转入回头看的原因。")
    year = entry.year + 1
    day = until or date(year, 12, 31)
    _check_lookback_date(day, year)
    plan = PlannedEntry(
        source.measure_id,
        OwnedPart(Owner(entry.body_id, entry.office_id), tuple(sorted(find_leads(entry)))),
        parse_period(YEAR, str(year)),
        day,
        (),
    )
    new = NewAssignment(
        source.measure, plan, year, title=f"回头看：{entry.title}", label=f"{year}回头看{source.period}"[:20]
    )
    target = create_assignments([new], by=by, words=reason.strip())[0]
    Carry.objects.create(source=source, target=target, reason=reason.strip(), by=by.name)
    closed = entry.state in CLOSED_STATES
    ends = end_stops(entry)
    if not closed:
        Ask.objects.filter(assignment=source, granted=None).delete()
        entry.outcome = State.CARRIED
    return ActionResult(
        words=f"转入{year}年回头看：{reason.strip()}",
        to_state=entry.state if closed else State.CARRIED,
        facts={"target": target.pk, "year": year},
        events=ends,
        tell=(notify_unit(entry, "转入回头看", f"已转入{year}年回头看：{reason.strip()}", "carry"),),
    )
