"""Read unit columns printed one after the other: leads first, then responsible units."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from gongkai.lib.reading.layouts.interleaved.names import KnownUnitNames as Believed
from gongkai.lib.reading.layouts.interleaved.units import (
    GUESSED_ORDER_COST,
    LEAD,
    RESPONSIBLE,
    UnitsReading,
    split_names,
)
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN, is_office

#: Lines of one unit column on a page that are tried.
MAX_LINES_PER_COLUMN = 24
#: Lines of units on a page that are tried.
MAX_LINES_PER_PAGE = 150
MAX_CLEAN_COST = 0.8  # what a cell may cost on average for the reading to be believed
MAX_COST = 2.2  # what a cell may cost on average where no other number of cells reads better
JOINED_ROW_COST = 1.5  # the price of grouping paragraphs to rows in another way than by their numbers
#: Mark of a cell that is empty on purpose.
EMPTY_CELL_MARK = "—"


class UnitColumnSequence:
    """Reads cells of unit columns in printed order; unit names already read are preferred."""

    def __init__(self, *, plain: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.plain = plain  # offices of one house, whose names begin with no level

    def ways(self, lines: list[str], rows: int) -> list[UnitsReading]:
        """Return the possible readings of lines as cells of a page, the best first."""
        if not rows:
            return []
        ends = _find_cheapest(lines, 2 * rows, self._cost)
        least = min((cost for cost, _ in ends.values()), default=0.0)
        readings = []
        for count, (cost, cells) in ends.items():
            if not rows <= count <= 2 * rows or not self._is_clean(cost, count, least):
                continue
            leads = count - rows
            columns = [LEAD] * leads + [RESPONSIBLE] * rows
            placed = tuple((column, cell, None) for column, cell in zip(columns, cells, strict=True))
            readings.append(UnitsReading(placed, cost=cost + GUESSED_ORDER_COST + 0.3 * (2 * rows - count)))
        exact = [way for way in readings if len(way.cells) == 2 * rows]  # two cells for each row: nothing is merged
        return exact or sorted(readings, key=lambda way: way.cost)

    def fitting(self, lines: list[str], groupings: list[list[list[int]]]) -> list[list[int]] | None:
        """Return the first grouping for which the lines contain two cells for each row."""
        ends = _find_cheapest(lines, 2 * max((len(rows) for rows in groupings), default=0), self._cost)
        least = min((cost for cost, _ in ends.values()), default=0.0)
        fits = [
            (ends[2 * len(rows)][0] + JOINED_ROW_COST * (place > 0), place)
            for place, rows in enumerate(groupings)
            if 2 * len(rows) in ends and self._is_clean(ends[2 * len(rows)][0], 2 * len(rows), least)
        ]
        return groupings[min(fits)[1]] if fits else None

    def _is_clean(self, cost: float, count: int, least: float) -> bool:
        return cost <= MAX_CLEAN_COST * count or (cost <= MAX_COST * count and cost <= least + 0.3 * count)

    def learn(self, way: UnitsReading) -> None:
        """Store the unit names of an accepted reading."""
        self.counts.update(name for _, cell, _ in way.cells for name in split_names(cell))

    def _cost(self, cell: str) -> float | None:
        if cell == EMPTY_CELL_MARK:
            return 0.0
        if (
            EMPTY_CELL_MARK in cell
            or cell[0] in "、，）)"
            or cell[-1] in "、，（("
            or cell.count("（") != cell.count("）")
        ):
            return None
        total = 0.0
        for name in split_names(cell):
            cost = 0.0 if self.counts[name] else _cost_of_name(name, plain=self.plain)
            if cost is None:
                return None
            total += cost
        return total


@lru_cache(maxsize=20_000)
def _cost_of_name(name: str, *, plain: bool) -> float | None:
    if is_office(name):
        return 0.0
    if not UNIT_NAME_END_PATTERN.search(name) or not 2 <= len(name) <= 30:
        return None
    return max(0.2, 1.1 - Believed(plain=plain).score(name))


def _find_cheapest(
    lines: list[str], most: int, price: Callable[[str], float | None]
) -> dict[int, tuple[float, tuple[str, ...]]]:
    if len(lines) > MAX_LINES_PER_PAGE or most > MAX_LINES_PER_PAGE:
        return {}  # no page holds so many
    width = max((len(line) for line in lines), default=0)
    best: list[dict[int, tuple[float, tuple[str, ...]]]] = [{0: (0.0, ())}]
    for end in range(1, len(lines) + 1):
        here: dict[int, tuple[float, tuple[str, ...]]] = {}
        for start in range(max(0, end - MAX_LINES_PER_COLUMN), end):
            cost = price("".join(lines[start:end]))
            if cost is None or not best[start]:
                continue
            cost += _cost_of_unevenness(lines[start:end]) + 0.3 * (len(lines[end - 1]) == width and end < len(lines))
            cell = "".join(lines[start:end])
            for count, (before, cells) in best[start].items():
                known = here.get(count + 1)
                if count < most and (known is None or before + cost < known[0]):
                    here[count + 1] = (before + cost, (*cells, cell))
        best.append(here)
    return best[-1]


def _cost_of_unevenness(lines: list[str]) -> float:
    widest = max(map(len, lines))
    return 2.5 * sum(len(line) < widest - 1 for line in lines[:-1]) + 0.2 * sum(
        len(line) == widest - 1 for line in lines[:-1]
    )
