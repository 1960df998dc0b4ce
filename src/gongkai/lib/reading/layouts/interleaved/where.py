"""Where the broken table of a text begins, and whether it is one."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_limit
from gongkai.lib.reading.layouts.heads_in_text import heads_on_lines
from gongkai.lib.reading.tables.heads import Role, meanings
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT

#: Pieces of a head that a narrow column broke: 牵头单 / 位.
_TORN = re.compile(r"\s*(?:位(?:\s|$)|(?:牵头|责任|配合)单$)")


def heads_at(lines: list[str]) -> tuple[int, str] | None:
    """Return the line behind the heads and what of the body the last head line holds."""
    whole = heads_on_lines(lines)
    if whole and not any(_TORN.match(line) for line in lines[max(0, whole[0] - 3) : whole[0] + 12]):
        return None  # each head is a line: so are the cells
    for place, line in enumerate(lines):
        near = [text.strip() for text in lines[place : place + 8]]
        if _may_be(line, Role.SECTION) and any(_may_be(text, Role.MEASURE) for text in near[1:]):
            last = max(
                (n for n, one in enumerate(near) if re.match(r"(?:牵头|责任)单位?$|位(?: |$)|牵头单$", one)),
                default=0,
            )
            rest = re.sub(r"^位\s*", "", near[last]) if near[last].startswith("位") else ""
            return place + last + 1, rest
    return None


def _may_be(head: str, role: Role) -> bool:
    return any(one is role for one, _ in meanings(head))


def front_end(lines: list[str], first: int) -> int:
    """Return where the front ends: the heads themselves belong to neither part."""
    place = first
    while place > 0 and (len(lines[place - 1].strip()) <= 6 or lines[place - 1].strip().startswith("位 ")):
        place -= 1
    return place


def is_fragment(line: str) -> bool:
    """True for a piece of a word: shorter than any name or limit."""
    text = line.strip()
    short = 0 < len(text) <= 3 and bool(re.fullmatch(rf"[{HAN}]+", text))
    return short and not is_limit(text) and (len(text) < 3 or not ENDS_AS_UNIT.search(text))
