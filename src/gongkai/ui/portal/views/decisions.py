"""Pages 决策预公开: decisions open for comment and their stages; and surveys (网上调研)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import get_page
from gongkai.ui.portal.context import find_site_by_id, get_site, get_url_prefix, render
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.participation.models import Consultation, Survey
from gongkai.work.participation.open_events import list_public_open_events
from gongkai.work.participation.public_timeline import (
    list_open_consultations,
    list_public_years,
    load_public_timeline,
    load_public_year,
)
from gongkai.work.participation.surveys import PublicSurvey, list_public_surveys
from gongkai.work.tables import public

#: Closed items per page.
CLOSED_ITEMS_PER_PAGE = 30


def decisions_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: decisions open for comment, then those of a year with stages."""
    tree = get_site(request)
    government = get_government(tree)
    years = list_public_years(government)
    if year is not None and year not in years:
        raise Http404("没有这一年的决策事项")
    shown_year = year or (years[0] if years else timezone.localdate().year)
    coming, past = list_public_open_events(
        government, site=tree.website.pk, address=lambda row: _get_document_url(request, row)
    )
    context = {
        "coming": coming,
        "over": get_page(request, past, CLOSED_ITEMS_PER_PAGE, "held"),
        "year": shown_year,
        "years": years,
        "found": load_public_year(government, shown_year),
        "open": list_open_consultations_under(government),
    }
    return render(request, "portal/decisions.html", context, keep="figures")


def list_open_consultations_under(government: Body) -> list[Consultation]:
    """Return the consultations that a government and its units hold now."""
    return [
        consultation
        for consultation in list_open_consultations()
        if consultation.decision.entry.body.path.startswith(government.path)
    ]


def surveys_page(request: HttpRequest) -> HttpResponse:
    """Page 网上调研: open surveys, and closed ones with results."""
    government = get_government(get_site(request))
    surveys = list_public_surveys(Survey.objects.filter(body__path__startswith=government.path))

    def describe_surveys(rows: list[PublicSurvey]) -> list[dict[str, object]]:
        return [
            {
                "one": row,
                "announcement": _get_document_url(request, row.announcement),
                "findings": _get_document_url(request, row.findings) if row.findings else "",
            }
            for row in rows
        ]

    closed_page = get_page(request, surveys.over, CLOSED_ITEMS_PER_PAGE)
    tables = public.list_schemas_on_site(get_site(request).website.pk)
    context = {
        "open": describe_surveys(surveys.open),
        "over": describe_surveys(list(closed_page)),
        "page": closed_page,
        "elsewhere": any(offered.schema.key == "survey" for offered in tables),
    }
    return render(request, "portal/surveys.html", context, keep="figures")


def _get_document_url(request: HttpRequest, row: Shelf) -> str:
    tree = find_site_by_id(request, row.website_id)
    return f"{get_url_prefix(request, tree) if tree else ''}{row.path}"


def decision_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one decision from catalogue to result, with the comment form if open."""
    tree = get_site(request)
    line = load_public_timeline(number, tree.website.pk)
    if line is None or not line.body.path.startswith(get_government(tree).path):
        raise Http404("没有这项决策，或者还没有公开")
    remaining = (line.consultation.ends_on - timezone.localdate()).days if line.consultation else 0
    return render(request, "portal/decision.html", {"line": line, "left": remaining}, keep="figures")
