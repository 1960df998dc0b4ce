"""Generate an issued document as .pdf in the layout of GB/T 9704—2012, fonts embedded.

A4, type area 156 × 225 mm (5.2.1); 3号 with 28 characters a line and 22 lines a page (5.2.3); page numbers 4号 between dashes, odd pages right, even
pages left (7.5). Lines never begin with a closing mark nor end with an opening one (避头尾).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import uharfbuzz as harfbuzz
from fpdf import FPDF, Align
from fpdf.fonts import TTFFont
from PIL import Image

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.blocks import Block, PictureBlock, TableBlock, TextBlock
from gongkai.lib.writing.fonts import MISSING_CHARACTERS_ERROR, FontFile, MissingFont, find_fonts
from gongkai.lib.writing.forms import FormCell, PrintedForm, draw_form
from gongkai.lib.writing.official import (
    RED_RGB,
    IssuedDocument,
    ReadPicture,
    compute_column_widths,
    remove_headnote_brackets,
)
from gongkai.lib.writing.titles import break_title_lines
from gongkai.lib.writing.wrapping import remove_forbidden_characters, wrap_paragraph

# Fonts are reduced to the characters of a document before a .pdf is made.
#
# A Chinese face has some 65,000 glyphs. Reading all of them and cutting them down again was nine tenths of the time that a .pdf took;
# HarfBuzz cuts first, in milliseconds.


#: Characters to measure with: Latin, punctuation, circled numbers, wide forms. A Han character is as wide as the sign for one that is not there.
_MEASURED_CHARACTER_RANGES = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x2010, 0x2040),
    (0x2460, 0x2500),
    (0x3000, 0x3030),
    (0xFF00, 0xFFF0),
)


def subset_font(font: FontFile, characters: Iterable[str]) -> bytes:
    """Return a font subset to some characters, as bytes; missing characters are skipped."""
    wanted = harfbuzz.SubsetInput()
    for character in characters:
        wanted.unicode_set.add(ord(character))
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.DESUBROUTINIZE
    return bytes(harfbuzz.subset(_load_face(font), wanted).blob.data)


def find_missing_characters(font: FontFile, characters: Iterable[str]) -> list[str]:
    """Return the Chinese characters that a font lacks."""
    face = harfbuzz.Font(_load_face(font))
    return [char for char in sorted(characters) if is_han(char) and face.get_nominal_glyph(ord(char)) is None]


@lru_cache(maxsize=2)
def make_common_subset(font: FontFile) -> bytes:
    """Return a subset for measuring widths; cached."""
    return subset_font(font, (chr(code) for start, end in _MEASURED_CHARACTER_RANGES for code in range(start, end)))


def _load_face(font: FontFile) -> harfbuzz.Face:
    return harfbuzz.Face(harfbuzz.Blob.from_file_path(font.path), font.number)


TOP, BOTTOM, LEFT, RIGHT = 37.0, 35.0, 28.0, 26.0
#: Width of the type area (5.2.1).
TEXT_WIDTH_MM = 156.0
#: Height of the type area (5.2.1).
TEXT_HEIGHT_MM = 225.0
#: Distance of two lines: 22 on a page.
LINE_PITCH_MM = TEXT_HEIGHT_MM / 22
#: Maximum height in mm of a table that is not broken over two pages.
MAX_UNBROKEN_TABLE_MM = 75.0
#: Maximum size of a picture in mm; a higher one would be cut off at the end of the page.
MAX_PICTURE_WIDTH_MM, MAX_PICTURE_HEIGHT_MM = 120.0, TEXT_HEIGHT_MM - LINE_PITCH_MM
#: 3号 as it fits 28 times into the line; 2号, 4号, 小4 in points.
BODY_SIZE, TITLE_SIZE, PAGE_NUMBER_SIZE, SMALL_SIZE = 15.75, 22.0, 14.0, 10.5


#: Characters of page numbers, which are drawn at the end.
PAGE_NUMBER_CHARACTERS = frozenset("— 0123456789")


class PdfSheet(FPDF):
    """A PDF document: margins, fonts, page numbers; records the characters written."""

    def __init__(self, serif: Path, sans: Path) -> None:
        super().__init__(unit="mm", format="A4")
        self.written = set(PAGE_NUMBER_CHARACTERS)
        self._widths: dict[tuple[str, float, str], float] = {}
        self.add_font("serif", fname=serif)
        self.add_font("sans", fname=sans)
        for face in self.fonts.values():
            assert isinstance(face, TTFFont)
            # Else each glyph is drawn three times to measure boxes that no .pdf reads: half of what a .pdf took.
            face.ttfont.recalcBBoxes = False
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, BOTTOM - 0.5)
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """Record the characters of a text; fpdf calls this for each text that it writes."""
        self.written.update(text)
        return str(super().normalize_text(text))

    def footer(self) -> None:
        """Write the page number."""
        self.set_y(-BOTTOM + 7)
        self.set_font("serif", size=PAGE_NUMBER_SIZE)
        self.set_text_color(0)
        odd = self.page_no() % 2 == 1
        indent = PAGE_NUMBER_SIZE * 25.4 / 72
        self.set_x(LEFT + (0 if odd else indent))
        self.cell(TEXT_WIDTH_MM - indent, 6, f"— {self.page_no()} —", align="R" if odd else "L")

    def ensure_space(self, height: float) -> None:
        """Start a new page if content of `height` mm does not fit on this one, unless it exceeds a whole page."""
        if self.get_y() > TOP and self.page_break_trigger - self.get_y() < height <= self.page_break_trigger - TOP:
            self.add_page()

    def write_paragraph(self, text: str, *, size: float, face: str, indent: int = 0, align: str = "J") -> None:
        """Write a paragraph with Chinese line breaking; `indent` in characters for the first line."""
        self.set_font(face, size=size)
        em = size * 25.4 / 72
        rows = list(wrap_paragraph(text, self._width_of, TEXT_WIDTH_MM, indent * em))
        for place, row in enumerate(rows):
            offset = indent * em if place == 0 else 0.0
            room, wide = TEXT_WIDTH_MM - offset, self._width_of(row)
            last = place == len(rows) - 1
            stretch = align == "J" and not last and len(row) > 1 and room > wide
            self.set_char_spacing(max(0.0, (room - wide) / (len(row) - 1)) * 72 / 25.4 if stretch else 0)
            self.set_x(LEFT + offset)
            self.cell(room, LINE_PITCH_MM, row, align="L" if align == "J" else align, new_x="LMARGIN", new_y="NEXT")
        self.set_char_spacing(0)

    def _width_of(self, text: str) -> float:
        """Measure a piece of text; cached."""
        key = (self.font_family, self.font_size_pt, text)
        if key not in self._widths:
            self._widths[key] = float(self.get_string_width(text))
        return self._widths[key]


def draw_pdf(draw: Callable[[PdfSheet], None], *, title: str, author: str, text: str = "") -> bytes:
    """Return the PDF that `draw` writes.

    The fonts are reduced to the characters used, so that the file depends on its content only. A caller that
    knows them beforehand passes `text`; otherwise the document is drawn twice, once to learn them.

    Args:
        draw: writes the pages.
        title: the file's title.
        author: its author.
        text: all text that will be written, if known; a missing character only costs a second drawing.

    Raises:
        MissingFont: no Chinese face is installed, or it lacks a Chinese character of the text.
    """
    serif, sans = find_fonts()
    characters = {*PAGE_NUMBER_CHARACTERS, *text}
    if not text:
        with _open_sheet(make_common_subset(serif), make_common_subset(sans)) as first:
            draw(first)
        characters = first.written
    while True:
        with _open_sheet(subset_font(serif, characters), subset_font(sans, characters)) as sheet:
            sheet.set_title(title)
            sheet.set_author(author)
            sheet.set_lang("zh-CN")
            draw(sheet)
            if sheet.written <= characters:
                if lacking := find_missing_characters(serif, sheet.written):
                    raise MissingFont(MISSING_CHARACTERS_ERROR.format(characters="".join(lacking)))
                return bytes(sheet.output())
            characters = characters | sheet.written


@contextmanager
def _open_sheet(serif: bytes, sans: bytes) -> Iterator[PdfSheet]:
    """Context manager that yields a document with fonts in temporary files."""
    with TemporaryDirectory(prefix="gongkai-") as folder:
        paths = Path(folder, "serif.ttf"), Path(folder, "sans.ttf")
        for path, face in zip(paths, (serif, sans), strict=True):
            path.write_bytes(face)
        yield PdfSheet(*paths)


def render_official_pdf(document: IssuedDocument, pictures: ReadPicture) -> bytes:
    """Return an official document (公文) as .pdf.

    Raises:
        MissingFont: no Chinese face is installed.
    """

    def draw(sheet: PdfSheet) -> None:
        _draw_document(sheet, document, pictures)

    return draw_pdf(draw, title="".join(document.title.splitlines()), author="、".join(document.issuers))


def _draw_document(sheet: PdfSheet, document: IssuedDocument, pictures: ReadPicture) -> None:
    """Draw the head, title, note, text and end of an official document."""
    _draw_head(sheet, document)
    for line in break_title_lines(document.title):
        sheet.write_paragraph(line, size=TITLE_SIZE, face="serif", align="C")
    if document.headnote:
        sheet.write_paragraph(
            f"（{remove_forbidden_characters(remove_headnote_brackets(document.headnote))}）",
            size=BODY_SIZE,
            face="serif",
            align="C",
        )
    sheet.ln(LINE_PITCH_MM)
    for block in document.blocks:
        _draw_block(sheet, block, pictures)
    _draw_end(sheet, document)


def _draw_head(sheet: PdfSheet, document: IssuedDocument) -> None:
    """Draw the notice, the red issuer's mark, the document number and the red line."""
    if document.notice:
        sheet.write_paragraph(f"【{document.notice}】", size=BODY_SIZE, face="sans", align="C")
    if document.issuer_mark:
        sheet.set_text_color(*RED_RGB)
        for name in document.issuer_mark.splitlines():
            size = 36.0 if len(name) <= 12 else 26.0
            sheet.set_font("sans", size=size)
            sheet.cell(TEXT_WIDTH_MM, 16, name, align="C", new_x="LMARGIN", new_y="NEXT")
        sheet.set_text_color(0)
        sheet.ln(LINE_PITCH_MM)
    if document.number:
        sheet.write_paragraph(document.number, size=BODY_SIZE, face="serif", align="C")
    if document.issuer_mark:
        sheet.set_draw_color(*RED_RGB)
        sheet.set_line_width(0.5)
        y = sheet.get_y() + 2
        sheet.line(LEFT, y, LEFT + TEXT_WIDTH_MM, y)
        sheet.set_draw_color(0)
        sheet.ln(LINE_PITCH_MM)
    sheet.ln(LINE_PITCH_MM / 2)


