"""Taking back the record of a news release that was a slip."""

from gongkai.content.interpretation.actions.releases import reopen_release
from gongkai.content.interpretation.actions.results import open_handover, withdraw_results
from gongkai.content.interpretation.models import PlannedRelease, PressEvent
from gongkai.content.interpretation.rules import writes
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import SYSTEM


@action(
    "interpretation.drop_event",
    label="作废登记",
    rule=writes,
    ready=lambda event: ["这条登记已经作废。"] if event.dropped else [],
)
def drop_event(event: PressEvent, *, by: Actor, reason: str) -> ActionResult:
    """Take a record back that was a slip; it stays, with the reason. What it fulfilled is planned again, what was handed over withdrawn."""
    if not reason.strip():
        raise Refused("请写明作废的理由。")
    event.dropped = reason.strip()[:300]
    event.save()
    row = PlannedRelease.objects.select_related("entry").filter(event=event).first()
    if row is not None:
        reopen_release(row.entry, by=SYSTEM, reason=event.dropped)
    running = open_handover(event)
    if running is not None:
        withdraw_results(running, by=by, reason=f"发布的登记已作废：{event.dropped}")
    return ActionResult(words=event.dropped, facts={"event": event.pk})
