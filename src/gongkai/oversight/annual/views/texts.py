"""Draft, edit and confirm the six texts of a report."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, XLSX_CONTENT_TYPE, download_response
from gongkai.lib.richtext import clean_html
from gongkai.lib.richtext.tables import make_tables_scrollable
from gongkai.lib.writing.fonts import MissingFont
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.form import SECTION_BY_TABLE, SECTION_TITLES
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.page import make_section_heading, render_page
from gongkai.oversight.annual.queries.area import count_live_figures
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.snapshot import make_content
from gongkai.oversight.annual.stale_facts import (
    find_outdated_section_facts,
    get_current_correction,
    make_correction_note,
    update_facts,
)
from gongkai.oversight.annual.states import EDITABLE_STATES
from gongkai.oversight.annual.text_drafts import GAP_MARKER, draft_texts
from gongkai.oversight.annual.views.report_list import get_report, make_report_context

PDF_CONTENT_TYPE = "application/pdf"


def get_current_content(report: Report) -> dict[str, object]:
    """Return the last submitted content of a report, or the present one while it can be edited."""
    last = None if report.entry.state in EDITABLE_STATES else report.current
    if last:
        return dict(last.content)
    content = make_content(report, count_live_figures(report), previous="", members=[])
    if correction := get_current_correction(report):
        content["correction"] = make_correction_note(report, correction, content)
    return content


def show_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report as the public will see it."""
    report, by = get_report(request, pk)
    html = make_tables_scrollable(clean_html(render_page(get_current_content(report))))
    return render(request, "annual/preview.html", make_report_context(report, by, "preview") | {"html": html})


def download_paper(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """Download the report as a file of this format."""
    from gongkai.oversight.annual.papers import (  # imports the PDF library, which is slow
        render_report_docx,
        render_report_pdf,
        render_report_xlsx,
    )

    report, _ = get_report(request, pk)
    content = get_current_content(report)
    name = f"{report.title}.{suffix}"
    if suffix == "docx":
        return download_response(render_report_docx(content), name, DOCX_CONTENT_TYPE)
    if suffix == "xlsx":
        return download_response(render_report_xlsx(content), name, XLSX_CONTENT_TYPE)
    if suffix != "pdf":
        raise Http404("没有这种格式")
    try:
        return download_response(render_report_pdf(content, in_child=True), name, PDF_CONTENT_TYPE)
    except MissingFont as missing:
        messages.error(request, str(missing))
        return redirect("annual:preview", pk)


def show_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the six texts with their state and actions."""
    report, by = get_report(request, pk)
    sections = {section.number: section for section in report.sections.all()}
    context = make_report_context(report, by, "texts")
    current_drafts = (
        _draft_texts_now(report) if context["open"] and any(section.text for section in sections.values()) else {}
    )
    context["sections"] = [
        {
            "number": number,
            "heading": make_section_heading(number),
            "section": sections.get(number),
            "gap": number in sections and GAP_MARKER in sections[number].text,
            "with_table": number in SECTION_BY_TABLE.values(),
            "changed": find_outdated_section_facts(sections[number], current_drafts)
            if current_drafts and number in sections
            else [],
        }
        for number in SECTION_TITLES
    ]
    return render(request, "annual/texts.html", context)


def _draft_texts_now(report: Report) -> dict[int, str]:
    return draft_texts(report, get_values(count_live_figures(report)))


def run_text_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Draft all texts of a report, or write, update or confirm one, as `verb` says."""
    report, by = get_report(request, pk)
    number, done = parse_whole_number(request.POST.get("number", "")) or 0, True
    if request.method == "POST":
        text = request.POST.get("text", "")
        if verb == "draft":
            run_with_messages(
                request,
                lambda: actions.redraft_report_texts(report.entry, by=by),
                "已依据台账起草，请核对、补充后逐项确认。",
            )
        elif verb == "write":
            done = run_with_messages(
                request, lambda: actions.write_section(report.entry, by=by, number=number, text=text), "已保存。"
            )
        elif verb == "update":
            text = update_facts(text.replace("\r\n", "\n"), _draft_texts_now(report).get(number, ""))
            words = "文中的数字已经更新，请核对后确认。"
            done = run_with_messages(
                request, lambda: actions.write_section(report.entry, by=by, number=number, text=text), words
            )
        elif verb == "confirm":
            done = run_with_messages(
                request, lambda: actions.confirm_sections(report.entry, by=by, numbers=[number]), "已确认。"
            )
        elif verb == "write-confirm":
            done = _write_and_confirm(request, report.entry, by, number, text)
    # The reason of a refusal is shown at the top of the page.
    anchor = f"#s{number}" if number and done else ""
    return redirect(f"{reverse('annual:texts', args=[pk])}{anchor}")


def _write_and_confirm(request: HttpRequest, entry: Entry, by: Actor, number: int, text: str) -> bool:
    """Save a section if its text changed, then confirm it; return False if either was refused."""
    section, typed = entry.annual_report.sections.filter(number=number).first(), text.replace("\r\n", "\n")
    if section is None or section.text != typed.strip():
        saved = run_with_messages(
            request, lambda: actions.write_section(entry, by=by, number=number, text=typed), "文字已保存。"
        )
        if not saved:
            return False
    return run_with_messages(request, lambda: actions.confirm_sections(entry, by=by, numbers=[number]), "已确认。")
