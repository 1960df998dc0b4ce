"""Draw printed forms in a .pdf, on one page if they fit."""

from typing import TYPE_CHECKING

from gongkai.lib.writing.forms import Cell, Form
from gongkai.lib.writing.lines import clean
from gongkai.lib.writing.wrapping import wrap

if TYPE_CHECKING:
    from gongkai.lib.writing.pdf import Sheet

#: Beside the text of a cell, in mm.
CELL_PADDING_MM = 1.0


def draw_form(sheet: "Sheet", form: Form, *, size: float, pitch: float, align: str, whole: float) -> None:
    """Draw a form.

    Args:
        sheet: what is drawn on (`pdf.Sheet`).
        form: the form.
        size: of its characters, in points.
        pitch: how far apart its lines stand, in mm.
        align: where text stands in its cell (LEFT, CENTER).
        whole: up to which height it is not broken over two pages, in mm.
    """
    from fpdf.fonts import FontFace

    sheet.set_font("serif", size=size)
    sheet.set_line_width(0.2)
    texts = _texts(sheet, form)
    if (high := form_height(texts, form, pitch)) <= whole:
        sheet.keep(high)
    with sheet.table(
        col_widths=form.shares,
        width=int(sheet.epw),
        line_height=pitch,
        num_heading_rows=form.heads or 1,
        first_row_as_headings=bool(form.heads),
        headings_style=FontFace(family="sans", emphasis=""),
        wrapmode="CHAR",
        text_align=align,
    ) as table:
        for row, said in zip(form.rows, texts, strict=True):
            line = table.row()
            for cell, text in zip(row, said, strict=True):
                line.cell(text, colspan=cell.across, rowspan=cell.down)


def keep_with(sheet: "Sheet", form: Form, *, size: float, pitch: float, above: float) -> None:
    """Start a new page if a form with `above` millimetres before it does not fit."""
    sheet.set_font("serif", size=size)
    sheet.keep(above + form_height(_texts(sheet, form), form, pitch))


def form_height(texts: list[list[str]], form: Form, pitch: float) -> float:
    """Return the minimum height of a form, by the highest unmerged cell of each row."""
    rows = zip(form.rows, texts, strict=True)
    return pitch * sum(
        max((said.count("\n") + 1 for cell, said in zip(row, text, strict=True) if cell.down == 1), default=1)
        for row, text in rows
    )


def _texts(sheet: "Sheet", form: Form) -> list[list[str]]:
    """Return the wrapped text of each cell."""
    unit = int(sheet.epw) / sum(form.shares)
    return [
        [_broken(sheet, cell, unit * sum(form.shares[at : at + cell.across])) for at, cell in row]
        for row in form.placed()
    ]


def _broken(sheet: "Sheet", cell: Cell, width: float) -> str:
    """Return a cell's wrapped text; headers are broken into lines of similar length."""
    room = width - 2 * CELL_PADDING_MM - 0.2
    lines: list[str] = []
    for line in map(clean, cell.text.splitlines()):
        rows = list(wrap(line, sheet._width_of, room))
        if cell.head and len(rows) > 1:
            even = sheet._width_of(line) / len(rows) + 0.05
            shorter = list(wrap(line, sheet._width_of, min(room, even)))
            rows = shorter if len(shorter) == len(rows) else rows
        lines += rows
    return "\n".join(lines)
