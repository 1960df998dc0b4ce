"""Pages 年报: published annual reports by unit and year, and charts of one report."""

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
    ReportPlace,
    build_matrix,
    get_published_report,
)
from gongkai.ui.portal.context import render, site_by_id, site_of, url_prefix_of
from gongkai.ui.portal.views.promises import government_of
from gongkai.work.newmedia.models import AccountState, Platform
from gongkai.work.newmedia.queries import list_public_accounts


def accounts_page(request: HttpRequest) -> HttpResponse:
    """Page: accounts by unit, optionally of one platform."""
    every = list_public_accounts(site_of(request).website.body)
    asked = request.GET.get("platform", "")
    platform = asked if asked in Platform.values else ""
    opened = [account for account in every if account.state == AccountState.OPEN]
    there = {account.platform for account in opened}
    shown = {
        "rows": [account for account in opened if platform in ("", account.platform)],
        "closed": [account for account in every if account.state == AccountState.CLOSED],
        "platforms": [(value, label) for value, label in Platform.choices if value in there],
        "platform": platform,
        "total": len(opened),
    }
    return render(request, "portal/accounts.html", shown, keep="figures")


def _get_report_url(request: HttpRequest, place: ReportPlace) -> str:
    tree = site_by_id(request, place.website) if place.website else None
    return f"{url_prefix_of(request, tree)}{place.path}" if tree else place.path


def annual_reports_page(request: HttpRequest) -> HttpResponse:
    """Page: units by years, with missing reports."""
    tree = site_of(request)
    kind = YEARLY_REPORT_KINDS.get(request.GET.get("kind", ""), YEARLY_REPORT_KINDS[""])
    government = government_of(tree)
    made = build_matrix(government, kind)
    rows = [
        (row.body, [(cell, _get_report_url(request, cell.place) if cell.place else "") for cell in row.cells])
        for row in made.rows
    ]
    year = next(year for year in made.years if year < timezone.localdate().year)
    below = replace(made, rows=[row for row in made.rows if row.body != government])
    facts = {
        "kind": kind,
        "kinds": YEARLY_REPORT_KINDS.values(),
        "government": government,
        "years": made.years,
        "rows": rows,
        "year": year,
        "owed": made.count(year, PUBLIC, LATE, MISSING, AHEAD),
        "below": below.count(year, PUBLIC, LATE, MISSING, AHEAD),
        "public": made.count(year, PUBLIC, LATE),
        "late": made.count(year, LATE),
        "missing": made.count(year, MISSING),
        "ahead": made.count(year, AHEAD),
        "column": tree.fixed("annual"),
    }
    return render(request, "portal/annual.html", facts, keep="figures")


def annual_report_charts(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Page: a published report in charts with tables."""
    body = Body.objects.filter(pk=number).first()
    found = get_published_report(body, year) if body and year < 10_000 else None
    if body is None or found is None:
        raise Http404("没有这份年度报告")
    before = found.previous.values if found.previous else None
    facts = {
        "body": body,
        "year": year,
        "report": found.report,
        "title": found.title,
        "charts": make_charts(found.values, before),
        "compared": before is not None,
        "address": _get_report_url(request, found.place),
        "at": found.place.at,
        "corrected_at": found.place.corrected_at,
        "reason": found.place.reason,
    }
    return render(request, "portal/annual_charts.html", facts, keep="figures")
