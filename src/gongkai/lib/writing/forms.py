"""Printed forms: tables with merged headers, rendered as HTML, .docx, .xlsx and .pdf."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt

from gongkai.lib.writing.cells import write_cell
from gongkai.lib.writing.paper import (
    BODY_FACE,
    CELL_LINE_SPACING,
    HEAD_FACE,
    PaperDocument,
    _close_cells,
    _set_row_flag,
    fill_cell,
)
from gongkai.lib.writing.wrapping import remove_forbidden_characters, wrap_paragraph

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
if TYPE_CHECKING:
    from gongkai.lib.writing.pdf import PdfSheet

#: Font size of a form's figures in a document.
FORM_FONT_SIZE = Pt(9)
#: The size of the words of a form that is filled in by hand, and the least height of its rows.
HAND_FILLED_FONT_SIZE, MIN_HAND_FILLED_ROW_HEIGHT = Pt(10.5), Mm(9)
#: Maximum characters of a row header that is centred.
MAX_CENTRED_HEADER_CHARACTERS = 6


@dataclass(frozen=True)
class FormCell:
    """A cell of a form: text, span over columns (`across`) and rows (`down`), header or not, key of
    its figure."""

    text: str = ""
    across: int = 1
    down: int = 1
    head: bool = False
    key: str = ""


@dataclass(frozen=True)
class PrintedForm:
    """A form: `rows` without covered cells, and `column_shares`, the relative widths of the columns."""

    caption: str
    rows: tuple[tuple[FormCell, ...], ...]
    header_row_count: int
    column_shares: tuple[float, ...]

    def list_placed_cells(self) -> list[list[tuple[int, FormCell]]]:
        """Return each row as (column, cell) pairs: the column in which a cell begins, from 0, next to cells from above."""
        rows_covered: dict[int, int] = {}
        rows: list[list[tuple[int, FormCell]]] = []
        for row in self.rows:
            at, line = 0, []
            for cell in row:
                while rows_covered.get(at):
                    at += 1
                line.append((at, cell))
                for step in range(cell.across):
                    rows_covered[at + step] = cell.down
                at += cell.across
            rows_covered = {place: remaining - 1 for place, remaining in rows_covered.items() if remaining > 1}
            rows.append(line)
        return rows


def render_form_html(form: PrintedForm) -> str:
    """Return a form as an accessible table with caption and header scopes."""
    head = "".join(_render_row(row, head=True) for row in form.rows[: form.header_row_count])
    body = "".join(_render_row(row, head=False) for row in form.rows[form.header_row_count :])
    thead = f"<thead>{head}</thead>" if head else ""
    return f"<table><caption>{escape(form.caption)}</caption>{thead}<tbody>{body}</tbody></table>"


def is_column_header_row(row: Sequence[FormCell]) -> bool:
    """Return true if a row contains only column headers, also in the middle of a form."""
    return all(cell.head for cell in row)


def _render_row(row: Sequence[FormCell], *, head: bool) -> str:
    above = head or is_column_header_row(row)
    return "<tr>" + "".join(_render_cell(cell, head=above) for cell in row) + "</tr>"


def _render_cell(cell: FormCell, *, head: bool) -> str:
    """Return a cell as HTML with its spans and, for a header, its scope."""
    tag = "th" if cell.head else "td"
    spans = (f' colspan="{cell.across}"' if cell.across > 1 else "") + (
        f' rowspan="{cell.down}"' if cell.down > 1 else ""
    )
    scope = ""
    if cell.head:
        scope = f' scope="{get_scope(cell, head=head)}"'
    return f"<{tag}{spans}{scope}>{escape(cell.text)}</{tag}>"


def get_scope(cell: FormCell, *, head: bool) -> str:
    """Return the `scope` attribute of a header cell; `head`: its row is a header row."""
    if head:
        return "colgroup" if cell.across > 1 else "col"
    return "rowgroup" if cell.down > 1 else "row"


def _find_long_headers(form: PrintedForm) -> set[int]:
    """Return the columns whose row headers are too long to be centred."""
    return {
        at
        for number, row in enumerate(form.list_placed_cells())
        if number >= form.header_row_count and not is_column_header_row(form.rows[number])
        for at, cell in row
        if cell.head and len(cell.text) > MAX_CENTRED_HEADER_CHARACTERS
    }


def write_form_docx(paper: PaperDocument, form: PrintedForm, *, by_hand: bool = False) -> None:
    """Write a form of cells to a .docx, on one page if it fits, else with repeated headers.

    One that is filled in `by_hand` has larger words, and rows to write in.
    """
    size = HAND_FILLED_FONT_SIZE if by_hand else FORM_FONT_SIZE
    table = paper.document.add_table(rows=len(form.rows), cols=len(form.column_shares), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _close_cells(table._tbl)
    widths = [int(paper.width * share / sum(form.column_shares)) for share in form.column_shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
    grid, long_headers = [list(line.cells) for line in table.rows], _find_long_headers(form)
    for number, row in enumerate(form.list_placed_cells()):
        _set_row_flag(table.rows[number]._tr, "w:cantSplit")
        if by_hand:
            line = table.rows[number]
            line.height, line.height_rule = MIN_HAND_FILLED_ROW_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
        if number < form.header_row_count:
            _set_row_flag(table.rows[number]._tr, "w:tblHeader")
        for at, cell in row:
            target = grid[number][at]
            target.width = Length(sum(widths[at : at + cell.across]))
            if cell.across > 1 or cell.down > 1:
                target = target.merge(grid[number + cell.down - 1][at + cell.across - 1])
            target.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            fill_cell(target, cell.text, HEAD_FACE if cell.head else BODY_FACE, size, centred=True)
            for paragraph in target.paragraphs:
                paragraph.paragraph_format.line_spacing = Length(int(size * CELL_LINE_SPACING))
                paragraph.paragraph_format.keep_with_next = number < len(form.rows) - 1
                if cell.head and at in long_headers and not is_column_header_row(form.rows[number]):
                    paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def write_form_xlsx(worksheet: "Worksheet", form: PrintedForm, top: int) -> int:
    """Write a form to a worksheet from row `top`; return the row after it and one empty row."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="8C959F")
    width = len(form.column_shares)
    write_cell(worksheet.cell(top, 1), form.caption).font = Font(bold=True, size=12)
    worksheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=width)
    for number, row in enumerate(form.list_placed_cells(), start=top + 1):
        for at in range(1, width + 1):
            worksheet.cell(number, at).border = Border(left=thin, right=thin, top=thin, bottom=thin)
        for at, cell in row:
            target = write_cell(worksheet.cell(number, at + 1), to_number(cell.text))
            target.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            if cell.head:
                target.font, target.fill = Font(bold=True), PatternFill("solid", fgColor="F2F2F2")
            if cell.across > 1 or cell.down > 1:
                worksheet.merge_cells(
                    start_row=number, start_column=at + 1, end_row=number + cell.down - 1, end_column=at + cell.across
                )
    return top + len(form.rows) + 2


