"""Inspections along a line against what is owed: each bureau and each district's office once a year (V-04); highlights."""

from django.db.models import Q, QuerySet

from gongkai.core.units.actors import Actor
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.reach import belongs
from gongkai.oversight.assessment.models import Highlight, LineInspection
from gongkai.oversight.assessment.queries.registers import bodies_seen

#: Who leads a system of its own: bureaus, and districts by their government or its office.
LEADING = (BodyKind.DEPARTMENT, BodyKind.DISTRICT)


@visible(LineInspection)
def lines_visible_to(by: Actor) -> QuerySet[LineInspection, LineInspection]:
    """Return the inspections that somebody sees: their own units', those supervised, those in which their unit was inspected."""
    rows = LineInspection.objects.select_related("body").prefetch_related("units", "entries")
    return rows.filter(belongs(by) | belongs(by, "units", supervising=())).distinct()


def system_of(by: Actor) -> QuerySet[Body, Body]:
    """Return the units that can be inspected along a line: a bureau's system reaches into districts that its staff do not supervise."""
    tops = {f"/{body.path.strip('/').split('/')[0]}/" for body in bodies_seen(by)}
    within = Q(pk__in=[])
    for top in sorted(tops):
        within |= Q(path__startswith=top)
    return Body.objects.filter(within, active_to=None, merged_into=None).order_by("path")


@visible(Highlight)
def highlights_visible_to(by: Actor) -> QuerySet[Highlight, Highlight]:
    """Return the highlights of the units that somebody works for or supervises."""
    return Highlight.objects.filter(belongs(by)).select_related("body")
