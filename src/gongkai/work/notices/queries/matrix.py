"""The matrix of a notice (打表), sections by units, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypedDict, cast

from django.db.models import F, Model, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import list_units_seen_completely
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import collapse_units
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib.typed_json import Record, read_number
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.queries.lights import LightCounts, count_lights_by
from gongkai.work.notices.queries.visible import ResponsibleUnit, can_see_all_tasks, load_units


@dataclass(frozen=True)
class MatrixSection:
    """A row: number and title of the section."""

    number: int
    title: str


@dataclass
class LightMatrix:
    """The matrix of a notice; `cells` are by (section number, body key), without empty ones.

    A body in `closed` represents a lower government with all its units; `under` is the expanded
    one. `as_of` is the time of cached counts, None for current ones.
    """

    notice: Notice
    sections: list[MatrixSection]
    bodies: list[ResponsibleUnit]
    cells: dict[tuple[int, int], LightCounts] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    under: Body | None = None
    as_of: datetime | None = None

    def row(self, section: MatrixSection) -> list[tuple[ResponsibleUnit, LightCounts | None]]:
        """Return (unit, counts or None) of a row in the order of the units."""
        return [(body, self.cells.get((section.number, body.pk))) for body in self.bodies]

    @cached_property
    def _row_and_column_sums(self) -> tuple[dict[int, LightCounts], dict[int, LightCounts]]:
        """Return (sums of rows, sums of columns) by key."""
        rows: dict[int, list[LightCounts]] = defaultdict(list)
        columns: dict[int, list[LightCounts]] = defaultdict(list)
        for (row, column), lights in self.cells.items():
            rows[row].append(lights)
            columns[column].append(lights)
        return {n: sum_light_counts(some) for n, some in rows.items()}, {
            n: sum_light_counts(some) for n, some in columns.items()
        }

    def sum_section_counts(self, number: int) -> LightCounts:
        """Return the sum of a row."""
        return self._row_and_column_sums[0].get(number, LightCounts())

    def get_counts_of_body(self, number: int) -> LightCounts:
        """Return the traffic light counts of a unit, which is a column of the matrix."""
        return self._row_and_column_sums[1].get(number, LightCounts())

    @cached_property
    def all(self) -> LightCounts:
        """Return the counts of the whole matrix."""
        return sum_light_counts(self._row_and_column_sums[0].values())

    @property
    def rows(self) -> list[tuple[MatrixSection, list[tuple[ResponsibleUnit, LightCounts | None]], LightCounts]]:
        """Return (section, (unit, counts or None), sum) of all rows, for templates."""
        return [(section, self.row(section), self.sum_section_counts(section.number)) for section in self.sections]

    @property
    def columns(self) -> list[tuple[ResponsibleUnit, LightCounts]]:
        """Return (unit, sum) of all columns, for templates."""
        return [(body, self.get_counts_of_body(body.pk)) for body in self.bodies]


def sum_light_counts(many: Iterable[LightCounts]) -> LightCounts:
    """Add up counts."""
    return sum(many, LightCounts())


@dataclass(frozen=True)
class NoticePart:
    """A notice, or only the tasks of the lower government `under` in it."""

    notice: Notice
    under: Body | None = None


class NoticePartCount(figures.CachedCount[NoticePart]):
    """A cached count of a notice or of a lower government's part of it."""

    def asked(self, subject: NoticePart) -> Record:
        """Return the keys of notice and government, which name the cached count."""
        return {"notice": subject.notice.pk, "under": subject.under.pk if subject.under else 0}

    def subject(self, asked: Record) -> NoticePart | None:
        """Load the part from its keys; None if it was deleted."""
        notice = Notice.objects.select_related("government").filter(pk=read_number(asked, "notice")).first()
        under = Body.objects.filter(pk=read_number(asked, "under")).first()
        return NoticePart(notice, under) if notice and (under or not asked["under"]) else None


