"""Actions on gateways, for administrators.

Security officers are notified of each gateway that is activated, because it sends data outside.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.gateways.channel import (
    check_may_administer,
    check_may_set_up,
    decrypt_secrets,
    expire_cache,
    list_missing_parameters,
    make_sender,
    strip_country_code,
)
from gongkai.core.outbox.gateways.kinds import get_gateway_type
from gongkai.core.outbox.gateways.senders.base import TextMessage
from gongkai.core.outbox.mailing import ChannelError
from gongkai.core.outbox.models import Gateway, GatewayKind, Letter, Message, MessageState
from gongkai.core.units.models import Body, Role

#: Key, among a gateway's secrets, of the random part of the URL that receives its delivery
#: receipts.
RECEIPT_SETTING_KEY = "_receipts"
#: Text of a test message.
TEST_MESSAGE = "政务公开平台的测试消息，收到即表示已接通。"


@action("outbox.add_gateway", label="添加消息渠道", rule=check_may_set_up)
def add_gateway(body: Body, *, by: Actor, kind: str, name: str) -> ActionResult:
    """Create an inactive message gateway."""
    if kind not in GatewayKind.values:
        raise Refused("没有这种渠道。")
    secrets_json = json.dumps({RECEIPT_SETTING_KEY: secrets.token_urlsafe(24)})
    gateway = Gateway.objects.create(body=body, kind=kind, name=name, secrets=secrets_json)
    return ActionResult(
        words=f"{gateway.get_kind_display()}“{name}”，发给{body.label}",
        result=gateway,
        stream=f"gateway/{gateway.pk}",
    )


@action("outbox.set_up_gateway", label="填写参数", rule=check_may_administer)
def set_up_gateway(
    gateway: Gateway,
    *,
    by: Actor,
    terms: Mapping[str, str],
    given: Mapping[str, str],
    name: str,
    urgent_only: bool = True,
    outside: bool = False,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    quiet_urgent: bool = False,
) -> ActionResult:
    """Replace a gateway's settings and add new secrets (`given`); if secrets or parameters (`terms`) change, it is
    switched off until it is tested again."""
    if (quiet_from is None) != (quiet_until is None):
        raise Refused("夜间不发的时段，从几点到几点请都填写，或者都不填。")
    all_secrets = {**decrypt_secrets(gateway), **given}
    if missing := list_missing_parameters(gateway.kind, terms, all_secrets):
        raise Refused(f"还没有填写：{'、'.join(missing)}。")
    old_parameters = (gateway.terms, decrypt_secrets(gateway))
    gateway.name, gateway.terms, gateway.secrets = name, dict(terms), json.dumps(all_secrets, ensure_ascii=False)
    gateway.urgent_only, gateway.outside = urgent_only, outside and get_gateway_type(gateway.kind).is_sms
    gateway.quiet_from, gateway.quiet_until, gateway.quiet_urgent = quiet_from, quiet_until, quiet_urgent
    if old_parameters != (gateway.terms, all_secrets):
        gateway.tested_at, gateway.tested, gateway.active = None, "", False
    gateway.save()
    transaction.on_commit(expire_cache)
    changed = "" if old_parameters == (gateway.terms, all_secrets) else "，参数有变化，重新测试后再启用"
    return ActionResult(words=f"填写“{name}”的参数{changed}")


def _send_test(gateway: Gateway, *, by: Actor, number: str = "") -> Mapping[str, object]:
    """Send a test message; return the Chinese error as `said`, empty if it was sent.

    Raises:
        Refused: the gateway needs a mobile number.
    """
    if get_gateway_type(gateway.kind).by_number and not strip_country_code(number):
        raise Refused("请填写收测试消息的手机号码。")
    message = TextMessage(
        TEST_MESSAGE,
        strip_country_code(number),
        f"test/{gateway.pk}/{timezone.now().timestamp()}",
        facts={"test": True},
    )
    try:
        make_sender(gateway).send(message)
    except ChannelError as error:
        return {"said": str(error) or "没有发出"}
    return {"said": ""}


@action("outbox.try_gateway", label="发测试消息", rule=check_may_administer, ahead=_send_test)
def try_gateway(gateway: Gateway, *, by: Actor, said: str, number: str = "") -> ActionResult:
    """Send a test message and record the result; `said` is its error, "" if the service accepted
    it."""
    gateway.tested_at, gateway.tested = timezone.now(), said[:300]
    gateway.save(update_fields=["tested_at", "tested"])
    transaction.on_commit(expire_cache)
    return ActionResult(words=f"测试没有通过：{said}" if said else "测试消息已被对方接收")


def _check_ready(gateway: Gateway) -> list[str]:
    """Return the Chinese reasons why the gateway cannot be activated."""
    if gateway.active:
        return ["已经启用。"]
    if gateway.tested:
        return [f"测试没有通过：{gateway.tested}。请改好参数，重新测试。"]
    return [] if gateway.works else ["请先填写参数，发测试消息；收到了再启用。"]


@action("outbox.switch_on_gateway", label="启用", rule=check_may_administer, ready=_check_ready)
def switch_on_gateway(gateway: Gateway, *, by: Actor) -> ActionResult:
    """Activate a gateway, and notify the security officers."""
    gateway.active = True
    gateway.save(update_fields=["active"])
    transaction.on_commit(expire_cache)
    notification = Notification(
        "启用了消息渠道",
        f"{by.name}启用了{gateway.get_kind_display()}“{gateway.name}”，向{gateway.body.label}的人员发送提醒。请核实。",
        reverse("upkeep:channels_row", args=[gateway.pk]),
        f"gateway/{gateway.pk}/on/{gateway.version}",
        posts=((Role.SECURITY, gateway.body_id),),
    )
    return ActionResult(words=f"启用“{gateway.name}”", tell=(notification,))


@action(
    "outbox.switch_off_gateway",
    label="停用",
    rule=check_may_administer,
    ready=lambda row: [] if row.active else ["没有启用。"],
)
def switch_off_gateway(gateway: Gateway, *, by: Actor) -> ActionResult:
    """Deactivate a gateway; drop its pending messages, which remain in the inbox."""
    gateway.active = False
    gateway.save(update_fields=["active"])
    transaction.on_commit(expire_cache)
    for table in (Message, Letter):
        rows = table._default_manager.filter(channel=gateway.channel, state=MessageState.WAITING)
        rows.update(state=MessageState.FAILED, error="渠道已停用", retry_at=None)
    return ActionResult(words=f"停用“{gateway.name}”")


@action(
    "outbox.remove_gateway",
    label="删除",
    rule=check_may_administer,
    ready=lambda row: ["请先停用。"] if row.active else [],
)
def remove_gateway(gateway: Gateway, *, by: Actor) -> ActionResult:
    """Delete a gateway and its secrets; sent messages remain."""
    text = f"删除{gateway.get_kind_display()}“{gateway.name}”"
    stream = gateway.stream
    gateway.delete()
    return ActionResult(words=text, stream=stream)
