"""How the words of a finding are hidden, and which clause of a text goes with them where it is dropped instead."""

import re
from collections.abc import Iterable

from gongkai.checks.remark import Remark
from gongkai.privacy import Finding, mask


def masked(remark: Remark) -> str:
    """Return how the words of a privacy finding are hidden."""
    whole = Finding(remark.kind, 0, len(remark.words), remark.words, remark.why)
    words = mask(remark.words, findings=[whole])[0]
    # A file name cannot hold the sign of a mask.
    return re.sub(r"\*+", "某", words) if remark.key.startswith("name:") else words


#: Where a clause ends with a sentence, and where it ends within one.
_ENDS, _WITHIN = "。！？!?\n", "，；,;"
_OPEN, _SHUT = "（(〔[", "）)〕]"


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return from where to where a text is cut to drop the clause in which some words stand, so that what is left still reads as sentences.

    A clause runs from one stop to the next (，；。！？, a bracket, the line). With it goes the stop behind it; where it is the last of
    its sentence the one before it, and the sentence keeps its end; where it is all that stands in a bracket, the bracket.
    """
    stops = _ENDS + _WITHIN
    first = max((text.rfind(sign, 0, start) for sign in stops + _OPEN), default=-1) + 1
    last = min((at for sign in stops + _SHUT if (at := text.find(sign, end)) >= 0), default=len(text))
    before, behind = text[first - 1 : first], text[last : last + 1]
    if before and before in _OPEN and behind and behind in _SHUT:
        return first - 1, last + 1
    if behind and behind in _WITHIN:
        return first, last + 1
    if before and before in _WITHIN:
        return first - 1, last
    whole = behind and behind in _ENDS and behind != "\n"
    return first, last + 1 if whole else last


def joined(cuts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return cuts in their order, those that meet or overlap as one: two findings of one clause drop it once."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(cuts):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found
