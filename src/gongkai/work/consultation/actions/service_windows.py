"""Actions on service windows and their rosters."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.acts.rows import insert_row, update_row
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import ServiceWindow, WindowShift


@action("windows.open", label="设立窗口", rule=rules.list_reasons_unless_unit_staff)
def open_service_window(
    body: Body, *, by: Actor, name: str, place: str, hours: str, opened_on: date | None = None
) -> ActionResult:
    """Open a window; the action's result is the `ServiceWindow`."""
    name, place, hours = name.strip(), place.strip(), hours.strip()
    if not (name and place and hours):
        raise Refused("请填写窗口名称、地点和服务时间。")
    if ServiceWindow.objects.filter(body=body, name=name, closed_on=None).exists():
        raise Refused("这个窗口已经登记。")
    refuse_personal_in(ServiceWindow, name=name, place=place, hours=hours)
    window = ServiceWindow.objects.create(
        body=body, name=name[:80], place=place[:160], hours=hours[:120], opened_on=opened_on or timezone.localdate()
    )
    return ActionResult(words=f"设立{name}", stream=window.stream, result=window)


def _list_reasons_unless_window_open(window: ServiceWindow) -> list[str]:
    return ["这个窗口已经停用。"] if window.closed_on else []


@action(
    "windows.close", label="停用窗口", rule=rules.list_reasons_unless_unit_staff, ready=_list_reasons_unless_window_open
)
def close_window(window: ServiceWindow, *, by: Actor, reason: str) -> ActionResult:
    """Close a service window with a reason; its roster stays."""
    reason = require_text(reason, "请写明停用的理由。")
    ServiceWindow.objects.filter(pk=window.pk).update(closed_on=timezone.localdate())
    return ActionResult(words=reason)


@action("windows.plan", label="排班", rule=rules.list_reasons_unless_unit_staff, ready=_list_reasons_unless_window_open)
def plan_shifts(window: ServiceWindow, *, by: Actor, people: Mapping[date, str]) -> ActionResult:
    """Set the people of some days at a window; "" removes a day. Other days do not change."""
    if any(day < window.opened_on for day in people):
        raise Refused("排班日期不能早于窗口启用日期。")
    existing = {shift.day: shift for shift in window.shifts.filter(day__in=people)}
    changed = {}
    for day, typed_names in people.items():
        names = typed_names.strip()[:120]
        shift = existing.get(day) or WindowShift(window=window, day=day)
        if names == shift.people:
            continue
        changed[day.isoformat()] = names
        shift.people = names
        if not names:
            shift.delete()
        elif shift.pk:
            update_row(shift)
        else:
            insert_row(shift)
    if not changed:
        raise Refused("排班没有变动。")
    return ActionResult(words=f"排班{len(changed)}天", facts={"people": changed})
