"""Generate a report of sections with forms as .pdf: the annual report on open government."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.lib.writing.forms import PrintedForm, draw_form, keep_form_together

if TYPE_CHECKING:
    from gongkai.lib.writing.pdf import PdfSheet

#: Font size of figures in points, and line spacing in cells in millimetres.
FIGURE_SIZE_POINTS, CELL_PITCH_MM = 7.5, 4.0


@dataclass(frozen=True)
class FormSection:
    """A section: its heading, its form and its paragraphs."""

    heading: str
    form: PrintedForm | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class FormReport:
    """A report on a form: title lines, remarks and sections; `name` and `author` are properties of the file."""

    title: str
    name: str
    author: str
    remarks: tuple[str, ...]
    sections: tuple[FormSection, ...]

    @property
    def full_text(self) -> str:
        """Return all that the report prints."""
        forms = [section.form for section in self.sections if section.form]
        cells = [cell.text for form in forms for row in form.rows for cell in row]
        lines = [line for section in self.sections for line in (section.heading, *section.lines)]
        return "".join((self.title, *self.remarks, *lines, *(form.caption for form in forms), *cells))


def render_form_report(report: FormReport) -> bytes:
    """Return a report as .pdf.

    Raises:
        MissingFont: no Chinese face is installed.
    """
    from gongkai.lib.writing.pdf import draw_pdf  # costly to load

    return draw_pdf(
        lambda sheet: _draw_report(sheet, report), title=report.name, author=report.author, text=report.full_text
    )


def _draw_report(sheet: "PdfSheet", report: FormReport) -> None:
    """Draw the title, remarks and sections of a report; a form stays together with its heading."""
    from gongkai.lib.writing.pdf import BODY_SIZE, LINE_PITCH_MM, TEXT_HEIGHT_MM, TITLE_SIZE

    for line in report.title.splitlines():
        sheet.write_paragraph(line, size=TITLE_SIZE, face="serif", align="C")
    sheet.ln(LINE_PITCH_MM)
    for line in report.remarks:
        sheet.write_paragraph(line, size=BODY_SIZE, face="serif", indent=2)
    for section in report.sections:
        if section.form:
            keep_form_together(sheet, section.form, size=FIGURE_SIZE_POINTS, pitch=CELL_PITCH_MM, above=LINE_PITCH_MM)
        else:
            sheet.ensure_space(2 * LINE_PITCH_MM)
        sheet.write_paragraph(section.heading, size=BODY_SIZE, face="sans", indent=2)
        if section.form:
            draw_form(
                sheet,
                section.form,
                size=FIGURE_SIZE_POINTS,
                pitch=CELL_PITCH_MM,
                align="CENTER",
                unbroken_height=TEXT_HEIGHT_MM,
            )
            sheet.ln(3)
        for line in section.lines:
            sheet.write_paragraph(line, size=BODY_SIZE, face="serif", indent=2)
