"""12345工单: what came by spreadsheet or interface and how it stands; the platforms that hand orders in."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages
from gongkai.consultation import actions, queries
from gongkai.consultation.importing_orders import ORDERS, SHEET
from gongkai.consultation.models import ExchangeClient, ExchangeOrder
from gongkai.consultation.rules import supervised
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.ledger.subjects import with_subjects
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, actor_of, require_staff_actor
from gongkai.units.door import visible


class ClientForm(forms.Form):
    """A platform that will hand in orders."""

    name = forms.CharField(
        label="平台名称", max_length=40, widget=forms.TextInput(attrs={"class": "gk-input"})
    )


def _seen(request: HttpRequest) -> QuerySet[ExchangeOrder]:
    return ExchangeOrder.objects.filter(inquiry__in=queries.visible_to(request.user).values("pk"))


@may_be_long("consultation.orders", "12345工单", rows=_seen, asked=asks_file)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders, newest first; with `format=xlsx` all of them in the columns in which they come in."""
    by = require_staff_actor(request)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, ORDERS.rows(by), "12345工单办理情况")
    return _page(request, by)


def _page(request: HttpRequest, by: Actor, **more: object) -> HttpResponse:
    rows = _seen(request)
    governments = supervised(by)
    page = page_of(request, rows.select_related("inquiry__entry__body"))
    with_subjects([exchange_order.inquiry.entry for exchange_order in page], by)
    shown = {
        "page": page,
        "clients": ExchangeClient.objects.filter(receiver__in=governments).select_related("receiver"),
        "supervises": bool(governments),
        "form": ClientForm(),
        **more,
    }
    return render(request, "consultation/orders.html", shown)


@never_cache
def open_client(request: HttpRequest) -> HttpResponse:
    """Let a platform hand in orders; its token is shown once."""
    by = require_staff_actor(request)
    governments = supervised(by)
    form = ClientForm(request.POST)
    made = []
    if governments and run_form_with_messages(
        request, form, lambda name: made.append(actions.open_client(governments[0], by=by, name=name))
    ):
        client, token = made[0]
        return _page(request, by, token=token, of=client)
    return redirect("consultation:orders")


@visible(ExchangeClient)
def clients_visible_to(user: object) -> QuerySet[ExchangeClient]:
    """Return the platforms that hand inquiries in to the governments whose 政务公开办 somebody is."""
    return ExchangeClient.objects.filter(receiver__in=supervised(actor_of(user)))


@never_cache
def change_client(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Give a platform another token, or let it hand in nothing more."""
    by = require_staff_actor(request)
    client = get_visible_or_404(by, ExchangeClient, number)
    if request.method != "POST" or verb not in {"renew", "close"}:
        raise Http404
    made: list[str] = []
    if verb == "renew" and run_with_messages(
        request, lambda: made.append(actions.renew_token(client, by=by))
    ):
        return _page(request, by, token=made[0], of=client)
    if verb == "close" and run_with_messages(request, lambda: actions.close_client(client, by=by)):
        messages.success(request, f"已停用{client.name}。")
    return redirect("consultation:orders")
