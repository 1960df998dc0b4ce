"""Registers and views of 12345 orders, and of proposals and investment blockages."""

from collections.abc import Iterable, Mapping, Sequence

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django_filters import ChoiceFilter

from gongkai.content.publishing.models import map_document_titles
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.intake.actions import log_unmasked_rows
from gongkai.core.ledger.columns import due_column, state_column, title_column, unit_column, unit_filter
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.registers.columns import LIST_ONLY, Column, render_chip
from gongkai.core.registers.filters import YearFilter, make_month_filter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.units.object_access import register_visible_to
from gongkai.work.consultation import actions, business_proposals, queries
from gongkai.work.consultation.importing_orders import ORDER_IMPORTER, export_orders
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, Inquiry, ProposalDecision
from gongkai.work.consultation.rules import list_supervised_governments

ORDER_SECTION = ("互动交流",)


class ExchangeClientForm(forms.Form):
    """The form for the access of a hotline platform."""

    name = forms.CharField(label="平台名称", max_length=40, widget=forms.TextInput(attrs={"class": "gk-input"}))


class ExchangeOrderRegister(Register[ExchangeOrder]):
    """The register of 12345 orders.

    `made` is a new client platform with its token, shown once.
    """

    name, model, title, section = "consultation.orders", ExchangeOrder, "12345工单", ORDER_SECTION
    columns = (
        Column("ref", at=LIST_ONLY),
        title_column("标题", path="inquiry.entry", order=""),
        unit_column("承办单位", "inquiry__entry"),
        Column("inquiry__received_on", "收到", at=LIST_ONLY),
        due_column(path="inquiry__entry"),
        state_column(path="inquiry__entry"),
    )
    main = "title"
    filters = (
        ("unit", unit_filter("承办单位", "inquiry__entry")),
        "inquiry__category",
        YearFilter("inquiry__received_on"),
    )
    search_fields = ("ref", "inquiry__entry__number")
    file_sheet, file_name, importer = ORDER_IMPORTER.sheet, "12345工单办理情况", ORDER_IMPORTER.name
    intro = "工单用表格导入或者由平台接口送来，办理情况用同样的列导出或者由平台接口取回；同一编号只登记一次。"
    empty = "还没有工单。可以导入12345平台导出的表格，也可以开通接口。"
    has_record = False
    shown_at = "inquiry.entry.url"
    template = "consultation/orders.html"
    made: tuple[ExchangeClient, str] | None = None

    def rows(self, by: Actor) -> QuerySet[ExchangeOrder]:
        """Return the orders of visible inquiries."""
        rows = ExchangeOrder.objects.filter(inquiry__in=queries.inquiries_visible_to(by).values("pk"))
        return rows.select_related("inquiry__entry__body")

    def prefetch(self, rows: Sequence[ExchangeOrder], by: Actor) -> Sequence[ExchangeOrder]:
        """Attach readable subjects."""
        set_subjects([row.inquiry.entry for row in rows], by)
        return rows

    def file_objects(self, listing: Listing[ExchangeOrder]) -> Iterable[object]:
        """Return the rows of the spreadsheet; the reading of clear texts is logged."""
        return log_unmasked_rows(export_orders(listing.rows, listing.by), listing.by, self.sheet.name)

    def extra_context(self, request: HttpRequest, listing: Listing[ExchangeOrder]) -> Mapping[str, object]:
        """Return the clients that the user supervises, and the form for a new one."""
        governments = list_supervised_governments(listing.by)
        clients = ExchangeClient.objects.filter(receiver__in=governments).select_related("receiver")
        form = ExchangeClientForm() if governments else None
        return {"clients": clients, "form": form, "made": self.made}


def _make_decision_cell(row: AnyRow) -> SafeString | str:
    """Return the decision with the amended policy's title; missing ones are marked."""
    outcome = business_proposals.get_outcome(row)
    if outcome is None:
        return render_chip("待研究")
    if row.changed:
        return f"{outcome.get_decision_display()}：{row.changed}"
    decision_display = outcome.get_decision_display()
    return (
        render_chip("待附文件", decision_display) if outcome.decision == ProposalDecision.AMENDED else decision_display
    )


