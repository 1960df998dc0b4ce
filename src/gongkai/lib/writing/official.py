"""Generate an issued document as .docx in the layout of GB/T 9704—2012.

`pdf.render_official_pdf` sets the same `IssuedDocument` as .pdf.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.image.image import Image
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from gongkai.lib.writing.blocks import Block, PictureBlock, TableBlock, TextBlock
from gongkai.lib.writing.paper import (
    BODY_FACE,
    HEAD_FACE,
    SIZE_3,
    SIZE_S4,
    SUBHEAD_FACE,
    TITLE_FACE,
    PaperColumn,
    PaperDocument,
    set_font,
)
from gongkai.lib.writing.titles import break_title_lines
from gongkai.lib.writing.wrapping import remove_forbidden_characters

#: The red of 发文机关标志 and its line (7.2.4: 红色).
RED_RGB = (0xE6, 0x00, 0x12)
#: Longest 发文机关标志 that fits on a line.
MAX_ISSUER_MARK_CHARACTERS = 30

#: A date on a line of its own, also in Chinese numerals (二〇一二年三月八日), as documents before 2012 have it.
_SIGNATURE_DATE_RE = re.compile(
    r"[（(]?(?:\d{4}|[〇○零０Ｏ一二三四五六七八九]{4})年(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日[)）]?"
)
#: Returns the bytes of a picture by its digest; None if it is missing.
ReadPicture = Callable[[str], bytes | None]


def remove_headnote_brackets(headnote: str) -> str:
    """Return a 题注 without its brackets, which the layout adds.

    >>> remove_headnote_brackets("（2026年8月1日第3次局务会议通过）")
    '2026年8月1日第3次局务会议通过'
    """
    text = headnote.strip()
    return text[1:-1].strip() if text[:1] in "（(" and text[-1:] in "）)" and len(text) > 2 else text


@dataclass(frozen=True)
class IssuedDocument:
    """An issued document; `headnote` is the 题注 of a rule.

    `is_letter`: a letter to an outside recipient, without the red head of a document (文件). `notice` is printed above the head
    in 【】, `source` below the text.
    """

    title: str
    issuers: Sequence[str]
    number: str
    blocks: Sequence[Block]
    headnote: str = ""
    made_on: date | None = None
    by_order: bool = False  # issued by an order (令)
    is_letter: bool = False
    notice: str = ""
    source: str = ""
    attachments: Sequence[str] = field(default_factory=tuple)

    @property
    def issuer_mark(self) -> str:
        """Return the 发文机关标志 (7.2.4): issuers and 文件, or 令 for an order; "" if it exceeds a line."""
        name = "\n".join(self.issuers)
        end = "令" if self.by_order else "文件"
        fits = name and max(map(len, self.issuers)) <= MAX_ISSUER_MARK_CHARACTERS and len(self.issuers) <= 4
        return f"{name}{end}" if fits and self.number and not self.is_letter else ""

    @property
    def has_own_signature(self) -> bool:
        """Return true if the text ends with a signature of its own: one of the last three paragraphs is a date."""
        last_texts = [block.text for block in self.blocks if isinstance(block, TextBlock)][-3:]
        return any(_SIGNATURE_DATE_RE.fullmatch("".join(line.split())) for line in last_texts)


def render_official_docx(document: IssuedDocument, pictures: ReadPicture) -> bytes:
    """Return an official document (公文) as .docx."""
    paper = PaperDocument()
    if document.notice:
        set_font(_add_line(paper, WD_ALIGN_PARAGRAPH.CENTER).add_run(f"【{document.notice}】"), HEAD_FACE, SIZE_3)
    if document.issuer_mark:
        _write_mark(paper, document)
    elif document.number:
        set_font(_add_line(paper, WD_ALIGN_PARAGRAPH.CENTER).add_run(document.number), BODY_FACE, SIZE_3)
    _add_line(paper)
    paper.title("\n".join(break_title_lines(document.title)))
    if document.headnote:
        set_font(
            _add_line(paper, WD_ALIGN_PARAGRAPH.CENTER).add_run(f"（{remove_headnote_brackets(document.headnote)}）"),
            SUBHEAD_FACE,
            SIZE_3,
        )
        _add_line(paper)
    for block in document.blocks:
        _write_block(paper, block, pictures)
    _write_end(paper, document)
    return paper.save()


def _add_line(paper: PaperDocument, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY) -> Paragraph:
    return paper._paragraph(align=align)


def _write_mark(paper: PaperDocument, document: IssuedDocument) -> None:
    """Write 发文机关标志 in red, the number and the red line (7.2.4, 7.2.5, 7.2.7)."""
    for name in document.issuer_mark.splitlines():
        paragraph = _add_line(paper, WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.paragraph_format.line_spacing = Pt(48)
        run = paragraph.add_run(name)
        set_font(run, TITLE_FACE, Pt(36 if len(name) <= 12 else 26))
        run.font.color.rgb = RGBColor(*RED_RGB)
    _add_line(paper)
    number = _add_line(paper, WD_ALIGN_PARAGRAPH.CENTER)
    set_font(number.add_run(document.number), BODY_FACE, SIZE_3)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    colour = "".join(f"{part:02X}" for part in RED_RGB)
    for name, value in (("val", "single"), ("sz", "12"), ("space", "11"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    number._p.get_or_add_pPr().append(border)
    _add_line(paper)


def _write_block(paper: PaperDocument, block: Block, pictures: ReadPicture) -> None:
    """Write a heading, a paragraph, a table or a picture."""
    if isinstance(block, TextBlock):
        text = remove_forbidden_characters(block.text)
        if block.level in {1, 2}:
            paper.heading(text, block.level)
        else:
            paper.text(text, indent=block.indent)
    elif isinstance(block, TableBlock):
        _write_table(paper, block)
    else:
        _write_picture(paper, block, pictures)


def _write_table(paper: PaperDocument, grid: TableBlock) -> None:
    """Write a table and an empty line; without header rows Word's header row is removed."""
    if not grid.rows or not grid.rows[0]:
        return
    first, rows = grid.rows[0], grid.rows[1:]
    if not grid.header_row_count:
        first, rows = tuple("" for _ in first), grid.rows
    shares = compute_column_widths(grid)
    columns = [PaperColumn(remove_forbidden_characters(head), share) for head, share in zip(first, shares, strict=True)]
    paper.table(columns, [[remove_forbidden_characters(cell) for cell in row] for row in rows], size=SIZE_S4)
    if not grid.header_row_count:
        table = paper.document.tables[-1]
        table._tbl.remove(table.rows[0]._tr)
    _add_line(paper)


