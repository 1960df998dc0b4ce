"""Actions on the processing fee (国办函〔2020〕109号), from calculation to remittance."""

from dataclasses import asdict
from datetime import date

from django.db.models import QuerySet

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.law.fees import FEE_SOURCE, compute_item_fee, compute_page_fee, get_fee_schedule
from gongkai.work.requests.actions.base import (
    check_day,
    check_not_given_up,
    end_with_full_stop,
    entry_act,
    get_state_after_notice,
    make_clock_event,
)
from gongkai.work.requests.actions.corrections import create_implied_receipt_events
from gongkai.work.requests.gateway import get_configured_gateway
from gongkai.work.requests.letters import describe_calculation, make_letter, strip_closing_marks
from gongkai.work.requests.models import Consultation, Fee, FeeBasis, FeeReason
from gongkai.work.requests.queries.request_list import list_earlier_requests_of_month
from gongkai.work.requests.states import RequestState
from gongkai.work.tables.actions import add_record, open_table
from gongkai.work.tables.models import PublicTable, Record, TableSchema
from gongkai.work.tables.public import load_all_rows
from gongkai.work.tables.queries import list_own_bodies
from gongkai.work.tables.rules import list_reasons_unless_unit_staff

# The schema of the catalogue (tables/data/schemas.toml) and the name of the item.
CATALOGUE_SCHEMA, CATALOGUE_ITEM_NAME = "fee", "政府信息公开信息处理费"
FEE_LEGAL_BASIS = f"《中华人民共和国政府信息公开条例》第四十二条；《政府信息公开信息处理费管理办法》（{FEE_SOURCE}）"


def describe_fee_standard() -> str:
    """Return the fee standard, by item and by page, as the text of one cell."""
    fee_schedule = get_fee_schedule()
    items, pages = (
        "，".join(f"{count}{price}" for count, price in fee_schedule[way]) for way in ("by_item", "by_page")
    )
    return f"按件：同一申请人一个自然月内{items}。按量：{pages}。同一申请只按一种计收。"


def list_catalogue_items(body: Body) -> QuerySet[Record]:
    """Return the rows named 信息处理费 in the fee catalogues of the unit's government."""
    return Record.objects.filter(
        table__schema__key=CATALOGUE_SCHEMA,
        table__body__path__startswith=find_government(body).path,
        name__contains="信息处理费",
    ).select_related("table")


def is_fee_public(website: int) -> bool:
    """Return whether a website (key) shows a catalogue of charges with the fee."""
    schema = TableSchema.objects.filter(key=CATALOGUE_SCHEMA).first()
    if schema is None:
        return False
    public_fees = (row for public_rows in load_all_rows(website, schema) for row in public_rows.rows)
    return any("信息处理费" in str(row.get("name", "")) for row in public_fees)


def find_unit_lacking_fee_entry(by: Actor) -> Body | None:
    """Return the user's first unit if its government's fee catalogue lacks the fee, else None."""
    body = list_own_bodies(by).first()
    return None if body is None or list_catalogue_items(body).exists() else body


@action("requests.list_fee", label="把信息处理费列入收费清单", rule=list_reasons_unless_unit_staff)
def add_fee_to_catalogue(body: Body, *, by: Actor, phone: str = "") -> ActionResult:
    """Add the fee to the unit's catalogue of charges, opened if missing; return the `Record`."""
    if list_catalogue_items(body).exists():
        raise Refused("本级收费清单中已有信息处理费。")
    schema = TableSchema.objects.filter(key=CATALOGUE_SCHEMA, active=True).first()
    if schema is None:
        raise Refused("本系统没有使用“收费清单”这种表式，请政务公开办先启用。")
    table = PublicTable.objects.filter(schema=schema, body=body).first()
    table = table or open_table(body, by=by, schema=schema, phone=phone)
    values = {
        "name": CATALOGUE_ITEM_NAME,
        "category": "行政事业性收费",
        "payer": "申请数量、频次明显超过合理范围的申请人",
        "standard": describe_fee_standard(),
        "basis": FEE_LEGAL_BASIS,
        "collector": "收到申请的行政机关",
        "phone": phone,
    }
    record = add_record(table, by=by, values=values)
    return ActionResult(words=f"{CATALOGUE_ITEM_NAME}列入{table.title}", facts={"record": record.pk}, result=record)


def get_current_fee(entry: Entry) -> Fee | None:
    """Return the last fee of a request that was not waived, or None."""
    return Fee.objects.filter(request=entry.pk, waived="").last()


def _list_reasons_if_fee_exists(entry: Entry) -> list[str]:
    """Return a Chinese reason if the request has a fee that was not waived."""
    fee = get_current_fee(entry)
    if fee is None:
        return []
    if fee.paid_on:
        return ["信息处理费已经缴纳，一件申请只收一次。"]
    if fee.notified_on:
        return ["收费通知已经送达。"]
    return ["已经计算过信息处理费：等政务公开办核准，或者用“免收费用”。"]


