"""Permissions: the 政务公开办 maintains the units of its government, administrators maintain people.

Each rule returns Chinese reasons against the action, or an empty list.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from gongkai.core.units.actors import Actor, get_reach, in_force_q, list_chief_posts
from gongkai.core.units.another_person import is_among, is_self
from gongkai.core.units.models import Appointment, Body, Office, Person, Role, UnitGroup
from gongkai.core.units.open_government_leads import is_in_charge, issues_for_itself
from gongkai.core.units.separation import find_external_post
from gongkai.core.widgets.request_cache import ask_once

_UNITS_REFUSAL = "只有本级政府的政务公开办可以维护单位名录。"
_PEOPLE_REFUSAL = "只有系统管理员可以维护人员和任职。"


def _is_system(by: Actor) -> bool:
    return bool(getattr(by, "system", False))


def check_units_manager(by: Actor, target: Body | Office | UnitGroup | None) -> list[str]:
    """Return reasons unless the actor is of the 政务公开办 over the target's body; without a target (the first body),
    unless it is an installation command."""
    if _is_system(by):
        return []
    if target is None:
        return ["最上一级政府只能在安装时登记。"]
    return [] if by.reaches(Role.CHIEF, path=_get_body(target).path) else [_UNITS_REFUSAL]


def check_unit_registrar(by: Actor, government: Body | None) -> list[str]:
    """Return reasons unless the actor is the 政务公开办 or an administrator of the government, to register a unit in it."""
    if government is not None and by.reaches(Role.ADMINISTRATOR, path=government.path):
        return []
    return check_units_manager(by, government)


def check_office_manager(by: Actor, body: Body) -> list[str]:
    """Return reasons against all actors except the 政务公开办 and the people who lead the open government work inside the
    unit."""
    if issues_for_itself(body) and is_in_charge(by, body.pk):
        return []
    return check_units_manager(by, body)


def _get_body(target: Body | Office | UnitGroup) -> Body:
    """Return the unit of an office, the government of a unit group, or the unit itself."""
    if isinstance(target, Office):
        return target.body
    return target.government if isinstance(target, UnitGroup) else target


def check_any_administrator(by: Actor, _: object) -> list[str]:
    """Return reasons unless the actor is an administrator of any government, to register a person."""
    return [] if _is_system(by) or by.has(Role.ADMINISTRATOR) else [_PEOPLE_REFUSAL]


def check_people_manager(by: Actor, body: Body) -> list[str]:
    """Return reasons against all actors except an administrator of the body's government."""
    return [] if _is_system(by) or by.reaches(Role.ADMINISTRATOR, path=body.path) else [_PEOPLE_REFUSAL]


def check_certificate_manager(by: Actor, body: Body) -> list[str]:
    """Return reasons unless the actor is an administrator of the body's government; the certificate
    signs in the body's name."""
    if _is_system(by) or by.reaches(Role.ADMINISTRATOR, path=body.path):
        return []
    return ["只有系统管理员可以设置签名证书。"]


def check_person_manager(by: Actor, person: Person) -> list[str]:
    """Return reasons against all actors except an administrator whose reach covers every body where the person is
    appointed now."""
    if _is_system(by):
        return []
    if not by.has(Role.ADMINISTRATOR):
        return [_PEOPLE_REFUSAL]
    paths_out_of_reach = [
        path
        for path in [*_list_unit_paths(person), *_list_external_paths(person)]
        if not by.reaches(Role.ADMINISTRATOR, path=path)
    ]
    return ["这名人员在其他政府任职，须由那里的系统管理员办理。"] if paths_out_of_reach else []


def check_may_deactivate(by: Actor, person: Person) -> list[str]:
    """Return reasons unless the actor is an administrator over all the person's posts and another person."""
    own_reasons = ["不能为本人办理离岗，请另一名系统管理员办理。"] if is_among(by, [person.pk]) else []
    return own_reasons or check_person_manager(by, person)


