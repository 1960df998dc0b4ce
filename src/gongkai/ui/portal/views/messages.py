"""Pages 留言选登 and 留言统计: published messages with answers, and statistics."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.ui.portal.caching import reader
from gongkai.ui.portal.context import render, site_of
from gongkai.work.consultation import figures as counting
from gongkai.work.consultation import published
from gongkai.work.consultation.models import Category
from gongkai.work.consultation.public import describe_answer_periods

FILTER_PARAMETERS = ("body", "category", "year")
#: Years offered by the statistics page.
OFFERED_YEARS = 5


def messages(request: HttpRequest) -> HttpResponse:
    """Page: published messages by unit, category and year."""
    tree = site_of(request)
    asked = published.MessageFilter.read(request.GET)
    given = request.GET
    page = published.list_messages(
        reader(request),
        tree.website,
        asked,
        after=given.get("after", ""),
        before=given.get("before", ""),
    )
    bodies, years = published.filter_choices(reader(request), tree.website)
    kept = {name: given[name] for name in FILTER_PARAMETERS if given.get(name)}
    facts = {
        "asked": asked,
        "filtered": asked != published.MessageFilter(),
        "rows": page.rows,
        "bodies": bodies,
        "years": years,
        "categories": Category.choices,
        "terms": describe_answer_periods(),
        "next": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "previous": f"?{urlencode({**kept, 'before': page.previous})}" if page.previous else "",
    }
    return render(request, "portal/messages.html", facts, keep="list")


def figures(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: received, answered, rate and working days by month and unit."""
    tree = site_of(request)
    today = timezone.localdate()
    if year is not None and not today.year - OFFERED_YEARS < year <= today.year:
        raise Http404("没有这一年的统计")
    chosen = year or today.year
    rows = counting.tally_by_month(counting.inquiries_of_site(tree.website), chosen)
    facts = {
        "year": chosen,
        "years": range(today.year, today.year - OFFERED_YEARS, -1),
        "total": counting.sum_tallies(rows),
        "months": counting.sum_by_month(rows),
        "units": counting.sum_by_unit(rows),
        "now": timezone.now(),
    }
    return render(request, "portal/message_figures.html", facts, keep="figures")
