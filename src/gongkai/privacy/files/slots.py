"""A text put together from places in a file, and the way back from a finding to those places."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from gongkai.privacy.frame import half_width
from gongkai.privacy.masks import Namesakes, Pattern, hidden
from gongkai.privacy.model import Finding
from gongkai.privacy.search import find

_SPACING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
#: No text longer than this is taken from a file (characters).
MAX_CHARS = 20_000_000


def plain(text: str) -> str:
    """Return a text without spaces and in half width, as masked words are searched for."""
    return _SPACING.sub("", half_width(text))


@dataclass
class Slot:
    """One place that holds text: where it begins in the whole, what it holds, and how to set it."""

    start: int
    text: str
    set: Callable[[str], None]


@dataclass
class Gathered:
    """The text of a file, in reading order."""

    slots: list[Slot] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, setter: Callable[[str], None]) -> None:
        """Add a place that holds text."""
        if text:
            self.slots.append(Slot(self.size, text, setter))
            self.parts.append(text)
            self.size += len(text)

    def gap(self, separator: str) -> None:
        """Add what parts two places (a tab between cells, a line break between paragraphs)."""
        self.parts.append(separator)
        self.size += len(separator)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.parts)


def replace(gathered: Gathered, edits: list[tuple[int, int, str]]) -> None:
    """Write replacements into the places; one that spans several stands in the first, the others lose their part.

    Args:
        gathered: the text and its places.
        edits: start, end and replacement, in order, not overlapping.
    """
    starts = [slot.start for slot in gathered.slots]
    changed: dict[int, list[tuple[int, int, str]]] = {}
    for start, end, words in edits:
        place = max(bisect_right(starts, start) - 1, 0)
        first = True
        while place < len(gathered.slots) and gathered.slots[place].start < end:
            slot = gathered.slots[place]
            low, high = max(start, slot.start), min(end, slot.start + len(slot.text))
            if low < high:
                changed.setdefault(place, []).append(
                    (low - slot.start, high - slot.start, words if first else "")
                )
                first = False
            place += 1
    for place, cuts in changed.items():
        slot = gathered.slots[place]
        text = slot.text
        for low, high, words in reversed(cuts):
            text = text[:low] + words + text[high:]
        slot.set(text)


class Hider:
    """Hides findings in one file and remembers the words, so that they are hidden wherever else they stand."""

    def __init__(self, table: dict[str, Pattern], spare: Callable[[Finding], bool] | None = None) -> None:
        self.table = table
        self.spare = spare
        self.findings: list[Finding] = []
        self.hidden: dict[str, str] = {}
        self.namesakes = Namesakes()
        self._pattern: re.Pattern[str] | None = None

    def found(self, text: str) -> list[Finding]:
        """Return what is to be hidden in a text: what is found there, less what a person decided to keep."""
        return [one for one in find(text) if self.spare is None or not self.spare(one)]

    def hide(self, gathered: Gathered, *, list_findings: bool = True) -> int:
        """Search a gathered text and hide what is found; return how many places were hidden."""
        text = gathered.text
        found = self.found(text)
        for finding in found:
            self._remember(finding)
        if list_findings:
            self.findings.extend(found)
        spans = [(one.start, one.end, hidden(one, self.table, self.namesakes)) for one in found]
        spans += self._elsewhere(text, spans)
        replace(gathered, sorted(spans))
        return len(spans)

    def _remember(self, finding: Finding) -> None:
        words = plain(finding.text)
        if finding.kind == "health" or len(words) < 2:
            return
        if words not in self.hidden:
            self.hidden[words] = hidden(finding, self.table, self.namesakes)
            self._pattern = None

    def known(self) -> re.Pattern[str] | None:
        """Return a pattern of all words hidden so far, spaces between their characters allowed."""
        if self._pattern is None and self.hidden:
            words = sorted(self.hidden, key=lambda item: (-len(item), item))
            self._pattern = re.compile("|".join(r"\s{0,3}".join(map(re.escape, word)) for word in words))
        return self._pattern

    def _elsewhere(self, text: str, taken: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        pattern = self.known()
        if pattern is None:
            return []
        occupied = sorted((start, end) for start, end, _ in taken)
        starts = [start for start, _ in occupied]
        more: list[tuple[int, int, str]] = []
        for found in pattern.finditer(half_width(text)):
            place = bisect_right(starts, found.start()) - 1
            inside = place >= 0 and occupied[place][1] > found.start()
            ahead = place + 1 < len(occupied) and occupied[place + 1][0] < found.end()
            if not inside and not ahead:
                more.append((found.start(), found.end(), self.hidden[plain(found[0])]))
        return more

    def string(self, text: str, *, search: bool = True) -> str:
        """Return a single string (an attribute, a name) with everything hidden in it."""
        box = [text]
        gathered = Gathered()
        gathered.add(text, lambda words: box.__setitem__(0, words))
        if search:
            self.hide(gathered, list_findings=False)
        else:
            replace(gathered, self._elsewhere(text, []))
        return box[0]
