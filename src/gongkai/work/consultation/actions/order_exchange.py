"""Actions on orders from other platforms (12345) and on the clients that send them."""

import secrets
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.rows import insert_row
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.vault.sealing import keyed_digest, matches_stored_digest
from gongkai.work.consultation import rules
from gongkai.work.consultation.actions.answering import answer_with_known_answer
from gongkai.work.consultation.actions.inquiries import register_inquiry
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, InquiryChannel, KnownAnswer
from gongkai.work.consultation.models.known_answers import HOTLINE_NUMBER

# The purpose of order digests (`vault.sealing.keyed_digest`).
ORDER_DIGEST_PURPOSE = "order"
#: Shown if the order number is already registered with different content.
DUPLICATE_NUMBER_MESSAGE = "这个工单编号已经登记过内容不同的工单：请核对编号，另一件工单请用另一个编号。"


def digest_token(token: str) -> str:
    """Return the keyed digest under which a token is stored."""
    return keyed_digest("exchange", token)


@action("exchange.take_order", label="接收工单", rule=check_may_register_entries, quiet=True, held=False)
def register_order(
    receiver: Body,
    *,
    by: Actor,
    platform: str,
    ref: str,
    title: str,
    text: str,
    category: str = "consultation",
    received_on: date | None = None,
    body: Body | None = None,
    name: str = "",
    phone: str = "",
    known: KnownAnswer | None = None,
    new: bool = False,
    first_of_asker: bool = False,
) -> ActionResult:
    """Register an order of another platform, once: the same order again returns the stored one.

    `new`: the caller knows that there is no such order; `first_of_asker` as in `InquiryFacts`. With `known`, the answer that
    the seat has given already, the inquiry is answered at once (C-02).

    Returns:
        The `ExchangeOrder`.

    Raises:
        Refused: the number belongs to another order, or something is missing.
    """
    ref = ref.strip()
    if not ref or len(ref) > 80:
        raise Refused("请填写工单编号（不超过80个字）。")
    values = {"title": title, "text": text, "category": category, "name": name, "phone": phone}
    stripped = {key: value.strip() for key, value in values.items()}
    given_at_once = {"answered_with": known.pk} if known else {}
    day = received_on.isoformat() if received_on else ""
    content = digest(canonical_json({**stripped, **given_at_once, "received_on": day}))
    stored = ExchangeOrder.objects.select_related("inquiry__entry").filter(platform=platform, ref=ref)
    if stored_order := None if new else stored.first():
        if not matches_stored_digest(stored_order.digest, ORDER_DIGEST_PURPOSE, content):
            raise Refused(DUPLICATE_NUMBER_MESSAGE)
        return ActionResult(words="重复收到，不再登记", stream=stored_order.inquiry.entry.stream, result=stored_order)
    facts = InquiryFacts(
        channel=InquiryChannel.HOTLINE,
        title=title,
        text=text,
        category=category,
        received_on=received_on,
        external_ref=ref,
        body=body,
        first_of_asker=first_of_asker,
    )
    asker = SenderParticulars(name=stripped["name"], phone=stripped["phone"])
    inquiry = register_inquiry(receiver, by=by, facts=facts, said=asker)
    order = insert_row(
        ExchangeOrder(platform=platform, ref=ref, inquiry=inquiry, digest=keyed_digest(ORDER_DIGEST_PURPOSE, content))
    )
    if known:
        answer_with_known_answer(inquiry.entry, by=by, known=known)
    text = f"{platform}工单{ref}登记为{inquiry.entry.number}"
    return ActionResult(words=text, stream=inquiry.entry.stream, result=order)


def _list_reasons_unless_supervisor(by: Actor, target: Body | ExchangeClient) -> list[str]:
    """Return the Chinese reason if the user is not the 政务公开办 over this receiver."""
    path = target.path if isinstance(target, Body) else target.receiver.path
    if by.system or any(path.startswith(body.path) for body in rules.list_supervised_governments(by)):
        return []
    return ["只有政务公开办可以办理平台对接。"]


@action("exchange.open_client", label="开通对接", rule=_list_reasons_unless_supervisor)
def create_exchange_client(receiver: Body, *, by: Actor, name: str) -> ActionResult:
    """Create a client that may send orders; the action's result is (client, token).

    Only the digest of the token is stored.
    """
    name = name.strip()
    if name == HOTLINE_NUMBER:  # a client reads all orders of its name, and this name belongs to spreadsheets
        raise Refused(f"“{HOTLINE_NUMBER}”留给表格导入的工单，请另起名称，如“{HOTLINE_NUMBER}热线平台”。")
    if not name or ExchangeClient.objects.filter(name=name).exists():
        raise Refused("请填写平台名称，不能与已有的相同。")
    token = secrets.token_urlsafe(32)
    client = ExchangeClient.objects.create(name=name[:40], receiver=receiver, token_digest=digest_token(token))
    return ActionResult(words=f"开通{name}对接", stream=client.stream, result=(client, token))


def _list_reasons_unless_client_open(client: ExchangeClient) -> list[str]:
    return ["这个对接已经停用。"] if client.closed_at else []


@action(
    "exchange.renew_token",
    label="更换令牌",
    rule=_list_reasons_unless_supervisor,
    ready=_list_reasons_unless_client_open,
)
def renew_client_token(client: ExchangeClient, *, by: Actor) -> ActionResult:
    """Replace the token of a client; return the new token."""
    token = secrets.token_urlsafe(32)
    client.token_digest = digest_token(token)
    client.save(update_fields=["token_digest"])
    return ActionResult(words="更换令牌", result=token)


@action(
    "exchange.close_client",
    label="停用对接",
    rule=_list_reasons_unless_supervisor,
    ready=_list_reasons_unless_client_open,
)
def close_exchange_client(client: ExchangeClient, *, by: Actor) -> ActionResult:
    """Revoke the access of a hotline platform; its orders stay."""
    client.closed_at = timezone.now()
    client.save(update_fields=["closed_at"])
    return ActionResult(words="停用对接")