#: Characters that a table row holds in the type area; maximum characters of a column that is never narrowed.
_ROW_CHARACTERS, _MAX_SHORT_COLUMN_CHARACTERS = 36.0, 9.0


def compute_column_widths(grid: TableBlock) -> list[float]:
    """Return each column's width in characters, shared out if a page is too narrow."""
    longest = [
        max((len(line) for row in grid.rows for line in row[place].splitlines()), default=1)
        for place in range(len(grid.rows[0]))
    ]
    # One more for the margins of a cell: a long column must not cut a name of six characters in another.
    widths = [float(min(max(number, 2), 24)) + 1 for number in longest]
    short_sum = sum(width for width in widths if width <= _MAX_SHORT_COLUMN_CHARACTERS)
    long_sum = sum(width for width in widths if width > _MAX_SHORT_COLUMN_CHARACTERS)
    if (
        long_sum
        and short_sum + long_sum > _ROW_CHARACTERS
        and _ROW_CHARACTERS - short_sum
        >= _MAX_SHORT_COLUMN_CHARACTERS * sum(width > _MAX_SHORT_COLUMN_CHARACTERS for width in widths)
    ):
        return [
            width if width <= _MAX_SHORT_COLUMN_CHARACTERS else width * (_ROW_CHARACTERS - short_sum) / long_sum
            for width in widths
        ]
    return widths


#: Maximum height of a picture: the type area of 225 mm (5.2.1), less a line.
_MAX_PICTURE_HEIGHT = Mm(214)


def _write_picture(paper: PaperDocument, picture: PictureBlock, pictures: ReadPicture) -> None:
    """Write a picture, no larger than the type area, or a note in brackets if it cannot be read."""
    data = pictures(picture.digest)
    if data:
        run = _add_line(paper, WD_ALIGN_PARAGRAPH.CENTER).add_run()
        paper.document.paragraphs[-1].paragraph_format.line_spacing = None
        try:
            width, height = _get_picture_size(data)
            ratio = min(1.0, paper.width / width, _MAX_PICTURE_HEIGHT / height)
            run.add_picture(BytesIO(data), Length(int(width * ratio)), Length(int(height * ratio)))
        except (UnrecognizedImageError, ValueError, OSError):
            data = None
    if not data:
        paper.text(f"（图：{picture.alt or '见网页'}）")


def _get_picture_size(data: bytes) -> tuple[int, int]:
    """Return (width, height) of a picture, at 72 dots an inch if it states a density of 0."""
    image = Image.from_blob(data)
    return Inches(image.px_width / (image.horz_dpi or 72)), Inches(image.px_height / (image.vert_dpi or 72))


def _write_end(paper: PaperDocument, document: IssuedDocument) -> None:
    """Write the list of attachments, the signature unless the text has one, and the source."""
    if document.attachments:
        _add_line(paper)
        for place, name in enumerate(document.attachments, 1):
            head = "附件：" if place == 1 else "　　　"
            number = f"{place}. " if len(document.attachments) > 1 else ""
            paper.text(f"{head}{number}{remove_forbidden_characters(name)}")
    if document.made_on and not document.has_own_signature and document.issuers:
        paper.signature("　".join(document.issuers), document.made_on)
    if document.source:
        _add_line(paper)
        run = _add_line(paper).add_run(remove_forbidden_characters(document.source))
        set_font(run, BODY_FACE, Pt(10.5))


__all__ = ["IssuedDocument", "Mm", "ReadPicture", "compute_column_widths", "render_official_docx"]
