"""Views for the fee's catalogue item and for settling payments."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import actor_of, require_staff_actor
from gongkai.core.widgets.asked import whole
from gongkai.work.requests import actions
from gongkai.work.requests.actions.fees import get_listing_unit, list_catalogue_items, list_fee
from gongkai.work.requests.models import PaymentNotice


@require_POST
def list_fee_in_catalogue(request: HttpRequest) -> HttpResponse:
    """Add the fee to the catalogue of charges and open its table."""
    by = require_staff_actor(request)
    body = get_listing_unit(by)
    if body is not None and run_with_messages(
        request, lambda: list_fee(body, by=by), "已列入收费清单，请核对后送审公开。"
    ):
        item = list_catalogue_items(body).first()
        if item is not None:
            return HttpResponseRedirect(reverse("tables:table", args=[item.table_id]))
    return HttpResponseRedirect(reverse("requests:fees"))


def settle_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a payment that matches nothing."""
    by = actor_of(request.user)
    if request.method == "POST":
        notice = get_visible_or_404(by, PaymentNotice, pk)
        version, words = whole(request.POST.get("version", "")), request.POST.get("words", "")[:300]
        run_with_messages(
            request,
            lambda: actions.settle_notice(notice, by=by, version=version, words=words),
            "已登记处理情况。",
        )
    return HttpResponseRedirect(reverse("requests:fees"))
