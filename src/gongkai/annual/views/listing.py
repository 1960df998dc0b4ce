"""The reports of a year: who has handed in, who is late; asking for them, urging, the area's sums."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.action import Refused
from gongkai.acts.pages import run_with_messages
from gongkai.annual import actions
from gongkai.annual.desk import reported_year
from gongkai.annual.kind import GIVEN, OPEN, REPORT
from gongkai.annual.models import Report
from gongkai.annual.queries import reports_visible_to
from gongkai.annual.queries.visible import governments_of
from gongkai.annual.rules import collects
from gongkai.editions.models import Document
from gongkai.ledger.actions import urge
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.ui.asked import ticked, whole, year_asked
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, actor_of
from gongkai.units.models import Body

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHEET = Sheet(
    "年度报告报送情况",
    (
        Column("body", "单位", write=lambda one: one["report"].body.name, width=30),
        Column("state", "状态", write=lambda one: one["report"].entry.state_label, width=18),
        Column("due", "法定期限", write=lambda one: timezone.localdate(one["report"].entry.due_at), width=12),
        Column("given", "报送时间", write=lambda one: one["given"], width=18),
        Column("public", "公布时间", write=lambda one: one["public"], width=18),
        Column("corrected", "更正公布时间", write=lambda one: one["corrected"], width=18),
        Column("until", "统计截止", write=lambda one: one["report"].stands_until, width=12),
    ),
)


#: Reports on a page.
PER_PAGE = 100


class Row(TypedDict):
    """A report with when it was handed in and published, and when a correction of it was published."""

    report: Report
    given: datetime | None
    public: datetime | None
    corrected: datetime | None


def rows_of(reports: "QuerySet[Report] | Sequence[Report]") -> list[Row]:
    """Return reports with when they were handed in and published; what was handed in again for a correction is no first handing in."""
    kept = list(reports)
    prefetch_related_objects(kept, "submissions", "corrections")
    public = dict(
        Document.objects.filter(source__in=[report.stream for report in kept]).values_list(
            "source", "published_at"
        )
    )
    rows: list[Row] = []
    for report in kept:
        corrections = list(report.corrections.all())
        given = [
            row.at
            for row in report.submissions.all()
            if not corrections or row.number <= corrections[0].replaces
        ]
        there = given[-1] if given and (corrections or report.entry.state in GIVEN) else None
        corrected = max((row.published_at for row in corrections if row.published_at), default=None)
        rows.append(
            {"report": report, "given": there, "public": public.get(report.stream), "corrected": corrected}
        )
    return rows


def listing(request: HttpRequest) -> HttpResponse:
    """Show the reports of a year that somebody sees."""
    by = actor_of(request.user)
    seen = reports_visible_to(by)
    years = sorted(set(seen.order_by().values_list("year", flat=True)), reverse=True)
    year = year_asked(request.GET.get("year", "")) or (
        years[0] if years else reported_year(timezone.localdate())
    )
    state = request.GET.get("state", "")
    of_year = seen.filter(year=year).order_by("-area", "body__position", "body__pk")
    kept = of_year.filter(entry__state=state) if state in REPORT.labels else of_year
    if "export" in request.GET:
        return spreadsheet(SHEET, rows_of(kept), f"annual-reports-{year}", guide=False)
    page = page_of(request, kept, PER_PAGE)
    rows = rows_of(list(page.object_list))
    counts = Counter(of_year.order_by().values_list("entry__state", flat=True))
    governments = [body for body in governments_of(by) if not collects(by, body)]
    shown = {
        "year": year,
        "years": years,
        "rows": rows,
        "page": page,
        "state": state,
        "states": [(key, label, counts[key]) for key, label in REPORT.labels.items() if counts[key]],
        "total": sum(counts.values()),
        "governments": governments,
        "new_year": reported_year(timezone.localdate()),
        "unasked": [
            body
            for body in governments
            if not Report.objects.filter(body=body, year=reported_year(timezone.localdate())).exists()
        ],
        "urgeable": bool(governments) and any(row["report"].entry.state in OPEN for row in rows),
        "open_states": OPEN,
    }
    return render(request, "annual/list.html", shown)


def open_year(request: HttpRequest) -> HttpResponse:
    """Ask the units of a government for the reports of a year."""
    by = actor_of(request.user)
    year = year_asked(request.POST.get("year", "")) or reported_year(timezone.localdate())
    government = Body.objects.filter(pk=whole(request.POST.get("government", "")) or 0).first()
    if request.method == "POST" and government:
        run_with_messages(
            request, lambda: actions.open_year(government, by=by, year=year), f"已布置{year}年度报告。"
        )
    return redirect(f"{reverse('annual:list')}?year={year}")


def urge_late(request: HttpRequest) -> HttpResponse:
    """Urge the units that were ticked; of those that cannot be urged (today already), it is said."""
    by = actor_of(request.user)
    if request.method == "POST":
        wanted = reports_visible_to(by).filter(pk__in=ticked(request.POST.getlist("report")))
        done, refused = _urge(list(wanted), by)
        if not done and not refused:
            messages.info(request, "请先勾选要催办的单位。")
        if done:
            messages.success(request, f"已催办{done}个单位。")
        for reason in refused[:5]:
            messages.warning(request, reason)
    return redirect(f"{reverse('annual:list')}?year={request.POST.get('year', '')[:4]}")


def _urge(reports: list[Report], by: Actor) -> tuple[int, list[str]]:
    done, refused = 0, []
    for report in reports:
        if report.entry.state not in OPEN:
            continue
        try:
            urge(report.entry, by=by, words=f"请尽快报送{report.year}年度报告。")
            done += 1
        except Refused as no:
            refused.append(f"{report.body.label}：{no.reasons[0]}")
    return done, refused
