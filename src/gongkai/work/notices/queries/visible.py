"""Visibility of notices, assignments, guidance and submissions."""

from django.db.models import Q, QuerySet

from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body
from gongkai.core.units.openness import in_charge
from gongkai.core.units.reach import SUPERVISING_ROLES
from gongkai.work.notices.models import Assignment, AwaitedAct, Guidance, Notice, Upward
from gongkai.work.notices.states import TASK_KINDS, NoticeState

# States in which staff see a notice; drafts are for the open-government office.
ISSUED_STATES = (NoticeState.LIVE, NoticeState.SUPERSEDED, NoticeState.VOID)


@visible(Notice)
def visible_to(user: object) -> QuerySet[Notice]:
    """Return the notices the user may see.

    Supervisors see those of their governments, staff the issued ones of their government and unit.
    A unit's own notice is for that unit and those below it; its draft is for the user in charge
    there. Anonymous users see none; the public reads `public`.
    """
    actor = actor_of(user)
    if actor.system:
        return Notice.objects.all()
    if not actor.known:
        return Notice.objects.none()
    seen = Q(state__in=ISSUED_STATES) & (
        Q(government__in=find_governments_over(actor)) | Q(assignments__body__in=actor.bodies)
    )
    for post in actor.posts:
        if post.role in SUPERVISING_ROLES:
            seen |= Q(government__path__startswith=post.reach, own=False)
    if led := [body for body in actor.bodies if in_charge(actor, body)]:
        seen |= Q(government__in=led, own=True)
    return Notice.objects.filter(pk__in=Notice.objects.filter(seen).values("pk"))


def supervises(actor: Actor, notice: Notice) -> bool:
    """Return true if the user sees all tasks of a notice."""
    if notice.own:
        return in_charge(actor, notice.government_id)
    return actor.system or actor.reaches(*SUPERVISING_ROLES, path=notice.government.path)


def find_governments_over(actor: Actor) -> set[int]:
    """Return the bodies from the root to the actor's bodies."""
    paths = Body.objects.filter(pk__in=actor.bodies).values_list("path", flat=True)
    return {int(part) for path in paths for part in path.split("/") if part}


@visible(AwaitedAct)
def awaited_visible_to(user: object) -> QuerySet[AwaitedAct]:
    """Return the awaited acts of visible notices."""
    rows = AwaitedAct.objects.filter(notice__in=visible_to(user).values("pk"))
    return rows.select_related("notice__government")


@visible(Assignment)
def assignments_visible_to(user: object) -> QuerySet[Assignment]:
    """Return the assignments of visible entries."""
    return Assignment.objects.filter(entry__in=entries_visible_to(user).filter(kind__in=TASK_KINDS))


@visible(Guidance)
def guidance_visible_to(user: object) -> QuerySet[Guidance]:
    """Return guidance records of the user's own and supervised bodies."""
    actor = actor_of(user)
    if actor.system:
        return Guidance.objects.all()
    if not actor.known:
        return Guidance.objects.none()
    seen = Q(guiding__in=actor.bodies) | Q(guided__in=actor.bodies)
    for post in actor.posts:
        if post.role in SUPERVISING_ROLES:
            seen |= Q(guiding__path__startswith=post.reach)
    return Guidance.objects.filter(seen)


@visible(Upward)
def upwards_visible_to(user: object) -> QuerySet[Upward]:
    """Return the submissions of visible entries."""
    return Upward.objects.filter(entry__in=entries_visible_to(user).filter(kind="upward").values("pk"))
