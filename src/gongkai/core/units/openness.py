"""Who leads the open government work inside one unit: its 政府信息公开工作机构 (条例第四条: every organ names one that does the daily work).

A unit's own notice, and what it hands on to its offices, is theirs: its head; its clerks who stand with no office; its clerks in the office that
the unit names as its 公开工作机构 (`Body.disclosure_office`). Where none of its clerks is such a one, every clerk is: mostly there is one.
"""

from collections.abc import Iterable

from django.db.models import Q

from gongkai.core.acts.actors import Actor, Post
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body, BodyKind, Office, Role
from gongkai.core.units.same_person import is_among
from gongkai.core.widgets.once import kept

#: Kinds that issue notices for the units of their area; what any other unit issues for itself is for its own offices and what stands below it.
GOVERNING = frozenset({BodyKind.GOVERNMENT, BodyKind.DISTRICT, BodyKind.TOWNSHIP})


#: The condition for bodies that issue notices for the units of their area: governments, and a 管委会 that has no government over it here.
AREAS = Q(kind__in=GOVERNING) | Q(kind=BodyKind.COMMITTEE, parent=None)


def issues_for_itself(body: Body) -> bool:
    """Whether a unit's own notice binds its own offices and units only: any but a government; a 管委会 that runs its own installation is one here."""
    return body.kind not in GOVERNING and not (body.kind == BodyKind.COMMITTEE and body.parent_id is None)


def in_charge(by: Actor, body_id: int) -> bool:
    """Whether somebody leads the open government work inside a unit; of a 管委会 its own 政务公开办 does, too."""
    if by.system or by.has(Role.LEAD, body_id=body_id):
        return True
    if by.has(Role.CHIEF, body_id=body_id) and kept(("committee", body_id), lambda: _is_committee(body_id)):
        return True
    posts = [post for post in by.posts if post.role == Role.CLERK and post.body_id == body_id]
    if not posts:
        return False
    return kept(("openness", by, body_id), lambda: _leads(posts, body_id))


def _is_committee(body_id: int) -> bool:
    return Body.objects.filter(pk=body_id, kind=BodyKind.COMMITTEE).exists()


def _leads(posts: Iterable[Post], body_id: int) -> bool:
    offices = leading_offices(body_id)
    if any(post.office_id is None or post.office_id in offices for post in posts):
        return True
    clerks = Appointment.objects.filter(in_force(), role=Role.CLERK, body=body_id)
    return not any(office is None or office in offices for office in clerks.values_list("office", flat=True))


def leading_offices(body_id: int) -> frozenset[int]:
    """Return the offices that the unit's named 公开工作机构 means: 办公室（政务公开科） means both where both are registered."""
    named = Body.objects.filter(pk=body_id).values_list("disclosure_office", flat=True).first() or ""
    rows = Office.objects.filter(body=body_id, active_to=None).values_list("pk", "name")
    return frozenset(pk for pk, name in rows if name in named)


def leading_clerks(body_id: int) -> frozenset[int]:
    """Return the clerks who lead the open government work inside a unit; of a 管委会 with its 政务公开办."""
    posts = Appointment.objects.filter(in_force(), body=body_id)
    chiefs = posts.filter(role=Role.CHIEF, body__kind=BodyKind.COMMITTEE).values_list("person", flat=True)
    rows = list(posts.filter(role=Role.CLERK).values_list("person", "office"))
    offices = leading_offices(body_id)
    leading = [person for person, office in rows if office is None or office in offices]
    return frozenset(leading or [person for person, _ in rows]) | frozenset(chiefs)


def leads_alone(by: Actor, body_id: int) -> bool:
    """Whether nobody but this person leads the work inside a unit: no head is appointed, and no other clerk could look at what they did."""
    heads = Appointment.objects.filter(in_force(), role=Role.LEAD, body=body_id).values_list(
        "person", flat=True
    )
    return in_charge(by, body_id) and all(
        is_among(by, [number]) for number in {*heads, *leading_clerks(body_id)}
    )


def units_led(by: Actor) -> list[Body]:
    """Return the units inside which somebody leads the open government work and that may issue a notice for themselves."""
    posts = {post.body_id for post in by.posts if post.role in {Role.CLERK, Role.LEAD}}
    chiefs = {post.body_id for post in by.posts if post.role == Role.CHIEF}
    if not posts | chiefs:
        return []
    own = Q(pk__in=posts) | Q(pk__in=chiefs, kind=BodyKind.COMMITTEE)
    rows = Body.objects.filter(own, active_to=None, merged_into=None).exclude(AREAS)
    return [body for body in rows.order_by("position", "pk") if in_charge(by, body.pk)]


def works_on(by: Actor, body_id: int, office_id: int | None) -> bool:
    """Whether somebody does what falls to an office of a unit: its own clerk, one of no office, or who leads the work in the unit."""
    own = [post for post in by.posts if post.body_id == body_id and post.role == Role.CLERK]
    if any(post.office_id in {None, office_id} for post in own):
        return True
    return (office_id is None and bool(own)) or in_charge(by, body_id)