class MatrixCount(NoticePartCount):
    """The cached count of entries by traffic light for each section and unit."""

    name = "notices.matrix"
    # Each task needs lookups in two tables, so counting is slow.
    many = 5_000

    def rows(self, subject: NoticePart, by: Actor) -> QuerySet[Model, Model]:
        """Return all tasks for supervisors, else the visible ones, without look-backs."""
        notice, under = subject.notice, subject.under
        sees_all = by.system or by.reaches(*SUPERVISING_ROLES, path=notice.government.path)
        rows = Entry.objects.all() if sees_all else entries_visible_to(by, kind="assignment")
        rows = rows.filter(assignment__notice=notice, year=notice.year, kind="assignment")
        alone = None if sees_all else list_units_seen_completely(by, "assignment")
        if alone is not None:
            rows = rows.filter(assignment__body_id__in=alone)
        if under is not None:
            lower_bodies = list(Body.objects.filter(path__startswith=under.path).values_list("pk", flat=True))
            rows = rows.filter(body_id__in=lower_bodies, assignment__body_id__in=lower_bodies)
        return rows  # type: ignore[return-value]

    def count(self, subject: NoticePart, rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count by section and unit.

        Units of a district are merged into one column if there are many.
        """
        lights_by_cell = count_lights_by(rows, "assignment__section_no", "assignment__body_id", now=now)
        lights_by_keys = {
            (int(str(section)), int(str(body))): lights for (section, body), lights in lights_by_cell.items()
        }
        fold = collapse_units({body for _, body in lights_by_keys}, subject.under or subject.notice.government)
        merged: dict[tuple[int, int], list[LightCounts]] = defaultdict(list)
        for (section, body), lights in lights_by_keys.items():
            merged[section, fold.into[body]].append(lights)
        cells = [[*place, *sum_light_counts(some).as_row()] for place, some in merged.items()]
        return figures.CountResult(
            {"cells": cells, "closed": sorted(fold.closed)}, sum(part.all for part in lights_by_keys.values())
        )


MATRIX_COUNT = MatrixCount()


def load_matrix(notice: Notice, user: object, *, under: Body | None = None) -> LightMatrix:
    """Return the matrix for a page; of a very large notice with cached counts."""
    if notice.own:
        return _count_own_matrix(notice, user)
    part = NoticePart(notice, under)
    return _build_matrix(part, figures.load_counts(MATRIX_COUNT, part, by=user))


def _build_matrix(notice_part: NoticePart, answer: figures.DatedCounts) -> LightMatrix:
    """Build the matrix from a count, with the titles of sections and the units of its columns."""
    counts = cast(_CachedMatrix, answer.found)
    cells = {(section, body): LightCounts(*lights) for section, body, *lights in counts["cells"]}
    titles = find_section_titles(notice_part.notice)
    return LightMatrix(
        notice_part.notice,
        [MatrixSection(place, titles.get(place, "")) for place in sorted({section for section, _ in cells})],
        list(Body.objects.filter(pk__in={body for _, body in cells}).order_by("position", "pk")),
        cells,
        frozenset(counts["closed"]),
        notice_part.under,
        answer.as_of,
    )


class _CachedMatrix(TypedDict):
    """The matrix as stored in the cache: cells (section, unit, counts), keys of governments shown as one column."""

    cells: list[list[int]]
    closed: list[int]


def _count_own_matrix(notice: Notice, user: object) -> LightMatrix:
    """Return the matrix of a unit's own notice, with offices and lower units as columns."""
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__kind=notice.entry_kind)
    if not can_see_all_tasks(get_actor(user), notice):
        rows = rows.filter(entry__in=entries_visible_to(user, kind=notice.entry_kind))
    lights_by_cell = count_lights_by(rows, "section_no", "body_id", "entry__office_id", prefix="entry__")
    lights_by_keys = {
        (int(str(row)), (int(str(body)), int(str(office or 0)))): lights
        for (row, body, office), lights in lights_by_cell.items()
    }
    units = load_units({pair for _, pair in lights_by_keys})
    titles = find_section_titles(notice)
    return LightMatrix(
        notice,
        [MatrixSection(number, titles.get(number, "")) for number in sorted({number for number, _ in lights_by_keys})],
        list(units.values()),
        {(row, units[pair].pk): lights for (row, pair), lights in lights_by_keys.items()},
    )


def find_section_titles(notice: Notice) -> Mapping[int, str]:
    """Return the titles of sections by number."""
    rows = Measure.objects.filter(notice=notice).order_by("section_no", "position").values_list("section_no", "section")
    section_titles: dict[int, str] = {}
    for section, title in rows:
        section_titles.setdefault(section, title)
    return section_titles


def list_cell_entries(
    notice: Notice, section: int, body: int, user: object, office: int | None = None
) -> list[Assignment]:
    """Return the assignments of a cell, the most urgent first; `office` 0 means those of the whole unit only."""
    narrowed = {} if office is None else {"entry__office": office or None}
    return list(
        Assignment.objects.filter(
            notice=notice,
            section_no=section,
            body=body,
            entry__in=entries_visible_to(user, kind=notice.entry_kind).filter(year=notice.year),
            **narrowed,
        )
        .select_related("entry__body", "measure")
        .order_by(F("entry__closed_at").asc(nulls_first=True), "entry__due_at", "pk")
    )
