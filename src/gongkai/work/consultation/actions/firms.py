"""Firms subscribe to policies, confirm from their mail, and leave."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.consultation.firms.fitting import INDUSTRIES
from gongkai.work.consultation.models import Firm, Size


def _anybody(_by: Actor, _target: object) -> list[str]:
    """Whoever has the address may subscribe it; that it is theirs is shown by confirming from it."""
    return []


@action("firms.subscribe", label="订阅政策", rule=_anybody)
def subscribe(
    _: None, *, by: Actor, size: str, industries: Sequence[str] = (), place: Body | None = None
) -> ActionResult:
    """Note what a firm is; the mail that asks to confirm goes out behind it. Returns the `Firm`."""
    if size not in Size.values or set(industries) - set(INDUSTRIES):
        raise Refused("请选择行业和规模。")
    made = Firm.objects.create(size=size, industries=sorted(industries), place=place)
    return ActionResult(
        words="申请订阅", stream=made.stream, facts={"size": size, "industries": made.industries}, result=made
    )


def _here(firm: Firm) -> list[str]:
    return ["已经退订。"] if firm.left_at else []


@action("firms.confirm", label="确认订阅", rule=_anybody, ready=_here)
def confirm_firm(firm: Firm, *, by: Actor) -> ActionResult:
    """Begin to push: what becomes public from now on."""
    if firm.confirmed_at is None:
        firm.confirmed_at = firm.told_upto = timezone.now()
        firm.save(update_fields=["confirmed_at", "told_upto"])
    return ActionResult(words="确认订阅")


@action("firms.leave", label="退订", rule=_anybody, ready=_here)
def leave_firm(firm: Firm, *, by: Actor) -> ActionResult:
    """Push nothing more; name and address go when retention ends."""
    firm.left_at = timezone.now()
    firm.save(update_fields=["left_at"])
    schedule_erasure(firm.matter, timezone.localdate())
    return ActionResult(words="退订")
