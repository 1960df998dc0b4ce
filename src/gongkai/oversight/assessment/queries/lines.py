"""Queries for line inspections, required once a year of each bureau and district (V-04)."""

from django.db.models import Q, QuerySet

from gongkai.core.units.actors import Actor
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.reach import belongs
from gongkai.oversight.assessment.models import Highlight, LineInspection
from gongkai.oversight.assessment.queries.registers import bodies_seen

#: Kinds of units that lead a system of their own: bureaus and districts.
LEADING = (BodyKind.DEPARTMENT, BodyKind.DISTRICT)


@visible(LineInspection)
def lines_visible_to(by: Actor) -> QuerySet[LineInspection, LineInspection]:
    """Return the inspections visible to the user: own, supervised, or with the user's unit."""
    rows = LineInspection.objects.select_related("body").prefetch_related("units", "entries")
    return rows.filter(belongs(by) | belongs(by, "units", supervising=())).distinct()


def system_of(by: Actor) -> QuerySet[Body, Body]:
    """Return the units that the user's unit may inspect, including those in districts."""
    tops = {f"/{body.path.strip('/').split('/')[0]}/" for body in bodies_seen(by)}
    within = Q(pk__in=[])
    for top in sorted(tops):
        within |= Q(path__startswith=top)
    return Body.objects.filter(within, active_to=None, merged_into=None).order_by("path")


@visible(Highlight)
def highlights_visible_to(by: Actor) -> QuerySet[Highlight, Highlight]:
    """Return the highlights of units that the user works for or supervises."""
    return Highlight.objects.filter(belongs(by)).select_related("body")
