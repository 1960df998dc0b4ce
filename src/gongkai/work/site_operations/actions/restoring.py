"""Restore drills recorded by `gongkai backup verify`."""

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.ledger.rules import system_only
from gongkai.core.units.actors import Actor
from gongkai.work.site_operations.models import RestoreDrill


@action("platform.log_drill", label="登记恢复演练", rule=system_only)
def log_restore_drill(drill: RestoreDrill, *, by: Actor, **facts: object) -> ActionResult:
    """Record the result of restoring a backup for verification. The result is the `RestoreDrill`."""
    for name, value in facts.items():
        setattr(drill, name, value)
    drill.save()
    words = "备份完好" if drill.ok else f"备份不能用：{drill.broken}"
    return ActionResult(words=f"恢复演练：{words}", stream=drill.stream, result=drill)
