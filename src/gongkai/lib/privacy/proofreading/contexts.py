"""Distinguish pairs of real words by their context: 寻人启示, 有权力申请."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.tables import alternatives_pattern, read_rows

#: The longest word of the table.
_LONGEST = 9
#: So far before and behind a word what decides is looked for.
_FAR = 30
#: What `…` stands for in the table: some characters of the same clause; `~`: of the same sentence.
_SOME = {"…": "[^，,。；;：:！？!?\n]{0,8}?", "~": "[^。；;！？!?\n]{0,24}?"}


def _pattern(cell: str, behind: bool) -> re.Pattern[str] | None:
    if cell in ("", "-"):
        return None
    choices = []
    for word in cell.split():
        choice = "".join(_SOME.get(char) or _special(char, behind) for char in word)
        choices.append(choice if behind else f"{choice}$")
    return re.compile("|".join(choices))


_BORDERS = r"，,。；;：:！？!?、“”（）()\s"
#: A mark in either width, as a text may have it.
_WIDTHS = {"，": "[，,]", "；": "[；;]", "：": "[：:]", "（": "[（(]", "）": "[）)]"}


def _special(char: str, behind: bool) -> str:
    if char == "^":
        return f"(?=[{_BORDERS}]|$)" if behind else f"(?:^|(?<=[{_BORDERS}]))"
    return "[0-9一二两三四五六七八九十百千万]+" if char == "#" else _WIDTHS.get(char) or re.escape(char)


_Row = tuple[str, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]


@cache
def _table() -> tuple[re.Pattern[str], dict[str, list[_Row]]]:
    table: dict[str, list[_Row]] = {}
    for row in read_rows("contexts"):
        wrong, right, before, behind, never = (*row, "", "", "")[:5]
        spared = _pattern(never, behind=True)
        table.setdefault(wrong, []).append(
            (right, _pattern(before, behind=False), _pattern(behind, behind=True), spared)
        )
    return re.compile(f"(?={alternatives_pattern(tuple(table))})"), table


def contexts(frame: Frame) -> Iterator[Finding]:
    """Yield words whose context requires another word."""
    text = frame.text
    pattern, table = _table()
    for hit in pattern.finditer(text):
        start = hit.start()
        for size in range(_LONGEST, 0, -1):
            words = text[start : start + size]
            right = _meant(text, start, words, table.get(words, []))
            if right:
                end = start + len(words)
                why = f"“{words}”疑为“{right}”之误"
                kind = "missing" if len(right) > len(words) else "typo"
                yield Finding(kind, start, end, frame.source[start:end], why, right)
                break


def _meant(text: str, start: int, words: str, found: list[_Row]) -> str:
    end = start + len(words)
    left, following = text[max(0, start - _FAR) : start], text[end : end + _FAR]
    for right, before, behind, spared in found:
        if (before is None or before.search(left)) and (behind is None or behind.match(following)):
            near = left[-12:] + words + following[:12]
            if spared is None or not spared.search(near):
                return right
    return ""
