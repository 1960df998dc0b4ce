"""Online payment: orders for fees, and the gateway's notices.

A payment is booked once; money that matches nothing is left for a clerk to settle.
"""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work, check_system
from gongkai.core.units.models import Role
from gongkai.core.units.rules import runs_installation
from gongkai.work.requests.actions.fees import record_payment
from gongkai.work.requests.gateway import PAID_STATUS, VerifiedPaymentNotice
from gongkai.work.requests.models import OUTCOMES_TO_SETTLE, Fee, PaymentNotice, PaymentOrder, PaymentOutcome
from gongkai.work.requests.pending_notices import is_given_up, list_applicant_duties
from gongkai.work.requests.states import RequestState


def _list_reasons_unless_query_code_used(by: Actor, _: Fee) -> list[str]:
    return [] if by == ANONYMOUS else ["由申请人在查询页面缴费。"]


def _list_reasons_unless_fee_owed(fee: Fee) -> list[str]:
    """Return Chinese reasons unless the fee is owed now and its period has not passed."""
    entry = Entry.objects.get(pk=fee.request_id)
    if fee.paid_on or fee.waived or not fee.notified_on or RequestState.UNPAID not in list_applicant_duties(entry):
        return ["这笔费用不需要缴纳，或者已经缴纳。"]
    if is_given_up(entry):
        return ["缴费期限已经届满。"]
    return []


@action(
    "requests.order_payment",
    label="网上缴费下单",
    rule=_list_reasons_unless_query_code_used,
    ready=_list_reasons_unless_fee_owed,
    quiet=True,
)
def create_payment_order(fee: Fee, *, by: Actor) -> ActionResult:
    """Return the unpaid payment order of a fee; create one if there is none."""
    order = PaymentOrder.objects.filter(fee=fee, transaction="").last()
    if order is None:
        number = f"{timezone.localdate():%Y%m%d}{secrets.token_hex(8)}"
        order = PaymentOrder.objects.create(fee=fee, number=number, fen=fee.yuan * 100)
    stream = f"entry/{fee.request_id}"
    return ActionResult(words=f"申请人前往网上缴费（订单{order.number}）", stream=stream, result=order)


def process_payment_notice(notice: VerifiedPaymentNotice) -> PaymentNotice:
    """Process a verified notice of the gateway; a repeated one changes nothing."""
    same_notices = PaymentNotice.objects.filter(transaction=notice.transaction, status=notice.status)
    stored = same_notices.first()
    if stored is not None:
        return stored
    try:
        made: PaymentNotice = store_payment_notice(None, by=SYSTEM, told=notice)
        return made
    except IntegrityError:  # the same notice was stored by a concurrent request
        return same_notices.get()


@action("requests.take_notice", label="收到缴费通知", rule=check_system)
def store_payment_notice(_: None, *, by: Actor, told: VerifiedPaymentNotice) -> ActionResult:
    """Store a notice and book its payment; anything irregular is left for a clerk."""
    order = PaymentOrder.objects.select_for_update().filter(number=told.number).first()
    outcome = _get_payment_outcome(order, told)
    if outcome is PaymentOutcome.TAKEN:
        assert order is not None
        outcome = _take_online_payment(order, told)
    notice = PaymentNotice.objects.create(
        order=order,
        number=told.number,
        transaction=told.transaction,
        status=told.status,
        fen=told.fen,
        paid_on=told.paid_on,
        receipt=told.receipt,
        outcome=outcome,
    )
    stream = f"entry/{order.fee.request_id}" if order else f"payment/{notice.pk}"
    values = {"notice": notice.pk, "outcome": str(outcome), "transaction": told.transaction, "fen": told.fen}
    text = f"网上缴费通知：{PaymentOutcome(outcome).label}"
    return ActionResult(
        words=text, facts=values, stream=stream, tell=_make_payment_notifications(order, notice), result=notice
    )


