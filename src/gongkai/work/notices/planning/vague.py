"""Preset meanings of vague deadline words without a figure.

Source: 政府信息公开条例 (国令第711号) 第二十六条 for the 20 working days; the check cycles are our proposal, and
every government can set its own (`VagueDefault`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.lib.law import figures

# Author of preset rows.
PRESET_AUTHOR = "系统预设"


@dataclass(frozen=True)
class VagueMeaning:
    """A word, its working days after the event (None: no deadline), check cycle and explanation."""

    word: str
    days: int | None
    cycle: str
    note: str
    set_by: str = PRESET_AUTHOR


_PUBLISHING_DEADLINE = figures()["disclosure.publish"]
PRESET_MEANINGS: tuple[VagueMeaning, ...] = (
    VagueMeaning(
        "及时",
        _PUBLISHING_DEADLINE.count,
        "quarter",
        f"自形成或者变更之日起{_PUBLISHING_DEADLINE.words}内（政府信息公开{_PUBLISHING_DEADLINE.source}），每季度核查",
    ),
    VagueMeaning("动态更新", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    VagueMeaning("动态", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    VagueMeaning("实时", 1, "month", "变更后1个工作日内更新，每月核查"),
    VagueMeaning("持续", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("长期", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("常态化", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("定期", None, "quarter", "每季度一次"),
    VagueMeaning("适时", None, "half_year", "每半年核查"),
)
# For words in no row.
OTHER_MEANING = VagueMeaning("", None, "quarter", "全年持续，每季度核查")


def find_vague_meaning(word: str, own: Mapping[str, VagueMeaning] | None = None) -> VagueMeaning:
    """Return the meaning of a word: own row, else the longest preset word contained, else quarterly."""
    table = {row.word: row for row in PRESET_MEANINGS} | dict(own or {})
    if word in table:
        return table[word]
    inside = [key for key in table if key and key in word]
    return table[max(inside, key=len)] if inside else OTHER_MEANING
