"""The ledger of income from fees, with payments through the gateway that wait for a person."""

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.acts.door import get_visible_or_404, rows_of
from gongkai.acts.pages import run_with_messages
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.requests import actions
from gongkai.requests.charges import items_of, keeper_of, list_fee
from gongkai.requests.models import TO_CHECK, Fee, PaymentNotice
from gongkai.requests.queries import requests_visible_to
from gongkai.requests.queries.fees import fees_of_year, standing
from gongkai.requests.views.figures import span_of
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.tables.models import Record
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, actor_of, require_staff_actor
from gongkai.units.door import visible
from gongkai.units.models import Body
from gongkai.units.rules import runs_installation

FEES = Sheet(
    "信息处理费收入台账",
    (
        Column("number", "申请编号", write=lambda f: f.request.entry.number, width=18),
        Column("body", "单位", write=lambda f: f.request.entry.body.name, width=24),
        Column("reason", "收费理由", width=36),
        Column("basis", "计费方式", write=lambda f: f.get_basis_display(), width=10),
        Column("count", "件数或者页数", width=12),
        Column("yuan", "金额（元）", width=10),
        Column("cleared_on", "核准日期", width=12),
        Column("notified_on", "通知送达日期", width=12),
        Column("paid_on", "缴费日期", width=12),
        Column("way", "缴费方式", width=10),
        Column("receipt", "票据号码", width=18),
        Column("treasury_on", "缴入国库日期", width=12),
        Column("waived", "免收理由", width=24),
        Column("standing", "状态", write=standing, width=12),
    ),
)


@visible(PaymentNotice)
def notices_to_check(by: Actor) -> QuerySet[PaymentNotice, PaymentNotice]:
    """Return payments that fit nothing and that nobody settled: of requests that somebody sees, and for the 政务公开办 those of none."""
    seen = Q(order__fee__request__in=requests_visible_to(by).values("pk"))
    if runs_installation(by):
        seen |= Q(order=None)
    rows = PaymentNotice.objects.filter(seen, outcome__in=TO_CHECK, settled_on=None)
    return rows.select_related("order__fee__request__entry__body").order_by("pk")


@may_be_long(
    "requests.fees",
    "信息处理费台账",
    rows=lambda request: fees_of_year(actor_of(request.user), span_of(request)),
    seen=lambda request: Fee.objects.filter(
        request__in=requests_visible_to(actor_of(request.user)).values("pk")
    ),
    asked=asks_file,
)
def fees(request: HttpRequest) -> HttpResponse:
    """Show the ledger of income of a year."""
    by, span = actor_of(request.user), span_of(request)
    found = fees_of_year(by, span)
    if "export" in request.GET:
        return spreadsheet(FEES, found, f"fees-{span.year}", guide=False)
    page, paid = page_of(request, found), found.exclude(paid_on=None).order_by()
    shown = {
        "fees": [(one, standing(one)) for one in page],
        "page": page,
        "span": span,
        "paid": paid.aggregate(sum=Sum("yuan"))["sum"] or 0,
        "remitted": paid.exclude(treasury_on=None).aggregate(sum=Sum("yuan"))["sum"] or 0,
        "count": paid.count(),
        "to_check": notices_to_check(by),
        "items": _items(by),
        "keeper": keeper_of(by),
    }
    return render(request, "requests/fees.html", shown)


def _items(by: Actor) -> list[Record]:
    """Return the fee's rows in catalogues of charges that somebody sees."""
    own = Body.objects.filter(pk__in=by.bodies).first()
    seen = rows_of(Record, by).order_by().values("pk")
    return list(items_of(own).filter(pk__in=seen)) if own else []


@require_POST
def list_item(request: HttpRequest) -> HttpResponse:
    """Put the fee into the catalogue of charges; the row's page follows, to be looked over and sent for review."""
    by = require_staff_actor(request)
    body = keeper_of(by)
    if body is not None and run_with_messages(
        request, lambda: list_fee(body, by=by), "已列入收费清单，请核对后送审公开。"
    ):
        item = items_of(body).first()
        if item is not None:
            return HttpResponseRedirect(reverse("tables:table", args=[item.table_id]))
    return HttpResponseRedirect(reverse("requests:fees"))


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done with a payment that fits nothing."""
    by = actor_of(request.user)
    if request.method == "POST":
        notice = get_visible_or_404(by, PaymentNotice, pk)
        version, words = whole(request.POST.get("version", "")), request.POST.get("words", "")[:300]
        run_with_messages(
            request,
            lambda: actions.settle_notice(notice, by=by, version=version, words=words),
            "已登记处理情况。",
        )
    return HttpResponseRedirect(reverse("requests:fees"))
