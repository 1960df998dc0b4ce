"""Set the deadline of a duty with its default and awaited act."""

from collections.abc import Mapping

from gongkai.work.notices.defaults import find_default, load_own_defaults
from gongkai.work.notices.models import AwaitedAct, Duty, Notice
from gongkai.work.notices.planning.rules import FROM_ISSUE


def set_deadline_rule(notice: Notice, duty: Duty, rule: Mapping[str, object]) -> None:
    """Set the rule, default and awaited act of a duty, without saving the duty."""
    default = find_default(rule, load_own_defaults(notice.government))
    duty.due = dict(rule)
    duty.due_text = str(rule.get("text") or "")[:200]
    duty.cycle = str(rule.get("cycle") or (default.cycle if default else ""))
    duty.default_note = default.note if default else ""
    duty.default_by = default.set_by if default else ""
    duty.awaits = None
    if rule.get("kind") == "months" and rule.get("counts_from") != FROM_ISSUE:
        words = str(rule["after"])[:300]
        duty.awaits = AwaitedAct.objects.filter(
            notice=notice, words=words
        ).first() or AwaitedAct.objects.create(notice=notice, words=words)
