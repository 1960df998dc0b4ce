"""Render a report as official document (.docx, .pdf) and its tables as .xlsx."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from gongkai.core.files.kinds import clean_name
from gongkai.core.files.store import store
from gongkai.lib.typed_json import text
from gongkai.lib.writing.cells import put_text
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.forms import draw_form, form_docx, form_xlsx, keep_with
from gongkai.lib.writing.paper import Paper
from gongkai.lib.writing.pdf import BODY, LINE_PITCH_MM, TEXT_HEIGHT_MM, TITLE, draw_pdf
from gongkai.oversight.annual.form import SECTION_TITLES
from gongkai.oversight.annual.models import Submission, SubmissionFile
from gongkai.oversight.annual.page import TABLE_OF, form_of, list_paragraphs, section_heading
from gongkai.oversight.annual.stale import lines_of

if TYPE_CHECKING:
    from gongkai.lib.writing.pdf import Sheet

#: Font size of figures in points, and line spacing in cells in millimetres (.pdf).
FIGURES, CELL = 7.5, 4.0


def report_docx(content: Mapping[str, object]) -> bytes:
    """Return the report as .docx."""
    paper = Paper()
    paper.title(_title(content))
    for line in lines_of(content):
        paper.text(line)
    for number in SECTION_TITLES:
        paper.heading(section_heading(number))
        if number in TABLE_OF:
            form_docx(paper, form_of(content, TABLE_OF[number]))
            paper.text(" ")
        lines = list_paragraphs(content, number)
        for line in lines or ([] if number in TABLE_OF else ["无。"]):
            paper.text(line)
    return paper.save()


def _title(content: Mapping[str, object]) -> str:
    unit = text(content, "unit")
    return f"{unit}\n{str(content['title']).removeprefix(unit)}"


def report_pdf(content: Mapping[str, object]) -> bytes:
    """Return the report as .pdf.

    Raises:
        MissingFont: no Chinese font is installed.
    """

    return draw_pdf(
        lambda sheet: _draw(sheet, content),
        title=text(content, "title"),
        author=text(content, "unit"),
        words=_words(content),
    )


def _words(content: Mapping[str, object]) -> str:
    forms = [form_of(content, TABLE_OF[number]) for number in SECTION_TITLES if number in TABLE_OF]
    cells = [cell.text for form in forms if form for row in form.rows for cell in row]
    captions = [form.caption for form in forms if form]
    sections = [
        line
        for number in SECTION_TITLES
        for line in (section_heading(number), "无。", *list_paragraphs(content, number))
    ]
    return "".join((_title(content), *lines_of(content), *sections, *captions, *cells))


def _draw(sheet: "Sheet", content: Mapping[str, object]) -> None:

    for line in _title(content).splitlines():
        sheet.lines(line, size=TITLE, face="serif", align="C")
    sheet.ln(LINE_PITCH_MM)
    for line in lines_of(content):
        sheet.lines(line, size=BODY, face="serif", indent=2)
    for number in SECTION_TITLES:
        form = form_of(content, TABLE_OF[number]) if number in TABLE_OF else None
        if form:
            keep_with(sheet, form, size=FIGURES, pitch=CELL, above=LINE_PITCH_MM)
        else:
            sheet.keep(2 * LINE_PITCH_MM)
        sheet.lines(section_heading(number), size=BODY, face="sans", indent=2)
        if form:
            draw_form(sheet, form, size=FIGURES, pitch=CELL, align="CENTER", whole=TEXT_HEIGHT_MM)
            sheet.ln(3)
        lines = list_paragraphs(content, number)
        for line in lines or ([] if number in TABLE_OF else ["无。"]):
            sheet.lines(line, size=BODY, face="serif", indent=2)


def report_xlsx(content: Mapping[str, object]) -> bytes:
    """Return the three tables as .xlsx in the form's layout."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "年度报告"
    put_text(page.cell(1, 1), str(content["title"])).font = Font(bold=True, size=14)
    top = 3
    for number, table in TABLE_OF.items():
        page.cell(top, 1, section_heading(number)).font = Font(bold=True)
        top = form_xlsx(page, form_of(content, table), top + 1)
    for column, width in zip("ABCDEFGHIJKLMNO", (16, 16, 36, *[11] * 12), strict=True):
        page.column_dimensions[column].width = width
    page.page_setup.orientation = "landscape"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def files_of(submission: Submission) -> list[SubmissionFile]:
    """Return the files of a submission, created once; .pdf only with a Chinese font."""
    made = list(submission.files.select_related("stored"))
    if made:
        return made
    content = submission.content
    papers = {"docx": report_docx(content), "xlsx": report_xlsx(content)}
    with suppress(MissingFont):
        papers["pdf"] = report_pdf(content)
    rows = []
    for suffix, data in papers.items():
        name = clean_name(f"{content['title']}.{suffix}")
        kept, _ = SubmissionFile.objects.get_or_create(
            submission=submission, name=name, defaults={"stored": store(data, name)}
        )
        rows.append(kept)
    return rows
