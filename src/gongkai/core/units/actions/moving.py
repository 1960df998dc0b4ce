"""What moves when a body merges into another, kept as facts so that it can be brought back."""

from collections.abc import Mapping
from datetime import date

from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Appointment, Body, Office, Standing
from gongkai.core.units.separation import GUARDED
from gongkai.lib.typed_json import numbers, record, text


def give_to(body: Body, into: Body, day: date) -> dict[str, object]:
    """Move offices and running appointments to the successor; return what was moved.

    An appointment that the person already holds there ends instead. An office whose name the successor already has is closed and
    its appointments go to that one.
    """
    offices, renamed = [], {}
    theirs = {office.name: office for office in into.offices.all()}
    for office in body.offices.filter(active_to=None):
        if office.name in theirs:
            renamed[office.pk] = theirs[office.name]
            office.active_to = day
        else:
            office.body = into
        offices.append(office.pk)
        office.save()
    moved, ended = [], {}
    held = {(a.person_id, a.role, a.office_id) for a in Appointment.objects.filter(body=into, end=None)}
    for appointment in Appointment.objects.filter(body=body).exclude(end__lt=day):
        same = renamed.get(appointment.office_id or 0)
        office_id = same.pk if same else appointment.office_id
        if (appointment.person_id, appointment.role, office_id) in held:
            ended[str(appointment.pk)] = appointment.end.isoformat() if appointment.end else None
            appointment.end = max(day, appointment.start)
        else:
            moved.append([appointment.pk, appointment.office_id])
            appointment.body, appointment.office_id = into, office_id
        appointment.save()
    return {"offices": offices, "appointments": moved, "ended": ended}


def last_facts(body: Body) -> dict[str, object]:
    """Return what the last merger or closing of a body moved and ended, as the log keeps it."""
    movement = (
        Movement.objects.filter(stream=f"body/{body.pk}", action__in=["units.merge", "units.close"])
        .order_by("-seq")
        .first()
    )
    return dict(movement.facts) if movement else {}


def _places(facts: Mapping[str, object]) -> dict[int, int | None]:
    """Return moved appointments with the offices that they had, as `give_to` kept them."""
    moved = facts.get("appointments")
    return dict(moved) if isinstance(moved, list) else {}


def bring_back(body: Body, facts: Mapping[str, object], *, waits: bool = False) -> list[str]:
    """Bring offices and appointments back; return in Chinese what could not be, as it has changed since.

    With `waits`, guarded posts that had ended come back only once a security officer confirms them: much may have changed.
    """
    left = []
    into = facts.get("into")
    for office in Office.objects.filter(pk__in=numbers(facts, "offices")):
        if office.body_id == body.pk:
            office.active_to = None
        elif office.body_id == into:
            office.body = body
        else:
            left.append(f"处室“{office.name}”")
            continue
        office.save()
    places = _places(facts)
    for appointment in Appointment.objects.filter(pk__in=places).select_related("person"):
        if appointment.body_id != into:
            left.append(f"{appointment.person.name}的任职")
            continue
        appointment.body, appointment.office_id = body, places[appointment.pk]
        appointment.save()
    ends = record(facts, "ended")
    for appointment in Appointment.objects.filter(pk__in=[int(pk) for pk in ends]).select_related("person"):
        end = text(ends, str(appointment.pk))
        appointment.end = date.fromisoformat(end) if end else None
        if waits and appointment.role in GUARDED and appointment.standing == Standing.CONFIRMED:
            appointment.standing = Standing.WAITING
            left.append(f"{appointment.person.name}任{appointment.get_role_display()}，待安全保密管理员确认")
        appointment.save(update_fields=["end", "standing"])
    return left
