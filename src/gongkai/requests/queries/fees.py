"""Fees: where one stands, what is still to be done about it before a request is answered, and those of a year."""

from django.db.models import Q, QuerySet

from gongkai.ledger.models import Entry
from gongkai.requests.models import Fee
from gongkai.requests.queries.figures import Span
from gongkai.requests.queries.listing import requests_visible_to
from gongkai.requests.results import NOT_PAID
from gongkai.units.actors import Actor

#: A fee that was calculated and nobody told the applicant of: it is cleared and told, or waived, before the answer.
UNSETTLED = Q(waived="", notified_on=None, paid_on=None)


def standing(fee: Fee) -> str:
    """Return where a fee stands, in a word."""
    if fee.waived:
        return "免收"
    if fee.treasury_on:
        return "已缴入国库"
    if fee.paid_on:
        return "已缴费"
    entry = fee.request.entry
    if entry.closed_at:
        return "逾期未缴，不再处理" if entry.outcome == NOT_PAID else "申请已办结，没有收取"
    if fee.notified_on:
        return "待缴费"
    return "待通知" if fee.cleared_on else "待核准"


def unsettled(entry: Entry) -> list[str]:
    """Return what is to be done about a fee before the answer (国办函〔2020〕109号: the notice goes out while the request is worked on).

    A notice that came too late stops no clock: the answer waits for no payment then.
    """
    fee = Fee.objects.filter(UNSETTLED, request=entry.pk).last()
    if fee is None:
        return []
    first = "先“发出收费通知”" if fee.cleared_on else "先经政务公开办“核准收费”并“发出收费通知”"
    return [f"信息处理费{fee.yuan}元{standing(fee)}：请{first}，不收取的由负责人“免收费用”，再作出答复。"]


def fees_of_year(by: Actor, span: Span) -> QuerySet[Fee, Fee]:
    """Return the fees of a year that somebody sees: by the day of payment, else of clearance; those not cleared yet are this year's.

    One that never was cleared stays with the year in which its request ended.
    """
    inside = Q(paid_on__gte=span.first, paid_on__lte=span.until)
    ended = Q(request__entry__closed_at=None) | Q(request__ended_on__year=span.year)
    open_ones = Q(paid_on=None) & (Q(cleared_on=None) & ended | Q(cleared_on__year=span.year))
    seen = Fee.objects.filter(inside | open_ones, request__in=requests_visible_to(by).values("pk"))
    return seen.select_related("request__entry__body").order_by("paid_on", "pk")
