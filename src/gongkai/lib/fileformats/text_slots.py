"""Write replacements into the places from which a text was collected."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol


class TextSlot(Protocol):
    """A place in a file that contains text: its offset in the whole text, its own text, and a setter."""

    start: int
    text: str

    @property
    def set(self) -> Callable[[str], None]:
        """Return the function that writes a text back."""


def write_replacements(slots: Sequence[TextSlot], edits: Iterable[tuple[int, int, str]]) -> None:
    """Write replacements (start, end, words) into the slots of a text."""
    cuts: dict[int, list[tuple[int, int, str]]] = {}
    starts = [slot.start for slot in slots]
    for start, end, replacement in sorted(edits):
        at, words = max(bisect_right(starts, start) - 1, 0), replacement
        while at < len(slots) and slots[at].start < end:
            slot = slots[at]
            low, high = max(start, slot.start), min(end, slot.start + len(slot.text))
            if low < high:
                cuts.setdefault(at, []).append((low - slot.start, high - slot.start, words))
                words = ""
            at += 1
    for at, slot_cuts in cuts.items():
        slots[at].set(apply_edits(slots[at].text, slot_cuts))


def apply_edits(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with replacements (start, end, words; not overlapping)."""
    pieces, at = [], 0
    for start, end, replacement in sorted(edits):
        pieces += [text[at:start], replacement]
        at = end
    return "".join([*pieces, text[at:]])
