"""Choose a text's review plan from the schemes of its site and columns."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from gongkai.content.editions.models import Column
from gongkai.content.reviewing.models import ReviewScheme
from gongkai.content.reviewing.plan import DEFAULT, Plan, merged


def plan_for(columns: Sequence[Column]) -> Plan:
    """Return the plan for a text in these columns: everything that each of them asks (`plan.merged`)."""
    plans = list(plans_of(columns).values())
    return merged(plans) if plans else DEFAULT


def plans_of(columns: Iterable[Column]) -> dict[int, Plan]:
    """Return the plan of each column: the nearest scheme above it, else the site's, else the default. One query."""
    columns = list(columns)
    wanted = Q(pk__in=[])
    for column in columns:
        wanted |= Q(website=column.website_id, column_number__in=[0, *_above(column)])
    latest: dict[tuple[int, int], ReviewScheme] = {}
    if columns:
        for row in ReviewScheme.objects.filter(wanted).order_by("number"):
            latest[row.website_id, row.column_number] = row
    return {column.pk: _nearest(column, latest) for column in columns}


def plans_below(column: Column) -> dict[int, Plan]:
    """Return the plans of a column and everything below it, as it stands in the database. Three queries, however large the subtree."""
    path = Column.objects.values_list("path", flat=True).get(pk=column.pk)
    latest = {
        (row.website_id, row.column_number): row
        for row in ReviewScheme.objects.filter(website=column.website_id).order_by("number")
    }
    below = Column.objects.filter(website=column.website_id, path__startswith=path)
    return {one.pk: _nearest(one, latest) for one in below}


def _nearest(column: Column, latest: dict[tuple[int, int], ReviewScheme]) -> Plan:
    for number in [*reversed(_above(column)), 0]:
        row = latest.get((column.website_id, number))
        if row is not None and not row.ended:
            return Plan.from_json(row.plan)
    return DEFAULT


def _above(column: Column) -> list[int]:
    """Return the numbers of a column's chain, from the top down to itself."""
    return [int(part) for part in column.path.split("/") if part]


def in_force(website_id: int) -> list[ReviewScheme]:
    """Return a site's schemes in force, the site's own first."""
    latest: dict[int, ReviewScheme] = {}
    for row in ReviewScheme.objects.filter(website=website_id).order_by("number"):
        latest[row.column_number] = row
    return [row for _, row in sorted(latest.items()) if not row.ended]
