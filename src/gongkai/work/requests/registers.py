"""Registers of fee income (收入台账, R-04 to R-06) and of the rows behind report figures (统计明细)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import CharFilter, ChoiceFilter

from gongkai.core.acts.object_access import visible_rows
from gongkai.core.ledger.columns import unit_filter
from gongkai.core.registers.columns import Column, display_value
from gongkai.core.registers.filters import YearFilter, make_hidden_filter
from gongkai.core.registers.register import Listing, Register, Row
from gongkai.core.spreadsheets.sheet import AnyRow, Sheet
from gongkai.core.spreadsheets.sheet import Column as SheetColumn
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.queries import map_successors
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.law.annual_form import TABLE3_COLUMNS, TABLE3_ROWS, TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.work.requests.actions.fees import find_unit_lacking_fee_entry, list_catalogue_items
from gongkai.work.requests.models import Dispute, Fee, Request
from gongkai.work.requests.queries.fees import describe_fee_status, fees_visible_to, list_payments_to_settle
from gongkai.work.requests.queries.statistics import (
    make_table3_column_condition,
    make_table3_row_condition,
    make_table4_cell_condition,
    parse_report_period,
)
from gongkai.work.tables.models import Record

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows

FEE_SHEET = Sheet(
    "信息处理费收入台账",
    (
        SheetColumn("number", "申请编号", write=lambda f: f.request.entry.number, width=18),
        SheetColumn("body", "单位", write=lambda f: f.request.entry.body.name, width=24),
        SheetColumn("reason", "收费理由", width=36),
        SheetColumn("basis", "计费方式", write=lambda f: f.get_basis_display(), width=10),
        SheetColumn("count", "件数或者页数", width=12),
        SheetColumn("yuan", "金额（元）", width=10),
        SheetColumn("cleared_on", "核准日期", width=12),
        SheetColumn("notified_on", "通知送达日期", width=12),
        SheetColumn("paid_on", "缴费日期", width=12),
        SheetColumn("way", "缴费方式", width=10),
        SheetColumn("receipt", "票据号码", width=18),
        SheetColumn("treasury_on", "缴入国库日期", width=12),
        SheetColumn("waived", "免收理由", width=24),
        SheetColumn("standing", "状态", write=describe_fee_status, width=12),
    ),
)


def _render_payment(row: AnyRow) -> SafeString | str:
    day = display_value(row.paid_on)
    return format_html('{}<br><span class="gk-soft">{}</span>', day, row.way) if row.paid_on else ""


def list_visible_catalogue_items(by: Actor) -> list[Record]:
    """Return the rows on the fee for information in the catalogue of the actor's government that the actor may see."""
    body = Body.objects.filter(pk__in=by.bodies).first()
    records = visible_rows(Record, by).order_by().values("pk")
    return list(list_catalogue_items(body).filter(pk__in=records)) if body else []


class FeeRegister(Register[Fee]):
    """The register of fees, by default of this year, with payments to settle above it."""

    name, model, title = "requests.fees", Fee, "收入台账"
    section = (("依申请公开", "requests:list"),)
    columns = (
        Column("request__entry__number", "申请"),
        Column("request__entry__body", "单位"),
        Column("basis", "计费", value=lambda row: f"{row.get_basis_display()}，{row.count}", order="basis"),
        "yuan",
        Column("cleared_on", "核准"),
        Column("paid_on", "缴费", value=lambda row: row.paid_on, cell=_render_payment, order="paid_on"),
        Column("receipt", "票据"),
        Column("treasury_on", "缴入国库"),
        Column("standing", "状态", value=describe_fee_status, order=""),
    )
    file_sheet, file_name = FEE_SHEET, FEE_SHEET.name
    filters = (YearFilter("year", this_year=True), ("unit", unit_filter("单位", "request__entry")), "basis")
    search_fields = ("receipt", "request__entry__number")
    ordering = ("paid_on", "pk")
    intro = "依据：国办函〔2020〕109号。"
    empty = "这一年没有收取信息处理费。"
    has_record = False
    shown_at = "request.entry.url"
    template = "requests/fees.html"

    def rows(self, by: Actor) -> QuerySet[Fee]:
        """Return the visible fees."""
        return fees_visible_to(by)

    def totals(self, listing: Listing[Fee]) -> Sequence[tuple[str, object]]:
        """Return the number and sum of paid fees, and the sum of those remitted."""
        paid = listing.rows.exclude(paid_on=None).order_by()
        sums = [rows.aggregate(sum=Sum("yuan"))["sum"] or 0 for rows in (paid, paid.exclude(treasury_on=None))]
        return (("已缴费（笔）", paid.count()), ("已缴费（元）", sums[0]), ("其中已缴入国库（元）", sums[1]))

    def extra_context(self, request: HttpRequest, listing: Listing[Fee]) -> Mapping[str, object]:
        """Return the context of the page: three further keys.

        `to_check`: payments to settle. `items`: visible catalogue rows on the fee. `keeper`: the unit that may add
        the fee to its government's catalogue, or None.
        """
        by = listing.by
        return {
            "to_check": list_payments_to_settle(by),
            "items": list_visible_catalogue_items(by),
            "keeper": find_unit_lacking_fee_entry(by),
        }


