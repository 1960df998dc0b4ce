"""HTTP response with a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Literal

from django.http import HttpResponse

from gongkai.core.spreadsheets.sheet import Sheet
from gongkai.core.spreadsheets.writer import write_csv, write_xlsx
from gongkai.core.widgets.responses import CSV_CONTENT_TYPE, XLSX_CONTENT_TYPE, download_response


def spreadsheet_response(
    sheet: Sheet,
    rows: Iterable[object],
    name: str,
    *,
    guide: bool = True,
    form: Literal["xlsx", "csv"] = "xlsx",
    more_sheets: Sequence[tuple[Sheet, Iterable[object]]] = (),
) -> HttpResponse:
    """Return rows as a spreadsheet file.

    Args:
        sheet: the columns.
        rows: the objects to write.
        name: file name without suffix.
        guide: add a sheet that explains the columns (.xlsx only).
        form: file format.
        more_sheets: further sheets with rows (.xlsx only).
    """
    if form == "csv":
        return download_response(write_csv(sheet, rows), f"{name}.csv", CSV_CONTENT_TYPE)
    return download_response(
        write_xlsx(sheet, rows, guide=guide, more_sheets=more_sheets), f"{name}.xlsx", XLSX_CONTENT_TYPE
    )
