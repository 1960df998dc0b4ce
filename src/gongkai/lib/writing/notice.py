"""Generate a 任务分工 notice: .docx with its table as 附件, and the table as .xlsx.

What is written here is read back by `gongkai.lib.reading` as it was: rows, units, limits and paths. Sections and items are printed once and
merged downwards; a measure that names nobody gets `—`, so that an empty cell is never taken for a merged one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from math import ceil
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.cells import write_cell
from gongkai.lib.writing.paper import (
    BODY_FACE,
    HEAD_FACE,
    LINE_PITCH,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_S4,
    TITLE_FACE,
    PaperColumn,
    PaperDocument,
    set_font,
)
from gongkai.lib.writing.titles import split_title_lines
from gongkai.lib.writing.wrapping import get_line_width, remove_forbidden_characters

# The 版记 at the foot of a paper's last page (GB/T 9704—2012, 7.4): whom it is copied to, who printed it and when.
#
# Lines as wide as the type area, the first and the last 0.35 mm, those between 0.25 mm (7.4.1); 4号 仿宋, a character free on both
# sides (7.4.2, 7.4.3).


#: Words before the list of copies.
COPIED_TO_PREFIX = "抄送："
#: As near as underlines come to 0.35 mm and 0.25 mm.
_THICK_UNDERLINE, _THIN_UNDERLINE = WD_UNDERLINE.THICK, WD_UNDERLINE.SINGLE
_IMPRINT_LINE_SPACING = Pt(22)
_IMPRINT_FRAME = {"wrap": "notBeside", "vAnchor": "margin", "hAnchor": "margin", "xAlign": "left", "yAlign": "bottom"}
#: The height of a paragraph that is a line, and the size of what is underlined in it.
_RULE_HEIGHT = Pt(8)


def write_imprint(paper: PaperDocument, printed_by: str, printed_on: date | None, copied_to: str = "") -> None:
    """Write the 版记 at the foot of the last page; a missing date is left blank."""
    copied = (
        f"{COPIED_TO_PREFIX}{remove_forbidden_characters(copied_to).strip().rstrip('。')}。"
        if copied_to.strip()
        else ""
    )
    day = day_in_words(printed_on) if printed_on else "　　年　　月　　日"
    lines = _count_lines(paper, copied)
    for _ in range(ceil((lines + 2) * _IMPRINT_LINE_SPACING / LINE_PITCH)):  # room on the last page, or another page
        paper._paragraph().paragraph_format.keep_with_next = True
    frame = _ImprintFrame(paper)
    frame.rule(_THICK_UNDERLINE)
    if copied:
        line = frame.line(copied)
        line.paragraph_format.left_indent = SIZE_4 * (1 + len(COPIED_TO_PREFIX))
        line.paragraph_format.first_line_indent = -SIZE_4 * len(COPIED_TO_PREFIX)
        frame.rule(_THIN_UNDERLINE)
    last = frame.line(f"{remove_forbidden_characters(printed_by)}\t{day}印发")
    last.paragraph_format.tab_stops.add_tab_stop(Length(paper.width - SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
    frame.rule(_THICK_UNDERLINE)
    end = paper._paragraph()  # anchor of the frame
    end.paragraph_format.line_spacing = Pt(1)
    set_font(end.add_run(), BODY_FACE, Pt(1))


def _count_lines(paper: PaperDocument, copied: str) -> int:
    """Return the number of lines of the 抄送."""
    per_line = paper.width // SIZE_4 - 2 - len(COPIED_TO_PREFIX)
    return ceil(get_line_width(copied.removeprefix(COPIED_TO_PREFIX)) / per_line)


class _ImprintFrame:
    """Paragraphs in a frame at the foot of the type area."""

    def __init__(self, paper: PaperDocument) -> None:
        self.paper = paper

    def line(self, text: str) -> Paragraph:
        """Write text with a margin of one character left and right."""
        paragraph = self.paper._paragraph()
        form = paragraph.paragraph_format
        form.line_spacing, form.left_indent, form.right_indent = _IMPRINT_LINE_SPACING, SIZE_4, SIZE_4
        set_font(paragraph.add_run(text), BODY_FACE, SIZE_4)
        self._add(paragraph)
        return paragraph

    def rule(self, line: WD_UNDERLINE) -> None:
        """Write a horizontal line as an underlined tab.

        Paragraph borders end at indents, and some programs drop frames that have them.
        """
        paragraph = self.paper._paragraph(align=WD_ALIGN_PARAGRAPH.LEFT)
        form = paragraph.paragraph_format
        form.line_spacing = _RULE_HEIGHT
        form.tab_stops.add_tab_stop(Length(self.paper.width - Pt(1)))
        run = paragraph.add_run("\t")
        set_font(run, BODY_FACE, _RULE_HEIGHT)
        run.font.underline = line
        self._add(paragraph)

    def _add(self, paragraph: Paragraph) -> None:
        """Put a paragraph into a frame of the paper's width."""
        frame: Any = OxmlElement("w:framePr")  # python-docx types it as what takes no part in its own tree
        frame.set(qn("w:w"), str(round(self.paper.width / Pt(1) * 20)))
        for name, value in _IMPRINT_FRAME.items():
            frame.set(qn(f"w:{name}"), value)
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            frame, "w:widowControl", "w:numPr", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
        )


