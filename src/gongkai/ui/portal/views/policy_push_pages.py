"""Pages of links in 政策直通车 mails: confirm, leave, open a policy; the token is the permission."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from gongkai.content.editions.models import Address
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.context import get_site, render
from gongkai.work.consultation.actions.firm_subscriptions import confirm_firm, unsubscribe_firm
from gongkai.work.consultation.firms.pushing import get_firm_by_token, get_push_by_token
from gongkai.work.consultation.models import PolicyPush


@csrf_exempt
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Page: confirm with a button, because mail scanners open links."""
    get_site(request)
    firm = get_firm_by_token("confirm", token)
    state = "gone" if firm is None or firm.left_at else "done" if firm.confirmed_at else "ask"
    if request.method == "POST" and state == "ask" and firm is not None:
        confirm_firm(firm, by=ANONYMOUS)
        state = "done"
    context = {"heading": "确认订阅", "state": state}
    return render(request, "portal/firm.html", context, keep="private", status=404 if state == "gone" else 200)


@csrf_exempt  # one click from the mail program (RFC 8058) brings no cookie
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by the mail program's POST or by the page's button."""
    get_site(request)
    firm = get_firm_by_token("leave", token)
    if request.method == "POST" and firm and not firm.left_at:
        unsubscribe_firm(firm, by=ANONYMOUS)
        firm.left_at = timezone.now()
    state = "left" if firm is None or firm.left_at else "leave"
    return render(request, "portal/firm.html", {"heading": "退订", "state": state}, keep="private")


@never_cache
def record_opening(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the policy, and record the first opening."""
    tree = get_site(request)
    push = get_push_by_token(token)
    if push is None:
        raise Http404("没有这条推送")
    rows = Address.objects.filter(document=push.document_id, current=True)
    address = rows.filter(website=tree.website.pk).first() or rows.first()
    if address is None:
        raise Http404("这份政策已经撤下")
    PolicyPush.objects.filter(pk=push.pk, opened_at=None).update(opened_at=timezone.now())
    return HttpResponseRedirect(address.path)
