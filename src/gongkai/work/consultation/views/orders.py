"""Views of the clients that send 12345 orders."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.units.actors import Actor, actor_of, require_staff_actor
from gongkai.core.units.door import visible
from gongkai.work.consultation import actions
from gongkai.work.consultation.models import ExchangeClient
from gongkai.work.consultation.order_registers import ExchangeClientForm, OrderRegister
from gongkai.work.consultation.rules import list_supervised_governments


def _show_token(request: HttpRequest, by: Actor, client: ExchangeClient, token: str) -> HttpResponse:
    orders = OrderRegister()
    orders.made = (client, token)
    return orders.draw(request, orders.listing(request, by))


@never_cache
def open_client(request: HttpRequest) -> HttpResponse:
    """Create a client and show its token once."""
    by = require_staff_actor(request)
    governments = list_supervised_governments(by)
    form = ExchangeClientForm(request.POST)
    made = []
    if governments and run_form_with_messages(
        request, form, lambda name: made.append(actions.open_client(governments[0], by=by, name=name))
    ):
        return _show_token(request, by, *made[0])
    return redirect("consultation:orders")


@visible(ExchangeClient)
def clients_visible_to(user: object) -> QuerySet[ExchangeClient]:
    """Return the clients of the governments that the user supervises."""
    return ExchangeClient.objects.filter(receiver__in=list_supervised_governments(actor_of(user)))


@never_cache
def change_client(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Renew the token of a client, or close it."""
    by = require_staff_actor(request)
    client = get_visible_or_404(by, ExchangeClient, number)
    if request.method != "POST" or verb not in {"renew", "close"}:
        raise Http404
    made: list[str] = []
    if verb == "renew" and run_with_messages(request, lambda: made.append(actions.renew_token(client, by=by))):
        return _show_token(request, by, client, made[0])
    if verb == "close" and run_with_messages(request, lambda: actions.close_client(client, by=by)):
        messages.success(request, f"已停用{client.name}。")
    return redirect("consultation:orders")