#: Mark of a cell that is empty on purpose.
EMPTY_CELL_MARK = "—"
SECTION_HEADER, ITEM_HEADER, MEASURE_HEADER, LEAD_HEADER, RESPONSIBLE_HEADER = (
    "工作任务",
    "二级任务",
    "贯彻举措",
    "牵头单位",
    "责任单位",
)
#: Header of the column of time limits.
DEADLINE_HEADER = "完成时限"


@dataclass(frozen=True)
class NoticeLine:
    """One row of the table; `extras` are further columns by header."""

    section: str
    item: str
    measure: str
    lead: Sequence[str]
    responsible: Sequence[str]
    limit: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeToPrint:
    """The content of a notice to print.

    `preamble` is its body, a paragraph a line; `signed_on` None leaves the day blank; `copied_to` are the recipients of copies (抄送) in the 版记.
    """

    title: str
    doc_number: str
    issuer: str
    addressee: str
    preamble: str
    signed_on: date | None
    table_title: str
    rows: Sequence[NoticeLine]
    copied_to: str = ""

    @property
    def levels(self) -> int:
        """Return the number of heading levels (1 or 2); 2 if any row has a second heading."""
        return 2 if any(row.item for row in self.rows) else 1

    @property
    def has_limits(self) -> bool:
        """Return true if any row has a time limit, which needs a column."""
        return any(row.limit for row in self.rows)

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the headers of the further columns with content, in order of appearance."""
        return tuple(dict.fromkeys(head for row in self.rows for head, text in row.extras.items() if text.strip()))

    @property
    def columns(self) -> tuple[PaperColumn, ...]:
        """Return the table's columns."""
        section_columns = (
            (PaperColumn(SECTION_HEADER, 14), PaperColumn(ITEM_HEADER, 14))
            if self.levels == 2
            else (PaperColumn(SECTION_HEADER, 18),)
        )
        extra_columns = [PaperColumn(remove_forbidden_characters(head), 14) for head in self.heads]
        end_columns = (*extra_columns, PaperColumn(DEADLINE_HEADER, 14)) if self.has_limits else tuple(extra_columns)
        return (
            *section_columns,
            PaperColumn(MEASURE_HEADER, 42),
            PaperColumn(LEAD_HEADER, 14),
            PaperColumn(RESPONSIBLE_HEADER, 15),
            *end_columns,
        )

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """Return the table's rows before merging."""
        return [
            (
                *((row.section, row.item or EMPTY_CELL_MARK) if self.levels == 2 else (row.section,)),
                "\n".join(clean_lines(row.measure)),
                "、".join(row.lead) or EMPTY_CELL_MARK,
                "、".join(row.responsible) or EMPTY_CELL_MARK,
                *("\n".join(clean_lines(row.extras.get(head, ""))) or EMPTY_CELL_MARK for head in self.heads),
                *((" ".join(clean_lines(row.limit)) or EMPTY_CELL_MARK,) if self.has_limits else ()),
            )
            for row in self.rows
        ]


def clean_lines(text: str) -> list[str]:
    """Return the lines of a cell without forbidden characters."""
    return [remove_forbidden_characters(line).strip() for line in text.splitlines() if line.strip()]


