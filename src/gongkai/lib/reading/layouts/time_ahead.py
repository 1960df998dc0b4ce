"""A time in front of several things at once (一季度：公开年度报告（市政府办公室）；公开部门预算（市财政局）。): each of them is due then. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.layouts.align import is_limit, is_units

_AHEAD = re.compile(r"^\s*(?P<when>[^：:，,。；;（(]{2,12})[：:]\s*(?P<all>.+)$")
#: Behind the bracket that ends one thing.
_BETWEEN = re.compile(r"(?<=[）)])[；;]\s*")
_ENDS_IN_UNITS = re.compile(r"[（(](?P<who>[^（）()]{3,120})[）)][。；;]?$")


def with_time_at_each(lines: list[str]) -> list[str]:
    """Return the lines with such a paragraph cut into a line for each thing, the time in front of each."""
    return [piece for line in lines for piece in _apart(line)]


def _apart(line: str) -> list[str]:
    match = _AHEAD.match(line)
    if match is None or not is_limit(match["when"]):
        return [line]
    pieces = [piece.strip() for piece in _BETWEEN.split(match["all"]) if piece.strip()]
    ends = [_ENDS_IN_UNITS.search(piece) for piece in pieces]
    if len(pieces) < 2 or not all(end and is_units(end["who"]) for end in ends):
        return [line]
    return [f"{match['when']}：{piece}" for piece in pieces]
