"""Set the deadline rules of duties; find the default of a government for vague words."""

from collections.abc import Mapping

from gongkai.core.units.models import Body
from gongkai.work.notices.models import AwaitedAct, Duty, Notice, VagueDefault
from gongkai.work.notices.planning.rules import (
    FROM_ISSUE,
    DueRule,
    VagueMeaning,
    find_vague_meaning,
    is_vague,
)


def load_own_defaults(government: Body) -> dict[str, VagueMeaning]:
    """Return the defaults set by a government, by word."""
    rows = VagueDefault.objects.filter(government=government)
    return {row.word: VagueMeaning(row.word, row.days, row.cycle, row.note, row.set_by) for row in rows}


def find_default(rule: DueRule, own: Mapping[str, VagueMeaning]) -> VagueMeaning | None:
    """Return the default for a vague rule, or None if the rule has a figure."""
    if not is_vague(rule):
        return None
    return find_vague_meaning(str(rule.get("mode") or rule.get("text") or "定期"), own)


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
        duty.awaits = AwaitedAct.objects.filter(notice=notice, words=words).first() or AwaitedAct.objects.create(
            notice=notice, words=words
        )
