"""Spreadsheets in and out with the same columns: dry run, errors by cell, undo.

A room declares a `Sheet` of `Column`s once. `write_xlsx` and `write_csv` write rows through it, `read` reads a file (.xlsx,
.xls, .csv) back through the same columns and says by cell what is wrong and what to do. An `Importer` (registered by a room in its
`AppConfig.ready`) makes a plan of changes from the rows; `actions.apply` carries it out in one transaction through the room's own
actions and keeps what was made and changed, so that `actions.undo` takes it back while nothing has changed since.
Knows no room's data; pages under `/admin/spreadsheets/`.
"""

from gongkai.core.spreadsheets.reading import read
from gongkai.core.spreadsheets.sheet import Bad, CellError, Column, Row, Sheet, Table, Unreadable
from gongkai.core.spreadsheets.writing import write_csv, write_xlsx

__all__ = [
    "Bad",
    "CellError",
    "Column",
    "Row",
    "Sheet",
    "Table",
    "Unreadable",
    "read",
    "write_csv",
    "write_xlsx",
]
