"""Callback of the payment gateway; only signed notices are accepted."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongkai.core.widgets.asked import told_length
from gongkai.work.requests.actions.payments import process_payment_notice
from gongkai.work.requests.gateway import MAX_NOTICE_BYTES, ForgedPaymentNotice, configured_gateway


# A machine without session sends this; its signature is checked.
@csrf_exempt
@require_POST
def payment(request: HttpRequest) -> HttpResponse:
    """Store a payment notice; acknowledge it once stored, so that it is not repeated."""
    where = configured_gateway()
    if where is None:
        return HttpResponse(status=404)
    if told_length(request) > MAX_NOTICE_BYTES:
        return HttpResponse(where.refused, content_type="text/plain", status=413)
    try:
        told = where.read(request.body, request.headers)
    except ForgedPaymentNotice:
        return HttpResponse(where.refused, content_type="text/plain", status=403)
    process_payment_notice(told)
    return HttpResponse(where.taken, content_type="text/plain")
