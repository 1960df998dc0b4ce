"""Preview and download a report (.docx, .pdf, .xlsx), submitted or current."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.core.widgets.answers import DOCX, XLSX, download
from gongkai.lib.richtext import clean
from gongkai.lib.richtext.tables import scrolling
from gongkai.lib.writing.fonts import NoFont
from gongkai.oversight.annual.corrections import correction_of, under_way
from gongkai.oversight.annual.kind import OPEN
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.page import page_html
from gongkai.oversight.annual.queries.area import live_figures
from gongkai.oversight.annual.snapshot import content_of
from gongkai.oversight.annual.views.common import frame, report_of

PDF = "application/pdf"


def content_now(report: Report) -> dict[str, object]:
    """Return the submitted content of a report, or its current one."""
    last = None if report.entry.state in OPEN else report.current
    if last:
        return dict(last.content)
    content = content_of(report, live_figures(report), previous="", members=[])
    if correction := under_way(report):
        content["correction"] = correction_of(report, correction, content)
    return content


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report as the public will see it."""
    report, by = report_of(request, pk)
    html = scrolling(clean(page_html(content_now(report))))
    return render(request, "annual/preview.html", frame(report, by, "preview") | {"html": html})


def paper(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """Download the report as a file."""
    from gongkai.oversight.annual.papers import (  # imports the PDF library, which is slow
        report_docx,
        report_pdf,
        report_xlsx,
    )

    report, _ = report_of(request, pk)
    content = content_now(report)
    name = f"{report.title}.{suffix}"
    if suffix == "docx":
        return download(report_docx(content), name, DOCX)
    if suffix == "xlsx":
        return download(report_xlsx(content), name, XLSX)
    if suffix != "pdf":
        raise Http404("没有这种格式")
    try:
        return download(report_pdf(content), name, PDF)
    except NoFont as missing:
        messages.error(request, str(missing))
        return redirect("annual:preview", pk)
