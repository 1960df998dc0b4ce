"""Sheets as blocks, and Excel 2003 XML (SpreadsheetML)."""

import re
from datetime import datetime

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBuilder, check_bound
from gongkai.lib.fileformats.documents.number_formats import is_date_format, show_moment, show_number
from gongkai.lib.fileformats.documents.packages import (
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    parse_xml,
    read_properties,
)
from gongkai.lib.fileformats.workbooks.merged_ranges import MAX_COLUMNS, MergedRange, SheetPage
from gongkai.lib.fileformats.workbooks.values import (
    CellFault,
    check_value,
    get_column_letters,
    parse_column_letters,
    parse_finite,
    round_to_fifteen_digits,
)

#: Maximum digits that a number cell stores.
MAX_DIGITS = 15
#: Maximum compared pairs of white cells and coloured ranges; with more pairs, all cells count as visible.
MAX_COMPARISONS = 2_000_000
#: A picture in a cell, as WPS writes it.
_CELL_PICTURE_RE = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(\"ID_\w+\"\s*,\s*\d\)\Z")


#: A range of cells, or one cell, as spreadsheet programs write it.
RANGE_PATTERN = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


class SheetBuilder:
    """Collect the cells of a sheet and add them to the document as one table.

    Rows count from 1, columns from 0. Hidden cells, or all of a `hidden` sheet, become losses. `titled`: its name is a heading.

    Attributes:
        is_cut: whether the file has more columns than are read.
    """

    def __init__(self, name: str, builder: DocumentBuilder, *, hidden: bool = False, titled: bool = False) -> None:
        self.name, self._builder, self._hidden, self._titled = name, builder, hidden, titled
        self._rows: dict[int, dict[int, str]] = {}
        self._values: dict[int, dict[int, object]] = {}
        self._merged: list[MergedRange] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._boxes: list[str] = []
        self._cut_numbers: set[tuple[int, int]] = set()
        self._white: dict[tuple[int, int], None] = {}
        self._count = 0
        self.is_cut = False

    def place(self, row: int, at: int) -> str:
        """Return the name of the cell at a row (from 1) and column (from 0), such as Sheet1!B3."""
        return f"{self.name}!{get_column_letters(at)}{row}" if self.name else f"{get_column_letters(at)}{row}"

    def lose_formula(self, formula: str, row: int, at: int) -> None:
        """Record a formula without a value as a loss and mark its cell."""
        self.lose("formula", f"={formula.strip()}", row, at)
        self._rows.setdefault(row, {})[at] = CellFault("", "formula", at)
        self.keep(row, at, CellFault("公式", "formula", at))

    def lose(self, what: str, text: str, row: int, at: int) -> None:
        """Record a loss of kind `what` in a cell."""
        self._builder.lose(what, text, self.place(row, at))

    def hide_row(self, row: int) -> None:
        """Mark a row as hidden (by a person or a filter)."""
        self._hidden_rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        """Mark columns as hidden."""
        self._hidden_columns.update(range(max(first, 0), min(last, MAX_COLUMNS) + 1))

    def conceal(self, row: int, at: int) -> None:
        """Mark the cell at a row and column as written in white on white."""
        self._white[row, at] = None

    def reveal(self, ranges: str) -> None:
        """Treat white text as visible in ranges (A1:B2 C3) that a table style or a condition may colour."""
        found = RANGE_PATTERN.findall(ranges)
        if len(found) * len(self._white) > MAX_COMPARISONS:
            self._white.clear()
        for first, top, last, bottom in found if self._white else ():
            left, right = parse_column_letters(first), parse_column_letters(last or first)
            for row, at in list(self._white):
                if int(top) <= row <= int(bottom or top) and left <= at <= right:
                    del self._white[row, at]

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Mark a merged range, all inclusive."""
        self._merged.append(MergedRange(top, left, bottom, right))
        check_bound("merged", len(self._merged))

    @property
    def is_full(self) -> bool:
        """Return true if the sheet has as many rows as an import reads; false outside imports."""
        return len(self._values) >= self._builder.most_rows > 0

    def keep(self, row: int, at: int, value: object) -> None:
        """Store a cell's value for an import, which reads hidden and struck cells, too."""
        if self._builder.most_rows and value not in (None, "") and not _CELL_PICTURE_RE.match(str(value)):
            self._values.setdefault(row, {})[at] = value
            if isinstance(value, str):
                self._builder.find_unknown(value, self.place(row, at))

    def put(
        self, row: int, at: int, text: str, *, error: bool | None = None, is_text: bool = False, written: str = ""
    ) -> None:
        """Set a cell.

        Args:
            written: its number as stored, which becomes a loss if the format shows nothing.
            error: true if the file marks it as an error value; None if this kind of file has no such mark.
            is_text: whether it is text, not a number.
        """
        if not text.strip():
            if written.strip("0.- "):  # formats often show no zeros
                self.lose("hidden", written, row, at)
            return
        if _CELL_PICTURE_RE.match(text):
            self.lose("picture", "", row, at)
            return
        self._count += 1
        check_bound("sheet cells", self._count)
        value = check_value(text, at) if is_text or error else text
        if error:
            self.lose("error", text, row, at)
            text = CellFault(text, "error", at)
        elif isinstance(value, CellFault):
            self.lose("digits" if value.kind in ("digits", "notation", "power") else "error", text, row, at)
            text = CellFault(text, value.kind, at)
        elif (row, at) in self._cut_numbers:
            text = CellFault(text, "digits", at)
        elif error is None and is_text and value != text:
            text = str(value)
        self._rows.setdefault(row, {})[at] = text

    def check_digits(self, value: float, raw: str, row: int, at: int) -> None:
        """Record a number with more digits than a cell can store: the last ones are lost."""
        digits = re.sub(
            r"[^0-9]", "", raw.split("E", maxsplit=1)[0].split("e", maxsplit=1)[0].split(".", maxsplit=1)[0]
        ).lstrip("0")
        if abs(value) >= 10**MAX_DIGITS or (len(digits) > MAX_DIGITS and "E" not in raw.upper()):
            self.lose("digits", raw if raw.lstrip("-").isdigit() else f"{round_to_fifteen_digits(value):f}", row, at)
            self._cut_numbers.add((row, at))

    def lose_picture(self) -> None:
        """Record a picture or a chart on the sheet."""
        self._builder.lose("picture", "", self.name)

    def lose_margin(self, what: str, code: str) -> None:
        """Record the words of a header or footer, without its codes, as a loss."""
        words = re.sub(r"&(?:\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Za-z])", "", code).strip()
        if re.search(r"[^\W\d]{2}", words):
            self._builder.lose(what, words, self.name)

    def add_box(self, text: str, *, watermark: bool = False) -> None:
        """Add the words of a text box drawn over the cells."""
        if watermark:
            self._builder.lose("watermark", text, self.name)
        else:
            self._boxes.append(text)

    def finish(self) -> None:
        """Add the sheet to the document, with hidden rows, columns and sheets as losses."""
        if self._values and not self._hidden:
            value_rows = [
                (row, [cells.get(at) for at in range(max(cells) + 1)]) for row, cells in sorted(self._values.items())
            ]
            self._builder.document.pages.append(SheetPage(self.name, value_rows, self._merged))
        self._remove_white()
        self._spread_merged()
        if self.is_cut:
            self._builder.lose("hidden", f"{MAX_COLUMNS}列以后没有读取", self.name)
        if self._hidden:
            hidden_text = "\n".join(
                "\t".join(text for _, text in sorted(row.items())) for _, row in sorted(self._rows.items())
            )
            if hidden_text:
                self._builder.lose("hidden", hidden_text, f"工作表“{self.name}”（隐藏）")
            return
        for number in sorted(self._hidden_rows & set(self._rows)):
            hidden_text = "\t".join(text for _, text in sorted(self._rows.pop(number).items()))
            self._builder.lose("hidden", hidden_text, f"{self.name}!{number}".lstrip("!"))
        for at in sorted(self._hidden_columns):
            hidden_text = "\n".join(row.pop(at) for _, row in sorted(self._rows.items()) if at in row)
            if hidden_text:
                self._builder.lose("hidden", hidden_text, f"{self.name}!{get_column_letters(at)}".lstrip("!"))
        columns = sorted({at for row in self._rows.values() for at in row})
        if columns and not self._builder.most_rows:
            kept_columns = [at for at in range(columns[-1] + 1) if at not in self._hidden_columns]
            rows = [[row.get(at, "") for at in kept_columns] for _, row in sorted(self._rows.items())]
            if self._titled:
                self._builder.paragraph(self.name, 1)
            self._builder.table(rows, self.name, sorted(self._rows))
        for box in self._boxes:
            self._builder.paragraph(box)

    def _remove_white(self) -> None:
        """Record what is written in white on white as hidden."""
        for row, at in self._white:
            if words := self._rows.get(row, {}).pop(at, ""):
                self.lose("hidden", words, row, at)

    def _spread_merged(self) -> None:
        """Repeat the text of merged cells in all the cells that they cover; record other text there."""
        for merged in self._merged:
            top, left, bottom, right = merged.top, merged.left, merged.bottom, merged.right
            text = self._rows.get(top, {}).get(left, "")
            if not text:
                continue
            for row in range(top, min(bottom, top + 5_000) + 1):
                if row not in self._rows and row != top and left == 0 and right - left > MAX_COLUMNS:
                    continue
                for at in range(left, min(right, MAX_COLUMNS - 1) + 1):
                    self._count += 1
                    check_bound("sheet cells", self._count)
                    if (row, at) != (top, left):
                        if (unseen := self._rows.get(row, {}).get(at, text)) != text:
                            self.lose("hidden", unseen, row, at)
                        covered = CoveredCell(text, "above" if row > top else "left")
                        self._rows.setdefault(row, {})[at] = covered


