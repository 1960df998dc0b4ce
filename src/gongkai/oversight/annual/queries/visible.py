"""Who sees which report; which units report to whom."""

from datetime import date

from django.db.models import Q, QuerySet

from gongkai.core.ledger.queries import of_visible
from gongkai.core.units.actors import Actor
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.reach import GOVERNMENTS, SUPERVISING, belongs
from gongkai.oversight.annual.kind import KIND
from gongkai.oversight.annual.models import Report

#: Bodies that are no administrative organs and report through others (条例第五十五条: 公共企事业单位 publish by rules of their own).
SILENT = frozenset({BodyKind.INSTITUTION, BodyKind.ENTERPRISE, BodyKind.OTHER})


@visible(Report)
def reports_visible_to(user: object) -> "QuerySet[Report, Report]":
    """Return the reports whose entries somebody may see."""
    rows = of_visible(Report.objects.all(), user, kind=KIND)
    return rows.select_related("entry__body", "entry__office", "body")


def members_of(government: Body, year: int | None = None) -> "QuerySet[Body, Body]":
    """Return the units whose reports a government's report sums: those that stand directly under it, governments below with their own sums.

    With a year, what was closed in it or since, and went into no other unit, counts too: else its rows were in nobody's report.
    """
    stands = Q(active_to=None)
    if year is not None:
        stands |= Q(active_to__gt=date(year, 1, 1))
    rows = Body.objects.filter(stands, parent=government, merged_into=None).exclude(kind__in=SILENT)
    return rows.order_by("position", "pk")


def stood_in(government: Body, year: int) -> "QuerySet[Body, Body]":
    """Return the units directly under a government that stood at the end of a year or came later: what they owed stays theirs."""
    stands = Q(active_to=None) | Q(active_to__gt=date(year, 12, 31))
    rows = Body.objects.filter(stands, parent=government).exclude(kind__in=SILENT)
    return rows.select_related("merged_into").order_by("position", "pk")


def counted_in(government: Body, year: int) -> list[Body]:
    """Return all whose own rows a government's report sums: itself, its units, and those of the governments below it."""
    found = [government]
    for body in members_of(government, year):
        found += counted_in(body, year) if is_government(body) else [body]
    return found


def is_government(body: Body) -> bool:
    """Whether a body's report is that of a government."""
    return body.kind in GOVERNMENTS


def governments_of(by: Actor) -> "list[Body]":
    """Return the governments whose reports somebody collects or supervises: those that stand at the head of a reach."""
    tops = {post.reach for post in by.posts if post.role in SUPERVISING}
    return list(Body.objects.filter(path__in=tops, kind__in=GOVERNMENTS, active_to=None).order_by("position"))


def reach(by: Actor) -> Q:
    """Return the condition for the units whose earlier reports somebody may import or confirm: their own, and those a 政务公开办 is over."""
    return belongs(by, "", roles=(Role.CLERK, Role.LEAD, Role.SIGNER), supervising=(Role.CHIEF,))
