"""Generate a manual as .docx: smaller type, outline headings, one page break per chapter."""

from io import BytesIO

from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from gongkai.lib.writing.blocks import TableBlock, TextBlock
from gongkai.lib.writing.official import compute_column_widths
from gongkai.lib.writing.paper import BODY_FACE, HEAD_FACE, SIZE_S4, PaperColumn, PaperDocument, set_font
from gongkai.lib.writing.wrapping import remove_forbidden_characters

#: Sizes of headings by level; 五号 for tables.
_HEADING_SIZES = {1: Pt(18), 2: Pt(15), 3: Pt(13), 4: SIZE_S4}
_TABLE_FONT_SIZE, _LINE_SPACING = Pt(10.5), Pt(20)


class Manual(PaperDocument):
    """A manual written from top to bottom; `save` returns the .docx."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title(title)

    def chapter(self, text: str) -> None:
        """Begin a chapter on a new page."""
        self.document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        self.heading(text, 1)

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading with its outline level."""
        paragraph = self._paragraph()
        form = paragraph.paragraph_format
        form.keep_with_next = True
        form.space_before, form.space_after, form.line_spacing = Pt(12), Pt(4), None
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level - 1))
        paragraph._p.get_or_add_pPr().append(outline)
        set_font(paragraph.add_run(remove_forbidden_characters(text)), HEAD_FACE, _HEADING_SIZES[level])

    def block(self, block: TextBlock) -> None:
        """Write a paragraph, or a heading two levels below the enclosing one."""
        if block.level:
            self.heading(block.text, min(block.level + 2, max(_HEADING_SIZES)))
            return
        paragraph = self._paragraph()
        paragraph.paragraph_format.first_line_indent = Length(SIZE_S4 * 2)
        paragraph.paragraph_format.line_spacing = _LINE_SPACING
        set_font(paragraph.add_run(remove_forbidden_characters(block.text)), BODY_FACE, SIZE_S4)

    def picture(self, data: bytes, alt: str, caption: str = "") -> None:
        """Insert a picture at text width, with alternative text and caption."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.line_spacing = None
        paragraph.paragraph_format.keep_with_next = bool(caption)
        shape = paragraph.add_run().add_picture(BytesIO(data), width=self.width)
        shape._inline.docPr.set("descr", remove_forbidden_characters(alt))
        if caption:
            below = self._paragraph()
            below.paragraph_format.space_after = Pt(6)
            set_font(below.add_run(remove_forbidden_characters(caption)), BODY_FACE, _TABLE_FONT_SIZE)

    def grid(self, grid: TableBlock) -> None:
        """Write a table of the manual."""
        heads, *rows = grid.rows
        # A number of four letters (N-01) stays on one line.
        shares = [max(share, 7) for share in compute_column_widths(grid)]
        columns = [
            PaperColumn(remove_forbidden_characters(head), share) for head, share in zip(heads, shares, strict=True)
        ]
        self.table(
            columns, [[remove_forbidden_characters(cell) for cell in row] for row in rows], size=_TABLE_FONT_SIZE
        )
        self._paragraph().paragraph_format.line_spacing = Pt(8)
