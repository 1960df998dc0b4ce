"""Declare a notice void (作废) when undoing its import would lose work already done."""

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.work.notices import columns
from gongkai.work.notices.actions.deciding import cancel_assignment
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.rules import check_chief
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import OPEN_STATES


@notice_action("revoke", verb="revoke", label="作废", rule=check_chief)
def revoke_notice(notice: Notice, *, by: Actor, reason: str) -> ActionResult:
    """Declare a notice void: cancel open entries, keep closed ones, delete unused columns.

    The same file can be imported again.
    """
    if not reason.strip():
        raise Refused("请写明作废的原因。")
    words = f"“{notice.title}”作废：{reason.strip()}"
    left = notice.assignments.filter(entry__state__in=OPEN_STATES).select_related("entry__body")
    count = 0
    for assignment in left:
        cancel_assignment(assignment.entry, by=by, reason=words)
        count += 1
    removed = columns.remove_unused_columns(notice, by=by)
    return ActionResult(
        words=f"作废：{reason.strip()}；取消任务{count}条，删除没有用过的栏目{removed}个",
        facts={"cancelled": count, "columns": removed, "reason": reason.strip()},
    )
