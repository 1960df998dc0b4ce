"""Rehearsals of restoring, as `gongkai backup verify` did them (W-15)."""

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.ledger.rules import system_only
from gongkai.core.units.actors import Actor
from gongkai.work.site_operations.models import RestoreDrill


@action("platform.log_drill", label="登记恢复演练", rule=system_only)
def log_drill(drill: RestoreDrill, *, by: Actor, **facts: object) -> ActionResult:
    """Keep that a backup was restored into a scratch, and what came of it. Returns the `RestoreDrill`."""
    for name, value in facts.items():
        setattr(drill, name, value)
    drill.save()
    words = "备份完好" if drill.ok else f"备份不能用：{drill.broken}"
    return ActionResult(words=f"恢复演练：{words}", stream=drill.stream, result=drill)
