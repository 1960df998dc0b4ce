"""Online payment: forged, repeated, reordered, late, double and wrong notices neither lose, double nor invent money."""

import html
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from factories.fixtures import town
from factories.intake import look_up
from factories.requests import add_applicant, do, register, staff
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests import actions
from gongkai.work.requests.actions.payments import process_payment_notice
from gongkai.work.requests.gateway import VerifiedPaymentNotice, get_configured_gateway
from gongkai.work.requests.models import Fee, PaymentNotice, PaymentOrder, PaymentOutcome
from gongkai.work.requests.queries.fees import describe_fee_status
from gongkai.work.requests.queries.request_list import list_earlier_requests_of_month

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R, PAID = date(2024, 1, 2), date(2024, 1, 9)
CODE = "2026000000000017"


@pytest.fixture(scope="module", autouse=True)
def _paying() -> Iterator[None]:
    given = {"URL": "https://pay.example/cashier", "MERCHANT": "yunling", "KEY": "shared-secret"}
    with override_settings(**{f"GONGKAI_PAYMENT_{name}": value for name, value in given.items()}):
        yield


@pytest.fixture(scope="module")
def owing(_paying: None, kept_rows: Callable[..., Iterator[Entry]]) -> Iterator[Entry]:
    """Create once a request whose applicant was notified of the fee."""

    def make() -> Entry:
        with time_machine.travel("2024-01-10 09:55+08:00", tick=False):
            made = register(BodyFactory(name="云岭市档案局", short_name="市档案局", parent=town().site.body), R)
            add_applicant(made, CODE)
            do(do(made, "calculate_fee", basis="pages", count=40), "clear_fee", on=date(2024, 1, 8))
            return do(made, "notify_fee", on=date(2024, 1, 8))

    yield from kept_rows(make)


@pytest.fixture
def entry(owing: Entry) -> Entry:
    return deepcopy(owing)


@pytest.fixture
def order(entry: Entry) -> PaymentOrder:
    made: PaymentOrder = actions.create_payment_order(Fee.objects.get(), by=ANONYMOUS)
    return made


def signed_notice(order: PaymentOrder, /, **changed: Any) -> dict[str, str]:
    facts = {
        "merchant": "yunling",
        "order": order.number,
        "transaction": "T1",
        "status": "paid",
        "fen": "10000",
        "paid_on": PAID.isoformat(),
        **changed,
    }
    return {**facts, "sign": get_configured_gateway().sign(facts)}  # type: ignore[union-attr, attr-defined]


def notify(fields: dict[str, str] | bytes, client: Client | None = None) -> Any:
    body = fields if isinstance(fields, bytes) else urlencode(fields)
    kind = "application/x-www-form-urlencoded"
    return (client or Client()).post("/pay/notice/", body, content_type=kind)


def outcomes() -> list[str]:
    return list(PaymentNotice.objects.values_list("outcome", flat=True))


def test_applicant_is_linked_to_cashier_with_amount_due(client: Client, entry: Entry) -> None:

    page = look_up(client, CODE, "8000").content.decode()
    passed = re.search(r'name="pass" value="([^"]+)"', page)
    assert passed
    answer = client.post("/query/act/", {"pass": passed[1], "follow_up": "pay"})
    found = re.search(r'href="(https://pay.example/cashier[^"]+)"', answer.content.decode())
    assert found, "a link: a form may not lead elsewhere (Content-Security-Policy)"
    onward = html.unescape(found[1])
    asked = dict(parse_qsl(urlsplit(onward).query))
    order = PaymentOrder.objects.get()
    assert (asked["order"], asked["fen"]) == (order.number, "10000")
    assert asked["sign"] == get_configured_gateway().sign(asked)  # type: ignore[union-attr, attr-defined]
    assert "李晓云" not in onward
    assert actions.create_payment_order(Fee.objects.get(), by=ANONYMOUS) == order
    with pytest.raises(Refused, match="申请人"):
        actions.create_payment_order(Fee.objects.get(), by=staff(entry.body))


