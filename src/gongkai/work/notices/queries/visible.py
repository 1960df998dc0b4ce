"""Who sees which notices, assignments and registers: the one source for page, list, export and feed."""

from django.db.models import Q, QuerySet

from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body
from gongkai.core.units.openness import in_charge
from gongkai.core.units.reach import SUPERVISING
from gongkai.work.notices.models import Assignment, AwaitedAct, Guidance, Notice, Upward
from gongkai.work.notices.states import TASKS, NoticeState

#: What the staff of a unit sees; drafts are the 政务公开办's.
ISSUED = (NoticeState.LIVE, NoticeState.SUPERSEDED, NoticeState.VOID)


@visible(Notice)
def visible_to(user: object) -> QuerySet[Notice]:
    """Return the notices that somebody may see: those of the governments they supervise; for staff the issued ones of their government and unit.

    A unit's own notice is for that unit and what stands below it, its draft for who leads the work there; who supervises the unit sees neither.

    Anonymous sees none here: the public reads `public.public_progress`.
    """
    actor = actor_of(user)
    if actor.system:
        return Notice.objects.all()
    if not actor.known:
        return Notice.objects.none()
    seen = Q(state__in=ISSUED) & (
        Q(government__in=governments_over(actor)) | Q(assignments__body__in=actor.bodies)
    )
    for post in actor.posts:
        if post.role in SUPERVISING:
            seen |= Q(government__path__startswith=post.reach, own=False)
    if led := [body for body in actor.bodies if in_charge(actor, body)]:
        seen |= Q(government__in=led, own=True)
    return Notice.objects.filter(pk__in=Notice.objects.filter(seen).values("pk"))


def supervises(actor: Actor, notice: Notice) -> bool:
    """Whether somebody sees all of a notice's tasks: who supervises its government; of a unit's own notice who leads the work in the unit."""
    if notice.own:
        return in_charge(actor, notice.government_id)
    return actor.system or actor.reaches(*SUPERVISING, path=notice.government.path)


def governments_over(actor: Actor) -> set[int]:
    """Return the bodies on the way from the root to an actor's bodies: the governments whose notices concern them."""
    paths = Body.objects.filter(pk__in=actor.bodies).values_list("path", flat=True)
    return {int(part) for path in paths for part in path.split("/") if part}


@visible(AwaitedAct)
def awaited_visible_to(user: object) -> QuerySet[AwaitedAct]:
    """Return the acts that limits of those notices wait for."""
    rows = AwaitedAct.objects.filter(notice__in=visible_to(user).values("pk"))
    return rows.select_related("notice__government")


@visible(Assignment)
def assignments_visible_to(user: object) -> QuerySet[Assignment]:
    """Return the assignments whose entries somebody may see."""
    return Assignment.objects.filter(entry__in=entries_visible_to(user).filter(kind__in=TASKS))


@visible(Guidance)
def guidance_visible_to(user: object) -> QuerySet[Guidance]:
    """Return the guidance records of one's own bodies, given or got, and of those supervised."""
    actor = actor_of(user)
    if actor.system:
        return Guidance.objects.all()
    if not actor.known:
        return Guidance.objects.none()
    seen = Q(guiding__in=actor.bodies) | Q(guided__in=actor.bodies)
    for post in actor.posts:
        if post.role in SUPERVISING:
            seen |= Q(guiding__path__startswith=post.reach)
    return Guidance.objects.filter(seen)


@visible(Upward)
def upwards_visible_to(user: object) -> QuerySet[Upward]:
    """Return the submissions whose entries somebody sees."""
    return Upward.objects.filter(entry__in=entries_visible_to(user).filter(kind="upward").values("pk"))
