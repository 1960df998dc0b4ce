"""Pages 公开承诺: public promises with results; progress and in-time shares of a year."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from gongkai.content.editions.queries import load_shown
from gongkai.core.acts.chain import read_log_state
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import find_opened_government
from gongkai.core.units.unit_filters import find_government
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.oversight.assessment.queries.ranking import compute_deadline_statistics, list_years_with_data
from gongkai.ui.portal.charts import SettledShare, TaskTimeline, describe_shares, draw_shares
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.tree import SiteTree
from gongkai.ui.portal.views.redirects import redirect_to_site_of_source
from gongkai.work.notices.queries.public import (
    PublicMeasure,
    PublicNotice,
    PublicSection,
    find_default_year,
    list_public_years,
    load_public_progress,
)
from gongkai.work.opinion.models import Promise
from gongkai.work.opinion.queries.promises import STANDING_LABELS, get_public_promise, list_public_promises

#: Number of unit lines above which a measure's units load on demand (`measure`).
MAX_UNIT_LINES = 1_000
#: Rendered years that a process stores, and loaded years, of which each log record makes another.
MAX_RENDERED_YEARS, MAX_LOADED_YEARS = 8, 3
#: Rendered measures that a process stores.
MAX_RENDERED_MEASURES = 512


@dataclass(frozen=True)
class NoticeProgressPage:
    """The content of `portal/progress_notices.html`, and the cache key of the rendered notices.

    `under` is the primary key and label of the government whose units are listed; `open_measure` is
    the measure whose units are listed if each is loaded on demand (`apart`).
    """

    year: int
    today: date
    notices: tuple[PublicNotice, ...]
    under: tuple[int, str] | None
    apart: bool
    open_measure: int | None

    @classmethod
    def load(cls, year: int, government: Body, under: Body | None, open_measure: int | None) -> "NoticeProgressPage":
        """Return the progress of a year from a cache, which is renewed after each log record and each minute."""
        minute = timezone.now().replace(second=0, microsecond=0)
        return _load_progress(year, government, under, open_measure, (minute, *read_log_state()))

    @classmethod
    def read(cls, year: int, government: Body, under: Body | None, open_measure: int | None) -> "NoticeProgressPage":
        """Return the progress of a year from the database."""
        notices = tuple(load_public_progress(year, government, under=under))
        apart = sum(notice.lines for notice in notices) > MAX_UNIT_LINES
        return cls(
            year,
            timezone.localdate(),
            notices,
            (under.pk, under.label) if under else None,
            apart,
            open_measure if apart else None,
        )


@lru_cache(maxsize=MAX_LOADED_YEARS)
def _load_progress(
    year: int, government: Body, under: Body | None, open_measure: int | None, state: tuple[object, ...]
) -> NoticeProgressPage:
    """Return the progress of a year; `state` only keys the cache."""
    return NoticeProgressPage.read(year, government, under, open_measure)


@lru_cache(maxsize=MAX_RENDERED_YEARS)
def render_notices(page: NoticeProgressPage) -> SafeString:
    """Render the notices of a year; the result is cached by all that it shows."""
    year, under, apart = page.year, page.under, page.apart

    def render_section(section: PublicSection, place: int) -> list[SafeString]:
        chosen = page.open_measure
        return [_render_measure(one, year, place, under, apart, one.number == chosen) for one in section.measures]

    context = {
        "year": year,
        "notices": [
            (notice, TaskTimeline(notice.months), [(one, render_section(one, place)) for one in notice.sections])
            for place, notice in enumerate(page.notices, 1)
        ],
        "apart": apart,
        "open_measure": page.open_measure,
    }
    return render_to_string("portal/progress_notices.html", context)


@lru_cache(maxsize=MAX_RENDERED_MEASURES)
def _render_measure(
    measure: PublicMeasure, year: int, notice_place: int, under: tuple[int, str] | None, apart: bool, is_open: bool
) -> SafeString:
    """Render a measure of a year; the HTML is cached under a key of all shown values."""
    context = {
        "measure": measure,
        "year": year,
        "notice_no": notice_place,
        "under": under and {"pk": under[0], "label": under[1]},
        "apart": apart,
        "open": is_open,
    }
    return render_to_string("portal/progress_measure.html", context)


def get_government(tree: SiteTree) -> Body:
    """Return the government of a site: its own body, or the one above."""
    return find_government(tree.website.body)


def progress_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: a year's measures with lead units, state, traffic light and links."""
    tree = get_site(request)
    government = get_government(tree)
    years = list_public_years(government)
    if year is not None and year not in years:
        raise Http404("没有这一年的任务")
    shown_year = year or find_default_year(years)
    opened = find_opened_government(request.GET.get("under"), government)
    progress = NoticeProgressPage.load(
        shown_year, government, opened, parse_whole_number(request.GET.get("measure", ""))
    )
    return render(
        request,
        "portal/progress.html",
        {
            "year": shown_year,
            "years": years,
            "this_year": timezone.localdate().year,
            "notices": render_notices(progress) if progress.notices else "",
            "under": opened,
            "government": government,
            "now": min((notice.as_of for notice in progress.notices if notice.as_of), default=timezone.now()),
        },
        keep="figures",
    )


