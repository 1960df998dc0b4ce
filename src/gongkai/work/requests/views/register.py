"""The register of requests, its spreadsheet, registration by staff, and settling of fees."""

from collections.abc import Iterable, Mapping, Sequence

from django import forms
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from django_filters import CharFilter, ChoiceFilter

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.intake.actions import log_unmasked_rows, register_party
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.views import register_once
from gongkai.core.ledger.columns import due_column, title_column, unit_column, unit_filter
from gongkai.core.ledger.models import Entry, PastRecord, PastState
from gongkai.core.ledger.outside_texts import search_limit_note, set_subjects
from gongkai.core.registers.columns import Column, render_light
from gongkai.core.registers.filters import DayFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units import unit_filters
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.requests import actions
from gongkai.work.requests.actions.fees import add_fee_to_catalogue, find_unit_lacking_fee_entry, list_catalogue_items
from gongkai.work.requests.forms.register import APPLICANT_FIELDS, RequestRegistrationForm
from gongkai.work.requests.models import PaymentNotice, Request
from gongkai.work.requests.queries.request_list import (
    REGISTER_TABS,
    STATISTICS_FIGURES,
    filter_requests_by_figure,
    filter_requests_by_tab,
    get_request_entries,
    search_requests,
)
from gongkai.work.requests.spreadsheets import REQUEST_SHEET, export_requests
from gongkai.work.requests.states import CLOSED_STATES, STATE_LABELS

#: Name under which the form is protected against double submission.
REQUEST_FORM_NAME = "request-register"


def list_registering_units(by: Actor) -> "QuerySet[Body]":
    """Return the units for which the user may register requests."""
    return unit_filters.list_actor_bodies(by, roles=(Role.CLERK, Role.LEAD, Role.SIGNER), supervising=(Role.CHIEF,))


class _TabFilter(ChoiceFilter):  # type: ignore[misc]
    """The tab filter; it is ignored if a closed state is selected."""

    def filter(self, qs: "QuerySet[Request]", value: str) -> "QuerySet[Request]":
        ended = self.parent.data.get("state") in CLOSED_STATES and value in {"open", "late"}
        return qs if ended else filter_requests_by_tab(qs, value)


class _SearchFilter(CharFilter):  # type: ignore[misc]
    """The search filter: number or words, at most 80 characters; blank filters nothing."""

    def filter(self, qs: "QuerySet[Request]", value: str) -> "QuerySet[Request]":
        text = value.strip()[:80]
        return search_requests(qs, self.parent.by, text) if text else qs


def _make_status_cell(row: Request) -> SafeString:
    """Return state and result as HTML, with a mark for records made afterwards."""
    status_html = render_light(row.entry.light, row.entry.state_label)
    if row.entry.pk in row.with_past:  # type: ignore[attr-defined]
        status_html = format_html('{} <span class="gk-tag">补录</span>', status_html)
    if not row.ended_as:
        return status_html
    return format_html('{}<br><span class="gk-soft">{}</span>', status_html, row.get_ended_as_display())


