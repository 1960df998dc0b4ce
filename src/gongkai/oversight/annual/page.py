"""Public rendering of a report: six sections with the form's tables."""

from collections.abc import Mapping
from html import escape

from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.typed_json import record, text
from gongkai.lib.writing.forms import Form, form_html
from gongkai.oversight.annual.corrections import lines_of
from gongkai.oversight.annual.form import SECTION_OF, SECTIONS, printed, said
from gongkai.oversight.annual.snapshot import figures_in

TABLE_OF = {section: table for table, section in SECTION_OF.items()}


def form_of(content: Mapping[str, object], table: str) -> Form:
    """Return a table of submitted content as printed."""
    figures = figures_in(content)
    return printed(table, lambda key: said(figures[key].value))


def heading(number: int) -> str:
    """Return the heading of a section: 一、总体情况."""
    return f"{to_words(number)}、{SECTIONS[number]}"


def paragraphs(content: Mapping[str, object], number: int) -> list[str]:
    """Return the paragraphs of a section."""
    words = text(record(content, "sections"), str(number))
    return [line.strip() for line in words.splitlines() if line.strip()]


def page_html(content: Mapping[str, object]) -> str:
    """Return the report as HTML with correction note and accessible tables."""
    parts = [f"<p><strong>{escape(line)}</strong></p>" for line in lines_of(content)]
    for number in SECTIONS:
        parts.append(f"<h2>{escape(heading(number))}</h2>")
        table = TABLE_OF.get(number)
        if table:
            parts.append(form_html(form_of(content, table)))
        lines = paragraphs(content, number)
        parts += [f"<p>{escape(line)}</p>" for line in lines]
        if not lines and not table:
            parts.append("<p>无。</p>")
    return "".join(parts)
