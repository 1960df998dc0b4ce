"""Parse cells of the catalogue (ticks, channels, limits); pure functions."""

from collections.abc import Callable

from gongkai.core.spreadsheets.cells import format_value, short_text
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.disclosures import make_comparable_text

FULL, EMPTY = "■☑√✓✔▇●◼", "□☐○◻"
_YES = {*FULL, "是", "1", "y", "Y", "v", "V", "有"}
_NO = {*EMPTY, "否", "0", "×", "-", "—", "/", "无", ""}
_MARKED = re.compile(rf"([{FULL}{EMPTY}])\s*([^{FULL}{EMPTY}\n]+)")
_LIST = re.compile(r"[、，,；;\n]+")
_CYCLES: tuple[tuple[str, int], ...] = (
    ("每日", 1),
    ("每天", 1),
    ("每周", 7),
    ("每旬", 10),
    ("每月", 31),
    ("按月", 31),
    ("每季", 92),
    ("按季", 92),
    ("每半年", 183),
    ("每年", 366),
    ("按年", 366),
    ("年度", 366),
)


def is_blank(words: str) -> bool:
    """Return true for an empty cell: blank, 无, or only marks (/, —, -).

    >>> is_blank(" —— "), is_blank("无"), is_blank("无障碍设施")
    (True, True, False)
    """
    return not make_comparable_text(words) or make_comparable_text(words) in ("无", "暂无")


def make_name_parser(limit: int) -> Callable[[object], str]:
    """Return a parser of names of at most `limit` characters; placeholder marks become empty."""
    read = short_text(limit)
    return lambda value: "" if is_blank(format_value(value)) else read(value)


def parse_tick(value: object) -> bool:
    """Parse a tick.

    Raises:
        BadCell: it is neither a tick nor empty.
    """
    words = format_value(value)
    if words in _YES:
        return True
    if words in _NO:
        return False
    raise BadCell(f"“{words[:20]}”不是勾选", "请打“√”或者留空")


def parse_audience(value: object) -> str:
    """Parse 特定群体: "" without a tick, the group if it is named, 特定群体 for a bare tick."""
    words = format_value(value)
    if words in _NO:
        return ""
    return "特定群体" if words in _YES else words.lstrip(FULL).strip()[:120]


def parse_channels(value: object) -> list[str]:
    """Parse 公开渠道和载体: the checked boxes, or without boxes the listed channels.

    Raises:
        BadCell: no box is checked, or the cell is empty.
    """
    words = format_value(value)
    boxes = _MARKED.findall(words)
    if boxes:
        found = [_normalize_name(name) for mark, name in boxes if mark in FULL and _normalize_name(name)]
        if not found:
            raise BadCell("没有勾选公开渠道", "请至少勾选一种渠道，如“■政府网站”")
    else:
        found = [_normalize_name(part) for part in _LIST.split(words) if _normalize_name(part)]
        if not found:
            raise BadCell("没有填写", "请填写公开渠道，如“政府网站”")
    return list(dict.fromkeys(found))


def _normalize_name(words: str) -> str:
    return re.sub(r"[\s_＿、，,；;]+", "", words)[:60]


def make_text_parser(limit: int) -> Callable[[object], str]:
    """Return a parser of text of at most `limit` characters that preserves line breaks."""

    def read(value: object) -> str:
        words = format_value(value)
        if len(words) > limit:
            raise BadCell(f"共{len(words)}个字，超过{limit}个字的上限", "请缩短")
        return words

    return read


def parse_cycle_days(limit: str) -> int:
    """Return the maximum days between publications by a limit in words (每季度更新 → 92), or 0 without a cycle."""
    return next((days for words, days in _CYCLES if words in limit), 0)