class ProposalDecisionRegister(Register[Inquiry]):
    """The register of proposals (C-10) and investment blockages (C-12), with monthly counts."""

    name, model, title, section = "consultation.results", Inquiry, "建议和堵点", ORDER_SECTION
    columns = (
        title_column("标题", order=""),
        Column("received_on", "收到", at=LIST_ONLY),
        unit_column("单位"),
        state_column(),
        Column("answered_at", "反馈", at=LIST_ONLY),
        Column("decision", "研究结果", value=_make_decision_cell, at=LIST_ONLY, order="outcome__decision", width=20),
        Column(
            "words",
            "理由或者解决办法",
            value=lambda row: found.words if (found := business_proposals.get_outcome(row)) else "",
            at=LIST_ONLY,
            order="",
            width=50,
        ),
    )
    file_sheet = business_proposals.DECISION_SHEET
    tabs, initial_filters = "kind", {"kind": "suggestion"}
    filters = (
        (
            "kind",
            ChoiceFilter(
                label="类别",
                choices=business_proposals.CATEGORY_LABELS,
                empty_label=None,
                method=lambda rows, name, value: rows.filter(category=business_proposals.CATEGORY_BY_NAME[value]),
            ),
        ),
        YearFilter("received_on", this_year=True),
        ("month", make_month_filter("received_on")),
        ("unit", unit_filter("单位")),
    )
    ordering = ("-received_on", "-pk")
    empty = "这一年还没有收到。"
    has_record = False
    shown_at = "entry.url"
    template = "consultation/results.html"

    def rows(self, by: Actor) -> QuerySet[Inquiry]:
        """Return the visible proposals and blockages."""
        return business_proposals.list_proposals_and_blockages(by).select_related("entry__body", "outcome__document")

    def prefetch(self, rows: Sequence[Inquiry], by: Actor) -> Sequence[Inquiry]:
        """Attach readable subjects and the titles of amended policies."""
        set_subjects([row.entry for row in rows], by)
        outcomes = [
            outcome_of_row
            for row in rows
            if (outcome_of_row := business_proposals.get_outcome(row)) and outcome_of_row.document
        ]
        titles = map_document_titles(outcome.document for outcome in outcomes if outcome.document)
        for row in rows:
            outcome_of_row = business_proposals.get_outcome(row)
            row.changed = titles.get(outcome_of_row.document_id or 0, "") if outcome_of_row else ""  # type: ignore[attr-defined]
        return rows

    def file_objects(self, listing: Listing[Inquiry]) -> Iterable[object]:
        """Return the rows of the spreadsheet; the reading of clear texts is logged."""
        lines = (business_proposals.make_decision_sheet_row(row, listing.by) for row in listing.rows.iterator(500))
        return log_unmasked_rows(lines, listing.by, self.sheet.name)

    def extra_context(self, request: HttpRequest, listing: Listing[Inquiry]) -> Mapping[str, object]:
        """Return the year's monthly counts, and the amendments without the amended policy."""
        kind = str(listing.chosen.get("kind", "suggestion"))
        undocumented = (
            business_proposals.list_undocumented_amendments(listing.by).count() if kind == "suggestion" else 0
        )
        months = business_proposals.count_proposals_by_month(listing.filters.rows({"month": ""}).order_by())
        return {
            "kind": kind,
            "months": months,
            "year": listing.chosen.year,
            "month": listing.chosen.get("month"),
            "undocumented": undocumented,
        }


def _show_token(request: HttpRequest, by: Actor, client: ExchangeClient, token: str) -> HttpResponse:
    """Show the list of orders with the new token of a client, which is shown only once."""
    orders = ExchangeOrderRegister()
    orders.made = (client, token)
    return orders.draw(request, orders.listing(request, by))


@never_cache
def open_client(request: HttpRequest) -> HttpResponse:
    """Create a client for the user's first supervised government; show its token once."""
    by = require_staff_actor(request)
    governments = list_supervised_governments(by)
    form = ExchangeClientForm(request.POST)
    client = []
    if governments and run_form_with_messages(
        request, form, lambda name: client.append(actions.create_exchange_client(governments[0], by=by, name=name))
    ):
        return _show_token(request, by, *client[0])
    return redirect("consultation:orders")


@register_visible_to(ExchangeClient)
def clients_visible_to(user: object) -> QuerySet[ExchangeClient]:
    """Return the clients of the governments that the user supervises."""
    return ExchangeClient.objects.filter(receiver__in=list_supervised_governments(get_actor(user)))


@never_cache
def change_client(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Renew the token of a client and show it once, or close the client."""
    by = require_staff_actor(request)
    client = get_visible_or_404(by, ExchangeClient, number)
    if request.method != "POST" or verb not in {"renew", "close"}:
        raise Http404
    tokens: list[str] = []
    if verb == "renew" and run_with_messages(request, lambda: tokens.append(actions.renew_client_token(client, by=by))):
        return _show_token(request, by, client, tokens[0])
    if verb == "close" and run_with_messages(request, lambda: actions.close_exchange_client(client, by=by)):
        messages.success(request, f"已停用{client.name}。")
    return redirect("consultation:orders")