@pytest.mark.postgres
def test_repeated_notice_pays_once(entry: Entry, order: PaymentOrder) -> None:
    for _ in range(3):
        answer = notify(signed_notice(order))
        assert (answer.status_code, answer.content) == (200, b"success")
    entry.refresh_from_db()
    fee = Fee.objects.get()
    assert (entry.state, fee.paid_on, fee.receipt, fee.way) == ("open", PAID, "网上T1", "网上缴费")
    assert outcomes() == ["taken"]
    assert entry.clock_events.filter(kind="fee_paid").count() == 1


def test_unsigned_or_invalid_notices_change_nothing(entry: Entry, order: PaymentOrder) -> None:
    signed = signed_notice(order)
    unsigned = (
        {**signed, "sign": "0" * 64},
        {**signed, "fen": "1"},
        {**signed, "merchant": "other", "sign": ""},
        {name: value for name, value in signed.items() if name != "sign"},
        f"{urlencode(signed)}&fen=1".encode(),
        b"\xff\xfe",
        b"",
    )
    wrong = (
        {"merchant": "another"},
        {"fen": "many"},
        {"paid_on": "2024-02-30"},
        {"paid_on": "2024-03-01"},
        {"transaction": ""},
        {"transaction": "9" * 81},
    )
    for fields in (*unsigned, *(signed_notice(order, **facts) for facts in wrong)):
        assert notify(fields).status_code == 403, fields
        assert not PaymentNotice.objects.exists()
    assert Entry.objects.get(pk=entry.pk).state == "unpaid"


def test_payment_holds_despite_notices_out_of_order(entry: Entry, order: PaymentOrder) -> None:
    notify(signed_notice(order, status="failed"))
    notify(signed_notice(order))
    notify(signed_notice(order, status="pending"))
    assert outcomes() == ["noted", "taken", "noted"]
    assert Fee.objects.get().paid_on == PAID


@pytest.mark.parametrize(
    ("before", "changed", "outcome"),
    [
        ((), {"fen": "1"}, "amount"),
        ((), {"order": "20240101ffff"}, "unknown"),
        (("paid",), {"transaction": "T2"}, "double"),
        (("counter",), {}, "double"),
        (("withdrawn",), {}, "closed"),
        (("late",), {"paid_on": "2024-03-01"}, "late"),
    ],
)
def test_unmatched_payment_waits_for_manual_check(entry: Entry, order: PaymentOrder, before, changed, outcome) -> None:
    if "paid" in before:
        notify(signed_notice(order))
    if "counter" in before:
        do(entry, "take_payment", way="柜台", receipt="云票1")
    if "withdrawn" in before:
        do(entry, "withdraw", by=ANONYMOUS)
    paid = Fee.objects.get().paid_on
    with time_machine.travel("2024-03-02 10:00+08:00" if "late" in before else "2024-01-10 11:00+08:00"):
        assert notify(signed_notice(order, **changed)).status_code == 200
        notify(signed_notice(order, **changed))
    assert outcomes()[-1] == outcome
    assert Fee.objects.get().paid_on == paid


def test_unmatched_payment_is_settled_on_page_by_permitted_staff(entry: Entry, order: PaymentOrder) -> None:
    notify(signed_notice(order, fen="1"))
    with pytest.raises(Refused, match="只有承办单位"):
        actions.settle_notice(PaymentNotice.objects.get(), by=actor(Role.CLERK, BodyFactory()), words="已经退款")
    chief = signed_in(Role.CHIEF, entry.body.parent)
    page = chief.get("/admin/requests/fees/").content.decode()
    assert "待核对的网上缴费" in page
    notice = PaymentNotice.objects.get()
    given = {"words": "已于1月12日原路退款", "version": notice.version}
    page = chief.post(reverse("requests:settle", args=[notice.pk]), given, follow=True).content.decode()
    assert "待核对的网上缴费" not in page
    assert PaymentNotice.objects.get().settled_on


