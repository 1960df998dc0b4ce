"""Page 今年任务: the year's measures by section with progress, late ones included."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.core.units.collapsed_lists import opened
from gongkai.core.units.models import Body
from gongkai.core.units.reach import government_over
from gongkai.core.widgets.asked import whole
from gongkai.ui.portal.context import render, site_of
from gongkai.ui.portal.tree import SiteTree
from gongkai.work.notices.queries.public import find_default_year, list_public_years, load_public_progress

#: With more unit lines than this, a measure's units load on demand (`measure`).
MOST_LINES = 1_000


def government_of(tree: SiteTree) -> Body:
    """Return the government of a site: its own body, or the one above."""
    return government_over(tree.website.body)


def progress(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: a year's measures with lead units, state, light and links."""
    tree = site_of(request)
    government = government_of(tree)
    years = list_public_years(government)
    if year is not None and year not in years:
        raise Http404("没有这一年的任务")
    shown = year or find_default_year(years)
    under = opened(request.GET.get("under"), government)
    notices = load_public_progress(shown, government, under=under) if years else []
    return render(
        request,
        "portal/progress.html",
        {
            "year": shown,
            "years": years,
            "this_year": timezone.localdate().year,
            "notices": notices,
            "under": under,
            "apart": sum(public_notice.lines for public_notice in notices) > MOST_LINES,
            "open_measure": whole(request.GET.get("measure", "")),
            "government": government,
            "now": min(
                (public_notice.as_of for public_notice in notices if public_notice.as_of),
                default=timezone.now(),
            ),
        },
        keep="figures",
    )
