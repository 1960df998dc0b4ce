"""Visibility of notices, assignments, guidance and submissions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Office
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.open_government_leads import is_in_charge
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.work.notices.models import Assignment, AwaitedAct, Guidance, Notice, Upward
from gongkai.work.notices.states import ASSIGNED, TASK_KINDS, NoticeState

#: States in which the staff of units see a notice; drafts are visible to the open-government office
#: only.
ISSUED_STATES = (NoticeState.LIVE, NoticeState.SUPERSEDED, NoticeState.VOID)


@register_visible_to(Notice)
def visible_to(user: object) -> QuerySet[Notice]:
    """Return the notices the user may see.

    Supervisors see those of their governments, staff the issued ones of their government and unit.
    A unit's own notice is for that unit and those below it; its draft is for the user in charge
    there. Anonymous users see none; the public reads `public`.
    """
    actor = get_actor(user)
    if actor.system:
        return Notice.objects.all()
    if not actor.known:
        return Notice.objects.none()
    query = Q(state__in=ISSUED_STATES) & (
        Q(government__in=find_keys_of_bodies_above(actor)) | Q(assignments__body__in=actor.bodies)
    )
    for post in actor.posts:
        if post.role in SUPERVISING_ROLES:
            query |= Q(government__path__startswith=post.reach, own=False)
    if led := [body for body in actor.bodies if is_in_charge(actor, body)]:
        query |= Q(government__in=led, own=True)
    return Notice.objects.filter(pk__in=Notice.objects.filter(query).values("pk"))


def can_open_parent(user: object, notice: Notice) -> bool:
    """Return true if the user may open the parent of a notice."""
    return notice.parent_id is not None and visible_to(user).filter(pk=notice.parent_id).exists()


def can_see_all_tasks(actor: Actor, notice: Notice) -> bool:
    """Return true if the user sees all tasks of a notice."""
    if notice.own:
        return is_in_charge(actor, notice.government_id)
    return actor.system or actor.reaches(*SUPERVISING_ROLES, path=notice.government.path)


def find_keys_of_bodies_above(actor: Actor) -> set[int]:
    """Return the keys of the bodies from the root to the actor's bodies."""
    paths = Body.objects.filter(pk__in=actor.bodies).values_list("path", flat=True)
    return {int(part) for path in paths for part in path.split("/") if part}


@register_visible_to(AwaitedAct)
def awaited_visible_to(user: object) -> QuerySet[AwaitedAct]:
    """Return the awaited acts of visible notices."""
    rows = AwaitedAct.objects.filter(notice__in=visible_to(user).values("pk"))
    return rows.select_related("notice__government")


@register_visible_to(Assignment)
def assignments_visible_to(user: object) -> QuerySet[Assignment]:
    """Return the assignments of visible entries."""
    return Assignment.objects.filter(entry__in=entries_visible_to(user).filter(kind__in=TASK_KINDS))


@register_visible_to(Guidance)
def guidance_visible_to(user: object) -> QuerySet[Guidance]:
    """Return records of guidance that the user's bodies gave or received, or that supervised bodies gave."""
    actor = get_actor(user)
    if actor.system:
        return Guidance.objects.all()
    if not actor.known:
        return Guidance.objects.none()
    query = Q(guiding__in=actor.bodies) | Q(guided__in=actor.bodies)
    for post in actor.posts:
        if post.role in SUPERVISING_ROLES:
            query |= Q(guiding__path__startswith=post.reach)
    return Guidance.objects.filter(query)


@register_visible_to(Upward)
def upwards_visible_to(user: object) -> QuerySet[Upward]:
    """Return the submissions of visible entries."""
    return Upward.objects.filter(entry__in=entries_visible_to(user).filter(kind="upward").values("pk"))


# Keys of a body and of an office inside it (0: the whole body).
UnitKey = tuple[int, int]


@dataclass(frozen=True)
class OfficeColumn:
    """An office in a table of units; its `pk` is negative to differ from units."""

    pk: int
    name: str
    short_name: str
    position: int
    body_id: int

    @property
    def label(self) -> str:
        """Return the name of the office."""
        return self.short_name

    @property
    def office_id(self) -> int:
        """Return the primary key of the office."""
        return -self.pk


# A unit or office that does tasks.
ResponsibleUnit = Body | OfficeColumn


def load_units(pairs: Iterable[UnitKey]) -> dict[UnitKey, ResponsibleUnit]:
    """Return {(body, office or 0): unit or office column} for tables, offices first, in directory order."""
    keys = set(pairs)
    bodies = Body.objects.filter(pk__in={body for body, office in keys if not office})
    offices = Office.objects.filter(pk__in={office for _, office in keys if office}).select_related("body")
    offices_by_key: dict[UnitKey, ResponsibleUnit] = {
        (office.body_id, office.pk): OfficeColumn(-office.pk, str(office), office.name, office.position, office.body_id)
        for office in offices.order_by("position", "pk")
    }
    return offices_by_key | {(body.pk, 0): body for body in bodies.order_by("position", "pk")}


def make_unit_label(entry: Entry) -> str:
    """Return the name of the unit or office that does a task."""
    return entry.office.name if entry.kind != ASSIGNED and entry.office else entry.body.label


def make_involvement_condition(bodies: Iterable[Body]) -> Q:
    """Return the condition for measures that one of these units owes or leads."""
    tasks = Assignment.objects.filter(measure=OuterRef("pk"))
    return Q(Exists(tasks.filter(body__in=bodies))) | Q(Exists(tasks.filter(leads__in=bodies)))
