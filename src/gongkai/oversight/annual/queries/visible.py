"""Visibility of reports, and the units whose reports a government sums."""

from datetime import date

from django.db.models import Q, QuerySet

from gongkai.core.ledger.queries import of_visible
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import register_visible_to
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.reach import GOVERNING_KINDS, SUPERVISING_ROLES, rows_of_own_units, working_bodies
from gongkai.oversight.annual.kind import KIND
from gongkai.oversight.annual.models import Report

#: Kinds of units that do not report (条例第五十五条: 公共企事业单位 follow their own rules).
NON_REPORTING_KINDS = frozenset({BodyKind.INSTITUTION, BodyKind.ENTERPRISE, BodyKind.OTHER})


@register_visible_to(Report)
def reports_visible_to(user: object) -> "QuerySet[Report, Report]":
    """Return the reports whose entries the user may see, and those that the user's own government sums."""
    rows = of_visible(Report.objects.all(), user, kind=KIND)
    if not actor_of(user).system:
        summed = Q(body__parent__in=working_bodies(actor_of(user)), body__parent__kind__in=GOVERNING_KINDS)
        rows = Report.objects.filter(Q(pk__in=rows.values("pk")) | (summed & ~Q(body__kind__in=NON_REPORTING_KINDS)))
    return rows.select_related("entry__body", "entry__office", "body")


def list_direct_units(government: Body, year: int | None = None) -> "QuerySet[Body, Body]":
    """Return the units directly under a government, whose reports it sums.

    With a year, units closed since without successor are included, as their rows count nowhere
    else.
    """
    stands = Q(active_to=None)
    if year is not None:
        stands |= Q(active_to__gt=date(year, 1, 1))
    rows = Body.objects.filter(stands, parent=government, merged_into=None).exclude(kind__in=NON_REPORTING_KINDS)
    return rows.order_by("position", "pk")


def list_units_existing_in(government: Body, year: int) -> "QuerySet[Body, Body]":
    """Return the units directly under a government at the end of a year or later."""
    stands = Q(active_to=None) | Q(active_to__gt=date(year, 12, 31))
    rows = Body.objects.filter(stands, parent=government).exclude(kind__in=NON_REPORTING_KINDS)
    return rows.select_related("merged_into").order_by("position", "pk")


def list_counted_units(government: Body, year: int) -> list[Body]:
    """Return all units whose rows count in a government's report, at any depth."""
    found = [government]
    for body in list_direct_units(government, year):
        found += list_counted_units(body, year) if is_government(body) else [body]
    return found


def is_government(body: Body) -> bool:
    """Return True if the unit's report is that of a government."""
    return body.kind in GOVERNING_KINDS


def list_collecting_governments(by: Actor) -> "list[Body]":
    """Return the governments whose reports the user collects or supervises."""
    tops = {post.reach for post in by.posts if post.role in SUPERVISING_ROLES}
    return list(Body.objects.filter(path__in=tops, kind__in=GOVERNING_KINDS, active_to=None).order_by("position"))


def filter_importable_units(by: Actor) -> Q:
    """Return the filter for units whose reports of earlier years the user may import or confirm."""
    return rows_of_own_units(by, "", roles=(Role.CLERK, Role.LEAD, Role.SIGNER), supervising=(Role.CHIEF,))
