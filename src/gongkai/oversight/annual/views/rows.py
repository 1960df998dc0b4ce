"""List the rows behind a figure, or a government's figure by unit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_filters import ChoiceFilter

from gongkai.content.policies.models import PolicyRecord
from gongkai.core.acts.object_access import visible_rows
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import ListFilters, make_hidden_filter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.oversight.annual.form import FIGURE_KEYS, Number, format_figure, list_part_keys, make_label
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import UnitContribution, get_shown_figures
from gongkai.oversight.annual.queries.area import list_all_contributions as parts_of_area
from gongkai.oversight.annual.queries.figures import (
    LEVELS_BY_ROW,
    get_period,
    list_issued_documents,
    make_documents_condition,
)
from gongkai.oversight.annual.views.report_list import get_report, make_report_context

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows


def make_rows_url(body: Body, report: Report, key: str) -> str:
    """Return the URL of the list of rows behind a figure; empty without rows."""
    table, row, column = key.split("/")
    if table == "table2":
        if row not in LEVELS_BY_ROW:
            return ""
        return f"{reverse('annual:documents', args=[report.pk])}?{urlencode({'body': body.pk, 'key': key})}"
    span = get_period(report)
    asked = {"year": span.year, "until": span.until.isoformat(), "body": body.pk, "row": row, "column": column}
    listed = "requests:dispute_rows" if table == "table4" else "requests:rows"
    return f"{reverse(listed)}?{urlencode(asked)}"


def show_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the rows of a figure; for a government, show the units' figures first."""
    report, by = get_report(request, pk)
    key = request.GET.get("key", "")
    if key not in FIGURE_KEYS:
        raise Http404("没有这个数字")
    figure = get_shown_figures(report)[key]
    own = request.GET.get("own") == "1"
    if not report.area or own:
        address = make_rows_url(report.body, report, key)
        if address and not (figure.source and figure.counted is None):
            return redirect(address)
        return render(
            request,
            "annual/no_rows.html",
            make_report_context(report, by, "tables") | {"label": make_label(key), "figure": figure},
        )
    parts = [_make_part(member, report, key) for member in parts_of_area(report)]
    parts = [part for part in parts if part["value"]]
    context = make_report_context(report, by, "tables") | {
        "label": make_label(key),
        "figure": figure,
        "parts": parts,
        "sum": format_figure(sum(part["value"] for part in parts)),
        "among": [make_label(part) for part in list_part_keys(key)] if len(list_part_keys(key)) > 1 else [],
    }
    return render(request, "annual/parts.html", context)


class FigurePart(TypedDict):
    """The contribution of one unit to a figure."""

    body: Body
    value: Number
    state: str
    address: str
    given: bool


def _make_part(contribution: UnitContribution, report: Report, key: str) -> FigurePart:
    """Return the row of one unit under a figure of an area's report: value, state and link."""
    is_own = contribution.body.pk == report.body_id
    target = contribution.report
    if is_own:
        address = f"{reverse('annual:rows', args=[report.pk])}?{urlencode({'key': key, 'own': 1})}"
    elif target is not None:
        address = f"{reverse('annual:rows', args=[target.pk])}?{urlencode({'key': key})}"
    else:
        address = make_rows_url(contribution.body, report, key)
    return {
        "body": contribution.body,
        "value": contribution.values.get(key) or 0,
        "state": "本级政府" if is_own else target.entry.state_label if target else "没有布置",
        "address": address,
        "given": contribution.given or is_own,
    }


def _get_requested_unit(filters: ListFilters) -> Body | None:
    """Return the unit that the filters name, else the report's unit; None if the user may not see it."""
    number = parse_whole_number(filters.data.get("body", "")) or filters.of.body_id
    return visible_rows(Body, filters.by).filter(pk=number).first()


class _CellFilter(ChoiceFilter):  # type: ignore[misc]
    """Filter for the documents of a cell of table two."""

    def filter(self, qs: "AnyRows", value: str) -> "AnyRows":
        """Filter documents by table cell (`value` is table/row/column) of the unit that the parent asks for."""
        body = _get_requested_unit(self.parent)
        if body is None:
            return qs.none()
        _, row, column = value.split("/")
        records = list_issued_documents(body).filter(make_documents_condition(row, column, get_period(self.parent.of)))
        return qs.filter(pk__in=records.values("pk"))


#: Figures whose documents can be listed, with their labels.
FIGURE_CHOICES = [
    (key, make_label(key)) for key in FIGURE_KEYS if key.startswith("table2/") and key.split("/")[1] in LEVELS_BY_ROW
]


class CountedDocumentRegister(Register[PolicyRecord]):
    """Register of the documents that a figure of table two counts."""

    name, model, parent, title = "annual.documents", PolicyRecord, Report, "统计明细"
    columns = (Column("title", "文件", width=50), "number", "issuers", "made_on")
    filters = (
        ("key", _CellFilter(label="统计项", choices=FIGURE_CHOICES, empty_label=None)),
        ("body", make_hidden_filter()),
    )
    initial_filters = {"key": FIGURE_CHOICES[0][0]}
    search_fields = ("title", "number")
    ordering = ("made_on", "pk")
    empty = "没有这样的文件，或者不在您的查看范围内。"
    has_record = False
    shown_at = "policies:record"

    @property
    def heading(self) -> str:
        """Return the titles of the report and of this list."""
        return f"{self.of.title}{self.title}"

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return the links to the list of reports and to the report's tables."""
        return (("年度报告", reverse("annual:list")), (self.of.title, reverse("annual:tables", args=[self.of.pk])))

    def totals(self, listing: Listing[PolicyRecord]) -> Sequence[tuple[str, object]]:
        """Return unit, period, and the number of counted documents that the user may not see."""
        span, filters = get_period(self.of), listing.filters
        cell, asked = filters.filters["key"], str(listing.chosen.get("key", ""))
        hidden = cell.filter(PolicyRecord.objects.exclude(pk__in=self.rows(listing.by)), asked) if asked else None
        body = _get_requested_unit(listing.filters)
        return (
            ("单位", body.name if body else ""),
            ("统计期间", f"{span.first} 至 {span.until}"),
            *((("您没有查看权限的", f"{hidden.count()} 件"),) if hidden and hidden.exists() else ()),
        )
