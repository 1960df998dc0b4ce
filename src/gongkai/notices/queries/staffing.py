"""Units that owe something while nobody is appointed there who could do it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from gongkai.ledger.models import Entry
from gongkai.notices.actions.rules import WORKERS, staffed
from gongkai.notices.planning.plan import PlannedMeasure
from gongkai.notices.states import OPEN
from gongkai.units.actors import Actor, in_force
from gongkai.units.models import Appointment, Body, Role
from gongkai.units.reach import SUPERVISING

#: Whoever has one of these can do the work; without a signer nothing of the unit is published.
_ROLES = (*WORKERS, Role.SIGNER)


@dataclass(frozen=True)
class Unstaffed:
    """A unit with open tasks, and whom it lacks."""

    body: Body
    open: int
    no_worker: bool
    no_signer: bool

    @property
    def words(self) -> str:
        """What is missing, and what follows from it."""
        lacks = []
        if self.no_worker:
            lacks.append("没有经办人，任务无人办理")
        if self.no_signer:
            lacks.append("没有签发人，信息不能签发")
        return "；".join(lacks)


def leads_without_staff(planned: Iterable[PlannedMeasure]) -> list[Body]:
    """Return the lead units of measures in which nobody is appointed who could decide what is handed in; two queries."""
    leads = {lead for measure in planned for owned in measure.owned for lead in owned.leads}
    return list(Body.objects.filter(pk__in=leads - staffed()).order_by("position", "pk"))


def unstaffed(by: Actor) -> list[Unstaffed]:
    """Return the units with open tasks that lack a clerk (or head) or a signer, for whoever supervises them, in four queries at most.

    Those where nobody can work at all come first, then by the number of open tasks.
    """
    reach = Q(pk__in=())
    for post in by.posts:
        if post.role in SUPERVISING:
            reach |= Q(path__startswith=post.reach)
    supervised = list(Body.objects.filter(reach).values_list("pk", flat=True))
    posts = Appointment.objects.filter(in_force(), role__in=_ROLES, body__in=supervised)
    there = set(posts.order_by().values_list("body", "role").distinct())
    able = {body for body, role in there if role in WORKERS}
    signs = {body for body, role in there if role == Role.SIGNER}
    # Who lacks somebody first, their tasks then: to count everybody's reads a million tasks for the few that lack.
    lacking = set(supervised) - (able & signs)
    if not lacking:
        return []
    owing = Entry.objects.open().filter(body_id__in=lacking, kind="assignment", state__in=OPEN).order_by()
    counts = dict(owing.values_list("body_id").annotate(open=Count("*")))
    missing = Body.objects.in_bulk(counts.keys())
    found = [Unstaffed(body, counts[pk], pk not in able, pk not in signs) for pk, body in missing.items()]
    return sorted(found, key=lambda one: (not one.no_worker, -one.open, one.body.pk))
