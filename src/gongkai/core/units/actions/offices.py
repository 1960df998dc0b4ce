"""Actions for offices (处室) inside a body."""

from datetime import date

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.units import rules
from gongkai.core.units.actions.shared import name_of, today_or
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body, Office


def _get_stream(office: Office) -> str:
    return f"body/{office.body_id}"


@action("units.add_office", label="添加处室", rule=rules.adds_offices)
def add_office(body: Body, *, by: Actor, name: str, phone: str = "", position: int = 1000) -> ActionResult:
    """Register an office; reopen a closed one of the same name."""
    name = name_of(name, what="处室名称", most=80)
    office = Office.objects.filter(body=body, name=name).first()
    if office is not None and office.active_to is None:
        raise Refused(f"“{name}”已经登记。")
    if office is None:
        office = Office(body=body, name=name)
    refuse_personal_in(Office, name=name, phone=phone)
    office.phone, office.position, office.active_to = phone, position, None
    office.save()
    return ActionResult(words=f"添加处室“{name}”", result=office)


@action("units.edit_office", label="修改处室", rule=rules.keeps_units)
def edit_office(office: Office, *, by: Actor, name: str, phone: str = "", position: int = 1000) -> ActionResult:
    """Change an office's name, telephone or position in the list."""
    before, name = office.name, name_of(name, what="处室名称", most=80)
    if Office.objects.filter(body_id=office.body_id, name=name).exclude(pk=office.pk).exists():
        raise Refused(f"“{name}”已经登记。")
    refuse_personal_in(Office, name=name, phone=phone)
    office.name, office.phone, office.position = name, phone, position
    office.save()
    words = f"处室“{before}”更名为“{name}”" if before != name else f"修改处室“{name}”"
    return ActionResult(words=words, stream=_get_stream(office))


@action("units.close_office", label="撤销处室", rule=rules.keeps_units)
def close_office(office: Office, *, by: Actor, on: date | None = None) -> ActionResult:
    """Close an office; refuse while it has appointments."""
    people = Appointment.objects.filter(in_force(), office=office).select_related("person")
    if names := sorted({appointment.person.name for appointment in people}):
        raise Refused(f"“{office.name}”还有任职人员：{'、'.join(names)}，请先结束任职或办理交接。")
    office.active_to = today_or(on)
    office.save(update_fields=["active_to"])
    return ActionResult(words=f"撤销处室“{office.name}”", stream=_get_stream(office))
