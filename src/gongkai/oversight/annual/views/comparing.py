"""Compare a report with last year and with other units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.widgets.asked import asks_file
from gongkai.oversight.annual.form import said
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import figures_shown
from gongkai.oversight.annual.queries.comparing import MAIN, against_last_year, against_others
from gongkai.oversight.annual.queries.figures import values_of
from gongkai.oversight.annual.views.common import frame, report_of


def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the main figures of two years and of other visible units."""
    report, by = report_of(request, pk)
    values = values_of(figures_shown(report))
    others = against_others(report, reports_visible_to(by))
    if asks_file(request):
        sheet = Sheet(
            "年度报告对比",
            (
                Column("body", "单位", width=30),
                *(Column(key, label, width=14) for key, label in MAIN.items()),
            ),
        )
        rows = [{"body": one.body.name} | {key: own.get(key) for key in MAIN} for one, own in others]
        return spreadsheet(sheet, rows, f"annual-comparison-{report.year}", guide=False)
    facts = frame(report, by, "compare") | {
        "lines": against_last_year(report, values),
        "heads": MAIN.values(),
        "others": [
            {"report": one, "own": one.pk == report.pk, "cells": [said(own.get(key)) for key in MAIN]}
            for one, own in others
        ],
    }
    return render(request, "annual/compare.html", facts)
