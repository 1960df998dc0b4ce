"""Page 依申请公开: how to request information, fees, periods and contacts."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongkai.core.widgets.answers import DOCX_CONTENT_TYPE, download_response
from gongkai.core.widgets.asked import content_length
from gongkai.lib.law.fees import fee_schedule
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import render, site_of
from gongkai.work.requests.actions.fees import is_fee_public
from gongkai.work.requests.actions.payments import process_payment_notice
from gongkai.work.requests.gateway import MAX_NOTICE_BYTES, ForgedPaymentNotice, configured_gateway
from gongkai.work.requests.public import APPLICATION_FORM_TITLE, answering_bodies, application_form_docx


# A machine without session sends this; its signature is checked.
@csrf_exempt
@require_POST
def receive_payment_notice(request: HttpRequest) -> HttpResponse:
    """Store a payment notice; acknowledge it once stored, so that it is not repeated."""
    where = configured_gateway()
    if where is None:
        return HttpResponse(status=404)
    if content_length(request) > MAX_NOTICE_BYTES:
        return HttpResponse(where.refused, content_type="text/plain", status=413)
    try:
        told = where.read(request.body, request.headers)
    except ForgedPaymentNotice:
        return HttpResponse(where.refused, content_type="text/plain", status=403)
    process_payment_notice(told)
    return HttpResponse(where.taken, content_type="text/plain")


#: Maximum number of units listed with contact details.
MAX_LISTED_UNITS = 300


def requests_page(request: HttpRequest) -> HttpResponse:
    """Page: the landing page."""
    tree = site_of(request)
    facts = {
        "fees": fee_schedule(),
        "bodies": list(answering_bodies()[:MAX_LISTED_UNITS]),
        "guide": tree.fixed("guide"),
        "contact": tree.website.contact,
        "charges": is_fee_public(tree.website.pk),
    }
    return render(request, "portal/requests.html", facts, keep="list")


def download_application_form(request: HttpRequest) -> HttpResponse:
    """Download the paper form."""
    site_of(request)
    answer = download_response(application_form_docx(), f"{APPLICATION_FORM_TITLE}.docx", DOCX_CONTENT_TYPE)
    made: HttpResponse = finish_response(request, answer, "fixed")
    return made