def to_number(text: str) -> str | int | float:
    """Return a text as int or float if it is a number, else unchanged."""
    try:
        return int(text) if text.isdecimal() else float(text) if "." in text else text
    except ValueError:
        return text


#: Padding on either side of a cell's text, in mm.
CELL_PADDING_MM = 1.0


def draw_form(
    sheet: "PdfSheet", form: PrintedForm, *, size: float, pitch: float, align: str, unbroken_height: float
) -> None:
    """Draw a form of cells on a PDF page.

    Args:
        sheet: what is drawn on (`pdf.PdfSheet`).
        form: the form.
        size: font size in points.
        pitch: distance of lines, in mm.
        align: alignment of text in its cell (LEFT, CENTER).
        unbroken_height: maximum height in mm of a form that is never broken over two pages.
    """
    from fpdf.fonts import FontFace

    sheet.set_font("serif", size=size)
    sheet.set_line_width(0.2)
    texts = _wrap_cells(sheet, form)
    if (high := compute_form_height(texts, form, pitch)) <= unbroken_height:
        sheet.ensure_space(high)
    headers = form.header_row_count
    page_lines = int((sheet.page_break_trigger - sheet.t_margin) / pitch) - 1
    header_lines = sum(max(text.count("\n") + 1 for text in row) for row in texts[:headers] if row)
    if header_lines > page_lines / 2:  # no page has room for it above the rows
        headers = header_lines = 0
    with sheet.table(
        col_widths=form.column_shares,
        width=int(sheet.epw),
        line_height=pitch,
        num_heading_rows=headers or 1,
        first_row_as_headings=bool(headers),
        headings_style=FontFace(family="sans", emphasis=""),
        wrapmode="CHAR",
        text_align=align,
    ) as table:
        for row, said in _split_high_rows(form, texts, headers, page_lines - header_lines):
            line = table.row()
            for cell, text in zip(row, said, strict=True):
                line.cell(text, colspan=cell.across, rowspan=cell.down)


