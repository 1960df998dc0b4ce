"""Timeliness and publication bursts (P-19), and the fields of a site."""

from datetime import timedelta
from typing import TypedDict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Website
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.clock.timeliness import get_deadline_working_days
from gongkai.content.publishing.clock.timeliness_counts import (
    BURST_SHARE_OF_QUARTER,
    BURST_SPAN_WORKING_DAYS,
    MIN_ITEMS_FOR_BURST,
    CountedPublication,
    PublicationBurst,
    count_unpublished,
    find_burst,
    get_quarter,
    get_quarter_bounds,
    list_publications,
)
from gongkai.content.publishing.forms.office import WebsiteForm
from gongkai.content.publishing.proposed_words import list_proposed_words
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import refuse_form_unless, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.charts import draw_comparison
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file, parse_year
from gongkai.lib.chinese.numerals import compute_mean

#: Sheet of the promptness of units.
PROMPTNESS_SHEET = Sheet(
    "公开时效",
    (
        Column("body", "单位", width=28),
        Column("total", "公开", width=8),
        Column("late", "超过法定工作日", width=16),
        Column("waiting", "到期未公开", width=12),
        Column("mean", "平均工作日", width=12),
        Column("longest", "最长", width=8),
        Column("undated", "未填形成日期", width=14),
        Column("burst", "集中突击", width=60),
    ),
)


def _get_quarter(request: HttpRequest) -> tuple[int, int]:
    """Return the requested (year, quarter), else the current one."""
    year, _, quarter = request.GET.get("quarter", "").partition("-")
    asked = parse_year(year)
    return (asked, int(quarter)) if asked and quarter in {"1", "2", "3", "4"} else get_quarter(timezone.localdate())


def promptness_page(request: HttpRequest) -> HttpResponse:
    """Show timeliness, overdue items and bursts by unit for a quarter (P-19), also as a spreadsheet."""
    by = require_staff_actor(request)
    year, quarter = _get_quarter(request)
    first_day, next_quarter = get_quarter_bounds(year, quarter)
    until = next_quarter - timedelta(days=1)
    seen_bodies = bodies_seen(by)
    publications: dict[int, list[CountedPublication]] = {}
    for publication in list_publications(seen_bodies, first_day, until):
        publications.setdefault(publication.body, []).append(publication)
    waiting = count_unpublished(seen_bodies, first_day, until)
    bodies = seen_bodies.in_bulk([*publications, *waiting])
    rows = [_make_unit_row(body, publications.get(number, []), waiting[number]) for number, body in bodies.items()]
    rows.sort(key=lambda row: (row["burst"] is None, -row["late"] - row["waiting"], row["body"].position))
    if asks_file(request):
        return spreadsheet_response(
            PROMPTNESS_SHEET, map(_make_cells, rows), f"公开时效{year}年第{quarter}季度", guide=False
        )
    return render(
        request,
        "publishing/prompt.html",
        {
            "page": get_page(request, rows),
            "compared": draw_comparison(
                "从形成到公开平均用时最长的是{label}，{value}",
                ((row["body"].label, row["mean"]) for row in rows),
                unit="个工作日",
                target=(get_deadline_working_days(), f"期限 {get_deadline_working_days()}个工作日"),
            ),
            "year": year,
            "quarter": quarter,
            "quarters": _list_quarters(),
            "current": f"{year}-{quarter}",
            "limit": get_deadline_working_days(),
            "span": BURST_SPAN_WORKING_DAYS,
            "share": int(BURST_SHARE_OF_QUARTER * 100),
            "least": MIN_ITEMS_FOR_BURST,
        },
    )


def _describe_burst(burst: PublicationBurst | None) -> str:
    """Return the sentence on a burst of publications, or ""."""
    if burst is None:
        return ""
    span = f"{burst.first:%Y-%m-%d} 至 {burst.last:%Y-%m-%d} 公开 {burst.items} 条"
    return f"{span}，占首次公开的 {burst.total} 条的 {burst.percent}%"


def _make_cells(row: "_UnitRow") -> dict[str, object]:
    return {**row, "body": row["body"].name, "burst": _describe_burst(row["burst"])}


class _UnitRow(TypedDict):
    """The timeliness of a unit's texts in a quarter: number, without formation day, late, overdue and not public;
    mean and longest delay in working days; burst.
    """

    body: Body
    total: int
    undated: int
    late: int
    waiting: int
    mean: float | None
    longest: int | None
    burst: PublicationBurst | None


def _make_unit_row(body: Body, texts: list[CountedPublication], waiting: int) -> _UnitRow:
    """Return the figures of a unit for a quarter."""
    days = [text.prompt.days for text in texts if text.prompt]
    return {
        "body": body,
        "total": len(texts),
        "undated": sum(text.prompt is None for text in texts),
        "late": sum(text.late for text in texts),
        "waiting": waiting,
        "mean": compute_mean(sum(days), len(days)),
        "longest": max(days, default=None),
        "burst": find_burst(text.on for text in texts if text.first),
    }


def _list_quarters() -> list[tuple[str, str]]:
    """Return (value, label) of the last eight quarters, newest first."""
    year, quarter = get_quarter(timezone.localdate())
    listed = []
    for _ in range(8):
        listed.append((f"{year}-{quarter}", f"{year}年第{quarter}季度"))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return listed


def _make_saved_message(site: Website | None) -> str:
    """Return the success message; public words await confirmation."""
    if site is None:
        if in_preparation():
            return "网站已建立。接着办“今天要办”里列出的下一步。"
        return "网站已建立。请在“栏目登记”中补全固定栏目的责任人并开通。"
    waiting = "、".join(label for label, *_ in list_proposed_words(site))
    return f"已保存；{waiting}待另一人确认后生效。" if waiting else "网站信息已保存。"


def website_page(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Change a site, remove it while it is empty, or create one with its disclosure platform."""
    by = require_staff_actor(request)
    website = get_visible_or_404(by, Website, number) if number is not None else None
    if website is None:
        refuse_form_unless(not actions.open_website.why_not(None, by=by), "网站由政务公开办建立。")
    form = WebsiteForm(request.POST or None, instance=Website.objects.get(pk=website.pk) if website else None, by=by)
    if website and "remove" in request.POST:
        removed = run_with_messages(request, lambda: actions.remove_website(website, by=by), "空网站已删除。")
        return HttpResponseRedirect(reverse("publishing:websites") if removed else request.path)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()

        def save() -> None:
            """Change the website or open a new one."""
            if website:
                actions.change_website(website, by=by, **facts)
            else:
                actions.open_website(None, by=by, **facts)

        if run_with_messages(request, save):
            messages.success(request, _make_saved_message(website))
            steps_follow = website is None and in_preparation()
            return HttpResponseRedirect(reverse("wagtailadmin_home" if steps_follow else "publishing:websites"))
    return render(
        request,
        "publishing/website.html",
        {
            "form": form,
            "website": website,
            "proposed": website and list_proposed_words(website),
            "preparing": in_preparation(),
            "removable": website is not None and not actions.remove_website.why_not(website, by=by),
        },
    )
