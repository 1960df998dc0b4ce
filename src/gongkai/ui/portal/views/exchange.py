"""JSON interface for other platforms (12345): submit orders and read their state, by token."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.throttle import RateLimit, client_address
from gongkai.core.widgets.machine_urls import error_line_response, json_response
from gongkai.core.widgets.query_parameters import parse_day, parse_machine_json
from gongkai.lib.typed_json import read_text
from gongkai.work.consultation.actions import register_order
from gongkai.work.consultation.actions.order_exchange import DUPLICATE_NUMBER_MESSAGE
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, InquiryCategory
from gongkai.work.consultation.public import (
    describe_order_status,
    find_answers_for_operator,
    find_client_by_authorization,
    get_public_answer,
    list_client_orders,
)

#: Maximum bytes of a request; maximum rows of a response.
MAX_REQUEST_BYTES, PAGE_SIZE = 200_000, 200
#: RateLimit of wrong tokens: 20 per address in ten minutes.
WRONG_TOKEN_LIMIT = RateLimit("wrong token", 20, 600)
#: Fields of an order.
ORDER_FIELDS = ("ref", "title", "text", "category", "name", "phone")

View = Callable[..., HttpResponse]


def require_token(view: View) -> View:
    """Decorate a view to require a valid token, with throttling."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer the client of a valid token; others get 401, after repeated errors 429."""
        address = client_address(request)
        if WRONG_TOKEN_LIMIT.full(address):
            return error_line_response("令牌错误次数过多，请十分钟后再试。", 429)
        client = find_client_by_authorization(request.headers.get("Authorization", ""))
        if client is None:
            WRONG_TOKEN_LIMIT.hit(address)
            refused = error_line_response("没有令牌，或者令牌已经失效。", 401)
            refused["WWW-Authenticate"] = "Bearer"
            return refused
        ExchangeClient.objects.filter(pk=client.pk).update(asked_at=timezone.now())
        return view(request, client, *args, **kwargs)

    return csrf_exempt(never_cache(answer))


@require_token
def orders_endpoint(request: HttpRequest, client: ExchangeClient) -> HttpResponse:
    """POST: submit an order. GET: states of orders changed since `since`, oldest first.

    A page has `PAGE_SIZE` orders, and all others that changed at the same moment as its last.
    """
    if request.method == "POST":
        return _submit_order(request, client)
    rows = list_client_orders(client).order_by("inquiry__entry__moved_at", "pk")
    since = request.GET.get("since", "")
    if since:
        try:
            moment = parse_datetime(since.replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            return error_line_response("since应是带时区的时间，如2026-11-20T09:30:00+08:00。", 400)
        rows = rows.filter(inquiry__entry__moved_at__gte=moment)
    page = list(rows[:PAGE_SIZE])
    if len(page) == PAGE_SIZE:  # the next request asks from the last moment on, so a page holds all of a moment
        last = page[-1]
        same_moment = rows.filter(inquiry__entry__moved_at=last.inquiry.entry.moved_at, pk__gt=last.pk)
        page += same_moment
    return json_response(
        {"orders": [describe_order_status(exchange_order) for exchange_order in page], "most": PAGE_SIZE}
    )


class _InvalidRequest(Exception):
    """An invalid request: message and HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def _parse_order(body: bytes) -> dict[str, object]:
    """Parse a 12345 order: known text fields, day of receipt and the answer of the library used.

    Raises:
        _InvalidRequest: too long, no JSON object, or an invalid field.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise _InvalidRequest("内容太长。", 413)
    try:
        machine_json = parse_machine_json(body)
    except ValueError:
        raise _InvalidRequest("请求应是JSON。") from None
    if not isinstance(machine_json, dict):
        raise _InvalidRequest("请求应是一个JSON对象。")
    facts = {name: machine_json.get(name, "") for name in ORDER_FIELDS}
    if wrong := [name for name, value in facts.items() if not isinstance(value, str)]:
        raise _InvalidRequest(f"{'、'.join(wrong)}应是文字。")
    day = machine_json.get("received_on")
    received_on = parse_day(day) if isinstance(day, str) else None
    if day and received_on is None:
        raise _InvalidRequest("received_on应是日期，如2026-11-20。")
    answered_with = machine_json.get("answered_with")
    answer = get_public_answer(answered_with) if type(answered_with) is int and 0 < answered_with < 2**31 else None
    if answered_with is not None and answer is None:
        raise _InvalidRequest("answered_with应是问答库中在用的问答的id，用/exchange/v1/answers/?q=查询。")
    category = facts["category"] or InquiryCategory.CONSULTATION.value
    return {**facts, "category": category, "received_on": received_on, "known": answer}


def _submit_order(request: HttpRequest, client: ExchangeClient) -> HttpResponse:
    """Register an order; return its status, with suggested answers if it is unanswered."""
    try:
        facts = _parse_order(request.body)
        is_known = list_client_orders(client).filter(ref=read_text(facts, "ref").strip()).exists()
        order: ExchangeOrder = register_order(client.receiver.successor, by=SYSTEM, platform=client.name, **facts)
    except _InvalidRequest as wrong:
        return error_line_response(str(wrong), wrong.status)
    except Refused as refused:
        return error_line_response(str(refused), 409 if DUPLICATE_NUMBER_MESSAGE in refused.reasons else 400)
    status = describe_order_status(list_client_orders(client).get(pk=order.pk))
    if not status["answered_at"]:
        status["candidates"] = find_answers_for_operator(f"{facts['title']} {facts['text']}")
    return json_response(status, 200 if is_known else 201)


@require_token
def answers_endpoint(request: HttpRequest, client: ExchangeClient) -> HttpResponse:
    """Return answers to a question before an order is submitted; see `answered_with`."""
    return json_response({"answers": find_answers_for_operator(request.GET.get("q", ""))})


@require_token
def order_endpoint(request: HttpRequest, client: ExchangeClient, ref: str) -> HttpResponse:
    """Return the state of one order."""
    order = list_client_orders(client).filter(ref=ref).first()
    return json_response(describe_order_status(order)) if order else error_line_response("没有这个工单。", 404)