def find_vertical_merges(rows: Sequence[Sequence[str]], levels: int) -> list[tuple[int, int, int]]:
    """Return the vertical merges as (column, first row, last row) from 0.

    A lower level is never merged beyond its higher one.
    """
    vertical_merges = []
    for column in range(levels):
        start = 0
        for place in range(1, len(rows) + 1):
            here = tuple(rows[start][: column + 1])
            if place == len(rows) or tuple(rows[place][: column + 1]) != here:
                if place - 1 > start and here[-1] != EMPTY_CELL_MARK:
                    vertical_merges.append((column, start, place - 1))
                start = place
    return vertical_merges


def render_notice_docx(notice: NoticeToPrint) -> bytes:
    """Return the notice as .docx in the order of GB/T 9704, 7.2 to 7.4."""
    paper = PaperDocument()
    if notice.doc_number:
        number = remove_forbidden_characters(notice.doc_number)
        set_font(paper._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER).add_run(number), BODY_FACE, SIZE_3)
        paper._paragraph()
    paper.title("\n".join(split_title_lines(remove_forbidden_characters(notice.title))))
    paper.text(f"{notice.addressee.rstrip('：:')}：", indent=False)
    paper.text(notice.preamble)
    paper._paragraph()
    paper.text(f"附件：{notice.table_title}")
    paper.signature(remove_forbidden_characters(notice.issuer), notice.signed_on)
    _write_attachment(paper, notice)
    write_imprint(paper, notice.issuer, notice.signed_on, notice.copied_to)
    return paper.save()


def _write_attachment(paper: PaperDocument, notice: NoticeToPrint) -> None:
    """Write the 附件 on a new page: mark, centred title, table."""
    paragraph = paper._paragraph()
    paragraph.paragraph_format.page_break_before = True
    set_font(paragraph.add_run("附件"), HEAD_FACE, SIZE_3)
    paper._paragraph()
    for line in split_title_lines(remove_forbidden_characters(notice.table_title)):
        set_font(paper._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER).add_run(line), TITLE_FACE, SIZE_2)
    paper._paragraph()
    rows = notice.cells
    spans = find_vertical_merges(rows, notice.levels)
    covered = {(row, column) for column, top, bottom in spans for row in range(top + 1, bottom + 1)}
    printed = [
        tuple("" if (place, column) in covered else text for column, text in enumerate(row))
        for place, row in enumerate(rows)
    ]
    paper.table(notice.columns, printed, size=SIZE_S4)
    table = paper.document.tables[-1]
    for column, top, bottom in spans:
        _merge_cells(table, column, top + 1, bottom + 1)


def _merge_cells(table: Table, column: int, top: int, last: int) -> None:
    """Merge cells downwards, without the empty paragraphs that python-docx leaves."""
    cell = table.cell(top, column).merge(table.cell(last, column))
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    kept = [paragraph for paragraph in cell.paragraphs if paragraph.text]
    for paragraph in cell.paragraphs:
        if kept and not paragraph.text:
            paragraph._element.getparent().remove(paragraph._element)


def render_notice_xlsx(notice: NoticeToPrint) -> bytes:
    """Return the notice as .xlsx: title, number, issuer and date above the merged table."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    page = book.worksheets[0]
    page.title = "任务分工"
    columns, rows = notice.columns, notice.cells
    day = day_in_words(notice.signed_on) if notice.signed_on else ""
    front = [notice.title, notice.doc_number, notice.issuer, day]
    for text in (value for value in front if value):
        page.append([""])
        write_cell(page.cell(page.max_row, 1), text)
        page.merge_cells(start_row=page.max_row, end_row=page.max_row, start_column=1, end_column=len(columns))
        page.cell(page.max_row, 1).font = Font(name=HEAD_FACE, size=16 if page.max_row == 1 else 11)
        page.cell(page.max_row, 1).alignment = Alignment(horizontal="center", wrap_text=True)
    head = page.max_row + 1
    thin = Side(style="thin")
    for place, row in enumerate([tuple(column.head for column in columns), *rows]):
        for number, text in enumerate(row, start=1):
            cell = write_cell(page.cell(head + place, number), text)
            cell.font = Font(name=BODY_FACE if place else HEAD_FACE, size=11)
            cell.alignment = Alignment(wrap_text=True, vertical="center" if number <= notice.levels else "top")
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for place, top, bottom in find_vertical_merges(rows, notice.levels):
        page.merge_cells(
            start_row=head + 1 + top, end_row=head + 1 + bottom, start_column=place + 1, end_column=place + 1
        )
    for number, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.share * 1.3
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{head}:{head}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
