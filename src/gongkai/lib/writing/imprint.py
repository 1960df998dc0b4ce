"""The 版记 at the foot of a paper's last page (GB/T 9704—2012, 7.4): whom it is copied to, who printed it and when.

Lines as wide as the type area, the first and the last 0.35 mm, those between 0.25 mm (7.4.1); 4号 仿宋, a character free on both
sides (7.4.2, 7.4.3).
"""

from datetime import date
from math import ceil
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.lines import clean, width_of
from gongkai.lib.writing.paper import BODY_FACE, PITCH, SIZE_4, Paper, face

COPIED = "抄送："
#: As near as underlines come to 0.35 mm and 0.25 mm.
_THICK, _THIN = WD_UNDERLINE.THICK, WD_UNDERLINE.SINGLE
_PITCH = Pt(22)
_FRAME = {
    "wrap": "notBeside",
    "vAnchor": "margin",
    "hAnchor": "margin",
    "xAlign": "left",
    "yAlign": "bottom",
}
#: The height of a paragraph that is a line, and the size of what is underlined in it.
_RULE = Pt(8)


def imprint(paper: Paper, printed_by: str, printed_on: date | None, copied_to: str = "") -> None:
    """Write the 版记 as the last thing of a paper, at the foot of its last page; without a day its place is left blank."""
    copied = f"{COPIED}{clean(copied_to).strip().rstrip('。')}。" if copied_to.strip() else ""
    day = day_in_words(printed_on) if printed_on else "　　年　　月　　日"
    lines = _lines(paper, copied)
    for _ in range(ceil((lines + 2) * _PITCH / PITCH)):  # room on the last page, or another page
        paper._paragraph().paragraph_format.keep_with_next = True
    frame = _Frame(paper)
    frame.rule(_THICK)
    if copied:
        line = frame.line(copied)
        line.paragraph_format.left_indent = SIZE_4 * (1 + len(COPIED))
        line.paragraph_format.first_line_indent = -SIZE_4 * len(COPIED)
        frame.rule(_THIN)
    last = frame.line(f"{clean(printed_by)}\t{day}印发")
    last.paragraph_format.tab_stops.add_tab_stop(Length(paper.width - SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
    frame.rule(_THICK)
    end = paper._paragraph()  # what the frame hangs on
    end.paragraph_format.line_spacing = Pt(1)
    face(end.add_run(), BODY_FACE, Pt(1))


def _lines(paper: Paper, copied: str) -> int:
    """Return how many lines the 抄送 takes: behind its word, a character free at the right."""
    per_line = paper.width // SIZE_4 - 2 - len(COPIED)
    return ceil(width_of(copied.removeprefix(COPIED)) / per_line)


class _Frame:
    """Paragraphs at the foot of the type area; each says where their frame stands."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def line(self, text: str) -> Paragraph:
        """Write text, a character free on both sides."""
        paragraph = self.paper._paragraph()
        form = paragraph.paragraph_format
        form.line_spacing, form.left_indent, form.right_indent = _PITCH, SIZE_4, SIZE_4
        face(paragraph.add_run(text), BODY_FACE, SIZE_4)
        self._add(paragraph)
        return paragraph

    def rule(self, line: WD_UNDERLINE) -> None:
        """Write a line over the whole width: an underlined tab. (Borders of paragraphs end at indents, and some programs drop frames with them.)"""
        paragraph = self.paper._paragraph(align=WD_ALIGN_PARAGRAPH.LEFT)
        form = paragraph.paragraph_format
        form.line_spacing = _RULE
        form.tab_stops.add_tab_stop(Length(self.paper.width - Pt(1)))
        run = paragraph.add_run("\t")
        face(run, BODY_FACE, _RULE)
        run.font.underline = line
        self._add(paragraph)

    def _add(self, paragraph: Paragraph) -> None:
        frame: Any = OxmlElement("w:framePr")  # python-docx types it as what takes no part in its own tree
        frame.set(qn("w:w"), str(round(self.paper.width / Pt(1) * 20)))
        for name, value in _FRAME.items():
            frame.set(qn(f"w:{name}"), value)
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            frame, "w:widowControl", "w:numPr", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
        )
