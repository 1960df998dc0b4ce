"""What vague words mean where the notice gives no figure (N-06): the table a government starts from.

Sources: 政府信息公开条例 (国令第711号) 第二十六条 for the 20 working days from making or changing; the cycles of checking are our proposal,
shown as such, and every government may set its own (`VagueDefault`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.lib.law import figures

#: Who set a row that comes with the product.
PRESET = "系统预设"


@dataclass(frozen=True)
class Vague:
    """A word, the working days from the event (None: no limit), how often it is checked, and the ground."""

    word: str
    days: int | None
    cycle: str
    note: str
    set_by: str = PRESET


_PUBLISH = figures()["disclosure.publish"]
TABLE: tuple[Vague, ...] = (
    Vague(
        "及时",
        _PUBLISH.count,
        "quarter",
        f"自形成或者变更之日起{_PUBLISH.words}内（政府信息公开{_PUBLISH.source}），每季度核查",
    ),
    Vague("动态更新", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    Vague("动态", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    Vague("实时", 1, "month", "变更后1个工作日内更新，每月核查"),
    Vague("持续", None, "quarter", "全年持续，每季度核查"),
    Vague("长期", None, "quarter", "全年持续，每季度核查"),
    Vague("常态化", None, "quarter", "全年持续，每季度核查"),
    Vague("定期", None, "quarter", "每季度一次"),
    Vague("适时", None, "half_year", "每半年核查"),
)
#: For words that no row knows.
OTHER = Vague("", None, "quarter", "全年持续，每季度核查")


def vague_for(word: str, own: Mapping[str, Vague] | None = None) -> Vague:
    """Return what a word means: the government's own row, else the preset whose word is the longest contained, else quarterly."""
    table = {row.word: row for row in TABLE} | dict(own or {})
    if word in table:
        return table[word]
    inside = [key for key in table if key and key in word]
    return table[max(inside, key=len)] if inside else OTHER
