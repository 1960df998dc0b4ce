"""Read workbooks as worksheets with merged ranges."""

import io
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.lib.confined import reader
from gongkai.lib.fileformats.workbooks.merging import MergedRange, merged_in, merged_of_xls
from gongkai.lib.fileformats.workbooks.rows import (
    LAZILY_IMPORTED,
    MAX_COLUMNS,
    Cells,
    Unreadable,
    check_zip,
    explain_unreadable,
    is_old_excel,
    is_zip,
    refuse_over,
    rows_of,
    xls_cell,
    xlsx_rows,
)

MAX_PAGES = 60
"""Most pages read; a catalogue has one for each of some thirty domains."""


@dataclass(slots=True)
class Page:
    """A worksheet: name, non-empty rows, merged ranges."""

    name: str
    rows: list[tuple[int, Cells]]
    merged: list[MergedRange] = field(default_factory=list)


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
    pages: list[Page] = []
    cells = 0
    for page in _xlsx(content) if is_zip(content) else _xls(content):
        cells += sum(len(row) for _, row in page.rows)
        refuse_over("sheet cells", cells)
        pages.append(page)
    return pages


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


def _xlsx(content: bytes) -> Iterator[Page]:
    from openpyxl import load_workbook

    check_zip(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            scanned = 0
            for sheet in [
                worksheet_like for worksheet_like in book.worksheets if worksheet_like.sheet_state == "visible"
            ][:MAX_PAGES]:
                sheet.reset_dimensions()
                rows = []
                for number, cells in xlsx_rows(content, sheet):
                    scanned += 1
                    refuse_over("sheet rows", scanned)
                    if any(value is not None and value != "" for value in cells):
                        rows.append((number, cells))
                if rows:
                    yield Page(sheet.title, rows, merged_in(bundle, getattr(sheet, "_worksheet_path", "")))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a library's many ways to fail on a damaged file
        raise explain_unreadable(content) from error


def _xls(content: bytes) -> Iterator[Page]:
    import xlrd

    try:
        with xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO(), ragged_rows=True
        ) as book:
            for name in book.sheet_names()[:MAX_PAGES]:
                sheet = book.sheet_by_name(name)
                if sheet.visibility:
                    continue
                rows = []
                for number in range(sheet.nrows):
                    cells = [xls_cell(one, book, at) for at, one in enumerate(sheet.row(number)[:MAX_COLUMNS])]
                    if any(value not in (None, "") for value in cells):
                        rows.append((number + 1, cells))
                if rows:
                    yield Page(name, rows, merged_of_xls(sheet))
    except Exception as error:
        raise explain_unreadable(content) from error
