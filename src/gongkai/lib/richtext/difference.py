"""Compare two texts by line and within lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Maximum characters of a line that is compared letter by letter; longer lines are shown whole.
MAX_COMPARED_LINE_CHARACTERS = 1500
#: Maximum number of lines that are matched with each other.
MAX_COMPARED_LINES = 3000


@dataclass(frozen=True)
class DifferencePiece:
    """A run of characters: same, added or removed."""

    text: str
    change: str = "same"


@dataclass(frozen=True)
class DifferenceLine:
    """A line of the comparison; `same` if nothing changed."""

    pieces: tuple[DifferencePiece, ...]
    same: bool = False


def compare_lines(old: str, new: str) -> list[DifferenceLine]:
    """Return the new text with its additions and removals.

    At most `MAX_COMPARED_LINES` from the first change on are matched line by line; later ones appear as removed and added.
    """
    old_lines, new_lines = old.splitlines(), new.splitlines()
    shortest = min(len(old_lines), len(new_lines))
    head = next((index for index in range(shortest) if old_lines[index] != new_lines[index]), shortest)
    most_equal = shortest - head
    tail = next((index for index in range(most_equal) if old_lines[-1 - index] != new_lines[-1 - index]), most_equal)
    old_middle, new_middle = old_lines[head : len(old_lines) - tail], new_lines[head : len(new_lines) - tail]
    return [
        *(DifferenceLine((DifferencePiece(text),), same=True) for text in new_lines[:head]),
        *_match_lines(old_middle[:MAX_COMPARED_LINES], new_middle[:MAX_COMPARED_LINES]),
        *(DifferenceLine((DifferencePiece(text, "removed"),)) for text in old_middle[MAX_COMPARED_LINES:]),
        *(DifferenceLine((DifferencePiece(text, "added"),)) for text in new_middle[MAX_COMPARED_LINES:]),
        *(DifferenceLine((DifferencePiece(text),), same=True) for text in new_lines[len(new_lines) - tail :]),
    ]


def _match_lines(before: list[str], after: list[str]) -> list[DifferenceLine]:
    """Return the lines of two texts, with changed lines compared in pairs."""
    lines: list[DifferenceLine] = []
    for verb, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if verb == "equal":
            lines += [DifferenceLine((DifferencePiece(text),), same=True) for text in after[c:d]]
            continue
        paired = min(b - a, d - c)
        lines += [_compare_lines(before[a + n], after[c + n]) for n in range(paired)]
        lines += [DifferenceLine((DifferencePiece(text, "removed"),)) for text in before[a + paired : b]]
        lines += [DifferenceLine((DifferencePiece(text, "added"),)) for text in after[c + paired : d]]
    return lines


def _compare_lines(old: str, new: str) -> DifferenceLine:
    """Return the pieces that two versions of a line share, add and remove."""
    if max(len(old), len(new)) > MAX_COMPARED_LINE_CHARACTERS:
        return DifferenceLine((DifferencePiece(old, "removed"), DifferencePiece(new, "added")))
    pieces: list[DifferencePiece] = []
    # Ignore characters that a long line repeats (`autojunk`): lines of few different characters would take minutes.
    for verb, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if verb == "equal":
            pieces.append(DifferencePiece(new[c:d]))
            continue
        if b > a:
            pieces.append(DifferencePiece(old[a:b], "removed"))
        if d > c:
            pieces.append(DifferencePiece(new[c:d], "added"))
    return DifferenceLine(tuple(pieces))


def fold_same(lines: list[DifferenceLine], around: int = 2) -> list[DifferenceLine | None]:
    """Omit long runs of unchanged lines, except `around` lines at each change; None marks a gap."""
    keep: set[int] = set()
    for index, line in enumerate(lines):
        if not line.same:
            keep.update(range(index - around, index + around + 1))
    folded: list[DifferenceLine | None] = []
    for index, line in enumerate(lines):
        if index in keep:
            folded.append(line)
        elif not folded or folded[-1] is not None:
            folded.append(None)
    return folded


def compare_facts(
    old: Mapping[str, object], new: Mapping[str, object], labels: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return (label, old, new) of the facts that differ, of those that `labels` ({fact: Chinese label}) names."""
    return [
        (label, str(old.get(name, "")), str(new.get(name, "")))
        for name, label in labels.items()
        if str(old.get(name, "")) != str(new.get(name, ""))
    ]
