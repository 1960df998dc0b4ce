"""Pages of mail subscriptions: subscribe, confirm, leave; no account, no cookie."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from gongkai.core.acts.action import Refused
from gongkai.core.intake.forms.people import BotProtection, check_protection, new_protection
from gongkai.core.intake.idempotency import AlreadySent, claim_token
from gongkai.core.intake.throttle import client_address, may_send_confirmation
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal import actions, digests
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.digests import SubscribeForm, describe_scope, send_confirmation_mail
from gongkai.ui.portal.models import Scope
from gongkai.ui.portal.tree import SiteTree

#: Name of the form, for its token.
SUBSCRIBE_FORM_NAME = "subscribe"


# Without cookie, cross-site requests gain nothing; token, proof of work and limits prevent abuse.
@csrf_exempt
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Page: subscribe to news."""
    tree = get_site(request)
    if request.method != "POST":
        return _render_form(
            request, SubscribeForm(tree=tree, following=_read_scope(request, tree)), new_protection(SUBSCRIBE_FORM_NAME)
        )
    form = SubscribeForm(request.POST, tree=tree, following=_read_scope(request, tree))
    protection = check_protection(SUBSCRIBE_FORM_NAME, request.POST, client_address(request))
    if form.is_valid() and not protection.wrong:
        try:
            _request_subscription(tree, form, protection, client_address(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        except AlreadySent:  # a double click
            pass
        if not form.errors:
            return HttpResponseRedirect(reverse("portal:subscribe_sent"))
    return _render_form(request, form, protection.anew(), status=422)


def _render_form(
    request: HttpRequest, form: SubscribeForm, protection: BotProtection, status: int = 200
) -> HttpResponse:
    context = {"form": form, "page": protection}
    return render(request, "portal/subscribe.html", context, keep="private", status=status)


def _request_subscription(tree: SiteTree, form: SubscribeForm, protection: BotProtection, visitor: str) -> None:
    """Store a subscription and send its confirmation, unless too many were sent.

    Raises:
        AlreadySent: the form was sent before.
    """
    facts = {name: form.cleaned_data[name] for name in ("email", "scope", "value")}
    with transaction.atomic():
        claim_token(SUBSCRIBE_FORM_NAME, protection.nonce)
        takes = may_send_confirmation(visitor, facts["email"])
        subscription = actions.subscribe(tree.website, by=ANONYMOUS, **facts) if takes else None
    if subscription:
        send_confirmation_mail(subscription, describe_scope(tree, subscription.scope, subscription.value))


def _read_scope(request: HttpRequest, tree: SiteTree) -> tuple[str, str]:
    """Return kind and value of the subscription's scope, by default the whole site."""
    if request.method == "POST":
        return request.POST.get("scope", ""), request.POST.get("value", "")[:100]
    for scope in (Scope.COLUMN, Scope.UNIT, Scope.WORDS):
        value = request.GET.get(scope.value, "")[:50]
        if value and describe_scope(tree, scope, value):
            return scope.value, value
    return Scope.SITE.value, ""


def mail_sent_page(request: HttpRequest) -> HttpResponse:
    """Page: a mail was sent; the same text whatever is known of the address."""
    return render(request, "portal/subscribe_sent.html", keep="private")


@csrf_exempt  # the token is the permission
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Page: confirm with a button, because mail scanners open links."""
    tree = get_site(request)
    subscription = digests.find_subscription_by_token(token)
    context: dict[str, object] = {"subscription": subscription, "done": False}
    if subscription:
        context["name"] = describe_scope(tree, subscription.scope, subscription.value)
        context["done"] = subscription.confirmed_at is not None
        if request.method == "POST" and not context["done"]:
            actions.confirm_subscription(subscription, by=ANONYMOUS)
            context["done"] = True
    status = 200 if subscription else 404
    return render(request, "portal/subscribe_confirm.html", context, keep="private", status=status)


@csrf_exempt  # one click from the mail program (RFC 8058) brings no cookie
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by the mail program's POST or by the page's button."""
    subscriber = digests.find_subscriber_by_token(token)
    is_removed = request.method == "POST" or subscriber is None
    if request.method == "POST" and subscriber:
        actions.unsubscribe(subscriber, by=ANONYMOUS)
    return render(request, "portal/subscribe_leave.html", {"gone": is_removed}, keep="private")
