"""Render a report as official document (.docx, .pdf) and its tables as .xlsx."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO

from gongkai.core.files.kinds import clean_file_name
from gongkai.core.files.store import store
from gongkai.lib.typed_json import read_text
from gongkai.lib.writing import pdf_child
from gongkai.lib.writing.cells import write_cell
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.form_report import FormReport, FormSection, render_form_report
from gongkai.lib.writing.forms import write_form_docx, write_form_xlsx
from gongkai.lib.writing.paper import PaperDocument
from gongkai.oversight.annual.form import SECTION_TITLES
from gongkai.oversight.annual.models import Submission, SubmissionFile
from gongkai.oversight.annual.page import TABLE_BY_SECTION, get_printed_table, list_paragraphs, make_section_heading
from gongkai.oversight.annual.stale_facts import list_correction_lines


def render_report_docx(content: Mapping[str, object]) -> bytes:
    """Return an annual report as .docx."""
    paper = PaperDocument()
    paper.title(_make_title(content))
    for line in list_correction_lines(content):
        paper.text(line)
    for number in SECTION_TITLES:
        paper.heading(make_section_heading(number))
        if number in TABLE_BY_SECTION:
            write_form_docx(paper, get_printed_table(content, TABLE_BY_SECTION[number]))
            paper.text(" ")
        lines = list_paragraphs(content, number)
        for line in lines or ([] if number in TABLE_BY_SECTION else ["无。"]):
            paper.text(line)
    return paper.save()


def _make_title(content: Mapping[str, object]) -> str:
    unit = read_text(content, "unit")
    return f"{unit}\n{str(content['title']).removeprefix(unit)}"


def render_report_pdf(content: Mapping[str, object], *, in_child: bool = False) -> bytes:
    """Return an annual report as .pdf; `in_child`: made in a child process.

    Raises:
        MissingFont: no Chinese font is installed, or the child reached a limit.
    """
    report = FormReport(
        _make_title(content),
        read_text(content, "title"),
        read_text(content, "unit"),
        tuple(list_correction_lines(content)),
        tuple(_make_section(content, number) for number in SECTION_TITLES),
    )
    return pdf_child.render_form_report(report) if in_child else render_form_report(report)


def _make_section(content: Mapping[str, object], number: int) -> FormSection:
    form = get_printed_table(content, TABLE_BY_SECTION[number]) if number in TABLE_BY_SECTION else None
    lines = list_paragraphs(content, number) or ([] if number in TABLE_BY_SECTION else ["无。"])
    return FormSection(make_section_heading(number), form, tuple(lines))


def render_report_xlsx(content: Mapping[str, object]) -> bytes:
    """Return the three tables as .xlsx in the form's layout."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "年度报告"
    write_cell(page.cell(1, 1), str(content["title"])).font = Font(bold=True, size=14)
    top = 3
    for number, table in TABLE_BY_SECTION.items():
        page.cell(top, 1, make_section_heading(number)).font = Font(bold=True)
        top = write_form_xlsx(page, get_printed_table(content, table), top + 1)
    for column, width in zip("ABCDEFGHIJKLMNO", (16, 16, 36, *[11] * 12), strict=True):
        page.column_dimensions[column].width = width
    page.page_setup.orientation = "landscape"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ensure_files(submission: Submission) -> list[SubmissionFile]:
    """Return the files of a submission, created if there are none yet; .pdf only with a Chinese font."""
    files = list(submission.files.select_related("stored"))
    if files:
        return files
    content = submission.content
    papers = {"docx": render_report_docx(content), "xlsx": render_report_xlsx(content)}
    with suppress(MissingFont):
        papers["pdf"] = render_report_pdf(content)
    rows = []
    for suffix, data in papers.items():
        name = clean_file_name(f"{content['title']}.{suffix}")
        file, _ = SubmissionFile.objects.get_or_create(
            submission=submission, name=name, defaults={"stored": store(data, name)}
        )
        rows.append(file)
    return rows
