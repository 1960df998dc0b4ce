"""Official paper layout: GB/T 9704—2012 《党政机关公文格式》.

A4 (5.1), margins 37 mm above and 28 mm left with a type area of 156 × 225 mm (5.2.1), body 仿宋 3号 (5.2.2), 22 lines of 28 characters a page
(5.2.3), title 小标宋 2号 centred (7.3.1), headings 一、黑体 （一）楷体 (7.3.3), page numbers 4号 半角宋体 with a
dash on both sides, odd pages right, even pages left (7.5). The faces are named, each with those that stand in for it where it is not installed.

New documents start from `make_empty_docx`: the one that python-docx brings carries a hundred styles of tables, twice,
nearly a megabyte, which each program that reads the file takes apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.wrapping import get_line_width, remove_forbidden_characters

#: Styles of tables that are used: the plain one, and the one with lines.
_KEPT_TABLE_STYLES = {"TableNormal", "TableGrid"}


@cache
def make_empty_docx() -> bytes:
    """Return the bytes of an empty .docx without the unused table styles."""
    document, buffer = Document(), BytesIO()
    styles = document.styles
    for style in [*styles]:
        if style.type == WD_STYLE_TYPE.TABLE and style.style_id not in _KEPT_TABLE_STYLES:
            styles.element.remove(style.element)
    rels = document.part.rels
    for key in [key for key, rel in rels.items() if rel.reltype.endswith("/stylesWithEffects")]:
        del rels[key]
    document.save(buffer)
    return buffer.getvalue()


def make_document() -> DocumentObject:
    """Return a new, empty document."""
    return Document(BytesIO(make_empty_docx()))


TITLE_FACE, BODY_FACE, HEAD_FACE, SUBHEAD_FACE, NUMBER_FACE = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
#: 2号, 3号, 4号, 小4 in points.
SIZE_2, SIZE_3, SIZE_4, SIZE_S4 = Pt(22), Pt(16), Pt(14), Pt(12)
#: Fonts that replace those missing on a computer, best first.
SUBSTITUTE_FONTS = {
    TITLE_FACE: "小标宋体,方正小标宋_GBK,华文中宋,宋体,SimSun,Noto Serif CJK SC",
    BODY_FACE: "仿宋,FangSong,华文仿宋,Noto Serif CJK SC",
    HEAD_FACE: "SimHei,Noto Sans CJK SC",
    SUBHEAD_FACE: "楷体,KaiTi,华文楷体,Noto Serif CJK SC",
    NUMBER_FACE: "SimSun,Noto Serif CJK SC",
}
#: Line pitch in points: 22 lines on 225 mm (637.8 pt), in twentieths of a point as files store it.
LINE_PITCH = Pt(28.95)
#: Line spacing in cells as a multiple of the font size, for any font.
CELL_LINE_SPACING = 1.3
#: Spacing that fits 28 characters of 3号 (448 pt) into a line of 156 mm (442.2 pt).
CHARACTER_SPACING = Pt(-0.25)
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LONG, SHORT = Mm(297), Mm(210)


@dataclass(frozen=True)
class PaperColumn:
    """A table column: header and share of the width."""

    head: str
    share: float


def _remove_metadata(document: DocumentObject) -> None:
    """Clear author and dates, so that equal content gives equal bytes."""
    kept = document.core_properties
    kept.author = kept.comments = kept.last_modified_by = ""
    for name in ("dcterms:created", "dcterms:modified"):
        for day in kept._element.findall(qn(name)):
            kept._element.remove(day)


class PaperDocument:
    """A document written from top to bottom; `save` returns the .docx."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document: DocumentObject = make_document()
        _remove_metadata(self.document)
        self.landscape = landscape
        self._set_page_format()
        self._set_normal_style()
        self._add_page_numbers()

    @property
    def width(self) -> int:
        """Return the width of the type area, in EMU."""
        section = self.document.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)  # type: ignore[operator]

    def title(self, text: str) -> None:
        """Write a centred title, one line per line of `text`, followed by a blank line."""
        for line in text.splitlines():
            paragraph = self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER)
            set_font(paragraph.add_run(line), TITLE_FACE, SIZE_2)
        self._paragraph()

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading: 一、 in 黑体, （一） in 楷体."""
        paragraph = self._paragraph(indent=True)
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(text)
        set_font(run, HEAD_FACE if level == 1 else SUBHEAD_FACE, SIZE_3)

    def text(self, text: str, *, indent: bool = True) -> None:
        """Write body text, one paragraph per line, the first line of each indented by two
        characters."""
        for line in text.splitlines():
            run = self._paragraph(indent=indent).add_run(line)
            set_font(run, BODY_FACE, SIZE_3)
            set_spacing(run, CHARACTER_SPACING)

    def signature(self, unit: str, on: date | None) -> None:
        """Write issuing unit and date (None: blank), leaving space for the seal.

        As for a paper with a seal (7.3.5.1): the day four characters from the right, the unit centred over it, neither beyond the line.
        They are on one page with the end of the text: a page without text is no page (7.3.5.4).
        """
        last_paragraph = self.document.element.body.xpath("./*[not(self::w:sectPr)][last()][self::w:p]")
        self._paragraph()
        self._paragraph()
        day = day_in_words(on) if on else "　　年　　月　　日"
        overhang = (get_line_width(unit) - get_line_width(day)) / 2
        for line, indent in ((unit, max(4 - overhang, 0)), (day, 4 + max(overhang - 4, 0))):
            paragraph = self._paragraph(align=WD_ALIGN_PARAGRAPH.RIGHT)
            paragraph.paragraph_format.right_indent = Length(int(SIZE_3 * indent))
            set_font(paragraph.add_run(line), BODY_FACE, SIZE_3)
        *unit_paragraphs, _day = self.document.element.body.xpath("./w:p[position() > last() - 4]")
        for value in (*last_paragraph, *unit_paragraphs):
            Paragraph(value, self.document).paragraph_format.keep_with_next = True

    def table(self, columns: Sequence[PaperColumn], rows: Iterable[Sequence[str]], *, size: Length = SIZE_S4) -> None:
        """Write a table with a repeated header row; rows do not break across pages if they fit."""
        table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _close_cells(table._tbl)
        shares = sum(column.share for column in columns)
        widths = [int(self.width * column.share / shares) for column in columns]
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            fill_cell(cell, column.head, HEAD_FACE, size, centred=True)
        _set_row_flag(table.rows[0]._tr, "w:tblHeader")
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                fill_cell(cell, text, BODY_FACE, size)
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.line_spacing = Length(int(size * CELL_LINE_SPACING))
        for grid, width in zip(table.columns, widths, strict=True):
            grid.width = Length(width)
        for line in table.rows:
            _set_row_flag(line._tr, "w:cantSplit")
            for cell, width in zip(line.cells, widths, strict=True):
                cell.width = Length(width)

    def save(self) -> bytes:
        """Return the document as the bytes of a .docx."""
        _declare_substitute_fonts(self.document)
        stream = BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _paragraph(self, *, indent: bool = False, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY) -> Paragraph:
        """Add an empty paragraph with the exact line pitch of official documents."""
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE_PITCH
        form.alignment = align
        if indent:
            form.first_line_indent = SIZE_3 * 2
        return paragraph

    def _set_page_format(self) -> None:
        """Set the size, orientation and margins of the page."""
        section = self.document.sections[0]
        section.page_width, section.page_height = (LONG, SHORT) if self.landscape else (SHORT, LONG)
        section.orientation = WD_ORIENT.LANDSCAPE if self.landscape else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT
        section.footer_distance = Mm(28)

    def _set_normal_style(self) -> None:
        """Set face and size of the normal style, and Chinese as its language."""
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = BODY_FACE, SIZE_3
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FACE)
        language = OxmlElement("w:lang")  # Chinese forms of characters and rules of line breaking
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")
        normal.element.rPr.append(language)

    def _add_page_numbers(self) -> None:
        """Add page numbers to the footers, right on odd pages and left on even ones."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SIZE_4
            for piece in ("— ", "PAGE", " —"):
                run = paragraph.add_run("" if piece == "PAGE" else piece)
                set_font(run, NUMBER_FACE, SIZE_4)
                if piece == "PAGE":
                    _add_field(run, piece)


