"""Progress of many notices in few queries, and the printable table of one notice."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Count, F, Model, QuerySet
from django.utils import timezone

from gongkai.core.ledger import figures
from gongkai.core.ledger.clock import get_light
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.lib.typed_json import Record, read_numbers
from gongkai.lib.writing.progress_table import FIGURE_COLUMNS, MeasureLine, NoticeProgressTable, UnitTaskLine
from gongkai.work.notices.models import COUNTED_MEASURES, Assignment, Measure, MeasureUnit, Notice, UnitState
from gongkai.work.notices.planning.descriptions import make_public_text
from gongkai.work.notices.planning.periods import describe_period
from gongkai.work.notices.queries.lights import WORST_FIRST, LightCounts, count_lights_by
from gongkai.work.notices.queries.tasks import OUTCOME_LABELS
from gongkai.work.notices.queries.visible import assignments_visible_to, can_see_all_tasks, make_unit_label
from gongkai.work.notices.states import CANCELLED_OUTCOMES, AssignmentState


@dataclass(frozen=True)
class NoticeProgress:
    """A notice with numbers of measures, unresolved units, open flags, and entries by light."""

    notice: Notice
    measures: int
    unresolved: int
    unsettled: int
    lights: LightCounts


class ProgressCount(figures.CachedCount[tuple[int, ...]]):
    """The cached counts of all tasks of some notices."""

    name = "notices.progress"

    def asked(self, subject: tuple[int, ...]) -> Record:
        """Return the primary keys of the notices, which name the cached count."""
        return {"notices": list(subject)}

    def subject(self, asked: Record) -> tuple[int, ...]:
        """Return the primary keys."""
        return tuple(read_numbers(asked, "notices"))

    def rows(self, subject: tuple[int, ...], by: Actor) -> QuerySet[Model, Model]:
        """Return all tasks of each notice's year; they need no further permission."""
        rows = Assignment.objects.filter(notice__in=subject, entry__year=F("notice__year"))
        return rows  # type: ignore[return-value]

    def count(self, subject: tuple[int, ...], rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count by notice."""
        found = count_lights_by(rows, "notice_id", prefix="entry__", now=now)
        lines = [[int(str(notice)), *lights.as_row()] for (notice,), lights in found.items()]
        return figures.CountResult(lines, sum(lights.all for lights in found.values()))


PROGRESS_COUNT = ProgressCount()


@dataclass(frozen=True)
class ProgressList:
    """Notices with their progress; `as_of` is the time of cached counts."""

    notices: list[NoticeProgress]
    as_of: datetime | None = None


def load_progress(notices: list[Notice]) -> ProgressList:
    """Return notices with their progress; counts of very many tasks are cached."""
    notice_keys = [notice.pk for notice in notices]
    measures = _count_rows_by(Measure.objects.filter(notice__in=notice_keys, dropped=False), "notice")
    units = MeasureUnit.objects.filter(measure__notice__in=notice_keys, measure__dropped=False)
    unresolved = _count_rows_by(units.exclude(state=UnitState.RESOLVED), "measure__notice")
    counts = figures.load_counts(PROGRESS_COUNT, tuple(notice_keys), by=ANONYMOUS)
    lights = {notice: LightCounts(*row) for notice, *row in cast(list[list[int]], counts.found)}
    flags: dict[int, int] = {}
    doubted = Measure.objects.filter(notice__in=notice_keys, dropped=False).exclude(flags=[])
    for notice, row_flags in doubted.values_list("notice_id", "flags"):
        flags[notice] = flags.get(notice, 0) + sum(1 for flag in row_flags if not flag.get("settled"))
    progress_rows = [
        NoticeProgress(
            notice,
            measures.get(notice.pk, 0),
            unresolved.get(notice.pk, 0),
            flags.get(notice.pk, 0),
            lights.get(notice.pk, LightCounts()),
        )
        for notice in notices
    ]
    return ProgressList(progress_rows, counts.as_of)


def _count_rows_by(rows: QuerySet[Model], key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))


def list_progress_tasks(notice: Notice, user: object) -> QuerySet[Assignment]:
    """Return the tasks of a notice in its year: all for its supervisors, else those visible to the user."""
    actor = get_actor(user)
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year)
    if not can_see_all_tasks(actor, notice):
        rows = rows.filter(pk__in=assignments_visible_to(actor).values("pk"))
    return rows


def build_progress_table(notice: Notice, user: object) -> NoticeProgressTable:
    """Return the table as visible to the user, in a constant number of queries."""
    moment = timezone.now()
    rows = list_progress_tasks(notice, user).select_related("entry__body", "entry__office").prefetch_related("leads")
    by_measure: dict[int, list[Assignment]] = {}
    for row in rows.order_by("body__position", "pk"):
        by_measure.setdefault(row.measure_id, []).append(row)
    measures = list(notice.measures.filter(COUNTED_MEASURES).order_by("position", "pk"))
    numbered = [(place, measure) for place, measure in enumerate(measures, start=1) if by_measure.get(measure.pk)]
    return NoticeProgressTable(
        title=notice.title,
        made_on=timezone.localtime(moment).date(),
        measures=[_build_measure_line(place, measure, by_measure[measure.pk], moment) for place, measure in numbered],
        units=[_build_unit_line(place, one, row, moment) for place, one in numbered for row in by_measure[one.pk]],
    )


def count_lights(rows: list[Assignment], now: datetime) -> LightCounts:
    """Count assignments in memory by the same rules as `queries.lights`."""
    found = dict.fromkeys(("total", "red", "yellow", "blue", "grey", "grey_red", "fallen", "carried"), 0)
    for row in rows:
        if row.entry.outcome in CANCELLED_OUTCOMES:
            found["fallen"] += 1
        elif row.entry.outcome == AssignmentState.CARRIED:
            found["carried"] += 1
        else:
            found["total"] += 1
            light = get_light(row.entry, now)
            if light != "green":
                found[light] += 1
    return LightCounts(**found)


def _build_measure_line(place: int, measure: Measure, rows: list[Assignment], now: datetime) -> MeasureLine:
    """Return the line of a measure: units, due dates, worst traffic light, numbers of tasks."""
    lights = count_lights(rows, now)
    owed = [row for row in rows if row.entry.outcome not in CANCELLED_OUTCOMES | {AssignmentState.CARRIED}]
    days = [day for row in owed if (day := get_local_date(row.entry.due_at))]
    worst = next((name for name in WORST_FIRST if getattr(lights, name)), "") if lights.total else ""
    return MeasureLine(
        number=place,
        section=measure.section,
        item=measure.item,
        text=make_public_text(measure.text),
        leads="、".join(dict.fromkeys(body.label for row in rows for body in row.leads.all())),
        units=len({(row.body_id, row.share) for row in owed}),
        first_due=min(days, default=None),
        last_due=max(days, default=None),
        light=worst,
        figures={name: getattr(lights, name) for name, _ in FIGURE_COLUMNS},
        names="、".join(dict.fromkeys(make_unit_label(row.entry) for row in owed)),
    )


def _build_unit_line(place: int, measure: Measure, row: Assignment, now: datetime) -> UnitTaskLine:
    """Return the line of a measure's task; a cancelled or carried one has no traffic light."""
    entry = row.entry
    is_not_pursued = entry.outcome in CANCELLED_OUTCOMES | {AssignmentState.CARRIED}
    return UnitTaskLine(
        number=place,
        text=measure.title,
        unit=make_unit_label(entry),
        period=describe_period(row.track, row.period) or row.period,
        task=entry.number,
        state=entry.state_label,
        light="" if is_not_pursued else get_light(entry, now),
        due=get_local_date(entry.due_at),
        closed=get_local_date(entry.closed_at),
        outcome=OUTCOME_LABELS.get(entry.outcome, ""),
    )


def get_local_date(moment: datetime | None) -> date | None:
    """Return the day of a moment here, or None."""
    return timezone.localtime(moment).date() if moment else None
