"""Handover of a site, its export, and restore drills of backups."""

from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.ledger.rules import system_only
from gongkai.core.units.actors import Actor
from gongkai.work.site_operations.models import Handover, Part, RestoreDrill, Upkeep
from gongkai.work.site_operations.permissions import check_can_keep, check_can_receive, check_can_witness


@action("platform.enter_part", label="登记移交事项", rule=check_can_keep)
def enter_handover(upkeep: Upkeep, *, by: Actor, part: str, what: str, giver: str, on: date) -> ActionResult:
    """Enter what was handed over; signed lines cannot change. The result is the `Handover`."""
    if on > timezone.localdate():
        raise Refused("移交日期不能晚于今天。")
    kept = upkeep.handovers.filter(part=part).first()
    if kept is not None and (kept.received_at or kept.witnessed_at):
        raise Refused("这一项已经签字，不能修改。")
    facts = {"what": what, "giver": giver, "on": on}
    made, _ = Handover.objects.update_or_create(upkeep=upkeep, part=part, defaults=facts)
    return ActionResult(words=f"登记{Part(part).label}：{what}", result=made)


def _check_not_received(row: Handover) -> list[str]:
    return ["已经签收。"] if row.received_at else []


@action("platform.receive_part", label="签收", rule=check_can_receive, ready=_check_not_received)
def sign_receipt(row: Handover, *, by: Actor) -> ActionResult:
    """Sign the receipt of a handover."""
    row.received_by, row.received_person, row.received_at = by.name, by.person_id, timezone.now()
    row.save(update_fields=["received_by", "received_person", "received_at"])
    return ActionResult(words=f"签收{row.get_part_display()}：{row.what}")


def _check_can_be_witnessed(row: Handover) -> list[str]:
    if row.witnessed_at:
        return ["已经监交签字。"]
    return [] if row.received_at else ["接收人还没有签收。"]


@action("platform.witness_part", label="监交签字", rule=check_can_witness, ready=_check_can_be_witnessed)
def sign_as_witness(row: Handover, *, by: Actor) -> ActionResult:
    """Sign as witness; it must be another person than the recipient."""
    row.witnessed_by, row.witnessed_at = by.name, timezone.now()
    row.save(update_fields=["witnessed_by", "witnessed_at"])
    return ActionResult(words=f"监交{row.get_part_display()}")


def _check_is_site(upkeep: Upkeep) -> list[str]:
    return [] if upkeep.website_id else ["账号的内容在平台上，请在平台导出。"]


@action("platform.take_along", label="导出整站", rule=check_can_keep, ready=_check_is_site)
def log_site_export(upkeep: Upkeep, *, by: Actor) -> ActionResult:
    """Log that the whole site was exported (see `site_operations.whole`)."""
    return ActionResult(words=f"导出整站“{upkeep}”", stream=f"website/{upkeep.website_id}")


@action("platform.log_drill", label="登记恢复演练", rule=system_only)
def log_restore_drill(drill: RestoreDrill, *, by: Actor, **facts: object) -> ActionResult:
    """Record the result of restoring a backup for verification. The result is the `RestoreDrill`."""
    for name, value in facts.items():
        setattr(drill, name, value)
    drill.save()
    words = "备份完好" if drill.ok else f"备份不能用：{drill.broken}"
    return ActionResult(words=f"恢复演练：{words}", stream=drill.stream, result=drill)
