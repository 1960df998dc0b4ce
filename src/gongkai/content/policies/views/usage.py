"""政策库使用情况: views and searches by month, on a page and as a spreadsheet."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypedDict

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.content.policies.models import Asked, PolicyRecord, Use
from gongkai.content.policies.queries.office import visible_to
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.charts import draw_comparison
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file
from gongkai.lib import law


class UsageRow(NamedTuple):
    """A row of the usage spreadsheet; `subject` is the title of a document, or the searched words."""

    kind: str
    subject: str
    document_number: str
    total: int


USAGE_SHEET = Sheet(
    "政策库使用情况",
    (
        Column("what", "项目", write=lambda row: row.kind, width=14),
        Column("of", "文件或检索词", write=lambda row: row.subject, width=60),
        Column("number", "发文字号", write=lambda row: row.document_number, width=24),
        Column("times", "次数", write=lambda row: row.total, width=10),
    ),
)


def _get_month(request: HttpRequest) -> tuple[list[date], date]:
    """Return (first days of the last twelve months, the requested month or this one)."""
    today = timezone.localdate()
    months = [law.add_months(today.replace(day=1), -back) for back in range(12)]
    return months, next((m for m in months if f"{m:%Y-%m}" == request.GET.get("month")), months[0])


def _list_uses(request: HttpRequest) -> QuerySet[Use]:
    """Return the uses in the chosen month of the records the user may see."""
    _, chosen = _get_month(request)
    records = visible_to(require_staff_actor(request))
    return Use.objects.filter(day__gte=chosen, day__lt=law.add_months(chosen, 1), record__in=records)


def _list_opened(request: HttpRequest) -> QuerySet[PolicyRecord]:
    """Return the documents that were viewed in the chosen month and that the user sees."""
    return visible_to(require_staff_actor(request)).filter(pk__in=_list_uses(request).values("record")).order_by("pk")


@long_export(
    "policies.usage",
    "政策库使用情况",
    rows=_list_opened,
    visible=lambda request: visible_to(require_staff_actor(request)),
    wants_file=asks_file,
)
def usage_page(request: HttpRequest) -> HttpResponse:
    """Show usage in a month, or export it (`?format=xlsx`): most read documents, searches, searches without hits."""
    (months, chosen), uses = _get_month(request), _list_uses(request)
    asked = Asked.objects.filter(month=chosen)
    if request.GET.get("format") == "xlsx":
        return _export_month(chosen, uses, asked)
    return render(
        request,
        "policies/usage.html",
        {
            "months": [(m, m == chosen) for m in months],
            "total": uses.aggregate(n=Sum("views"))["n"] or 0,
            "compared": draw_comparison(
                "看得最多的是《{label}》，{value}",
                ((row["record__title"], row["n"]) for row in _count_views(uses).iterator()),
                unit="次",
            ),
            "read": get_page(request, _count_views(uses), name="read"),
            "searches": asked.aggregate(n=Sum("times"), misses=Sum("misses")),
            "asked": get_page(request, asked.order_by("-times", "words"), name="asked"),
            "missed": get_page(request, _list_failed_searches(asked), name="missed"),
        },
    )


class DocumentViews(TypedDict):
    """A document with its number of views in a month."""

    record: int
    record__title: str
    record__number: str
    n: int


def _count_views(uses: QuerySet[Use]) -> QuerySet[Use, DocumentViews]:
    """Return views by document, the most viewed first."""
    found = uses.values("record", "record__title", "record__number").annotate(n=Sum("views"))
    return found.order_by("-n", "record")


def _list_failed_searches(searches: QuerySet[Asked]) -> QuerySet[Asked]:
    """Return searches without result, the most frequent first."""
    return searches.filter(misses__gt=0).order_by("-misses", "words")


def _export_month(month: date, uses: QuerySet[Use], searches: QuerySet[Asked]) -> HttpResponse:
    """Return all counts of a month as a spreadsheet."""

    def lines() -> Iterator[UsageRow]:
        """Yield the month's views, searches and searches without results."""
        for row in _count_views(uses):
            yield UsageRow("浏览", row["record__title"], row["record__number"], row["n"])
        for one in searches.order_by("-times", "words"):
            yield UsageRow("检索", one.words, "", one.times)
        for one in _list_failed_searches(searches):
            yield UsageRow("检索无结果", one.words, "", one.misses)

    return spreadsheet_response(USAGE_SHEET, list(lines()), f"政策库使用情况{month:%Y%m}")