def _list_external_paths(person: Person) -> list[str]:
    """Return, as a list of at most one, the path of the body for which a person works without an appointment."""
    body = find_external_post(person)
    return [body.path] if body else []


def _list_unit_paths(person: Person) -> list[str]:
    """Return the paths of the units in which a person has an appointment in force."""
    rows = Appointment.objects.filter(in_force_q(), person=person)
    return list(rows.values_list("body__path", flat=True))


def filter_supervised(by: Actor, /, roles: frozenset[str] = frozenset({Role.CHIEF, Role.ADMINISTRATOR})) -> Q:
    """Return the filter on `person_id` for people whose work the actor supervises.

    For the 政务公开办 and administrators (or `roles`): people whose posts, past ones included, all were
    within reach. Work without a person (of a job or an unknown account) is included only if every body with
    posts is within reach. Jobs see all.
    """
    if _is_system(by):
        return ~Q(pk__in=[])
    posts = by.posts if isinstance(by, Actor) else ()
    reaches = [p.reach for p in posts if p.role in roles]
    if not reaches:
        return Q(pk__in=[])
    bodies = Body.objects.filter(reduce(or_, (Q(path__startswith=reach) for reach in reaches)))
    people_within = Appointment.objects.filter(body__in=bodies).values("person")
    people_beyond = Appointment.objects.exclude(body__in=bodies).values("person")
    query = Q(person_id__in=people_within) & ~Q(person_id__in=people_beyond)
    everywhere = not Appointment.objects.exclude(body__in=bodies).exists()
    return query | Q(person_id__isnull=True) if everywhere else query


def check_cover_planner(by: Actor, appointment: Appointment) -> list[str]:
    """Return reasons unless the actor is the person to be covered, the unit's head or an administrator; for technical
    roles and 监督员 only an administrator."""
    if not check_people_manager(by, appointment.body):
        return []
    if appointment.role in {Role.ADMINISTRATOR, Role.AUDITOR, Role.SECURITY}:
        return ["系统管理员、安全保密管理员和监督员的请假代理，须由系统管理员办理。"]
    if is_self(by, appointment.person_id):
        return []
    if by.has(Role.LEAD, body_id=appointment.body_id):
        return []
    return ["只有本人、本单位负责人或者系统管理员可以安排请假代理。"]


def check_handover_giver(by: Actor, person: Person) -> list[str]:
    """Return reasons unless the actor is an administrator, or the head of all units of a person who is only clerk,
    reviewer or signer there."""
    if not check_person_manager(by, person):
        return []
    rows = Appointment.objects.filter(Q(end=None) | Q(end__gte=timezone.localdate()), person=person)
    return check_handover_of_appointments(by, person, list(rows))


def check_handover_of_appointments(by: Actor, person: Person, appointments: Sequence[Appointment]) -> list[str]:
    """Same as `check_handover_giver`, for a given list of appointments, later ones included."""
    if not check_person_manager(by, person):
        return []
    unit_roles = {(appointment.body_id, appointment.role) for appointment in appointments}
    plain_roles = {Role.CLERK, Role.REVIEWER, Role.SIGNER}
    if unit_roles and all(role in plain_roles and by.has(Role.LEAD, body_id=body) for body, role in unit_roles):
        return []
    return ["只有系统管理员，或者这名人员全部任职单位的负责人，可以办理交接。"]


def runs_installation(by: Actor, role: str = Role.CHIEF) -> bool:
    """Return true if the actor has the 政务公开办 post (or `role`) of a government over which no other has a 政务公开办.

    That role manages what belongs to no unit.
    """
    own_reaches = by.reached_paths(role)
    if not own_reaches:
        return False
    chief_reaches = ask_once(
        ("reaches of chiefs",), lambda: {get_reach(row.role, row.body) for row in list_chief_posts()}
    )
    return any(not any(path != reach and reach.startswith(path) for path in chief_reaches) for reach in own_reaches)
