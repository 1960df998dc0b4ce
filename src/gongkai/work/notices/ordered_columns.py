"""Query the units that a notice orders to publish in a column of another unit."""

from collections.abc import Collection, Sequence

from django.db.models import Prefetch

from gongkai.content.editions.models import Column, Website
from gongkai.work.notices.columns import join_path
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn
from gongkai.work.notices.states import CANCELLED_OUTCOMES, NoticeState


def find_ordered_publishers(columns: Sequence[Column], bodies: Collection[int]) -> set[tuple[int, int]]:
    """Return pairs (column, unit) for which a notice in force orders the unit to publish there.

    Only notices of the government above the site count, not a unit's own. Cancelled tasks do not
    count.
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
    mine = owed.exclude(entry__outcome__in=CANCELLED_OUTCOMES).prefetch_related(
        Prefetch("measure__duties", Duty.objects.exclude(paths=[]))
    )
    ordered = {
        (paths[assignment.notice_id][name], assignment.body_id)
        for assignment in mine
        for duty in assignment.measure.duties.all()
        for path in duty.paths
        if (name := join_path(path)) in paths[assignment.notice_id]
    }
    return {
        (column.pk, body) for column in columns for number, body in ordered if f"/{number}/" in column.path
    }
