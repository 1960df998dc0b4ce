"""An official paper: GB/T 9704—2012 《党政机关公文格式》.

A4 (5.1), margins 37 mm above and 28 mm left with a type area of 156 × 225 mm (5.2.1), body 仿宋 3号 (5.2.2), 22 lines of 28 characters a page
(5.2.3, here a pitch of 28 pt), title 小标宋 2号 centred (7.3.1), headings 一、黑体 （一）楷体 (7.3.3), page numbers 4号 半角宋体 with a
dash on both sides, odd pages right, even pages left (7.5). The faces are named; where they are not installed, the reader's program takes its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FACE, BODY_FACE, HEAD_FACE, SUBHEAD_FACE, NUMBER_FACE = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
#: 2号, 3号, 4号, 小4 in points.
SIZE_2, SIZE_3, SIZE_4, SIZE_S4 = Pt(22), Pt(16), Pt(14), Pt(12)
PITCH = Pt(28)
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LONG, SHORT = Mm(297), Mm(210)


@dataclass(frozen=True)
class Column:
    """A table's column: its head and its share of the width."""

    head: str
    share: float


class Paper:
    """A paper that is written from top to bottom; `save` gives the .docx."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document: DocumentObject = Document()
        self.landscape = landscape
        self._page()
        self._style()
        self._page_numbers()

    @property
    def width(self) -> int:
        """The width of the type area, in EMU."""
        section = self.document.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)  # type: ignore[operator]

    def title(self, text: str) -> None:
        """Write the title, centred, a blank line behind it; every line of the text is one of the title."""
        for line in text.splitlines():
            paragraph = self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER)
            face(paragraph.add_run(line), TITLE_FACE, SIZE_2)
        self._paragraph()

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading: 一、 in 黑体, （一） in 楷体."""
        run = self._paragraph(indent=True).add_run(text)
        face(run, HEAD_FACE if level == 1 else SUBHEAD_FACE, SIZE_3)

    def text(self, text: str, *, indent: bool = True) -> None:
        """Write paragraphs of body text, the first line indented by two characters."""
        for line in text.splitlines():
            face(self._paragraph(indent=indent).add_run(line), BODY_FACE, SIZE_3)

    def signature(self, unit: str, on: date) -> None:
        """Write the issuing unit and the day, to the right (7.3.5), a blank line before them."""
        self._paragraph()
        for line in (unit, in_words(on)):
            paragraph = self._paragraph(align=WD_ALIGN_PARAGRAPH.RIGHT)
            paragraph.paragraph_format.right_indent = SIZE_3 * 2
            face(paragraph.add_run(line), BODY_FACE, SIZE_3)

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, size: Length = SIZE_S4
    ) -> None:
        """Write a table with a head that is repeated on every page; rows do not break over pages where they fit one."""
        table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        shares = sum(column.share for column in columns)
        widths = [int(self.width * column.share / shares) for column in columns]
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            fill(cell, column.head, HEAD_FACE, size, centred=True)
        _flag(table.rows[0]._tr, "w:tblHeader")
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                fill(cell, text, BODY_FACE, size)
        for line in table.rows:
            _flag(line._tr, "w:cantSplit")
            for cell, width in zip(line.cells, widths, strict=True):
                cell.width = Length(width)

    def save(self) -> bytes:
        """Return the .docx."""
        stream = BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _paragraph(
        self, *, indent: bool = False, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    ) -> Paragraph:
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
        form.alignment = align
        if indent:
            form.first_line_indent = SIZE_3 * 2
        return paragraph

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = (LONG, SHORT) if self.landscape else (SHORT, LONG)
        section.orientation = WD_ORIENT.LANDSCAPE if self.landscape else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT
        section.footer_distance = Mm(28)

    def _style(self) -> None:
        normal: Any = self.document.styles["Normal"]
        normal.font.name, normal.font.size = BODY_FACE, SIZE_3
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FACE)

    def _page_numbers(self) -> None:
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SIZE_4
            for part in ("— ", "PAGE", " —"):
                run = paragraph.add_run("" if part == "PAGE" else part)
                face(run, NUMBER_FACE, SIZE_4)
                if part == "PAGE":
                    _field(run, part)


def face(run: Run, name: str, size: Length) -> None:
    """Give a run its face, Chinese characters included, and its size."""
    run.font.name, run.font.size = name, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def fill(cell: _Cell, text: str, name: str, size: Length, *, centred: bool = False) -> None:
    """Write the text of a cell, a paragraph for each line."""
    for place, line in enumerate(text.splitlines() or [""]):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        if centred:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        face(paragraph.add_run(clean(line)), name, size)


def clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(c for c in text if c == "\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))


def in_words(day: date) -> str:
    """Write a day as official papers do."""
    return f"{day.year}年{day.month}月{day.day}日"


def _flag(row: Any, name: str) -> None:
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement(name))


def _field(run: Run, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._element.append(part)
