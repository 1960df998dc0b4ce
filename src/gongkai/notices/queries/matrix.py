"""打表: a notice's sections down, units across, lights in the cells. Four queries, however many entries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import F

from gongkai.ledger.queries import visible_to as entries_visible_to
from gongkai.notices.models import Assignment, Measure, Notice
from gongkai.notices.queries.lights import Lights, lights_by
from gongkai.units.actors import actor_of
from gongkai.units.folding import folded
from gongkai.units.models import Body, Role


@dataclass(frozen=True)
class Section:
    """A row: the section's number in the notice and its words."""

    number: int
    title: str


@dataclass
class Matrix:
    """The table. `cells` by (section number, body number); a cell without entries is not there.

    A body in `closed` stands for a government below the notice's with all its units (`units.folding`); `under` is the one that was opened.
    """

    notice: Notice
    sections: list[Section]
    bodies: list[Body]
    cells: dict[tuple[int, int], Lights] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    under: Body | None = None

    def row(self, section: Section) -> list[tuple[Body, Lights | None]]:
        """Return a row's cells in the order of the units."""
        return [(body, self.cells.get((section.number, body.pk))) for body in self.bodies]

    @cached_property
    def _sums(self) -> tuple[dict[int, Lights], dict[int, Lights]]:
        """The sums of rows and of columns, by their numbers; the cells are gone through once."""
        rows: dict[int, list[Lights]] = defaultdict(list)
        columns: dict[int, list[Lights]] = defaultdict(list)
        for (row, column), lights in self.cells.items():
            rows[row].append(lights)
            columns[column].append(lights)
        return {n: total(some) for n, some in rows.items()}, {n: total(some) for n, some in columns.items()}

    def of_section(self, number: int) -> Lights:
        """Return a row's sum."""
        return self._sums[0].get(number, Lights())

    def of_body(self, number: int) -> Lights:
        """Return a column's sum."""
        return self._sums[1].get(number, Lights())

    @cached_property
    def all(self) -> Lights:
        """Return the sum of all."""
        return total(self._sums[0].values())

    @property
    def rows(self) -> list[tuple[Section, list[tuple[Body, Lights | None]], Lights]]:
        """Return all rows with their cells and sums, for templates."""
        return [(section, self.row(section), self.of_section(section.number)) for section in self.sections]

    @property
    def columns(self) -> list[tuple[Body, Lights]]:
        """Return all units with their sums, for templates."""
        return [(body, self.of_body(body.pk)) for body in self.bodies]


def total(many: Iterable[Lights]) -> Lights:
    """Add lights up."""
    return sum(many, Lights())


def matrix(notice: Notice, user: object, *, now: datetime | None = None, under: Body | None = None) -> Matrix:
    """Return a notice's matrix as somebody may see it; with `under` the part of the government below the notice's that was opened.

    A supervisor of the notice's government sees all; everybody else what the ledger shows them. The next year's look-back is not in it.
    """
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__kind="assignment")
    actor = actor_of(user)
    reach = (Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR)
    if not actor.system and not actor.reaches(*reach, path=notice.government.path):
        # A set of entries, narrowed to the year: asked task by task, a county's table of a province's notice goes through all of it.
        rows = rows.filter(entry__in=entries_visible_to(actor, kind="assignment").filter(year=notice.year))
    if under is not None:
        below = list(Body.objects.filter(path__startswith=under.path).values_list("pk", flat=True))
        rows = rows.filter(body_id__in=below, entry__body_id__in=below)
    found = lights_by(rows, "section_no", "body_id", prefix="entry__", now=now)
    parts = {(int(str(section)), int(str(body))): lights for (section, body), lights in found.items()}
    fold = folded({body for _, body in parts}, under or notice.government)
    merged: dict[tuple[int, int], list[Lights]] = defaultdict(list)
    for (section, body), lights in parts.items():
        merged[section, fold.into[body]].append(lights)
    titles = section_titles(notice)
    bodies = Body.objects.filter(pk__in=set(fold.into.values())).order_by("position", "pk")
    return Matrix(
        notice,
        [Section(number, titles.get(number, "")) for number in sorted({number for number, _ in parts})],
        list(bodies),
        {place: total(some) for place, some in merged.items()},
        fold.closed,
        under,
    )


def section_titles(notice: Notice) -> Mapping[int, str]:
    """Return the words of a notice's sections by number."""
    rows = (
        Measure.objects.filter(notice=notice)
        .order_by("section_no", "position")
        .values_list("section_no", "section")
    )
    found: dict[int, str] = {}
    for number, title in rows:
        found.setdefault(number, title)
    return found


def cell_entries(notice: Notice, section: int, body: int, user: object) -> list[Assignment]:
    """Return the assignments of one cell, the most urgent first."""
    return list(
        Assignment.objects.filter(
            notice=notice,
            section_no=section,
            body=body,
            entry__in=entries_visible_to(user).filter(year=notice.year),
        )
        .select_related("entry__body", "measure")
        .order_by(F("entry__closed_at").asc(nulls_first=True), "entry__due_at", "pk")[:500]
    )