@entry_act("calculate_fee", ready=_list_reasons_if_fee_exists)
def calculate_fee(
    entry: Entry, *, by: Actor, why: str, grounds: str, basis: str, count: int, before: int | None = None
) -> ActionResult:
    """Calculate a fee by item or by page, and ask the general office to clear it.

    A fee is lawful only for a clearly unreasonable number or frequency of requests (条例第四十二条); `why`
    and `grounds` state it.

    Args:
        why: a `FeeReason`.
        grounds: the facts behind the reason.
        basis: a `FeeBasis`.
        count: the number of items or pages.
        before: earlier items of the applicant this month (default: counted).
    """
    if why not in FeeReason.values:
        raise Refused(
            "提供政府信息不收取费用；数量、频次明显超过合理范围的才可以收取（《条例》第四十二条）：请选择收费理由。"
        )
    grounds = require_text(grounds, "请写明数量、频次明显超过合理范围的具体情况。", 5)
    if basis not in FeeBasis.values:
        raise Refused("请选择按件或者按量。")
    before = list_earlier_requests_of_month(entry).count() if before is None else before
    fee = compute_item_fee(before, count) if basis == FeeBasis.ITEMS else compute_page_fee(count)
    if fee.yuan == 0:
        raise Refused("按标准计算为0元，不需要收费。")
    lines = [asdict(line) for line in fee.lines]
    counted = {"before": before if basis == FeeBasis.ITEMS else 0, "count": count}
    reason = {"why": why, "grounds": grounds[:300]}
    created_fee = Fee.objects.create(request_id=entry.pk, basis=basis, yuan=fee.yuan, lines=lines, **reason, **counted)
    text = f"{FeeBasis(basis).label}计算信息处理费{fee.yuan}元（{FEE_SOURCE}）：{created_fee.reason}"
    tell = Notification(
        subject=f"信息处理费待核准：{entry.number}",
        body=f"{entry.body.label}的{entry.number}拟收取信息处理费{fee.yuan}元，理由是{created_fee.reason}，核准以前不能发收费通知。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/fee/{created_fee.pk}/to_clear",
        posts=_list_clearing_posts(entry),
    )
    return ActionResult(words=text, facts={"fee": created_fee.pk, "yuan": fee.yuan}, tell=(tell,), result=created_fee)


def _list_clearing_posts(entry: Entry) -> tuple[tuple[str, int], ...]:
    """Return the posts (role, unit) that clear a fee."""
    government = entry.body.parent or entry.body
    offices = Body.objects.filter(parent=government, kind=BodyKind.GENERAL_OFFICE).values_list("pk", flat=True)
    return tuple((Role.CHIEF, pk) for pk in (*offices, government.pk))


def _find_clearing_errors(entry: Entry) -> list[str]:
    fee = get_current_fee(entry)
    if fee is None:
        return ["还没有计算信息处理费，请先“计算信息处理费”。"]
    return ["已经核准。"] if fee.cleared_on else []


@entry_act("clear_fee", ready=_find_clearing_errors)
def clear_fee(entry: Entry, *, by: Actor, on: date | None = None) -> ActionResult:
    """Approve a fee and tell the clerks; `on`: the day of an approval on paper."""
    fee = _require_fee(entry)
    fee.cleared_by, fee.cleared_on = by.name, check_day(on)
    fee.save()
    tell = Notification(
        subject=f"信息处理费已核准：{entry.number}",
        body=f"{entry.number}的信息处理费{fee.yuan}元已经核准，请在该申请的页面“发出收费通知”，自申请人收到之日起期限停止计算。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/fee/{fee.pk}/cleared",
        posts=((Role.CLERK, entry.body_id),),
    )
    return ActionResult(words=f"核准收取信息处理费{fee.yuan}元", facts={"fee": fee.pk}, tell=(tell,))


def _find_notifying_errors(entry: Entry) -> list[str]:
    fee = get_current_fee(entry)
    if fee is None or not fee.cleared_on:
        return ["收费须先经政务公开办核准；还没有计算的，请先“计算信息处理费”。"]
    return ["收费通知已经发出。"] if fee.notified_on else []