def _get_payment_outcome(order: PaymentOrder | None, notice: VerifiedPaymentNotice) -> PaymentOutcome:
    """Return how a verified notice fits its order and request."""
    if notice.status != PAID_STATUS:
        return PaymentOutcome.NOTED
    if order is None:
        return PaymentOutcome.UNKNOWN
    if notice.fen != order.fen:
        return PaymentOutcome.AMOUNT
    fee = Fee.objects.get(pk=order.fee_id)
    return PaymentOutcome.DOUBLE if order.transaction or fee.paid_on else _get_outcome_for_request(fee, notice)


def _get_outcome_for_request(fee: Fee, notice: VerifiedPaymentNotice) -> PaymentOutcome:
    """Return TAKEN if the request awaits a payment, else CLOSED or LATE."""
    entry = Entry.objects.get(pk=fee.request_id)
    if RequestState.UNPAID not in list_applicant_duties(entry):
        return PaymentOutcome.CLOSED
    if is_given_up(entry, today=notice.paid_on):
        return PaymentOutcome.LATE
    return PaymentOutcome.TAKEN


def _take_online_payment(order: PaymentOrder, notice: VerifiedPaymentNotice) -> PaymentOutcome:
    """Book an online payment on its day; `CLOSED` if the request accepts none."""
    entry = Entry.objects.get(pk=order.fee.request_id)
    receipt = notice.receipt or f"网上{notice.transaction}"[:60]
    try:
        with transaction.atomic():
            # The day of payment counts, even if the gateway reports it later.
            record_payment(entry, by=SYSTEM, way="网上缴费", receipt=receipt, on=notice.paid_on)
    except Refused:
        return PaymentOutcome.CLOSED
    order.transaction, order.paid_on = notice.transaction, notice.paid_on
    order.save(update_fields=["transaction", "paid_on"])
    return PaymentOutcome.TAKEN


def _make_payment_notifications(order: PaymentOrder | None, notice: PaymentNotice) -> tuple[Notification, ...]:
    """Return the notification to clerks of a payment; () without order or payment."""
    if order is None or notice.outcome == PaymentOutcome.NOTED:
        return ()
    entry = Entry.objects.select_related("body").get(pk=order.fee.request_id)
    check = notice.outcome in OUTCOMES_TO_SETTLE
    return (
        Notification(
            subject=f"{'网上缴费待核对' if check else '申请人已缴费'}：{entry.number}",
            body=f"{entry.number}收到网上缴费{notice.yuan}元：{notice.get_outcome_display()}。",
            link=get_entry_url(entry),
            key=f"payment/{notice.pk}",
            posts=((Role.CLERK, entry.body_id),),
        ),
    )


def _list_reasons_unless_payment_handler(by: Actor, notice: PaymentNotice) -> list[str]:
    """Return reasons against settling a notice; one without an order is settled by the 政务公开办."""
    if notice.order is None:
        return [] if runs_installation(by) else ["没有对应订单的缴费由政务公开办核对。"]
    return check_may_work(by, Entry.objects.select_related("body").get(pk=notice.order.fee.request_id))


def _find_settling_errors(notice: PaymentNotice) -> list[str]:
    if notice.outcome not in OUTCOMES_TO_SETTLE:
        return ["这笔缴费不需要核对。"]
    return ["已经核对处理。"] if notice.settled_on else []


@action(
    "requests.settle_notice",
    label="核对网上缴费",
    rule=_list_reasons_unless_payment_handler,
    ready=_find_settling_errors,
)
def settle_notice(notice: PaymentNotice, *, by: Actor, words: str) -> ActionResult:
    """Record in words how a payment that was not booked was settled, for example refunded."""
    notice.settled = require_text(words, "请写明怎样处理，如退款的日期和凭证号。", 4)[:300]
    notice.settled_by, notice.settled_on = by.name, timezone.localdate()
    notice.save(update_fields=["settled", "settled_by", "settled_on"])
    stream = f"entry/{notice.order.fee.request_id}" if notice.order else f"payment/{notice.pk}"
    return ActionResult(words=f"核对网上缴费：{notice.settled}", facts={"notice": notice.pk}, stream=stream)
