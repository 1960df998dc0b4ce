"""Find the people who lead the open government work inside one unit (条例第四条: 政府信息公开工作机构).

They are the unit's head, its clerks without office, and its clerks in the office named as
公开工作机构 (`Body.disclosure_office`). If no clerk matches, every clerk of the unit counts.
"""

from collections.abc import Iterable

from django.db.models import Q

from gongkai.core.acts.actors import Actor, ActorPost
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Appointment, Body, BodyKind, Office, Role
from gongkai.core.widgets.request_cache import ask_once

#: Kinds that issue notices for the units of their area. A notice of any other unit binds only its
#: own offices and subordinate units.
AREA_GOVERNMENT_KINDS = frozenset({BodyKind.GOVERNMENT, BodyKind.DISTRICT, BodyKind.TOWNSHIP})


#: Filter for bodies that issue notices for the units of their area: governments, and a 管委会
#: without a government above it.
AREA_BODIES = Q(kind__in=AREA_GOVERNMENT_KINDS) | Q(kind=BodyKind.COMMITTEE, parent=None)


def issues_for_itself(body: Body) -> bool:
    """Return true if notices of this unit bind only its own offices and subordinate units, not those of an area."""
    return body.kind not in AREA_GOVERNMENT_KINDS and not (body.kind == BodyKind.COMMITTEE and body.parent_id is None)


def is_in_charge(by: Actor, body_id: int) -> bool:
    """Return true if the actor leads the open government work inside a unit.

    In a 管委会, its own 政务公开办 also does.
    """
    if by.system or by.has(Role.LEAD, body_id=body_id):
        return True
    if by.has(Role.CHIEF, body_id=body_id) and ask_once(("committee", body_id), lambda: _is_committee(body_id)):
        return True
    posts = [post for post in by.posts if post.role == Role.CLERK and post.body_id == body_id]
    if not posts:
        return False
    return ask_once(("openness", by, body_id), lambda: _holds_leading_post(posts, body_id))


def _is_committee(body_id: int) -> bool:
    return Body.objects.filter(pk=body_id, kind=BodyKind.COMMITTEE).exists()


def _holds_leading_post(posts: Iterable[ActorPost], body_id: int) -> bool:
    """Return true if one of these posts is in a leading office or in none, or if no clerk of the unit is."""
    offices = find_leading_offices(body_id)
    if any(post.office_id is None or post.office_id in offices for post in posts):
        return True
    clerks = Appointment.objects.filter(in_force_q(), role=Role.CLERK, body=body_id)
    return not any(office is None or office in offices for office in clerks.values_list("office", flat=True))


def find_leading_offices(body_id: int) -> frozenset[int]:
    """Return the ids of the open offices whose name occurs in the unit's 公开工作机构; 办公室（政务公开科） may name both."""
    office_names = Body.objects.filter(pk=body_id).values_list("disclosure_office", flat=True).first() or ""
    rows = Office.objects.filter(body=body_id, active_to=None).values_list("pk", "name")
    return frozenset(pk for pk, name in rows if name in office_names)


def list_leading_clerks(body_id: int) -> frozenset[int]:
    """Return the ids of the clerks who lead the open government work inside a unit; a 管委会 adds its 政务公开办."""
    posts = Appointment.objects.filter(in_force_q(), body=body_id)
    chiefs = posts.filter(role=Role.CHIEF, body__kind=BodyKind.COMMITTEE).values_list("person", flat=True)
    rows = list(posts.filter(role=Role.CLERK).values_list("person", "office"))
    offices = find_leading_offices(body_id)
    leading_ids = [person for person, office in rows if office is None or office in offices]
    return frozenset(leading_ids or [person for person, _ in rows]) | frozenset(chiefs)


def is_sole_leader(by: Actor, body_id: int) -> bool:
    """Return true if the actor leads open government inside a unit and no other person does."""
    heads = Appointment.objects.filter(in_force_q(), role=Role.LEAD, body=body_id).values_list("person", flat=True)
    return is_in_charge(by, body_id) and all(
        is_among(by, [number]) for number in {*heads, *list_leading_clerks(body_id)}
    )


def list_led_units(by: Actor) -> list[Body]:
    """Return the existing units, other than governments of an area, whose open government work the actor leads."""
    posts = by.body_ids(Role.CLERK, Role.LEAD)
    chiefs = by.body_ids(Role.CHIEF)
    if not posts | chiefs:
        return []
    query = Q(pk__in=posts) | Q(pk__in=chiefs, kind=BodyKind.COMMITTEE)
    rows = Body.objects.filter(query, active_to=None, merged_into=None).exclude(AREA_BODIES)
    return [body for body in rows.order_by("position", "pk") if is_in_charge(by, body.pk)]


def handles_work_of(by: Actor, body_id: int, office_id: int | None) -> bool:
    """Return true if the actor is clerk in this office or without office (any clerk if `office_id` is None), or leads
    the unit's open government work."""
    posts = [post for post in by.posts if post.body_id == body_id and post.role == Role.CLERK]
    if any(post.office_id in {None, office_id} for post in posts):
        return True
    return (office_id is None and bool(posts)) or is_in_charge(by, body_id)
