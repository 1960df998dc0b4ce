"""Read merged ranges of worksheets, and find the cells that they cover."""

import re
import zipfile
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.workbooks.values import column_at, scan_part

if TYPE_CHECKING:
    from xlrd.sheet import Sheet

MAX_MERGED = 200_000
"""Most merged ranges taken from one page."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
#: More columns are not read.
_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range: rows as displayed (from 1), columns from 0, inclusive."""

    top: int
    left: int
    bottom: int
    right: int


def merged_in(bundle: zipfile.ZipFile, part: str) -> list[MergedRange]:
    """Return the merged ranges of a worksheet's XML; openpyxl's read-only mode omits them."""
    matches = islice(scan_part(bundle, part, _MERGED, 200, (b"mergeCell",)), MAX_MERGED)
    return [
        MergedRange(int(found[2]), column_at(found[1].decode()), int(found[4]), column_at(found[3].decode()))
        for found in matches
    ]


def merged_of_xls(page: "Sheet") -> list[MergedRange]:
    """Return the merged ranges of an .xls sheet opened with its formats."""
    return [MergedRange(r + 1, c, to, end - 1) for r, to, c, end in page.merged_cells][:MAX_MERGED]


class CoveredCells:
    """Finds empty cells covered by merged ranges; rows must be asked from the top."""

    def __init__(self, ranges: list[MergedRange]) -> None:
        self._waiting = sorted(ranges, key=lambda one: one.top, reverse=True)
        self._running: list[tuple[MergedRange, object]] = []

    def in_row(self, number: int, cells: list[object]) -> dict[int, object]:
        """Return the columns (from 0) of a row that a non-empty merged cell covers.

        The value is that of the merged cell for its own column, and None for columns to its right.
        """
        self._running = [(one, value) for one, value in self._running if one.bottom >= number]
        while self._waiting and self._waiting[-1].top <= number:
            one = self._waiting.pop()
            first = cells[one.left] if one.top == number and one.left < len(cells) else None
            # Ranges that are read do not lie over each other: one row has no more of them than columns, whatever the file claims.
            if first not in (None, "") and len(self._running) < _COLUMNS:
                self._running.append((one, first))
        return {at: value if at == one.left else None for one, value in self._running for at in _columns(one, number)}


def _columns(one: MergedRange, number: int) -> range:
    """Return the columns of a range in one row, without the cell that has the content."""
    return range(one.left + (one.top == number), min(one.right, _COLUMNS) + 1)
