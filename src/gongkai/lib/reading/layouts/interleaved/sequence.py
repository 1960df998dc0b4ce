"""Read unit columns printed one after the other: leads first, then responsible units."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.interleaved.units import (
    GUESSED_ORDER_COST,
    LEAD,
    RESPONSIBLE,
    UnitsReading,
    split_names,
)
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN, is_office

_UNIT_NAME_START_RE = re.compile(r"[省市区县州旗镇乡各]|有关|相关|全[省市区县州旗]|国网|人民银行|省驻|驻")
_INNER_UNIT_START_RE = re.compile(
    r"(?:局|厅|办|室|馆|心|委|院|科|处|部门|政府|单位|街道|公司|站|队|会|所|中心)(?=[省市区县州旗镇乡各]|有关)"
)
_UNIT_NAME_WITH_INNER_RE = re.compile(
    rf"(?:[{HAN}]{{0,6}}?[省市区县州旗]|各区县|人民)?(?:人民)?(?:政府|管委会|机关|委)(?:各|有关)(?:部门|部委|单位|工作部门)?"
)
_TASK_VERB_RE = re.compile(r"公开|加强|建立|推进|做好|完善|落实|组织|开展|发布|编制|制定|围绕|按照|及时|更新|提升|召开")
_WORD_INSIDE_RE = re.compile(rf"(?:办公室|办事处|中心|科(?![技学研])|[支大]队|服务站|委员会|部门|街道)(?=[{HAN}]{{2}})")
#: Lines of one unit column on a page that are tried.
MAX_LINES_PER_COLUMN = 24
#: Lines of units on a page that are tried.
MAX_LINES_PER_PAGE = 150
MAX_MEAN_COST = 0.8  # maximum mean cost of a cell for a reading to be accepted
MAX_MEAN_COST_OF_CHEAPEST = 2.2  # the same if no other number of cells is cheaper
JOINED_ROW_COST = 1.5  # cost of grouping paragraphs to rows other than by their numbers
#: Mark of a cell that is empty on purpose.
EMPTY_CELL_MARK = "—"


class UnitColumnSequence:
    """Reader of the cells of unit columns in printed order."""

    def __init__(self, *, plain: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.plain = plain  # departments of one office, whose names begin with no level

    def list_readings(self, lines: list[str], rows: int) -> list[UnitsReading]:
        """Return the possible readings of lines as cells of a page with `rows` rows, the best first."""
        if not rows:
            return []
        ends = _find_cheapest(lines, 2 * rows, self._compute_cost)
        least = min((cost for cost, _ in ends.values()), default=0.0)
        readings = []
        for count, (cost, cells) in ends.items():
            if not rows <= count <= 2 * rows or not self._is_cheap_enough(cost, count, least):
                continue
            leads = count - rows
            columns = [LEAD] * leads + [RESPONSIBLE] * rows
            placed = tuple((column, cell, None) for column, cell in zip(columns, cells, strict=True))
            readings.append(UnitsReading(placed, cost=cost + GUESSED_ORDER_COST + 0.3 * (2 * rows - count)))
        exact = [way for way in readings if len(way.cells) == 2 * rows]  # two cells for each row: nothing is merged
        return exact or sorted(readings, key=lambda way: way.cost)

    def choose_grouping(self, lines: list[str], groupings: list[list[list[int]]]) -> list[list[int]] | None:
        """Return the grouping of paragraphs into rows whose unit cells are cheapest, or None if none is cheap enough.

        Each grouping but the first costs `JOINED_ROW_COST` more.
        """
        ends = _find_cheapest(lines, 2 * max((len(rows) for rows in groupings), default=0), self._compute_cost)
        least = min((cost for cost, _ in ends.values()), default=0.0)
        fits = [
            (ends[2 * len(rows)][0] + JOINED_ROW_COST * (place > 0), place)
            for place, rows in enumerate(groupings)
            if 2 * len(rows) in ends and self._is_cheap_enough(ends[2 * len(rows)][0], 2 * len(rows), least)
        ]
        return groupings[min(fits)[1]] if fits else None

    def _is_cheap_enough(self, cost: float, count: int, least: float) -> bool:
        """Return true if the mean cost of `count` cells is low enough; `least`: the lowest cost of any number of cells."""
        return cost <= MAX_MEAN_COST * count or (
            cost <= MAX_MEAN_COST_OF_CHEAPEST * count and cost <= least + 0.3 * count
        )

    def learn(self, reading: UnitsReading) -> None:
        """Store the unit names of an accepted reading."""
        self.counts.update(name for _, cell, _ in reading.cells for name in split_names(cell))

    def _compute_cost(self, cell: str) -> float | None:
        """Return the cost of reading a text as a cell of units; None if it cannot be one."""
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
            cost = 0.0 if self.counts[name] else _compute_name_cost(name, plain=self.plain)
            if cost is None:
                return None
            total += cost
        return total


@lru_cache(maxsize=20_000)
def _compute_name_cost(name: str, *, plain: bool) -> float | None:
    """Return the cost of reading a text as a unit's name (0 for an office), None if it is none.

    `plain`: names need not begin with a level of government (市…).
    """
    if is_office(name):
        return 0.0
    if not UNIT_NAME_END_PATTERN.search(name) or not 2 <= len(name) <= 30:
        return None
    is_joined = _INNER_UNIT_START_RE.search(name) and not _UNIT_NAME_WITH_INNER_RE.fullmatch(name)
    score = -2.5 if is_joined else 0.0
    if plain and _WORD_INSIDE_RE.search(name):
        score -= 2.0
    if _TASK_VERB_RE.search(name):
        score -= 2.5
    if not plain and not _UNIT_NAME_START_RE.match(name):
        score -= 0.8 if len(name) >= 4 else 2.0
    return max(0.2, 1.1 - (score + (0.6 if 3 <= len(name) <= 14 else -0.6)))


def _find_cheapest(
    lines: list[str], max_cells: int, price: Callable[[str], float | None]
) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Return {number of cells: (cost, cells)} of the cheapest division; `price`: of a cell."""
    if len(lines) > MAX_LINES_PER_PAGE or max_cells > MAX_LINES_PER_PAGE:
        return {}  # no page holds so many
    width = max((len(line) for line in lines), default=0)
    best: list[dict[int, tuple[float, tuple[str, ...]]]] = [{0: (0.0, ())}]
    for end in range(1, len(lines) + 1):
        best_here: dict[int, tuple[float, tuple[str, ...]]] = {}
        for start in range(max(0, end - MAX_LINES_PER_COLUMN), end):
            cost = price("".join(lines[start:end]))
            if cost is None or not best[start]:
                continue
            cost += _compute_unevenness_cost(lines[start:end]) + 0.3 * (
                len(lines[end - 1]) == width and end < len(lines)
            )
            cell = "".join(lines[start:end])
            for count, (cost_before, cells) in best[start].items():
                present = best_here.get(count + 1)
                if count < max_cells and (present is None or cost_before + cost < present[0]):
                    best_here[count + 1] = (cost_before + cost, (*cells, cell))
        best.append(best_here)
    return best[-1]


def _compute_unevenness_cost(lines: list[str]) -> float:
    """Return the cost of lines shorter than the widest, the last one excepted."""
    widest = max(map(len, lines))
    return 2.5 * sum(len(line) < widest - 1 for line in lines[:-1]) + 0.2 * sum(
        len(line) == widest - 1 for line in lines[:-1]
    )
