"""Distinguish pairs of real words by their context: 寻人启示, 有权力申请."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.tables import alternatives_pattern, read_rows

#: The longest word of the table.
_MAX_WORD_CHARACTERS = 9
#: So far before and behind a word what decides is looked for.
_CONTEXT_CHARACTERS = 30
#: What `…` stands for in the table: some characters of the same clause; `~`: of the same sentence.
_WILDCARDS = {"…": "[^，,。；;：:！？!?\n]{0,8}?", "~": "[^。；;！？!?\n]{0,24}?"}


def _compile_cell(cell: str, behind: bool) -> re.Pattern[str] | None:
    if cell in ("", "-"):
        return None
    choices = []
    for word in cell.split():
        choice = "".join(_WILDCARDS.get(char) or _compile_special_character(char, behind) for char in word)
        choices.append(choice if behind else f"{choice}$")
    return re.compile("|".join(choices))


_CLAUSE_BORDERS = r"，,。；;：:！？!?、“”（）()\s"
#: A mark in either width, as a text may have it.
_WIDTH_VARIANTS = {"，": "[，,]", "；": "[；;]", "：": "[：:]", "（": "[（(]", "）": "[）)]"}


def _compile_special_character(char: str, behind: bool) -> str:
    if char == "^":
        return f"(?=[{_CLAUSE_BORDERS}]|$)" if behind else f"(?:^|(?<=[{_CLAUSE_BORDERS}]))"
    return "[0-9一二两三四五六七八九十百千万]+" if char == "#" else _WIDTH_VARIANTS.get(char) or re.escape(char)


_ContextRule = tuple[str, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]


@cache
def _load_context_rules() -> tuple[re.Pattern[str], dict[str, list[_ContextRule]]]:
    table: dict[str, list[_ContextRule]] = {}
    for row in read_rows("contexts"):
        wrong, right, before, behind, never = (*row, "", "", "")[:5]
        spared = _compile_cell(never, behind=True)
        table.setdefault(wrong, []).append(
            (right, _compile_cell(before, behind=False), _compile_cell(behind, behind=True), spared)
        )
    return re.compile(f"(?={alternatives_pattern(tuple(table))})"), table


def find_wrong_words(frame: Frame) -> Iterator[Finding]:
    """Yield words whose context requires another word."""
    text = frame.text
    pattern, table = _load_context_rules()
    for hit in pattern.finditer(text):
        start = hit.start()
        for size in range(_MAX_WORD_CHARACTERS, 0, -1):
            words = text[start : start + size]
            right = _find_intended_word(text, start, words, table.get(words, []))
            if right:
                end = start + len(words)
                why = f"“{words}”疑为“{right}”之误"
                kind = "missing" if len(right) > len(words) else "typo"
                yield Finding(kind, start, end, frame.source[start:end], why, right)
                break


def _find_intended_word(text: str, start: int, words: str, found: list[_ContextRule]) -> str:
    end = start + len(words)
    left, following = text[max(0, start - _CONTEXT_CHARACTERS) : start], text[end : end + _CONTEXT_CHARACTERS]
    for right, before, behind, spared in found:
        if (before is None or before.search(left)) and (behind is None or behind.match(following)):
            near = left[-12:] + words + following[:12]
            if spared is None or not spared.search(near):
                return right
    return ""
