"""Pages 政府公报: gazette issues, search, reading, PDF."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.gazette import queries
from gongkai.content.gazette.models import Issue
from gongkai.content.gazette.typesetting import make_pdf
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_whole_number, parse_year
from gongkai.core.widgets.responses import download_response
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.writing.fonts import MissingFont
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.errors import refuse_pdf
from gongkai.ui.portal.views.redirects import redirect_to_site_of_source


def issues_page(request: HttpRequest) -> HttpResponse:
    """Page: issues by year, and search in them."""
    tree = get_site(request)
    everything = queries.list_public_issues(tree.website.pk)
    years = sorted({public_issue.issue.year for public_issue in everything}, reverse=True)
    query = clean_query(request.GET.get("q", ""), 60)
    asked_year = parse_year(request.GET.get("year", ""))
    year = asked_year if asked_year in years else None
    context = {
        "asked": query,
        "found": queries.find_articles(tree.website.pk, query),
        "most": queries.MAX_SEARCHED_ISSUES,
        "years": years,
        "year": year,
        "rows": [public_issue for public_issue in everything if year in (None, public_issue.issue.year)],
    }
    return render(request, "portal/gazette.html", context, keep="figures")


def _issue_view(
    view: Callable[[HttpRequest, queries.IssueReading], HttpResponse],
) -> Callable[[HttpRequest, int], HttpResponse]:
    """Decorate a view of a public issue with its articles; an issue of another site redirects there."""

    @wraps(view)
    def answer(request: HttpRequest, number: int) -> HttpResponse:
        reading = queries.read_issue(number, get_site(request).website.pk)
        if reading is None:
            missing = "没有这一期公报，或者还没有公开"
            return redirect_to_site_of_source(request, f"{Issue.source_name}/{number}", missing)
        return view(request, reading)

    return answer


@_issue_view
def issue_page(request: HttpRequest, reading: queries.IssueReading) -> HttpResponse:
    """Page: cover and contents of an issue, or one article (`?piece=`)."""
    place = parse_whole_number(request.GET.get("piece", "")) or 0
    if place > len(reading.articles):
        raise Http404("没有这一篇")
    context = {
        "reading": reading,
        "piece": reading.articles[place - 1] if place else None,
        "before": place - 1 if place else None,
        "own": _get_document_url(reading, place),
        "after": place + 1 if place < len(reading.articles) else None,
        "base": f"/files/{reading.document.pk}/{reading.edition_number}/",
    }
    return render(request, "portal/gazette_issue.html", context, keep="figures")


def _get_document_url(reading: queries.IssueReading, place: int) -> str:
    """Return the path of the document at a place in an issue, "" if it is not public itself."""
    document = reading.articles[place - 1].document if place else None
    if document is None:
        return ""
    shelf = shelf_visible_to(ANONYMOUS).filter(document=document, column=None)
    return shelf.values_list("path", flat=True).first() or ""


@_issue_view
def page_turning_view(request: HttpRequest, reading: queries.IssueReading) -> HttpResponse:
    """Page: an issue page by page, by buttons, keys or swipes; readable without scripts."""
    return render(request, "portal/gazette_pages.html", {"reading": reading}, keep="figures")


@_issue_view
def download_issue_pdf(request: HttpRequest, reading: queries.IssueReading) -> HttpResponse:
    """Download the issue as PDF."""
    try:
        data = make_pdf(reading)
    except MissingFont:
        return refuse_pdf(request)
    return finish_response(request, download_response(data, f"{reading.content.title}.pdf", "application/pdf"), "file")
