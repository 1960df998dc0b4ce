"""Idioms of four characters: variable places, and correct occurrences."""

from functools import cache

from gongkai.lib.privacy.tables import read_rows


@cache
def _load_idioms() -> frozenset[str]:
    return frozenset(row[0] for row in read_rows("idioms_open"))


def _is_open_pattern(word: str) -> bool:
    turned = word[0] == word[2] or word[1] == word[3]
    return turned or word[1:3] in ("有所", "无所") or word[0] + word[2] in _OPEN_PATTERNS


#: First and third characters of such patterns.
_OPEN_PATTERN_LIST = (
    "一二 不没 无不 千万 百千 东西 左右 上下 前后 大小 天地 男女 有无 七八 三五 四八 半不 非即 连带 且且 自他"
)
_OPEN_PATTERNS = frozenset(_OPEN_PATTERN_LIST.split())


@cache
def list_fixed_idioms(place: int) -> frozenset[str]:
    """Return the idioms whose character at a place never varies."""
    return frozenset(
        row[0]
        for row in read_rows("idioms_open")
        if f"s{place}" not in (row[1].split() if len(row) > 1 else ()) and not _is_open_pattern(row[0])
    )


def is_in_idiom(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a correct idiom."""
    known = _load_idioms()
    return any(at <= start and end <= at + 4 and text[at : at + 4] in known for at in range(max(0, end - 4), start + 1))
