"""Actions that create, edit, rename, move, merge, close and restore bodies."""

from collections.abc import Mapping
from copy import copy
from datetime import date

from django.urls import reverse

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.units import rules, separation
from gongkai.core.units.access import sync_access_of_many
from gongkai.core.units.actions.shared import (
    day_or_today,
    find_name_owner,
    get_last_day,
    refuse_taken_name,
    save,
    set_fields,
    tidy_name,
)
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import (
    Alias,
    Appointment,
    Body,
    BodyEvent,
    BodyKind,
    BodyLevel,
    Office,
    Person,
    Role,
    Standing,
)
from gongkai.core.units.separation import CONFIRMED_ROLES
from gongkai.lib.typed_json import read_numbers, read_record, read_text


def move_offices_and_appointments(body: Body, successor: Body, day: date) -> dict[str, object]:
    """Move open offices, and appointments that have not ended by a day, to the successor body; return what was
    moved, for `undo_transfer`.

    End an appointment that the person already holds at the successor. Close an office whose name
    exists at the successor, and move its appointments to that office, which is reopened if it was closed.
    """
    offices, renamed, reopened = [], {}, {}
    successor_offices = {office.name: office for office in successor.offices.all()}
    for office in body.offices.filter(active_to=None):
        if office.name in successor_offices:
            renamed[office.pk] = twin = successor_offices[office.name]
            office.active_to = day
            if twin.active_to is not None:
                reopened[str(twin.pk)] = twin.active_to.isoformat()
                twin.active_to = None
                twin.save(update_fields=["active_to"])
        else:
            office.body = successor
        offices.append(office.pk)
        office.save()
    moved, ended = [], {}
    held = Appointment.objects.filter(body=successor, end=None, standing=Standing.CONFIRMED, start__lte=day)
    present_posts = set(held.values_list("person_id", "role", "office_id"))
    for appointment in Appointment.objects.filter(body=body).exclude(end__lt=day):
        same_office = renamed.get(appointment.office_id or 0)
        office_id = same_office.pk if same_office else appointment.office_id
        if (appointment.person_id, appointment.role, office_id) in present_posts:
            ended[str(appointment.pk)] = appointment.end.isoformat() if appointment.end else None
            appointment.end = max(day, appointment.start)
        else:
            moved.append([appointment.pk, appointment.office_id])
            appointment.body, appointment.office_id = successor, office_id
        appointment.save()
    return {"offices": offices, "appointments": moved, "ended": ended, "reopened": reopened}


def get_last_merger_facts(body: Body) -> dict[str, object]:
    """Return the logged facts of the last merger or closing of a body, for `undo_transfer`; {} if there was none."""
    movement = (
        Movement.objects.filter(stream=f"body/{body.pk}", action__in=["units.merge", "units.close"])
        .order_by("-seq")
        .first()
    )
    return dict(movement.facts) if movement else {}


def _read_former_offices(facts: Mapping[str, object]) -> dict[int, int | None]:
    """Return appointment id → id of its office before the merger (or None), for each moved appointment."""
    moved_offices = facts.get("appointments")
    return dict(moved_offices) if isinstance(moved_offices, list) else {}


def undo_transfer(body: Body, facts: Mapping[str, object], *, waits: bool = False) -> list[str]:
    """Move offices and appointments back as recorded in `facts` of a merger or closing.

    Return in Chinese the offices and appointments that were moved elsewhere since, and those that await confirmation.

    With `waits`, a security officer must confirm each guarded appointment that is restored.
    """
    unrestored = []
    successor_id = facts.get("into")
    for office in Office.objects.filter(pk__in=read_numbers(facts, "offices")):
        if office.body_id == body.pk:
            office.active_to = None
        elif office.body_id == successor_id:
            office.body = body
        else:
            unrestored.append(f"处室“{office.name}”")
            continue
        office.save()
    former_offices = _read_former_offices(facts)
    for appointment in Appointment.objects.filter(pk__in=former_offices).select_related("person"):
        if appointment.body_id != successor_id:
            unrestored.append(f"{appointment.person.name}的任职")
            continue
        appointment.body, appointment.office_id = body, former_offices[appointment.pk]
        appointment.save()
    for pk, closed_on in read_record(facts, "reopened").items():
        office = Office.objects.get(pk=pk)
        if Appointment.objects.filter(in_force_q(), office=office).exists():
            unrestored.append(f"处室“{office.name}”（已有人任职，没有再撤销）")
        else:
            Office.objects.filter(pk=pk).update(active_to=date.fromisoformat(str(closed_on)))
    former_ends = read_record(facts, "ended")
    for appointment in Appointment.objects.filter(pk__in=[int(pk) for pk in former_ends]).select_related("person"):
        end = read_text(former_ends, str(appointment.pk))
        appointment.end = date.fromisoformat(end) if end else None
        if waits and appointment.role in CONFIRMED_ROLES and appointment.standing == Standing.CONFIRMED:
            appointment.standing = Standing.WAITING
            unrestored.append(f"{appointment.person.name}任{appointment.get_role_display()}，待安全保密管理员确认")
        appointment.save(update_fields=["end", "standing"])
    return unrestored


