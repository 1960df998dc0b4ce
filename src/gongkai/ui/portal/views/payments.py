"""Where a payment gateway says what was paid. It signs; nobody else is believed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongkai.core.widgets.asked import told_length
from gongkai.work.requests.actions.paying import receive
from gongkai.work.requests.gateway import LONGEST, Forged, gateway


# A machine without a session sends this; its signature is what is asked.
@csrf_exempt
@require_POST
def payment(request: HttpRequest) -> HttpResponse:
    """Take a notice. Answered as taken once it is stored, whatever came of it, so that it is not sent for ever."""
    where = gateway()
    if where is None:
        return HttpResponse(status=404)
    if told_length(request) > LONGEST:
        return HttpResponse(where.refused, content_type="text/plain", status=413)
    try:
        told = where.read(request.body, request.headers)
    except Forged:
        return HttpResponse(where.refused, content_type="text/plain", status=403)
    receive(told)
    return HttpResponse(where.taken, content_type="text/plain")
