"""Write text to spreadsheet cells so that it is never interpreted as a formula.

https://owasp.org/www-community/attacks/CSV_Injection. Sums of ours are written past this, as formulas.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from openpyxl.cell import Cell, _CellOrMergedCell
    from openpyxl.worksheet.worksheet import Worksheet

#: Value of a cell.
CellValue = str | int | float | Decimal | date | time | timedelta | None
#: Characters that no cell may contain (XML 1.0, 2.2).
_FORBIDDEN_CHARACTER_RE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_cell(cell: "_CellOrMergedCell", value: CellValue) -> "Cell":
    """Write a value to a cell, without forbidden characters; return the cell."""
    from openpyxl.cell import Cell

    assert isinstance(cell, Cell), "what is merged into another cell holds nothing"
    if isinstance(value, str):
        value = _FORBIDDEN_CHARACTER_RE.sub("", value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def append_row(worksheet: "Worksheet", values: Sequence[CellValue]) -> int:
    """Append a row of values; return its number."""
    worksheet.append([""])
    at = int(worksheet._current_row)  # type: ignore[attr-defined]  # `max_row` walks over all cells
    for column, value in enumerate(values, 1):
        write_cell(worksheet.cell(at, column), value)
    return at