#: Formats that these files name in English.
_FORMATS_BY_ENGLISH_NAME = {
    "Short Date": "yyyy/m/d", "Long Date": 'yyyy"年"m"月"d"日"', "Medium Date": "yyyy/m/d",
    "General Date": "yyyy/m/d", "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00",
    "Short Time": "h:mm", "Long Time": "h:mm:ss", "Currency": "#,##0.00",
}  # fmt: skip


def read_excel_2003_xml(data: bytes) -> Document:
    """Return a workbook in the XML format of Excel 2003 (not .xls) as a document."""
    root = parse_xml(data)
    builder = DocumentBuilder("xml")
    if (properties := find_child(root, "DocumentProperties")) is not None:
        builder.document.properties.update(read_properties(properties))
    number_formats: dict[str, str] = {}
    unseen_styles: dict[str, str] = {}
    for style in find_all(root, "Style"):
        number_format = get_attribute(find_child(style, "NumberFormat"), "Format")
        number_formats[get_attribute(style, "ID")] = _FORMATS_BY_ENGLISH_NAME.get(number_format, number_format)
        font, paper = find_child(style, "Font"), find_child(style, "Interior")
        if get_attribute(font, "StrikeThrough") == "1":
            unseen_styles[get_attribute(style, "ID")] = "deleted"
        elif get_attribute(font, "Color").upper() == "#FFFFFF" and get_attribute(paper, "Color").upper() in (
            "",
            "#FFFFFF",
        ):
            unseen_styles[get_attribute(style, "ID")] = "hidden"
    sheets = list(find_all(root, "Worksheet"))
    hidden = [_is_hidden(one) for one in sheets]
    for one, is_hidden in zip(sheets, hidden, strict=True):
        sheet = SheetBuilder(get_attribute(one, "Name"), builder, hidden=is_hidden, titled=hidden.count(False) > 1)
        if (table := find_child(one, "Table")) is not None:
            _read_table(table, sheet, number_formats, unseen_styles)
        sheet.finish()
    return builder.document


