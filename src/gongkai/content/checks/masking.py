"""Mask the words of a finding, or find the clause to remove with them."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from gongkai.content.checks.shown_findings import ShownFinding
from gongkai.lib.privacy import Finding, mask


def mask_remark(remark: ShownFinding) -> str:
    """Return the masked words of a privacy finding."""
    finding = Finding(remark.kind, 0, len(remark.words), remark.words, remark.why)
    text = mask(remark.words, findings=[finding])[0]
    # A file name cannot hold the sign of a mask.
    return re.sub(r"\*+", "某", text) if remark.key.startswith("name:") else text


#: Where a clause ends with a sentence, and where it ends within one.
_SENTENCE_ENDS, _CLAUSE_ENDS = "。！？!?\n", "，；,;"
_OPENING_BRACKETS, _CLOSING_BRACKETS = "（(〔[", "）)〕]"
_LABEL_COLONS = "：:"


@lru_cache(maxsize=8)
def _find_positions(text: str, signs: str) -> list[int]:
    """Return the positions of the given characters, in one pass over the text."""
    return [match.start() for match in re.finditer(f"[{re.escape(signs)}]", text)]


def _find_last_before(text: str, signs: str, low: int, high: int) -> int:
    """Return the last position of one of the characters between two offsets, or -1."""
    places = _find_positions(text, signs)
    position = bisect_left(places, high) - 1
    return places[position] if position >= 0 and places[position] >= low else -1


def _find_first_after(text: str, signs: str, low: int, high: int) -> int:
    """Return the first position of one of the characters between two offsets, or -1."""
    places = _find_positions(text, signs)
    position = bisect_left(places, low)
    return places[position] if position < len(places) and places[position] < high else -1


def find_clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range (start, end) to delete for the clause around some words.

    The rest stays a correct sentence. A clause ends at a stop (，；。！？), bracket or line end. The
    following stop is deleted too; for the last clause of a sentence, the preceding one; for the
    whole of a bracket, the bracket. In a list (联系人：甲、乙、丙) only the item is deleted.
    """
    stops = _SENTENCE_ENDS + _CLAUSE_ENDS
    clause_start = _find_last_before(text, stops + _OPENING_BRACKETS, 0, start) + 1
    clause_end = _find_first_after(text, stops + _CLOSING_BRACKETS, end, len(text))
    clause_end = len(text) if clause_end < 0 else clause_end
    if item := _find_list_item(text, clause_start, clause_end, start, end):
        return item
    char_before, char_after = text[clause_start - 1 : clause_start], text[clause_end : clause_end + 1]
    if char_before and char_before in _OPENING_BRACKETS and char_after and char_after in _CLOSING_BRACKETS:
        return clause_start - 1, clause_end + 1
    if char_after and char_after in _CLAUSE_ENDS:
        return clause_start, clause_end + 1
    if char_before and char_before in _CLAUSE_ENDS:
        return clause_start - 1, clause_end
    ends_sentence = char_after and char_after in _SENTENCE_ENDS and char_after != "\n"
    return clause_start, clause_end + 1 if ends_sentence else clause_end


def _find_list_item(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of a 、-separated item with its separator, or None if the clause is no list.

    After a label any item; otherwise only one between others, because the first and last are part of the
    sentence (录用甲、乙、丙为教师).
    """
    label = _find_last_before(text, _LABEL_COLONS, first, start)
    left = _find_last_before(text, "、", max(first, label + 1), start)
    right = _find_first_after(text, "、", end, last)
    if (left < 0 and right < 0) or (label < 0 and min(left, right) < 0):
        return None
    if right < 0:
        return left, last
    return (left if left >= 0 else label) + 1, right + 1


def merge_ranges(cuts: Iterable[tuple[int, int]], text: str = "") -> list[tuple[int, int]]:
    """Return ranges (start, end) in order, with adjacent and overlapping ones merged.

    If a label's whole list is removed, the label is too.
    """
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(cuts):
        if ranges and first <= ranges[-1][1]:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], last)
        else:
            ranges.append((first, last))
    return [find_clause(text, *cut) if _removes_whole_value(text, *cut) else cut for cut in ranges]


def _removes_whole_value(text: str, first: int, last: int) -> bool:
    """Return true if a cut removes the whole value after a label."""
    return text[first - 1 : first] in {*_LABEL_COLONS} and text[last : last + 1] in {
        "",
        *_SENTENCE_ENDS,
        *_CLAUSE_ENDS,
        *_CLOSING_BRACKETS,
    }
