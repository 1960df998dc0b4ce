"""Page 公开成效: shares of work done in time, late work included."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.core.widgets.charts import GREEN, bars
from gongkai.oversight.assessment.queries.public import keeping, years_kept
from gongkai.ui.portal.context import render, site_of
from gongkai.ui.portal.views.progress import government_of


def performance(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: a year's in-time shares by kind."""
    tree = site_of(request)
    government = government_of(tree)
    years = years_kept(government)
    if year is not None and year not in years:
        raise Http404("没有这一年的数据")
    shown = year or years[0]
    rows = keeping(government, shown)
    rated = [(row.label, row.rate) for row in rows if row.rate is not None]
    return render(
        request,
        "portal/performance.html",
        {
            "year": shown,
            "years": years,
            "rows": rows,
            "chart": bars(f"{shown}年按期办理的比例", rated, colour=GREEN, unit="%", most=100) if rated else "",
            "annual": tree.fixed("annual"),
            "government": government,
            "now": timezone.now(),
        },
        keep="figures",
    )