def _draw_block(sheet: PdfSheet, block: Block, pictures: ReadPicture) -> None:
    """Draw a heading, a paragraph, a table or a picture."""
    if isinstance(block, TextBlock):
        if block.level:
            sheet.ensure_space(3 * LINE_PITCH_MM)  # no heading is the last line of a page
        face = "sans" if block.level == 1 else "serif"
        sheet.write_paragraph(
            remove_forbidden_characters(block.text), size=BODY_SIZE, face=face, indent=2 if block.indent else 0
        )
    elif isinstance(block, TableBlock):
        _draw_table(sheet, block)
    else:
        _draw_picture(sheet, block, pictures)


def _draw_table(sheet: PdfSheet, grid: TableBlock) -> None:
    """Draw a table, whole on one page if it is short enough."""
    if not grid.rows or not grid.rows[0]:
        return
    rows = tuple(
        tuple(FormCell(text, head=place < grid.header_row_count) for text in row) for place, row in enumerate(grid.rows)
    )
    sheet.ln(2)
    draw_form(
        sheet,
        PrintedForm("", rows, grid.header_row_count, tuple(compute_column_widths(grid))),
        size=SMALL_SIZE,
        pitch=6,
        align="LEFT",
        unbroken_height=MAX_UNBROKEN_TABLE_MM,
    )
    sheet.ln(4)


