"""How far each of many notices is; a constant number of queries."""

from dataclasses import dataclass

from django.db.models import Count, F, Model, QuerySet

from gongkai.notices.models import Assignment, Measure, MeasureUnit, Notice, UnitState
from gongkai.notices.queries.lights import Lights, lights_by


@dataclass(frozen=True)
class Progress:
    """A notice with its figures: measures, what waits for a person, lights of its entries."""

    notice: Notice
    measures: int
    unresolved: int
    unsettled: int
    lights: Lights


def with_progress(notices: list[Notice]) -> list[Progress]:
    """Return notices with their figures."""
    numbers = [notice.pk for notice in notices]
    measures = _counted(Measure.objects.filter(notice__in=numbers, dropped=False), "notice")
    units = MeasureUnit.objects.filter(measure__notice__in=numbers, measure__dropped=False)
    unresolved = _counted(units.exclude(state=UnitState.RESOLVED), "measure__notice")
    rows = Assignment.objects.filter(notice__in=numbers, entry__year=F("notice__year"))
    lights = {notice: one for (notice,), one in lights_by(rows, "notice_id", prefix="entry__").items()}
    flags: dict[int, int] = {}
    doubted = Measure.objects.filter(notice__in=numbers, dropped=False).exclude(flags=[])
    for notice, row_flags in doubted.values_list("notice_id", "flags"):
        flags[notice] = flags.get(notice, 0) + sum(1 for flag in row_flags if not flag.get("settled"))
    return [
        Progress(
            notice,
            measures.get(notice.pk, 0),
            unresolved.get(notice.pk, 0),
            flags.get(notice.pk, 0),
            lights.get(notice.pk, Lights()),
        )
        for notice in notices
    ]


def _counted(rows: QuerySet[Model], key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))
