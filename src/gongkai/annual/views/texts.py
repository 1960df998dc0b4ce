"""The six texts of a report: drafted from the ledgers, written, confirmed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.acts.pages import does
from gongkai.annual import actions
from gongkai.annual.checks import GAP
from gongkai.annual.form import SECTION_OF, SECTIONS
from gongkai.annual.page import heading
from gongkai.annual.views.common import frame, report_of
from gongkai.ui.asked import whole


def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the six texts, each with its state and what may be done."""
    report, by = report_of(request, pk)
    kept = {one.number: one for one in report.sections.all()}
    facts = frame(report, by, "texts")
    facts["sections"] = [
        {
            "number": number,
            "heading": heading(number),
            "section": kept.get(number),
            "gap": number in kept and GAP in kept[number].text,
            "with_table": number in SECTION_OF.values(),
        }
        for number in SECTIONS
    ]
    return render(request, "annual/texts.html", facts)


def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Draft all, or write or confirm one."""
    report, by = report_of(request, pk)
    number = whole(request.POST.get("number", "")) or 0
    if request.method == "POST":
        text = request.POST.get("text", "")
        if verb == "draft":
            does(
                request,
                lambda: actions.draft(report.entry, by=by),
                "已依据台账起草，请核对、补充后逐项确认。",
            )
        elif verb == "write":
            does(request, lambda: actions.write(report.entry, by=by, number=number, text=text), "已保存。")
        elif verb == "confirm":
            does(request, lambda: actions.confirm(report.entry, by=by, numbers=[number]), "已确认。")
        elif verb == "write-confirm":
            _both(request, report.entry, by, number, text)
    anchor = f"#s{number}" if number else ""
    return redirect(f"{reverse('annual:texts', args=[pk])}{anchor}")


def _both(request: HttpRequest, entry: object, by: object, number: int, text: str) -> None:
    """Save a text where it changed, then confirm it."""
    from django.db import transaction

    def work() -> None:
        with transaction.atomic():
            kept = entry.annual_report.sections.filter(number=number).first()  # type: ignore[attr-defined]
            if kept is None or kept.text != text.strip().replace("\r\n", "\n"):
                actions.write(entry, by=by, number=number, text=text.replace("\r\n", "\n"))  # type: ignore[arg-type]
            actions.confirm(entry, by=by, numbers=[number])  # type: ignore[arg-type]

    does(request, work, "已确认。")