def _draw_picture(sheet: PdfSheet, picture: PictureBlock, pictures: ReadPicture) -> None:
    """Draw a picture whole on one page, or a note in brackets if it is missing or cannot be read."""
    data = pictures(picture.digest)
    try:
        if data is None:
            raise ValueError
        with Image.open(BytesIO(data)) as opened:
            width, height = opened.size
        sheet.image(BytesIO(data), x=Align.C, w=min(MAX_PICTURE_WIDTH_MM, MAX_PICTURE_HEIGHT_MM * width / height))
        sheet.ln(4)
    except (ValueError, OSError):
        sheet.write_paragraph(
            f"（图：{remove_forbidden_characters(picture.alt) or '见网页'}）", size=BODY_SIZE, face="serif", indent=2
        )


def _draw_end(sheet: PdfSheet, document: IssuedDocument) -> None:
    """Draw the list of attachments, the signature unless the text has one, and the source."""
    for place, name in enumerate(document.attachments, 1):
        if place == 1:
            sheet.ln(LINE_PITCH_MM)
        number = f"{place}. " if len(document.attachments) > 1 else ""
        sheet.write_paragraph(
            f"{'附件：' if place == 1 else '　　　'}{number}{remove_forbidden_characters(name)}",
            size=BODY_SIZE,
            face="serif",
            indent=2,
        )
    if document.made_on and not document.has_own_signature and document.issuers:
        sheet.ln(LINE_PITCH_MM)
        for line in ("　".join(document.issuers), day_in_words(document.made_on)):
            sheet.write_paragraph(f"{line}　　", size=BODY_SIZE, face="serif", align="R")
    if document.source:
        sheet.ln(LINE_PITCH_MM / 2)
        sheet.write_paragraph(remove_forbidden_characters(document.source), size=SMALL_SIZE, face="serif", align="L")
