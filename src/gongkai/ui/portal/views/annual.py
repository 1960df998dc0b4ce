"""Pages 年报 (published annual reports, with charts) and the page of official accounts."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.core.units.models import Body
from gongkai.oversight.annual.charts import make_charts
from gongkai.oversight.annual.queries.public import (
    AHEAD,
    LATE,
    MISSING,
    PUBLIC,
    YEARLY_REPORT_KINDS,
    PublicReportPage,
    build_matrix,
    get_published_report,
)
from gongkai.ui.portal.context import find_site_by_id, get_site, get_url_prefix, render
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.newmedia.models import AccountState, Platform
from gongkai.work.newmedia.queries import list_public_accounts


def accounts_page(request: HttpRequest) -> HttpResponse:
    """Page: official social-media accounts (政务新媒体) by unit, and the closed ones."""
    every = list_public_accounts(get_site(request).website.body)
    platform_text = request.GET.get("platform", "")
    platform = platform_text if platform_text in Platform.values else ""
    open_accounts = [account for account in every if account.state == AccountState.OPEN]
    existing = {account.platform for account in open_accounts}
    context = {
        "rows": [account for account in open_accounts if platform in ("", account.platform)],
        "closed": [
            account for account in every if account.state == AccountState.CLOSED and platform in ("", account.platform)
        ],
        "platforms": [(value, label) for value, label in Platform.choices if value in existing],
        "platform": platform,
        "total": len(open_accounts),
    }
    return render(request, "portal/accounts.html", context, keep="figures")


def _get_report_url(request: HttpRequest, place: PublicReportPage) -> str:
    tree = find_site_by_id(request, place.website) if place.website else None
    return f"{get_url_prefix(request, tree)}{place.path}" if tree else place.path


def annual_reports_page(request: HttpRequest) -> HttpResponse:
    """Page: units by years, with missing reports."""
    tree = get_site(request)
    kind = YEARLY_REPORT_KINDS.get(request.GET.get("kind", ""), YEARLY_REPORT_KINDS[""])
    government = get_government(tree)
    matrix = build_matrix(government, kind)
    rows = [
        (row.body, [(cell, _get_report_url(request, cell.place) if cell.place else "") for cell in row.cells])
        for row in matrix.rows
    ]
    year = next(year for year in matrix.years if year < timezone.localdate().year)
    lower_matrix = replace(matrix, rows=[row for row in matrix.rows if row.body != government])
    context = {
        "kind": kind,
        "kinds": YEARLY_REPORT_KINDS.values(),
        "government": government,
        "years": matrix.years,
        "rows": rows,
        "year": year,
        "owed": matrix.count(year, PUBLIC, LATE, MISSING, AHEAD),
        "below": lower_matrix.count(year, PUBLIC, LATE, MISSING, AHEAD),
        "public": matrix.count(year, PUBLIC, LATE),
        "late": matrix.count(year, LATE),
        "missing": matrix.count(year, MISSING),
        "ahead": matrix.count(year, AHEAD),
        "column": tree.find_fixed_column("annual"),
    }
    return render(request, "portal/annual.html", context, keep="figures")


def annual_report_charts(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Page: a published report in charts with tables."""
    body = Body.objects.filter(pk=number).first()
    report = get_published_report(body, year) if body and year < 10_000 else None
    if body is None or report is None:
        raise Http404("没有这份年度报告")
    previous = report.previous.values if report.previous else None
    context = {
        "body": body,
        "year": year,
        "report": report.report,
        "title": report.title,
        "charts": make_charts(report.values, previous),
        "compared": previous is not None,
        "address": _get_report_url(request, report.place),
        "at": report.place.published_at,
        "corrected_at": report.place.corrected_at,
        "reason": report.place.reason,
    }
    return render(request, "portal/annual_charts.html", context, keep="figures")
