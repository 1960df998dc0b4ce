"""Write rows as .xlsx and .csv, safe against formula injection.

User input must stay text in spreadsheet programs: .xlsx stores text cells (quoted if they look
like formulas); .csv quotes every cell and prefixes such text with an apostrophe, which
`reader` removes. https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.utils import timezone

from gongkai.core.spreadsheets.cells import GUIDE_SHEET_NAME
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.workbooks.values import looks_like_formula

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from gongkai.core.spreadsheets.sheet import Column, Sheet


Row = TypeVar("Row")
_PROGRESS_CALLBACK: ContextVar[Callable[[int], object] | None] = ContextVar("steps", default=None)
#: Rows between two reports.
ROWS_PER_REPORT = 200


@contextmanager
def report_progress_to(callback: Callable[[int], object]) -> Iterator[None]:
    """Context manager within which `count_rows` reports progress; the callback may raise to abort."""
    token = _PROGRESS_CALLBACK.set(callback)
    try:
        yield
    finally:
        _PROGRESS_CALLBACK.reset(token)


def count_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows; report the number yielded so far to the callback of `report_progress_to`, if there is one."""
    callback = _PROGRESS_CALLBACK.get()
    if callback is None:
        yield from rows
        return
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_PER_REPORT == 0:
            callback(number)


_ILLEGAL_XML_CHARACTER_PATTERN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_CELL_CHARACTERS = 32_000  # characters; a cell of a spreadsheet holds 32,767


def escape_formula(text: str) -> str:
    """Return a text for .csv, with an apostrophe before anything like a formula."""
    return f"'{text}" if looks_like_formula(text) else text


def cell_value(value: object) -> str | int | float | date | datetime | None:
    """Return a value for a cell (None if empty): cleaned text, local times, lists joined with 、."""
    if value is None or isinstance(value, bool):
        return None if value is None else ("是" if value else "否")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, int | float | date):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple | set | frozenset):
        value = "、".join(str(element) for element in value)
    return _ILLEGAL_XML_CHARACTER_PATTERN.sub("", str(value))[:_MAX_CELL_CHARACTERS]


def write_csv(sheet: "Sheet", rows: Iterable[object]) -> bytes:
    """Write rows as .csv: UTF-8 with byte order mark, quoted, with a heading line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([escape_formula(column.head) for column in sheet.columns])
    for row in count_rows(rows):
        writer.writerow([csv_cell(column.value_of(row)) for column in sheet.columns])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def csv_cell(value: object) -> str | int | float | date:
    """Return a value for .csv: as `cell_value`, but moments as text, formulas escaped, None as ""."""
    value_or_none = cell_value(value)
    if isinstance(value_or_none, datetime):
        return f"{value_or_none:%Y-%m-%d %H:%M}"
    if isinstance(value_or_none, str):
        return escape_formula(value_or_none)
    return "" if value_or_none is None else value_or_none


def write_xlsx(
    sheet: "Sheet",
    rows: Iterable[object],
    *,
    guide: bool = True,
    more_sheets: "Sequence[tuple[Sheet, Iterable[object]]]" = (),
) -> bytes:
    """Write rows as .xlsx: frozen bold headings, filter, drop-down lists, explanation sheet.

    Rows are streamed, so 100,000 need little memory. `guide` controls the explanation sheet; `more_sheets`
    adds further sheets.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for head, lines in ((sheet, rows), *more_sheets):
        _write_page(book.create_sheet(re.sub(r"[\\/*?:\[\]]", "", head.name)[:31] or "表"), head, lines)
    if guide:
        _write_guide(book.create_sheet(GUIDE_SHEET_NAME), sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_page(page: "Worksheet", sheet: "Sheet", rows: Iterable[object]) -> None:
    """Write headings and rows to a page; remove its temporary file if a row fails."""
    _prepare_page(page, sheet)
    page.append([_make_heading_cell(page, column) for column in sheet.columns])
    count = 1
    try:
        for row in count_rows(rows):
            page.append([_make_xlsx_cell(page, column.value_of(row)) for column in sheet.columns])
            count += 1
    except BaseException:  # cancelled, or a row that cannot be read: openpyxl's file of the page goes, too
        page.close()  # type: ignore[attr-defined]
        page._writer.cleanup()  # type: ignore[attr-defined]
        raise
    page.auto_filter.ref = f"A1:{_get_letter(len(sheet.columns))}{count}"


def _get_letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


def _prepare_page(page: "Worksheet", sheet: "Sheet") -> None:
    """Set the print layout, column widths and drop-down lists of a page."""
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    # Freeze headings and first column; print at page width with repeated headings.
    page.freeze_panes = "B2"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.print_title_rows = "1:1"
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[_get_letter(number)].width = column.width
        # An inline list may have 255 characters; longer ones are explained on the second
        # sheet only.
        choice_list = ",".join(column.choices).replace('"', '""')
        if column.choices and len(choice_list) <= 250:
            rule = DataValidation(type="list", formula1=f'"{choice_list}"', allow_blank=not column.required)
            rule.errorTitle, rule.error = "不在可选范围内", "请从下拉列表中选择。"
            rule.add(f"{_get_letter(number)}2:{_get_letter(number)}{sheet.max_rows + 1}")
            page.data_validations.append(rule)


def _make_heading_cell(page: "Worksheet", column: "Column") -> "Cell":
    """Return a bold heading that is always text, coloured if its column is required."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(page, column.head)
    cell.data_type = "s"  # text, never a formula: the column heads of a schema are entered by users
    cell.quotePrefix = looks_like_formula(column.head)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F2E6E6" if column.required else "EFEFEF")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _make_xlsx_cell(page: "Worksheet", value: object) -> "Cell | str | int | float | date | None":
    """Return the cell of a value: quoted if it looks like a formula, formatted if it is a time."""
    content = cell_value(value)
    if isinstance(content, str) and looks_like_formula(content):
        from openpyxl.cell import WriteOnlyCell

        quoted_cell = WriteOnlyCell(page, content)
        quoted_cell.data_type = "s"
        quoted_cell.quotePrefix = True  # stays text after the cell is edited
        return quoted_cell
    if isinstance(content, datetime):
        from openpyxl.cell import WriteOnlyCell

        time_cell = WriteOnlyCell(page, content)
        time_cell.number_format = "yyyy-mm-dd hh:mm"
        return time_cell
    return content


def _write_guide(page: "Worksheet", sheet: "Sheet") -> None:
    """Write the page that explains each column and its choices."""
    for letter, width in zip("ABCD", (18, 8, 60, 50), strict=True):
        page.column_dimensions[letter].width = width
    if sheet.intro:
        page.append([_make_xlsx_cell(page, sheet.intro)])
    page.append(["列", "必填", "说明", "可填内容"])
    for column in sheet.columns:
        texts = (column.head, "是" if column.required else "", column.help, "、".join(column.choices))
        page.append([_make_xlsx_cell(page, value) for value in texts])
