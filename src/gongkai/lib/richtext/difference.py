"""Compare two texts by line and within lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Maximum characters of a line that is compared letter by letter; longer lines are shown whole.
LONGEST_LINE = 1500
#: Maximum number of lines that are matched with each other.
MOST_LINES = 3000


@dataclass(frozen=True)
class Piece:
    """A run of characters: same, added or removed."""

    text: str
    change: str = "same"


@dataclass(frozen=True)
class Line:
    """A line of the comparison; `same` if nothing changed."""

    pieces: tuple[Piece, ...]
    same: bool = False


def compare(old: str, new: str) -> list[Line]:
    """Return the new text with its additions and removals.

    Of what lies between the first and the last change `MOST_LINES` are matched line by line; what follows them stands as removed and added.
    """
    before, after = old.splitlines(), new.splitlines()
    shortest = min(len(before), len(after))
    head = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    middle, fresh = before[head : len(before) - tail], after[head : len(after) - tail]
    return [
        *(Line((Piece(text),), same=True) for text in after[:head]),
        *_match_lines(middle[:MOST_LINES], fresh[:MOST_LINES]),
        *(Line((Piece(text, "removed"),)) for text in middle[MOST_LINES:]),
        *(Line((Piece(text, "added"),)) for text in fresh[MOST_LINES:]),
        *(Line((Piece(text),), same=True) for text in after[len(after) - tail :]),
    ]


def _match_lines(before: list[str], after: list[str]) -> list[Line]:
    lines: list[Line] = []
    for verb, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if verb == "equal":
            lines += [Line((Piece(text),), same=True) for text in after[c:d]]
            continue
        paired = min(b - a, d - c)
        lines += [_compare_lines(before[a + n], after[c + n]) for n in range(paired)]
        lines += [Line((Piece(text, "removed"),)) for text in before[a + paired : b]]
        lines += [Line((Piece(text, "added"),)) for text in after[c + paired : d]]
    return lines


def _compare_lines(old: str, new: str) -> Line:
    if max(len(old), len(new)) > LONGEST_LINE:
        return Line((Piece(old, "removed"), Piece(new, "added")))
    pieces: list[Piece] = []
    # What stands in a long line again and again anchors nothing (`autojunk`): lines made of few signs would take minutes.
    for verb, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if verb == "equal":
            pieces.append(Piece(new[c:d]))
            continue
        if b > a:
            pieces.append(Piece(old[a:b], "removed"))
        if d > c:
            pieces.append(Piece(new[c:d], "added"))
    return Line(tuple(pieces))


def fold_same(lines: list[Line], around: int = 2) -> list[Line | None]:
    """Omit long runs of unchanged lines; None marks a gap."""
    keep: set[int] = set()
    for at, line in enumerate(lines):
        if not line.same:
            keep.update(range(at - around, at + around + 1))
    folded: list[Line | None] = []
    for at, line in enumerate(lines):
        if at in keep:
            folded.append(line)
        elif not folded or folded[-1] is not None:
            folded.append(None)
    return folded


def compare_facts(
    old: Mapping[str, object], new: Mapping[str, object], labels: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return (label, old, new) of the facts that differ."""
    return [
        (label, str(old.get(name, "")), str(new.get(name, "")))
        for name, label in labels.items()
        if str(old.get(name, "")) != str(new.get(name, ""))
    ]