class RequestRegister(Register[Request]):
    """The register of requests. Its spreadsheet can be imported again."""

    name, model, title = "requests.list", Request, "政府信息公开申请登记簿"
    section = ("依申请公开",)
    columns = (
        title_column("申请内容", Request.get_channel_display, order=""),
        unit_column("受理单位"),
        Column("applicant_kind", "申请人"),
        Column("received_on", "收到"),
        due_column("到期"),
        Column("standing", "状态", value=lambda row: row.entry.state_label, cell=_make_status_cell, order=""),
    )
    file_sheet, file_name, importer = REQUEST_SHEET, REQUEST_SHEET.name, "requests"
    tabs, initial_filters = "standing", {"standing": "open"}
    filters = (
        ("q", _SearchFilter(label="编号或者内容")),
        ("standing", _TabFilter(label="分类", choices=[*REGISTER_TABS.items()], empty_label=None)),
        (
            "state",
            ChoiceFilter(label="状态", field_name="entry__state", choices=[*STATE_LABELS.items()], empty_label="全部"),
        ),
        "ended_as",
        "channel",
        "applicant_kind",
        "topic",
        ("body", unit_filter("受理单位")),
        ("since", DayFilter("received_on", "收到日期自")),
        ("until", DayFilter("received_on", "至", until=True)),
        (
            "figure",
            ChoiceFilter(
                choices=[*STATISTICS_FIGURES.items()],
                widget=forms.HiddenInput,
                method=lambda rows, name, value: filter_requests_by_figure(rows, value),
            ),
        ),
    )
    folded_filters = ("ended_as", "channel", "applicant_kind", "topic", "since", "until")
    ordering = (F("entry__closed_at").desc(nulls_first=True), "entry__due_at", "-received_on")
    empty = "没有这样的申请。"
    new_label = "登记申请"
    has_record = False
    shown_at = "entry.url"
    template = "requests/list.html"

    def file_objects(self, listing: Listing[Request]) -> Iterable[object]:
        """Return the rows of the spreadsheet; the reading of clear texts is logged."""
        return log_unmasked_rows(export_requests(listing.rows, listing.by), listing.by, REQUEST_SHEET.name)

    def prefetch(self, rows: Sequence[Request], by: Actor) -> Sequence[Request]:
        """Attach readable subjects and the keys with confirmed past records (`with_past`)."""
        set_subjects([row.entry for row in rows], by)
        records = PastRecord.objects.filter(entry__in=[row.pk for row in rows], state=PastState.CONFIRMED)
        numbers = set(records.values_list("entry", flat=True))
        for row in rows:
            row.with_past = numbers  # type: ignore[attr-defined]
        return rows

    def new_url(self, by: Actor) -> str:
        """Return the URL for registering a request, if allowed."""
        return reverse("requests:register") if list_registering_units(by).exists() else ""

    def extra_context(self, request: HttpRequest, listing: Listing[Request]) -> Mapping[str, object]:
        """Return the listed figure's label, and a note on requests that the search does not cover."""
        looked = listing.filters.rows({"q": ""}) if listing.chosen.get("q") else None
        return {
            "figure": STATISTICS_FIGURES.get(str(listing.chosen.get("figure"))),
            "beyond": search_limit_note(get_request_entries(looked), listing.by) if looked is not None else "",
        }


def _register_request(form: RequestRegistrationForm, by: Actor) -> tuple[str, str]:
    """Register the request; return the matter and the last four digits of the phone."""
    values = {name: value for name, value in form.cleaned_data.items() if name not in APPLICANT_FIELDS}
    particulars = form.particulars()
    entry: Entry = actions.register_request(values.pop("body"), by=by, **values)
    matter = f"request/{entry.pk}"
    register_party(None, by=by, matter=matter, particulars=particulars)
    return matter, particulars.last_four


def register_request_view(request: HttpRequest) -> HttpResponse:
    """Show the form for a request made outside the website, and register it once."""
    by = get_actor(request.user)
    bodies = list_registering_units(by)
    form = RequestRegistrationForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if matter := register_once(
        request, form, REQUEST_FORM_NAME, lambda: _register_request(form, by), by=by, asker="申请人"
    ):
        return HttpResponseRedirect(reverse("ledger_entry", kwargs={"pk": matter.number}))
    context = {"form": form, "bodies": bodies.exists(), "once": new_token(REQUEST_FORM_NAME)}
    return render(request, "requests/register.html", context)


@require_POST
def add_fee_to_catalogue_view(request: HttpRequest) -> HttpResponse:
    """Add the fee to the catalogue of charges and open its table, unless refused."""
    by = require_staff_actor(request)
    body = find_unit_lacking_fee_entry(by)
    if body is not None and run_with_messages(
        request, lambda: add_fee_to_catalogue(body, by=by), "已列入收费清单，请核对后送审公开。"
    ):
        item = list_catalogue_items(body).first()
        if item is not None:
            return HttpResponseRedirect(reverse("tables:table", args=[item.table_id]))
    return HttpResponseRedirect(reverse("requests:fees"))


def settle_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how a payment that matches no fee was settled."""
    by = get_actor(request.user)
    if request.method == "POST":
        notice = get_visible_or_404(by, PaymentNotice, pk)
        version, text = parse_whole_number(request.POST.get("version", "")), request.POST.get("words", "")[:300]
        run_with_messages(
            request, lambda: actions.settle_notice(notice, by=by, version=version, words=text), "已登记处理情况。"
        )
    return HttpResponseRedirect(reverse("requests:fees"))