def _split_high_rows(
    form: PrintedForm, texts: list[list[str]], headers: int, most: int
) -> Iterator[tuple[Sequence[FormCell], list[str]]]:
    """Yield the rows with their wrapped texts; a row of more than `most` lines, which no page holds, in parts.

    A row with cells that span rows, and a header row, is never divided.
    """
    for number, (row, said) in enumerate(zip(form.rows, texts, strict=True)):
        whole = sum(cell.across for cell in row) == len(form.column_shares) and all(cell.down == 1 for cell in row)
        lines = [text.split("\n") for text in said]
        highest = max(map(len, lines), default=0)
        if number < headers or not whole or highest <= most:
            yield row, said
            continue
        for start in range(0, highest, most):
            yield row, ["\n".join(cell_lines[start : start + most]) for cell_lines in lines]


def keep_form_together(sheet: "PdfSheet", form: PrintedForm, *, size: float, pitch: float, above: float) -> None:
    """Start a new page if a form with `above` millimetres before it does not fit."""
    sheet.set_font("serif", size=size)
    sheet.ensure_space(above + compute_form_height(_wrap_cells(sheet, form), form, pitch))


def compute_form_height(texts: list[list[str]], form: PrintedForm, pitch: float) -> float:
    """Return the minimum height of a form, by the highest unmerged cell of each row."""
    rows = zip(form.rows, texts, strict=True)
    return pitch * sum(
        max((said.count("\n") + 1 for cell, said in zip(row, text, strict=True) if cell.down == 1), default=1)
        for row, text in rows
    )


def _wrap_cells(sheet: "PdfSheet", form: PrintedForm) -> list[list[str]]:
    """Return the wrapped text of each cell."""
    unit = int(sheet.epw) / sum(form.column_shares)
    return [
        [_wrap_cell(sheet, cell, unit * sum(form.column_shares[at : at + cell.across])) for at, cell in row]
        for row in form.list_placed_cells()
    ]


def _wrap_cell(sheet: "PdfSheet", cell: FormCell, width: float) -> str:
    """Return a cell's wrapped text; headers are broken into lines of similar length."""
    room = width - 2 * CELL_PADDING_MM - 0.2
    lines: list[str] = []
    for line in map(remove_forbidden_characters, cell.text.splitlines()):
        rows = list(wrap_paragraph(line, sheet._width_of, room))
        if cell.head and len(rows) > 1:
            even = sheet._width_of(line) / len(rows) + 0.05
            shorter = list(wrap_paragraph(line, sheet._width_of, min(room, even)))
            rows = shorter if len(shorter) == len(rows) else rows
        lines += rows
    return "\n".join(lines)