#: Contact details of a unit that the public reads.
PUBLIC_CONTACT_FIELDS = frozenset({"phone", "address", "hours", "disclosure_office", "postcode", "fax", "email"})
#: Fields of a unit that `edit` may change.
EDITABLE_FIELDS = PUBLIC_CONTACT_FIELDS | {"court", "short_name", "code", "kind", "level", "position", "active_from"}
#: Fields of a unit that the public reads, other than its name.
PUBLIC_FIELDS = PUBLIC_CONTACT_FIELDS | {"short_name"}
_LEVEL_BELOW = {
    BodyLevel.PROVINCE: BodyLevel.CITY,
    BodyLevel.CITY: BodyLevel.COUNTY,
    BodyLevel.COUNTY: BodyLevel.TOWNSHIP,
}
_GOVERNING_KINDS = {BodyKind.DISTRICT, BodyKind.COMMITTEE, BodyKind.TOWNSHIP, BodyKind.SUBDISTRICT}


def get_level_under(parent: Body | None, kind: str) -> str:
    """Return the level of a new body of a kind: governments and 管委会 one below `parent`, others as `parent`; without
    `parent` 市级."""
    if parent is None:
        return BodyLevel.CITY
    return _LEVEL_BELOW.get(BodyLevel(parent.level), BodyLevel.TOWNSHIP) if kind in _GOVERNING_KINDS else parent.level


def _find_ended_body_errors(body: Body | None) -> list[str]:
    if body is None or body.alive:
        return []
    return [f"“{body.name}”已撤销或已并入其他单位。"]


def _find_restoring_errors(body: Body) -> list[str]:
    """Return the Chinese reason if the body was neither closed (also on a later day) nor merged, its government no
    longer exists, or another unit has taken one of its names."""
    if body.active_to is None and body.merged_into_id is None:
        return [f"“{body.name}”并未撤销或并入其他单位。"]
    names = {body.name, body.short_name, *body.aliases.values_list("name", flat=True)} - {""}
    if owner := find_name_owner(names, body):
        return [f"“{owner[0]}”现在是“{owner[1].name}”的名称，请先在那里改正，再恢复。"]
    return _find_ended_body_errors(body.parent)


def refuse_personal_facts(public_facts: Mapping[str, object]) -> None:
    """Refuse personal data in the public fields of a unit, except its own e-mail address.

    Raises:
        Refused.
    """
    public_values = {value: public_facts[value] for value in ("name", *PUBLIC_FIELDS) if value in public_facts}
    if public_values.get("email"):
        public_values["email"] = f"公开邮箱：{public_values['email']}"
    refuse_personal_in(Body, **public_values)


def _record_event(body: Body, event: str, day: date, *, before: str = "", after: str = "", basis: str = "") -> None:
    BodyEvent.objects.create(body=body, what=event, on=day, before=before[:120], after=after[:120], basis=basis[:200])


@action("units.create", label="新增单位", rule=rules.check_unit_registrar, ready=_find_ended_body_errors)
def create(parent: Body | None, *, by: Actor, name: str, kind: str, level: str = "", **fields: object) -> ActionResult:
    """Register a body under a government (the target; None only when the installation creates the first)."""
    name = tidy_name(name)
    if Body.objects.filter(name=name).exists():
        raise Refused(f"“{name}”已经登记。")
    body = Body(parent=parent, name=name, kind=kind, level=level or get_level_under(parent, kind))
    refuse_taken_name(name, body, other_name=read_text(fields, "short_name"))
    set_fields(body, fields, EDITABLE_FIELDS)
    refuse_personal_facts({"name": name, **fields})
    body.save()
    return ActionResult(words=f"登记“{name}”", facts={"name": name}, stream=f"body/{body.pk}", result=body)