def performance_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: a year's in-time shares by kind."""
    tree = get_site(request)
    government = get_government(tree)
    years = list_years_with_data(government)
    if year is not None and year not in years:
        raise Http404("没有这一年的数据")
    shown_year = year or years[0]
    rows = compute_deadline_statistics(government, shown_year)
    shares = [SettledShare(row.label, row.rate, bool(row.late_now)) for row in rows if row.rate is not None]
    finding = describe_shares(shares, counted="类事项", late="逾期没有办结的") if shares else ""
    return render(
        request,
        "portal/performance.html",
        {
            "year": shown_year,
            "years": years,
            "rows": rows,
            "chart": draw_shares(finding, shares) if shares else "",
            "finding": finding,
            "annual": tree.find_fixed_column("annual"),
            "government": government,
            "now": timezone.now(),
        },
        keep="figures",
    )


def promises_page(request: HttpRequest) -> HttpResponse:
    """Page: promises by unit, topic and state."""
    tree = get_site(request)
    every = list_public_promises(tree.website.pk)
    unit = parse_whole_number(request.GET.get("unit", ""))
    topics = sorted({promise.topic for promise in every if promise.topic})
    topic = next((one for one in topics if one == request.GET.get("topic")), "")
    standing = request.GET.get("standing", "")
    units = sorted({promise.unit for promise in every}, key=lambda body: (body.position, body.pk))
    body = next((one for one in units if one.pk == unit), None)
    rows = [one for one in every if (body is None or one.unit == body) and (not topic or one.topic == topic)]
    counts = Counter(row.standing for row in rows)
    context = {
        "body": body,
        "topic": topic,
        "standing": standing,
        "units": units,
        "topics": topics,
        "counts": [(key, word, sign, counts[key]) for key, (word, sign) in STANDING_LABELS.items()],
        "total": len(rows),
        "rows": get_page(request, [row for row in rows if standing not in STANDING_LABELS or row.standing == standing]),
        "now": timezone.now(),
    }
    return render(request, "portal/promises.html", context, keep="figures")


def promise_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one promise with state, dates and published text."""
    tree = get_site(request)
    public_promise = get_public_promise(tree.website.pk, number)
    document = load_shown(ANONYMOUS, public_promise[1]) if public_promise else None
    if public_promise is None or document is None:
        missing = "没有这项承诺，或者已经不再公开"
        return redirect_to_site_of_source(request, f"{Promise.source_name}/{number}", missing)
    content = getattr(document.edition, "content", None)
    address = public_promise[1].addresses.filter(website=tree.website, current=True).first()
    context = {
        "one": public_promise[0],
        "html": content.html if content else "",
        "path": address.path if address else "",
    }
    return render(request, "portal/promise.html", context, keep="figures")
