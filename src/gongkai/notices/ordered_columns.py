"""Which units a notice orders to publish in a column: whose the column is does not shut them out. Reads only."""

from collections.abc import Collection, Sequence

from django.db.models import Prefetch

from gongkai.editions.models import Column
from gongkai.notices.columns import written
from gongkai.notices.models import Assignment, Duty, ImportedColumn
from gongkai.notices.states import NoticeState


def ordered_in(columns: Sequence[Column], bodies: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs (column, unit) of which a notice in force orders the unit to publish in the column, or in one above it."""
    above = {int(number) for column in columns for number in column.path.split("/") if number}
    rows = ImportedColumn.objects.filter(column_id__in=above, notice__state=NoticeState.LIVE)
    paths: dict[int, dict[str, int]] = {}
    for notice, path, number in rows.values_list("notice", "path", "column_id"):
        paths.setdefault(notice, {})[path] = number
    mine = Assignment.objects.filter(notice__in=list(paths), body__in=bodies).prefetch_related(
        Prefetch("measure__duties", Duty.objects.exclude(paths=[]))
    )
    ordered = {
        (paths[one.notice_id][name], one.body_id)
        for one in mine
        for duty in one.measure.duties.all()
        for path in duty.paths
        if (name := written(path)) in paths[one.notice_id]
    }
    return {
        (column.pk, body) for column in columns for number, body in ordered if f"/{number}/" in column.path
    }