def test_payment_in_time_with_late_notice_counts_from_payment_day(entry: Entry, order: PaymentOrder) -> None:
    with time_machine.travel("2024-03-02 10:00+08:00"):
        notify(signed_notice(order))
        fee = Fee.objects.get()
        assert (outcomes(), fee.paid_on) == (["taken"], PAID)


def test_notice_after_end_of_request_waits_for_manual_check(entry: Entry, order: PaymentOrder) -> None:
    with time_machine.travel("2024-03-02 10:00+08:00"):
        do(entry, "abandon")
        notify(signed_notice(order))
        assert outcomes() == ["closed"]
        assert Fee.objects.get().paid_on is None
        settled = actions.settle_notice(PaymentNotice.objects.get(), by=staff(entry.body), words="原路退款")
        with pytest.raises(Refused, match="已经核对"):
            actions.settle_notice(settled, by=staff(entry.body), words="再来一次")


@pytest.mark.postgres
def test_concurrent_equal_notices_are_processed_once(
    entry: Entry, order: PaymentOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one checks before the first has committed and inserts after it: the constraint fails, and it gets the same answer."""
    said = VerifiedPaymentNotice(order.number, "T1", "paid", 10000, PAID)
    first = process_payment_notice(said)
    real = PaymentNotice.objects.filter
    calls: list[int] = []

    def blind(**facts: Any) -> Any:
        found = real(**facts)
        calls.append(1)
        if len(calls) == 1:
            monkeypatch.setattr(found, "first", lambda: None)
        return found

    monkeypatch.setattr(PaymentNotice.objects, "filter", blind)
    from django.db import transaction

    with transaction.atomic():
        assert process_payment_notice(said) == first
    monkeypatch.undo()
    assert outcomes() == [PaymentOutcome.TAKEN]
    with pytest.raises(Refused, match="系统自动"):
        actions.store_payment_notice(None, by=staff(entry.body), told=said)


def test_online_payment_is_off_without_key(client: Client, entry: Entry, settings: Any) -> None:
    settings.GONGKAI_PAYMENT_KEY = ""
    assert get_configured_gateway() is None
    assert notify(b"a=b").status_code == 404
    assert "去缴费" not in look_up(client, CODE, "8000").content.decode()


def test_items_include_same_applicants_requests_of_this_month(entry: Entry) -> None:
    def another(phone: str, received: date, body: Any = None) -> Entry:
        made = register(body or entry.body, received)
        return add_applicant(made, phone=phone)

    another("13800138000", date(2023, 12, 29))
    another("13900000000", R)
    another("13800138000", R, BodyFactory())
    for _ in range(10):
        last = another("138 0013 8000", R)
    assert list_earlier_requests_of_month(last).count() == 10  # the first one and nine more
    do(last, "calculate_fee", basis="items", count=1)
    fee = Fee.objects.get(request=last.pk)
    assert (fee.before, fee.yuan) == (10, 100)
    page = signed_in(Role.CLERK, entry.body).get(f"/admin/ledger/{last.pk}/").content.decode()
    assert "信息处理费 100 元" in page
    assert not list_earlier_requests_of_month(register(entry.body, R)).exists()


def test_no_answer_before_pending_fee_was_notified() -> None:
    entry = do(register(received=R), "calculate_fee", basis="pages", count=120)
    with pytest.raises(Refused, match="1100元待核准：请先经政务公开办“核准收费”"):
        do(entry, "decide", result="3.1")
    entry = do(entry, "clear_fee")
    with pytest.raises(Refused, match="待通知：请先“发出收费通知”"):
        do(entry, "decide", result="3.1")
    waived = do(do(entry, "waive_fee", reason="申请人经济困难"), "decide", result="3.1")
    assert (waived.state, describe_fee_status(waived.request.fees.get())) == ("answered", "免收")
    gone = do(do(register(received=R), "calculate_fee", basis="pages", count=40), "withdraw", by=ANONYMOUS)
    assert describe_fee_status(gone.request.fees.get()) == "申请已办结，没有收取"
