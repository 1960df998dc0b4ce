"""Read merged ranges of worksheets, and find the cells inside them."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

#: More columns are not read.
MAX_COLUMNS = 200
Cells = list[object]


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range: rows as displayed (from 1), columns from 0, inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class SheetPage:
    """A worksheet: name, non-empty rows with their displayed numbers, merged ranges."""

    name: str
    rows: list[tuple[int, Cells]]
    merged: list[MergedRange] = field(default_factory=list)


class CoveredCells:
    """Finds empty cells covered by merged ranges; rows must be queried from the top."""

    def __init__(self, ranges: list[MergedRange]) -> None:
        self._waiting = sorted(ranges, key=lambda one: one.top, reverse=True)
        self._running: list[tuple[MergedRange, object]] = []

    def in_row(self, number: int, cells: list[object]) -> dict[int, object]:
        """Return the columns (from 0) of a row that a non-empty merged cell covers.

        The value is that of the merged cell for its own column, and None for columns to its right.
        """
        self._running = [(merged, value) for merged, value in self._running if merged.bottom >= number]
        while self._waiting and self._waiting[-1].top <= number:
            merged = self._waiting.pop()
            corner = cells[merged.left] if merged.top == number and merged.left < len(cells) else None
            # Ranges that are read do not lie over each other: one row has no more of them than columns, whatever the file claims.
            if corner not in (None, "") and len(self._running) < MAX_COLUMNS:
                self._running.append((merged, corner))
        return {
            at: value if at == merged.left else None
            for merged, value in self._running
            for at in _list_covered_columns(merged, number)
        }


def _list_covered_columns(one: MergedRange, number: int) -> range:
    """Return the columns of a range in one row, without the cell that has the content."""
    return range(one.left + (one.top == number), min(one.right, MAX_COLUMNS) + 1)


def fill_merged_cells(page: SheetPage) -> list[tuple[int, Cells]]:
    """Return (number, cells) of the rows, with merged values in all their cells.

    Only rows that the page has are filled: a range that runs over empty rows makes none.
    """
    values = dict(page.rows)
    numbers = sorted(values)
    grown = {number: list(cells) for number, cells in values.items()}
    for merged in page.merged:
        first = values.get(merged.top)
        value = first[merged.left] if first and merged.left < len(first) else None
        if value in (None, "") or merged.left >= MAX_COLUMNS:
            continue
        for number in _list_between(numbers, merged.top, merged.bottom):
            cells = grown[number]
            for at in range(merged.left, min(merged.right, MAX_COLUMNS - 1) + 1):
                if at >= len(cells):
                    cells += [None] * (at + 1 - len(cells))
                if cells[at] in (None, ""):
                    cells[at] = value
    return [(number, grown[number]) for number in numbers]


def _list_between(numbers: list[int], first: int, last: int) -> list[int]:
    """Return the sorted numbers from `first` to `last`, both included."""
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
