"""Carrying a correction of a text into the parts that were cut from it; pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

#: Below this likeness a text is another one, not a corrected one: its parts cannot be found again.
LIKE = 0.5
#: Longer differences are taken as one block: looking for what is alike inside would take too long.
_LONGEST = 3000
#: What may be left of a number in front of a part.
_BEHIND_NUMBERS = "）)．.、 "
_Code = tuple[str, int, int, int, int]


def carried(before: str, after: str, parts: Sequence[str]) -> list[str | None]:
    """Return each part as it stands in the corrected text; None where it cannot be found again.

    Args:
        before: the text from which the parts were cut.
        after: the corrected text.
        parts: words that stand in `before`, in its order.
    """
    codes = _codes(before, after)
    alike = sum(b - a for code, a, b, _, _ in codes if code == "equal")
    if alike < LIKE * max(1, min(len(before), len(after))):
        return [None] * len(parts)
    spans = _spans(before, parts)
    ends = {span[1] for span in spans if span}
    made: list[str | None] = []
    for span in spans:
        if span is None:
            made.append(None)
            continue
        first = _begin(codes, span[0], behind=span[0] in ends)
        made.append(after[first : _end(codes, span[1])].strip().lstrip(_BEHIND_NUMBERS) or None)
    return made


def _spans(text: str, parts: Sequence[str]) -> list[tuple[int, int] | None]:
    """Return where the parts stand, each behind the one before where it can be."""
    found: list[tuple[int, int] | None] = []
    last = 0
    for part in parts:
        words = part.strip()
        at = text.find(words, last) if words else -1
        at = text.find(words) if at < 0 and words else at
        found.append((at, at + len(words)) if at >= 0 else None)
        last = at + len(words) if at >= 0 else last
    return found


def _codes(before: str, after: str) -> list[_Code]:
    """Return what was kept, put in, taken away and replaced; common beginnings and ends are not compared by characters."""
    start = 0
    shortest = min(len(before), len(after))
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(old), len(new)) > _LONGEST:
        middle: list[_Code] = [("replace", 0, len(old), 0, len(new))]
    else:
        middle = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    codes: list[_Code] = [("equal", 0, start, 0, start)] if start else []
    codes += [(code, a + start, b + start, c + start, d + start) for code, a, b, c, d in middle]
    if end:
        codes.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return codes


def _begin(codes: Sequence[_Code], place: int, *, behind: bool) -> int:
    """Return where a part begins now; `behind`: what was put in right in front of it belongs to the part before.

    Where what stands in front was replaced by more than it was (1． by 1.及时), the surplus belongs to the part.
    """
    for code, a, b, c, d in codes:
        if code == "insert" and a == place and not behind:
            return c
        if code == "replace" and b == place and not behind:
            return min(c + b - a, d)
        if a <= place < b:
            return c + place - a if code == "equal" else min(c + place - a, d)
    return codes[-1][4]


def _end(codes: Sequence[_Code], place: int) -> int:
    """Return where a part ends now, with what was put in right behind it."""
    found = 0
    for code, a, b, c, d in codes:
        if code == "insert" and a == place:
            return d
        if a < place <= b:
            found = c + place - a if code == "equal" else (d if place == b else min(c + place - a, d))
    return found
