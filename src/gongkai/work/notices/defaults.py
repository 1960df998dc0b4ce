"""Defaults of a government for vague deadline words, on top of the preset table."""

from collections.abc import Mapping

from gongkai.core.units.models import Body
from gongkai.work.notices.models import VagueDefault
from gongkai.work.notices.planning.rules import DueRule, is_vague
from gongkai.work.notices.planning.vague import VagueMeaning, find_vague_meaning


def load_own_defaults(government: Body) -> dict[str, VagueMeaning]:
    """Return the defaults set by a government, by word."""
    rows = VagueDefault.objects.filter(government=government)
    return {row.word: VagueMeaning(row.word, row.days, row.cycle, row.note, row.set_by) for row in rows}


def find_default(rule: DueRule, own: Mapping[str, VagueMeaning]) -> VagueMeaning | None:
    """Return the default for a vague rule, or None if the rule has a figure."""
    if not is_vague(rule):
        return None
    return find_vague_meaning(str(rule.get("mode") or rule.get("text") or "定期"), own)
