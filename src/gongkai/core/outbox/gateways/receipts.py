"""Delivery receipts of SMS gateways; a secret in the URL authenticates them."""

import hmac
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.outbox.actions import note_bounce
from gongkai.core.outbox.gateways.actions import RECEIPT_SETTING_KEY
from gongkai.core.outbox.gateways.channel import decrypt_secrets
from gongkai.core.outbox.gateways.senders.base import ServiceReply, shorten_message
from gongkai.core.outbox.gateways.senders.sms import split_codes
from gongkai.core.outbox.models import Gateway, GatewayKind, Letter, Message, MessageState
from gongkai.core.widgets.query_parameters import content_length

#: Maximum bytes of one request; maximum receipts in it.
MAX_REQUEST_BYTES, MAX_RECEIPTS = 256 * 1024, 500
#: Gateway kind → paths in a receipt of fixed format: list, id, result, values that mean success.
RECEIPT_FORMATS = {
    GatewayKind.MAS: ("", "msgGroup", "errorCode", ("DELIVRD",)),
    GatewayKind.ALIYUN: ("", "biz_id", "success", ("true",)),
}


@csrf_exempt
def receive_receipts(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Receive receipts by GET or POST, as JSON or form data."""
    gateway = Gateway.objects.filter(pk=pk).first()
    if gateway is None or not hmac.compare_digest(
        decrypt_secrets(gateway).get(RECEIPT_SETTING_KEY, "").encode(), token.encode()
    ):
        raise Http404
    if content_length(request) > MAX_REQUEST_BYTES:
        return JsonResponse({"code": 1, "msg": "too long"}, status=413)
    place, number, result, good_states = _get_format(gateway)
    for report in _iterate_receipts(request, place):
        if reference := report.at(number)[:64]:
            record_receipt(gateway, reference, report.at(result), good_states)
    return JsonResponse({"code": 0, "msg": "OK"})


def _get_format(gateway: Gateway) -> tuple[str, str, str, tuple[str, ...]]:
    """Return (path of the list of receipts in a request, paths of id and state in a receipt, states of success)."""
    if gateway.kind in RECEIPT_FORMATS:
        return RECEIPT_FORMATS[GatewayKind(gateway.kind)]
    terms = gateway.terms
    good_states = split_codes(str(terms.get("receipt_good", "")))
    return terms.get("receipt_list", ""), terms.get("receipt_id", ""), terms.get("receipt_state", ""), good_states


def _iterate_receipts(request: HttpRequest, path: str) -> Iterator[ServiceReply]:
    """Yield the receipts at a path (`data.list`) of a request with JSON or form content."""
    try:
        data: object = json.loads(request.body)
    except (ValueError, RecursionError):
        data = {**dict(parse_qsl(request.body.decode("utf-8", "replace"))), **request.GET.dict()}
    for name in filter(None, path.split(".")):
        data = data.get(name) if isinstance(data, dict) else None
    rows = data if isinstance(data, list) else [data]
    yield from (ServiceReply(200, row) for row in rows[:MAX_RECEIPTS] if isinstance(row, dict))


def record_receipt(gateway: Gateway, reference: str, result: str, good: tuple[str, ...]) -> None:
    """Record the delivery result of the text with this `reference`, once; other results than `good` are failures.

    Without `good` the result is unknown, and nothing is recorded.
    """
    if not good:
        return
    now, text = timezone.now(), f"短信没有送达（{shorten_message(result) or '没有说明'}）"
    conditions = {
        "channel": gateway.channel,
        "reference": reference,
        "state": MessageState.SENT,
        "arrived_at": None,
    }
    messages, letters = Message.objects.filter(**conditions), Letter.objects.filter(**conditions)
    if result in good:
        messages.update(arrived_at=now)
        letters.update(arrived_at=now)
        return
    messages.update(state=MessageState.BOUNCED, error=text)
    for letter in letters:
        note_bounce(letter, by=SYSTEM, reason=text)
