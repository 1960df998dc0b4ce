"""A list as a spreadsheet to be kept: the one answer of every page that exports."""

from collections.abc import Iterable, Sequence
from typing import Literal

from django.http import HttpResponse

from gongkai.core.spreadsheets.sheet import Sheet
from gongkai.core.spreadsheets.writing import write_csv, write_xlsx
from gongkai.core.widgets.answers import CSV, XLSX, download


def spreadsheet(
    sheet: Sheet,
    rows: Iterable[object],
    name: str,
    *,
    guide: bool = True,
    form: Literal["xlsx", "csv"] = "xlsx",
    also: Sequence[tuple[Sheet, Iterable[object]]] = (),
) -> HttpResponse:
    """Return rows through a sheet as a file.

    Args:
        sheet: the columns.
        rows: what they read from.
        name: the file's name, without its ending.
        guide: whether a second page explains the columns (.xlsx only): for what is filled in and read back.
        form: the kind of file.
        also: further pages of the file (.xlsx only), each with its rows.
    """
    if form == "csv":
        return download(write_csv(sheet, rows), f"{name}.csv", CSV)
    return download(write_xlsx(sheet, rows, guide=guide, also=also), f"{name}.xlsx", XLSX)
