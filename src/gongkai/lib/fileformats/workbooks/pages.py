"""Read workbooks as worksheets with merged ranges."""

from bisect import bisect_left, bisect_right
from itertools import islice

from gongkai.lib.confined import reader
from gongkai.lib.fileformats.workbooks.merging import MergedRange
from gongkai.lib.fileformats.workbooks.rows import (
    LAZILY_IMPORTED,
    MAX_COLUMNS,
    Cells,
    Page,
    Unreadable,
    is_old_excel,
    is_zip,
    read_worksheets,
    refuse_over,
    rows_of,
)

__all__ = ["MergedRange", "Page", "fill_merged", "pages_of"]

MAX_PAGES = 60
"""Most pages read; a catalogue has one for each of some thirty domains."""


def pages_of(content: bytes) -> list[Page]:
    """Return the visible, non-empty worksheets.

    Raises:
        Unreadable: as for `rows_of`.
    """
    if is_zip(content) or is_old_excel(content):
        refuse_over("sheet bytes", len(content))
        return read_pages(content)
    return [Page("", rows_of(content))]


@reader(Unreadable, loads=LAZILY_IMPORTED)
def read_pages(content: bytes) -> list[Page]:
    """Read the visible, non-empty worksheets, in a child.

    Raises:
        Unreadable: as for `rows_of`.
    """
    return list(islice(read_worksheets(content), MAX_PAGES))


def fill_merged(page: Page, columns: range | None = None) -> list[tuple[int, Cells]]:
    """Return the rows with the value of each merged range in all its cells.

    With `columns`, only those columns are filled.

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
        for number in _within(numbers, merged.top, merged.bottom):
            cells = grown[number]
            for at in range(merged.left, min(merged.right, MAX_COLUMNS - 1) + 1):
                if columns is not None and at not in columns:
                    continue
                if at >= len(cells):
                    cells += [None] * (at + 1 - len(cells))
                if cells[at] in (None, ""):
                    cells[at] = value
    return [(number, grown[number]) for number in numbers]


def _within(numbers: list[int], first: int, last: int) -> list[int]:

    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
