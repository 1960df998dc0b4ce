"""Actions on the subscriptions of firms to policies: subscribe, confirm, leave."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.content.policies.industries import INDUSTRY_PATTERNS
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.consultation.models import Firm, FirmSize


def _list_no_reasons(_by: Actor, _target: object) -> list[str]:
    return []


@action("firms.subscribe", label="订阅政策", rule=_list_no_reasons)
def subscribe_firm(
    _: None, *, by: Actor, size: str, industries: Sequence[str] = (), place: Body | None = None
) -> ActionResult:
    """Create an unconfirmed subscription; return the `Firm`. Empty values mean all."""
    if size not in FirmSize.values or set(industries) - set(INDUSTRY_PATTERNS):
        raise Refused("请选择行业和规模。")
    firm = Firm.objects.create(size=size, industries=sorted(industries), place=place)
    return ActionResult(
        words="申请订阅", stream=firm.stream, facts={"size": size, "industries": firm.industries}, result=firm
    )


def _list_reasons_unless_subscribed(firm: Firm) -> list[str]:
    return ["已经退订。"] if firm.left_at else []


@action("firms.confirm", label="确认订阅", rule=_list_no_reasons, ready=_list_reasons_unless_subscribed)
def confirm_firm(firm: Firm, *, by: Actor) -> ActionResult:
    """Confirm a subscription: policies published from now on are sent."""
    if firm.confirmed_at is None:
        firm.confirmed_at = firm.told_upto = timezone.now()
        firm.save(update_fields=["confirmed_at", "told_upto"])
    return ActionResult(words="确认订阅")


@action("firms.leave", label="退订", rule=_list_no_reasons, ready=_list_reasons_unless_subscribed)
def unsubscribe_firm(firm: Firm, *, by: Actor) -> ActionResult:
    """Unsubscribe a firm; its name and address are erased after retention."""
    firm.left_at = timezone.now()
    firm.save(update_fields=["left_at"])
    schedule_erasure(firm.matter, timezone.localdate())
    return ActionResult(words="退订")