@action("units.edit", label="修改", rule=rules.check_units_manager, ready=_find_ended_body_errors)
def edit(body: Body, *, by: Actor, **fields: object) -> ActionResult:
    """Change fields of a body that have no history, such as short name, kind and address."""
    short = read_text(fields, "short_name")
    if short and short != body.short_name:
        refuse_taken_name(short, body)
    old_body = copy(body)
    refuse_personal_facts({name: value for name, value in fields.items() if value != getattr(body, name, value)})
    changes = set_fields(body, fields, EDITABLE_FIELDS)
    separation.refuse_changed_reach(by, old_body, body)
    if changes:
        save(body)
    return ActionResult(words="；".join(changes) or "内容没有变化")


@action("units.rename", label="更名", rule=rules.check_units_manager, ready=_find_ended_body_errors)
def rename(
    body: Body, *, by: Actor, name: str, on: date | None = None, basis: str = "", short_name: str | None = None
) -> ActionResult:
    """Give a body a new full name (and short name) and store the old names as aliases, so that names in older notices
    are still found."""
    old_name, name = body.name, tidy_name(name)
    if name == old_name:
        raise Refused("新名称与现名称相同，不用更名。")
    if Body.objects.filter(name=name).exclude(pk=body.pk).exists():
        raise Refused(f"“{name}”已经登记，如两单位合并，请办理“并入”。")
    refuse_taken_name(name, body)
    refuse_personal_in(Body, name=name, short_name=short_name or "")
    former, short = [old_name], body.short_name
    if short_name is not None and short_name != body.short_name:
        if short_name:
            refuse_taken_name(short_name, body)
        former += [body.short_name] if body.short_name else []
        body.short_name = short_name
    Alias.objects.filter(body=body, name=name).delete()
    for former_name in former:
        Alias.objects.get_or_create(name=former_name, body=body, defaults={"source": Alias.Source.FORMER})
    body.name = name
    save(body)
    _record_event(body, BodyEvent.What.RENAMED, day_or_today(on), before=old_name, after=name, basis=basis)
    facts = {"before": old_name, "after": name, "short": short, "basis": basis}
    return ActionResult(words=f"由“{old_name}”更名为“{name}”", facts=facts)


@action("units.move", label="改变隶属", rule=rules.check_units_manager, ready=_find_ended_body_errors)
def move(body: Body, *, by: Actor, parent: Body, on: date | None = None, basis: str = "") -> ActionResult:
    """Move a body, with its subtree, under another government."""
    if reasons := rules.check_units_manager(by, parent):  # type: ignore[arg-type]
        raise Refused([f"对“{parent.label}”：{reason}" for reason in reasons])
    if parent.path.startswith(body.path):
        raise Refused("不能移到自己或自己下属的单位之下。")
    if not parent.alive:
        raise Refused(f"“{parent.name}”已撤销。")
    old_parent = body.parent
    if old_parent == parent:
        raise Refused("隶属没有变化。")
    moved_body = copy(body)
    moved_body.parent = parent
    if body.kind not in _GOVERNING_KINDS | {BodyKind.GOVERNMENT}:
        separation.refuse_changed_reach(by, body, moved_body)
    body.parent = parent
    refuse_taken_name(body.name, body)
    save(body)
    old_label = old_parent.label if old_parent else ""
    _record_event(body, BodyEvent.What.MOVED, day_or_today(on), before=old_label, after=parent.label, basis=basis)
    return ActionResult(words=f"由“{old_label}”改隶“{parent.label}”", facts={"basis": basis})


def _check_no_units_below(body: Body) -> list[str]:
    """Return the Chinese reasons if the body is closed or merged, or existing units belong to it."""
    if body.children.filter(merged_into=None, active_to=None).exists():
        return [*_find_ended_body_errors(body), f"“{body.label}”之下还有单位，请先办理它们的并入、撤销或改变隶属。"]
    return _find_ended_body_errors(body)


