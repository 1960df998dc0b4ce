"""Read Excel 2003 XML (SpreadsheetML)."""

from datetime import datetime

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import Builder, Document
from gongkai.lib.fileformats.documents.number_formats import is_date_format, show_moment, show_number
from gongkai.lib.fileformats.documents.packages import child_of, find_all, name_of, parse_xml, properties_in, value_of
from gongkai.lib.fileformats.documents.sheets import Sheet
from gongkai.lib.fileformats.workbooks.rows import MAX_COLUMNS

#: Formats that these files name in English.
_NAMED = {
    "Short Date": "yyyy/m/d", "Long Date": 'yyyy"年"m"月"d"日"', "Medium Date": "yyyy/m/d",
    "General Date": "yyyy/m/d", "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00",
    "Short Time": "h:mm", "Long Time": "h:mm:ss", "Currency": "#,##0.00",
}  # fmt: skip


def read_excel_2003(data: bytes) -> Document:
    """Return the workbook as a document."""
    root = parse_xml(data)
    builder = Builder("xml")
    if (properties := child_of(root, "DocumentProperties")) is not None:
        builder.document.properties.update(properties_in(properties))
    shapes: dict[str, str] = {}
    struck: set[str] = set()
    for style in find_all(root, "Style"):
        shape = value_of(child_of(style, "NumberFormat"), "Format")
        shapes[value_of(style, "ID")] = _NAMED.get(shape, shape)
        if value_of(child_of(style, "Font"), "StrikeThrough") == "1":
            struck.add(value_of(style, "ID"))
    sheets = list(find_all(root, "Worksheet"))
    hidden = [_is_hidden(one) for one in sheets]
    for one, is_hidden in zip(sheets, hidden, strict=True):
        sheet = Sheet(value_of(one, "Name"), builder, hidden=is_hidden, titled=hidden.count(False) > 1)
        if (table := child_of(one, "Table")) is not None:
            _read_table(table, sheet, shapes, struck)
        sheet.finish()
    return builder.document


def _is_hidden(sheet: _Element) -> bool:
    visible = child_of(sheet, "WorksheetOptions", "Visible")
    return visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")


def _read_table(table: _Element, sheet: Sheet, shapes: dict[str, str], struck: set[str]) -> None:
    row, column = 0, -1
    for child in table:
        if name_of(child) == "Column":
            column = int(value_of(child, "Index") or column + 2) - 1
            span = int(value_of(child, "Span") or 0)
            if value_of(child, "Hidden") == "1":
                sheet.hide_columns(column, column + span)
            column += span
        elif name_of(child) == "Row":
            row = int(value_of(child, "Index") or row + 1)
            if value_of(child, "Hidden") == "1":
                sheet.hide_row(row)
            _read_row(child, row, sheet, shapes, struck)
            row += int(value_of(child, "Span") or 0)


def _read_row(row: _Element, number: int, sheet: Sheet, shapes: dict[str, str], struck: set[str]) -> None:
    at = -1
    for cell in row:
        if name_of(cell) != "Cell":
            continue
        at = int(value_of(cell, "Index") or at + 2) - 1
        if at >= MAX_COLUMNS:
            return
        right, down = int(value_of(cell, "MergeAcross") or 0), int(value_of(cell, "MergeDown") or 0)
        if right or down:
            sheet.merge(number, at, number + down, at + right)
        data = child_of(cell, "Data")
        words = "".join(map(str, data.itertext())) if data is not None else ""
        style = value_of(cell, "StyleID")
        if value_of(cell, "Formula") and not words.strip():
            sheet.lose_formula(value_of(cell, "Formula").removeprefix("="), number, at)
        if (comment := child_of(cell, "Comment")) is not None:
            sheet.lose("comment", "".join(map(str, comment.itertext())).strip(), number, at)
        if style in struck and words.strip():
            sheet.lose("deleted", words, number, at)
        else:
            kind = value_of(data, "Type")
            text = _show(words, kind, shapes.get(style, ""), sheet, number, at)
            sheet.put(number, at, text, error=kind == "Error", is_text=kind == "String")
        at += right


def _show(  # noqa: PLR0911 - a table of kinds
    words: str, kind: str, shape: str, sheet: Sheet, row: int, at: int
) -> str:
    if kind == "DateTime":
        try:
            moment = datetime.fromisoformat(words.strip())
        except ValueError:
            return words
        return show_moment(moment, shape if is_date_format(shape) else "yyyy-mm-dd")
    if kind == "Boolean":
        return "TRUE" if words.strip() == "1" else "FALSE"
    if kind == "Number":
        try:
            value = float(words)
        except ValueError:
            return words
        sheet.check_digits(value, words.strip(), row, at)
        if abs(value) >= 1e15:
            return words.strip()
        return show_number(value, shape or "General")
    return words
