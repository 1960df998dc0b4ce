"""Progress of many notices in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Count, F, Model, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.lib.typed_json import Record, numbers
from gongkai.work.notices.models import Assignment, Measure, MeasureUnit, Notice, UnitState
from gongkai.work.notices.queries.lights import LightCounts, count_lights_by


@dataclass(frozen=True)
class NoticeProgress:
    """A notice with numbers of measures, open questions and lights."""

    notice: Notice
    measures: int
    unresolved: int
    unsettled: int
    lights: LightCounts


class ProgressCount(figures.Question[tuple[int, ...]]):
    """The cached counts of all tasks of some notices."""

    name = "notices.progress"

    def asked(self, subject: tuple[int, ...]) -> Record:
        """Return the primary keys."""
        return {"notices": list(subject)}

    def subject(self, asked: Record) -> tuple[int, ...]:
        """Return the primary keys."""
        return tuple(numbers(asked, "notices"))

    def rows(self, subject: tuple[int, ...], by: Actor) -> QuerySet[Model, Model]:
        """Return all tasks of each notice's year; they need no further permission."""
        rows = Assignment.objects.filter(notice__in=subject, entry__year=F("notice__year"))
        return rows  # type: ignore[return-value]

    def count(self, subject: tuple[int, ...], rows: QuerySet[Model, Model], now: datetime) -> figures.Counted:
        """Count by notice."""
        found = count_lights_by(rows, "notice_id", prefix="entry__", now=now)
        lines = [[int(str(notice)), *lights.as_row()] for (notice,), lights in found.items()]
        return figures.Counted(lines, sum(lights.all for lights in found.values()))


PROGRESS_COUNT = ProgressCount()


@dataclass(frozen=True)
class ProgressList:
    """Notices with their progress; `as_of` is the time of cached counts."""

    notices: list[NoticeProgress]
    as_of: datetime | None = None


def load_progress(notices: list[Notice]) -> ProgressList:
    """Return notices with their progress; counts of very many tasks are cached."""
    own = [notice.pk for notice in notices]
    measures = _count_by(Measure.objects.filter(notice__in=own, dropped=False), "notice")
    units = MeasureUnit.objects.filter(measure__notice__in=own, measure__dropped=False)
    unresolved = _count_by(units.exclude(state=UnitState.RESOLVED), "measure__notice")
    counted = figures.ask(PROGRESS_COUNT, tuple(own), by=ANONYMOUS)
    lights = {notice: LightCounts(*row) for notice, *row in cast(list[list[int]], counted.found)}
    flags: dict[int, int] = {}
    doubted = Measure.objects.filter(notice__in=own, dropped=False).exclude(flags=[])
    for notice, row_flags in doubted.values_list("notice_id", "flags"):
        flags[notice] = flags.get(notice, 0) + sum(1 for flag in row_flags if not flag.get("settled"))
    found = [
        NoticeProgress(
            notice,
            measures.get(notice.pk, 0),
            unresolved.get(notice.pk, 0),
            flags.get(notice.pk, 0),
            lights.get(notice.pk, LightCounts()),
        )
        for notice in notices
    ]
    return ProgressList(found, counted.as_of)


def _count_by(rows: QuerySet[Model], key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))