@action("units.merge", label="并入其他单位", rule=rules.check_units_manager, ready=_check_no_units_below)
def merge(body: Body, *, by: Actor, into: Body, on: date | None = None, basis: str = "") -> ActionResult:
    """Merge a body into another one, which takes over its offices and appointments.

    Entries stay with the merged body; the successor's people finish them. New work goes to the
    successor, because every name of the merged body resolves to it. Offices and appointments move.
    `restore` undoes the merger.
    """
    if reasons := rules.check_units_manager(by, into):  # type: ignore[arg-type]
        raise Refused([f"对“{into.label}”：{reason}" for reason in reasons])
    if into.pk == body.pk or not into.alive:
        raise Refused("请选择另一个现存单位。")
    if into.path.startswith(body.path):
        raise Refused("不能并入自己下属的单位。")
    separation.refuse_changed_reach(by, body, into)
    day = day_or_today(on)
    facts = move_offices_and_appointments(body, into, day)
    body.merged_into, body.active_to = into, day
    save(body)
    _record_event(body, BodyEvent.What.MERGED, day, before=body.name, after=into.name, basis=basis)
    sync_access_of_many(Person.objects.filter(appointments__body=into).distinct().select_related("user"))
    return ActionResult(
        words=f"并入“{into.name}”",
        facts={**facts, "into": into.pk, "basis": basis},
        tell=(_build_merger_message(body, into, by, day),),
    )


def _build_merger_message(body: Body, successor: Body, by: Actor, day: date) -> Notification:
    """Return the message about a merger to the leads, signers and officers of both units."""
    rows = Appointment.objects.filter(in_force_q(), body__in=[body, successor], role__in=[Role.LEAD, Role.SIGNER])
    persons = {
        *rows.values_list("person_id", flat=True),
        *separation.list_officers(successor),
        *separation.list_officers(body),
    }
    return Notification(
        subject="单位合并，签发范围有变动",
        body=f"{by.name}将{body.label}并入{successor.label}，自{day}起两单位的负责人、签发人同为合并后单位的负责人、签发人。如无批准依据，请立即核实。",
        link=reverse("units:body", args=[successor.pk]),
        key=f"merge/{body.pk}/{body.version}",
        persons=tuple(sorted(persons)),
        urgent=True,
    )


def _find_closing_errors(body: Body) -> list[str]:
    """Return the Chinese reasons if the body is closed or merged, will be closed, or existing units belong to it."""
    if body.active_to is not None and body.alive:
        return [f"“{body.name}”已经登记自{body.active_to}起撤销；要改日期的，请先恢复。"]
    return _check_no_units_below(body)


@action("units.close", label="撤销单位", rule=rules.check_units_manager, ready=_find_closing_errors)
def close(body: Body, *, by: Actor, on: date | None = None, basis: str = "") -> ActionResult:
    """Close a body without a successor on a day (default: today); its appointments end then, too."""
    day = day_or_today(on)
    rows = Appointment.objects.filter(body=body).select_related("person", "body__parent")
    running_appointments = [a for a in rows if a.end is None or a.end > day]
    former_ends = {str(a.pk): a.end.isoformat() if a.end else None for a in running_appointments}
    for appointment in running_appointments:
        separation.refuse_last_of_duty(appointment, day)
        appointment.end = get_last_day(appointment.start, day)
        appointment.save(update_fields=["end"])
    body.active_to = day
    save(body)
    _record_event(body, BodyEvent.What.CLOSED, day, before=body.name, basis=basis)
    sync_access_of_many(Person.objects.filter(appointments__body=body).distinct().select_related("user"))
    notifications = (
        tell
        for one in running_appointments
        for tell in separation.make_ended_post_notifications(
            one.person,
            [one],
            f"{by.name}撤销{body.label}，{one.get_role_display()}任职至{day}止。",
            f"close/{one.pk}/{day}",
        )
    )
    return ActionResult(words="撤销", facts={"ended": former_ends, "basis": basis}, tell=tuple(notifications))


@action("units.restore", label="恢复单位", rule=rules.check_units_manager, ready=_find_restoring_errors)
def restore(body: Body, *, by: Actor, on: date | None = None, basis: str = "") -> ActionResult:
    """Undo a merger or closing of a body; offices and appointments changed since are not moved back."""
    successor = body.merged_into
    posts_have_ended = not body.alive  # a closing on a later day has ended none yet
    unrestored = undo_transfer(body, get_last_merger_facts(body), waits=posts_have_ended and not by.system)
    body.merged_into, body.active_to = None, None
    save(body)
    _record_event(
        body,
        BodyEvent.What.RESTORED,
        day_or_today(on),
        before=successor.name if successor else "",
        after=body.name,
        basis=basis,
    )
    touched_people = Person.objects.filter(appointments__body__in=[body, successor] if successor else [body])
    sync_access_of_many(touched_people.distinct().select_related("user"))
    return ActionResult(
        words="恢复" + (f"；未能还原：{'、'.join(unrestored)}" if unrestored else ""),
        facts={"basis": basis, "left": unrestored},
    )
