"""Which units a notice orders to publish in a column: whose the column is does not shut them out. Reads only."""

from collections.abc import Collection, Sequence

from django.db.models import Prefetch

from gongkai.content.editions.models import Column, Website
from gongkai.work.notices.columns import written
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn
from gongkai.work.notices.states import FALLEN_AWAY, NoticeState


def ordered_in(columns: Sequence[Column], bodies: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs (column, unit) of which a notice in force orders the unit to publish in the column, or in one above it.

    Only who is over the site orders so: neither a unit by its own notice, nor a government below. What fell away is no order any more.
    """
    sites = dict(
        Website.objects.filter(pk__in={one.website_id for one in columns}).values_list("pk", "body__path")
    )
    above = {int(n): sites[one.website_id] for one in columns for n in one.path.split("/") if n}
    rows = ImportedColumn.objects.filter(column_id__in=list(above), notice__state=NoticeState.LIVE)
    rows = rows.filter(notice__own=False)
    paths: dict[int, dict[str, int]] = {}
    for notice, over, path, number in rows.values_list(
        "notice", "notice__government__path", "path", "column_id"
    ):
        if above[number].startswith(over):
            paths.setdefault(notice, {})[path] = number
    owed = Assignment.objects.filter(notice__in=list(paths), body__in=bodies)
    mine = owed.exclude(entry__outcome__in=FALLEN_AWAY).prefetch_related(
        Prefetch("measure__duties", Duty.objects.exclude(paths=[]))
    )
    ordered = {
        (paths[assignment.notice_id][name], assignment.body_id)
        for assignment in mine
        for duty in assignment.measure.duties.all()
        for path in duty.paths
        if (name := written(path)) in paths[assignment.notice_id]
    }
    return {
        (column.pk, body) for column in columns for number, body in ordered if f"/{number}/" in column.path
    }