@entry_act("notify_fee", ready=_find_notifying_errors)
def send_fee_notice(
    entry: Entry, *, by: Actor, pay_how: str = "", on: date | None = None, past: bool = False
) -> ActionResult:
    """Send the fee notice with the ways to pay; the clock is paused until the payment.

    The payment period counts from the receipt of the notice.
    """
    fee = _require_fee(entry)
    event = make_clock_event("fee_notice", on)
    fee.notified_on = check_day(on)
    if fee.cleared_on and fee.notified_on < fee.cleared_on:
        raise Refused(f"收费通知不能早于核准之日（{fee.cleared_on:%Y-%m-%d}）。")
    fee.pay_how = pay_how.strip()
    pay_ways = [fee.pay_how, "在本机关网站“查办理情况”页面凭查询码网上缴纳" if get_configured_gateway() else ""]
    ways_text = "；".join(strip_closing_marks(pay_way) for pay_way in pay_ways if pay_way)
    if not ways_text and not past:
        raise Refused("请填写缴纳方式：收款单位、账号、缴费地点、联系电话等，并告知申请人。")
    fee.save()
    values = {
        "理由": fee.reason or "申请的数量、频次明显超过合理范围",
        "金额": str(fee.yuan),
        "计算过程": describe_calculation(fee),
        "缴纳方式": end_with_full_stop(ways_text),
    }
    letter = None if past else make_letter(entry, "fee", on=on, fields=values)
    log_facts = {"fee": fee.pk, "letter": letter.digest if letter else ""}
    return ActionResult(
        facts=log_facts,
        words=f"送达收费通知（{fee.yuan}元）",
        events=(event,),
        past=past,
        to_state=get_state_after_notice(entry, event, RequestState.UNPAID, is_past_record=past),
    )


def _find_payment_errors(entry: Entry) -> list[str]:
    fee = get_current_fee(entry)
    if fee is None or not fee.notified_on:
        return ["还没有送达收费通知。"]
    return ["已经缴费。"] if fee.paid_on else []


@entry_act("take_payment", ready=_find_payment_errors)
def record_payment(
    entry: Entry, *, by: Actor, way: str, receipt: str, on: date | None = None, past: bool = False
) -> ActionResult:
    """Record the payment of a fee; the answer period restarts if its notice paused it."""
    check_not_given_up(entry, on)
    receipt_events = create_implied_receipt_events(entry, check_day(on), by=by)
    fee = book_payment(entry, way=way, receipt=receipt, on=check_day(on))
    text = f"缴费{fee.yuan}元，票据{fee.receipt}"
    stopped = entry.state == RequestState.UNPAID  # else the notice came too late to pause the clock
    is_consulting = Consultation.objects.filter(request=entry.pk, replied_on=None).exists()
    resumed = RequestState.CONSULTING if is_consulting else RequestState.OPEN
    return ActionResult(
        words=text,
        facts={"fee": fee.pk},
        events=(*receipt_events, make_clock_event("fee_paid", on)) if stopped else (),
        past=past,
        to_state=resumed if stopped else entry.state,
    )


def book_payment(entry: Entry, *, way: str, receipt: str, on: date) -> Fee:
    """Book a payment on the fee, inside an action that moves the request.

    Raises:
        Refused: the receipt number is missing or known, or the day precedes the notice.
    """
    fee = _require_fee(entry)
    if fee.notified_on and on < fee.notified_on:
        raise Refused(f"缴费日期不能早于收费通知送达之日（{fee.notified_on:%Y-%m-%d}）。")
    fee.receipt = require_text(receipt, "请填写票据号码。", 2)[:60]
    if Fee.objects.exclude(pk=fee.pk).filter(receipt=fee.receipt).exists():
        raise Refused("这个票据号码已经登记过。")
    fee.paid_on, fee.way = on, way.strip()[:40]
    fee.save()
    return fee


def _find_waiver_errors(entry: Entry) -> list[str]:
    fee = get_current_fee(entry)
    if fee is None:
        return ["没有需要免收的费用。"]
    return ["收费通知已经送达，不能免收。"] if fee.notified_on else []


@entry_act("waive_fee", ready=_find_waiver_errors)
def waive_fee(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Waive a calculated fee before its notice was sent, with a reason."""
    fee = _require_fee(entry)
    fee.waived = require_text(reason, "请写明免收的理由。", 2)[:300]
    fee.save()
    return ActionResult(words=f"免收信息处理费：{fee.waived}", facts={"fee": fee.pk})


def _list_reasons_if_remitted(entry: Entry) -> list[str]:
    paid = Fee.objects.filter(request=entry.pk, paid_on__isnull=False, treasury_on=None).exists()
    return [] if paid else ["没有已缴费而未缴入国库的信息处理费。"]


@entry_act("remit_fee", ready=_list_reasons_if_remitted)
def remit_fee(entry: Entry, *, by: Actor, on: date | None = None) -> ActionResult:
    """Record the day on which the request's paid fees were remitted to the treasury."""
    day = check_day(on)
    for fee in Fee.objects.filter(request=entry.pk, paid_on__isnull=False, treasury_on=None):
        if fee.paid_on and day < fee.paid_on:
            raise Refused("缴入国库日期不能早于缴费日期。")
        fee.treasury_on = day
        fee.save()
    return ActionResult(words=f"{day:%Y-%m-%d}缴入国库")


def _require_fee(entry: Entry) -> Fee:
    fee = get_current_fee(entry)
    if fee is None:
        raise Refused("还没有计算信息处理费，请先“计算信息处理费”。")
    return fee