def set_font(run: Run, name: str, size: Length) -> None:
    """Set the font `name`, also for Chinese characters, and the size of a run."""
    run.font.name, run.font.size = name, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def set_spacing(run: Run, by: Length) -> None:
    """Set the character spacing of a run."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(round(by.pt * 20)))
    properties = run._element.get_or_add_rPr()
    before = properties.find(qn("w:sz"))  # the schema wants it before the size
    if before is None:
        properties.append(spacing)
    else:
        before.addprevious(spacing)


def _declare_substitute_fonts(document: DocumentObject) -> None:
    """Declare substitute fonts in the font table."""
    font_table = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    table = parse_xml(font_table.blob)
    for name, substitutes in SUBSTITUTE_FONTS.items():
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        for tag, value in (("altName", substitutes), ("charset", "86"), ("family", "roman")):
            child = OxmlElement(f"w:{tag}")
            child.set(qn("w:val"), value)
            font.append(child)
        table.append(font)
    font_table._blob = serialize_part_xml(table)


def fill_cell(cell: _Cell, text: str, name: str, size: Length, *, centred: bool = False) -> None:
    """Write a cell's text in the font `name`, one paragraph per line."""
    for place, line in enumerate(text.splitlines() or [""]):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        if centred:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        set_font(paragraph.add_run(remove_forbidden_characters(line)), name, size)


def _close_cells(table: CT_Tbl) -> None:
    """Set cell margins of 1 mm, so that headers of four characters fit narrow columns."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table.tblPr.find(qn("w:tblLook"))
    if look is None:
        table.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _set_row_flag(row: CT_Row, name: str) -> None:
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement(name))


def _add_field(run: Run, code: str) -> None:
    """Add a Word field (PAGE) to a run."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._element.append(element)
