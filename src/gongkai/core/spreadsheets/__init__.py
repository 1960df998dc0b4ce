"""Spreadsheet import and export with the same columns: dry run, errors by cell, undo.

An app declares a `Sheet` of `Column`s. `write_xlsx` and `write_csv` write rows, `read_table` reads
.xlsx, .xls and .csv files and reports errors by cell. An `Importer`, registered at start-up,
turns rows into a plan of changes; `actions.apply` carries it out, `actions.undo` reverts it.
"""

from gongkai.core.spreadsheets.reader import read_table
from gongkai.core.spreadsheets.sheet import BadCell, CellError, Column, Row, Sheet, Table, UnreadableFile
from gongkai.core.spreadsheets.writer import write_csv, write_xlsx

__all__ = [
    "BadCell",
    "CellError",
    "Column",
    "Row",
    "Sheet",
    "Table",
    "UnreadableFile",
    "read_table",
    "write_csv",
    "write_xlsx",
]