def _is_hidden(sheet: _Element) -> bool:
    visible = find_child(sheet, "WorksheetOptions", "Visible")
    return visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")


def _read_table(
    table: _Element, sheet: SheetBuilder, number_formats: dict[str, str], unseen_styles: dict[str, str]
) -> None:
    """Read columns, rows and cells of a table in Excel's XML format of 2003.

    Args:
        unseen_styles: kind of loss (deleted, hidden) of the text of a cell, by style id.
    """
    row, column = 0, -1
    for child in table:
        if get_local_name(child) == "Column":
            column = int(get_attribute(child, "Index") or column + 2) - 1
            span = int(get_attribute(child, "Span") or 0)
            if get_attribute(child, "Hidden") == "1":
                sheet.hide_columns(column, column + span)
            column += span
        elif get_local_name(child) == "Row":
            row = int(get_attribute(child, "Index") or row + 1)
            if get_attribute(child, "Hidden") == "1":
                sheet.hide_row(row)
            _read_row(child, row, sheet, number_formats, unseen_styles)
            row += int(get_attribute(child, "Span") or 0)


def _read_row(
    row: _Element, number: int, sheet: SheetBuilder, number_formats: dict[str, str], unseen_styles: dict[str, str]
) -> None:
    """Read the cells of a row: text, merged range, formula without result, comment, struck text."""
    at = -1
    for cell in row:
        if get_local_name(cell) != "Cell":
            continue
        at = int(get_attribute(cell, "Index") or at + 2) - 1
        if at >= MAX_COLUMNS:
            return
        columns_right, rows_down = (
            int(get_attribute(cell, "MergeAcross") or 0),
            int(get_attribute(cell, "MergeDown") or 0),
        )
        if columns_right or rows_down:
            sheet.merge(number, at, number + rows_down, at + columns_right)
        data = find_child(cell, "Data")
        cell_text = "".join(map(str, data.itertext())) if data is not None else ""
        style = get_attribute(cell, "StyleID")
        if get_attribute(cell, "Formula") and not cell_text.strip():
            sheet.lose_formula(get_attribute(cell, "Formula").removeprefix("="), number, at)
        if (comment := find_child(cell, "Comment")) is not None:
            sheet.lose("comment", "".join(map(str, comment.itertext())).strip(), number, at)
        if style in unseen_styles and cell_text.strip():
            sheet.lose(unseen_styles[style], cell_text, number, at)
        else:
            kind = get_attribute(data, "Type")
            text = _format_value(cell_text, kind, number_formats.get(style, ""), sheet, number, at)
            sheet.put(number, at, text, error=kind == "Error", is_text=kind == "String", written=cell_text)
        at += columns_right


def _format_value(  # noqa: PLR0911 - a table of kinds
    words: str, kind: str, number_format: str, sheet: SheetBuilder, row: int, at: int
) -> str:
    """Return a value as its format shows it: date, truth value, number or text."""
    if kind == "DateTime":
        try:
            moment = datetime.fromisoformat(words.strip())
        except ValueError:
            return words
        return show_moment(moment, number_format if is_date_format(number_format) else "yyyy-mm-dd")
    if kind == "Boolean":
        return "TRUE" if words.strip() == "1" else "FALSE"
    if kind == "Number":
        try:
            value = parse_finite(words)
        except ValueError:
            return words
        sheet.check_digits(value, words.strip(), row, at)
        if abs(value) >= 1e15:
            return words.strip()
        return show_number(value, number_format or "General")
    return words
