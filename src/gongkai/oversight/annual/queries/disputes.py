"""Reviews and lawsuits of a year by unit (table four)."""

from dataclasses import dataclass
from datetime import datetime

from gongkai.core.units.models import Body
from gongkai.lib.law.annual_form import TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.oversight.annual.form import Number
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import figures_shown, parts_of
from gongkai.oversight.annual.queries.figures import values_of

#: Keys of the cells of table four, by group.
CELLS = tuple(f"table4/{row}/{column}" for row in TABLE4_ROWS for column in TABLE4_COLUMNS)


@dataclass(frozen=True)
class UnitDisputes:
    """A unit's cells of table four; not submitted if `given_at` is None."""

    body: Body
    report: Report | None
    given_at: datetime | None
    own: bool
    cells: tuple[Number, ...]

    @property
    def standing(self) -> str:
        """Return the status of the figures in a word."""
        if self.own:
            return "本级政府自身"
        if self.given_at:
            return "已报送"
        return "未报送，按台账暂列" if self.report else "没有布置，按台账暂列"


@dataclass(frozen=True)
class AreaDisputes:
    """The units' cells, their sums, and table four of the government's report."""

    units: list[UnitDisputes]
    sums: tuple[Number, ...]
    reported: tuple[Number, ...]

    @property
    def differing(self) -> list[str]:
        """Return the cells whose sum differs from the government's report, in words."""
        names = [f"{group}“{column}”" for group in TABLE4_ROWS.values() for column in TABLE4_COLUMNS.values()]
        rows = zip(names, self.sums, self.reported, strict=True)
        return [f"{name}：各单位合计{mine}，表四{theirs}" for name, mine, theirs in rows if mine != theirs]


def disputes_by_unit(report: Report) -> AreaDisputes:
    """Return table four of a government's report by unit, submitted or current."""
    units = []
    for number, part in enumerate(parts_of(report)):
        last = part.report.standing if part.report and part.given and number else None
        cells = tuple(part.values.get(key) or 0 for key in CELLS)
        units.append(UnitDisputes(part.body, part.report, last.at if last else None, number == 0, cells))
    shown = values_of(figures_shown(report))
    sums = tuple(sum(column) for column in zip(*(unit_disputes.cells for unit_disputes in units), strict=True))
    return AreaDisputes(units, sums, tuple(shown.get(key) or 0 for key in CELLS))