class _FigureFilter(ChoiceFilter):  # type: ignore[misc]
    """The filter for a row of table three or four."""

    def __init__(self, label: str, rows: Mapping[str, str], condition: Callable[..., object]) -> None:
        self.condition = condition
        super().__init__(label=label, choices=[*rows.items()], empty_label=None)

    def filter(self, qs: "AnyRows", value: str) -> "AnyRows":
        asked = self.parent.data
        return qs.filter(self.condition(value, asked.get("column", ""), parse_report_period(asked))) if value else qs


def _make_unit_filter(path: str) -> CharFilter:
    """Return a hidden filter for a unit and its predecessors; `path` leads to the unit."""

    def filter_by_unit(rows: "AnyRows", name: str, value: str) -> "AnyRows":
        return rows.filter(**{f"{path}__in": list(map_successors([parse_whole_number(value) or 0]))})

    return make_hidden_filter(filter_by_unit)


class _FigureRegister(Register[Row]):
    """The base register of rows behind a figure."""

    title, section = "统计明细", (("依申请公开", "requests:list"), ("统计", "requests:figures"))
    has_record = False
    empty = "没有这样的记录，或者不在您的查看范围内。"

    def totals(self, listing: Listing[Row]) -> Sequence[tuple[str, object]]:
        span = parse_report_period(listing.filters.data)
        return (("统计期间", f"{span.first} 至 {span.until}"), ("件", listing.rows.count()))


class FigureRequestRegister(_FigureRegister[Request]):
    """The requests that a figure of table three of the annual report counts."""

    name, model = "requests.rows", Request
    shown_at = "entry.url"
    columns = (
        Column("number", "编号", value=lambda row: row.entry.number, order="entry__number"),
        Column("title", "申请", value=lambda row: row.entry.heading, order="", width=40),
        Column("entry__body", "单位"),
        Column("applicant_kind", "申请人"),
        Column("received_on", "收到"),
        Column("ended_on", "办结"),
        Column("ended_as", "结果"),
    )
    filters = (
        ("row", _FigureFilter("统计项", TABLE3_ROWS, lambda row, column, span: make_table3_row_condition(row, span))),
        (
            "column",
            ChoiceFilter(
                label="申请人",
                choices=[*TABLE3_COLUMNS.items()],
                empty_label=None,
                method=lambda rows, name, value: rows.filter(make_table3_column_condition(value)),
            ),
        ),
        ("year", make_hidden_filter()),
        ("until", make_hidden_filter()),
        ("body", _make_unit_filter("entry__body")),
    )
    initial_filters = {"row": "1", "column": "total"}


class FigureDisputeRegister(_FigureRegister[Dispute]):
    """The disputes that a figure of table four of the annual report counts."""

    name, model = "requests.dispute_rows", Dispute
    shown_at = "request.entry.url"
    columns = (
        Column("request__entry__number", "申请"),
        Column("body", "单位"),
        "kind",
        "organ",
        "number",
        Column("accepted_on", "受理"),
        Column("result", "结果", value=lambda row: row.get_result_display() or "尚未审结", order="result"),
        "decided_on",
    )
    filters = (
        ("row", _FigureFilter("类别", TABLE4_ROWS, make_table4_cell_condition)),
        (
            "column",
            ChoiceFilter(
                label="结果", choices=[*TABLE4_COLUMNS.items()], empty_label=None, method=lambda rows, name, value: rows
            ),
        ),
        ("year", make_hidden_filter()),
        ("until", make_hidden_filter()),
        ("body", _make_unit_filter("body")),
    )
    initial_filters = {"row": "review", "column": "total"}
