"""Combine texts from places in a file, and write replacements back to those places."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as changed

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.text_slots import write_replacements
from gongkai.lib.privacy.files.known_words import KnownWords
from gongkai.lib.privacy.masks import MaskPattern, NamesakeMasks, mask_finding
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search import find
from gongkai.lib.privacy.search_text import to_half_width

_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
#: Maximum characters of the text taken from a file.
MAX_TEXT_CHARACTERS = 20_000_000


def normalise_words(text: str) -> str:
    """Return a text without spaces and in half width, for comparison with masked words."""
    return _SPACES.sub("", to_half_width(text))


@dataclass
class FileTextSlot:
    """A place in a file that contains text: its offset in the whole text, its own text, and a setter."""

    start: int
    text: str
    set: Callable[[str], None]


@dataclass
class SlotText:
    """The text of a file in reading order, with its slots."""

    slots: list[FileTextSlot] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, setter: Callable[[str], None]) -> None:
        """Add a slot after the text so far."""
        if text:
            self.slots.append(FileTextSlot(self.size, text, setter))
            self.parts.append(text)
            self.size += len(text)

    def add_separator(self, separator: str) -> None:
        """Add a separator between two slots (tab or line break)."""
        self.parts.append(separator)
        self.size += len(separator)

    @property
    def text(self) -> str:
        """Return the whole text."""
        return "".join(self.parts)

    def append(self, other: "SlotText") -> None:
        """Append another text with its slots."""
        for slot in other.slots:
            slot.start += self.size
            self.slots.append(slot)
        self.parts.extend(other.parts)
        self.size += other.size


class FileMasker:
    """Mask findings in one file and remember the words, to mask them everywhere else.

    Attributes:
        table: {kind of finding: how it is masked}; `spare`: true for findings that stay.
        findings: what was hidden in the text that was read from the file, with offsets in that text.
        elsewhere: findings outside that text (attributes, names of sheets, links), each with offsets in its own string.
        hidden: masked words, without spaces and in half width, with their replacements.
    """

    def __init__(self, table: dict[str, MaskPattern], spare: Callable[[Finding], bool] | None = None) -> None:
        self.table = table
        self.spare = spare
        self.findings: list[Finding] = []
        self.elsewhere: list[Finding] = []
        self.hidden: dict[str, str] = {}
        self.namesakes = NamesakeMasks()
        self._known = KnownWords()
        self._first: dict[str, Finding] = {}
        self._strings: dict[str, list[Finding]] = {}

    def find_findings(self, text: str) -> list[Finding]:
        """Return the findings in a text, without those that a reviewer kept."""
        return [finding for finding in find(text) if self.spare is None or not self.spare(finding)]

    def search(self, gathered: SlotText) -> list[Finding]:
        """Search a text and remember the findings without masking them yet."""
        found = self.find_findings(gathered.text)
        for finding in found:
            self.remember(finding)
        return found

    def hide(self, gathered: SlotText, found: list[Finding] | None = None, *, base: int = 0) -> int:
        """Mask findings and known words in a text; return the number of masked places.

        Args:
            gathered: the text and its places.
            found: the findings in it; None: search now.
            base: where this text begins in the whole text of the file.
        """
        listed = self._hide(gathered, self.search(gathered) if found is None else found)
        self.findings += (changed(finding, start=finding.start + base, end=finding.end + base) for finding in listed)
        return len(listed)

    def _hide(self, gathered: SlotText, findings: list[Finding]) -> list[Finding]:
        """Mask the findings and the words masked before; return all of them in order."""
        spans = [
            (finding.start, finding.end, mask_finding(finding, self.table, self.namesakes)) for finding in findings
        ]
        repeated = self._find_known_masked_words(gathered.text, spans)
        spans += ((one.start, one.end, self.hidden[word]) for one, word in repeated)
        write_replacements(gathered.slots, spans)
        return sorted([*findings, *(one for one, _ in repeated)], key=lambda one: one.start)

    def remember(self, finding: Finding) -> None:
        """Store the words of a finding so that they are masked everywhere in the file."""
        words = normalise_words(finding.text)
        if finding.kind == "health" or len(words) < 2:
            return
        if words not in self.hidden:
            self.hidden[words] = mask_finding(finding, self.table, self.namesakes)
            self._first[words] = finding
            self._known.add(words)

    def list_masked_words(self) -> KnownWords:
        """Return all words masked so far."""
        return self._known

    def _find_known_masked_words(
        self, text: str, masked_spans: list[tuple[int, int, str]]
    ) -> list[tuple[Finding, str]]:
        """Return [(finding, its word)] for words in `text` that were masked elsewhere in the file."""
        occupied = sorted((start, end) for start, end, _ in masked_spans)
        starts = [start for start, _ in occupied]
        repeated: list[tuple[Finding, str]] = []
        for hit in self._known.finditer(text):
            place = bisect_right(starts, hit.start) - 1
            inside = place >= 0 and occupied[place][1] > hit.start
            ahead = place + 1 < len(occupied) and occupied[place + 1][0] < hit.end
            if not inside and not ahead:
                original = self._first[hit.word]
                finding = Finding(original.kind, hit.start, hit.end, text[hit.start : hit.end], original.why)
                repeated.append((finding, hit.word))
        return repeated

    def mask_string(self, text: str, *, search: bool = True, note: bool = True) -> str:
        """Return a masked single string, such as an attribute or a name.

        Args:
            text: the string.
            search: search it for personal data; otherwise only known words are masked.
            note: add the findings to `elsewhere`.
        """
        gathered, box = SlotText(), [text]
        gathered.add(text, lambda words: box.__setitem__(0, words))
        listed = self._hide(gathered, self._search_string(gathered) if search else [])
        if note:
            self.elsewhere += listed
        return box[0]

    def _search_string(self, gathered: SlotText) -> list[Finding]:
        """Return the findings in a text, searched once."""
        text = gathered.text
        if text not in self._strings:
            self._strings[text] = self.search(gathered)
        return self._strings[text]
