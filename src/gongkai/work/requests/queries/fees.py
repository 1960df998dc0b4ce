"""Queries on fees and on payments that need settling."""

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.rules import runs_installation
from gongkai.work.requests.models import OUTCOMES_TO_SETTLE, Fee, PaymentNotice
from gongkai.work.requests.queries.request_list import requests_visible_to
from gongkai.work.requests.results import FEE_NOT_PAID

# Fees of which the applicant was not notified; they must be notified or waived before the answer.
UNNOTIFIED_FEES = Q(waived="", notified_on=None, paid_on=None)


def describe_fee_status(fee: Fee) -> str:
    """Return the status of a fee in Chinese words."""
    if fee.waived:
        return "免收"
    if fee.treasury_on:
        return "已缴入国库"
    if fee.paid_on:
        return "已缴费"
    entry = fee.request.entry
    if entry.closed_at:
        return "逾期未缴，不再处理" if entry.outcome == FEE_NOT_PAID else "申请已办结，没有收取"
    if fee.notified_on:
        return "待缴费"
    return "待通知" if fee.cleared_on else "待核准"


def find_open_fee_steps(entry: Entry) -> list[str]:
    """Return the reason against an answer while a fee is neither notified, paid nor waived, or []."""
    fee = Fee.objects.filter(UNNOTIFIED_FEES, request=entry.pk).last()
    if fee is None:
        return []
    first = "先“发出收费通知”" if fee.cleared_on else "先经政务公开办“核准收费”并“发出收费通知”"
    return [f"信息处理费{fee.yuan}元{describe_fee_status(fee)}：请{first}，不收取的由负责人“免收费用”，再作出答复。"]


def fees_visible_to(by: Actor) -> QuerySet[Fee, Fee]:
    """Return the visible fees, annotated with their `year`.

    The year is that of payment, else of clearance, else of the request's end, else the current one.
    """
    year = Coalesce(
        ExtractYear("paid_on"),
        ExtractYear("cleared_on"),
        Case(When(request__entry__closed_at__isnull=False, then=ExtractYear("request__ended_on"))),
        Value(timezone.localdate().year),
    )
    fees = Fee.objects.filter(request__in=requests_visible_to(by).values("pk"))
    return fees.annotate(year=year).select_related("request__entry__body")


@register_visible_to(PaymentNotice)
def list_payments_to_settle(by: Actor) -> QuerySet[PaymentNotice, PaymentNotice]:
    """Return visible payments that a clerk must settle."""
    query = Q(order__fee__request__in=requests_visible_to(by).values("pk"))
    if runs_installation(by):
        query |= Q(order=None)
    rows = PaymentNotice.objects.filter(query, outcome__in=OUTCOMES_TO_SETTLE, settled_on=None)
    return rows.select_related("order__fee__request__entry__body").order_by("pk")
