"""Search texts for words already masked, ignoring width, spaces and number separators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.search_text import to_half_width

_SPACES = r"\s\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069"
_WORD_CHARACTERS = re.compile(rf"[^{_SPACES}]+")
_NUMBER_CHARACTERS = re.compile(rf"[^{_SPACES}\-‐-―−.·_/\\()+]+")
_MIN_DIGITS = 7
_LOWER_CASE = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class KnownWordHit:
    """An occurrence of a known word: offsets in the text, and the word."""

    start: int
    end: int
    word: str

    def span(self) -> tuple[int, int]:
        """Return (start, end), as `re.Match.span`."""
        return self.start, self.end


class _WordIndex:
    """An index of words, normalised for one kind of comparison."""

    def __init__(self, kept: re.Pattern[str]) -> None:
        self._kept = kept
        self._words: dict[str, str] = {}
        self._sizes: dict[str, list[int]] = {}

    def make_key(self, word: str) -> str:
        """Return the form of a word that is compared: its compared characters, half width and lower case."""
        return "".join(self._kept.findall(to_half_width(word))).translate(_LOWER_CASE)

    def add(self, key: str, word: str) -> None:
        """Add a word under its normalised key; ignore keys of one character and keys already known."""
        if key in self._words or len(key) < 2:
            return
        self._words[key] = word
        sizes = self._sizes.setdefault(key[:2], [])
        if len(key) not in sizes:
            sizes.append(len(key))
            sizes.sort(reverse=True)

    def hits(self, half: str) -> Iterator[KnownWordHit]:
        """Yield the occurrences of the words in a half-width text, without overlaps."""
        if not self._words:
            return
        pieces = list(self._kept.finditer(half))
        text = "".join(piece[0] for piece in pieces).translate(_LOWER_CASE)
        if len(text) < 2:
            return
        places = [place for piece in pieces for place in range(piece.start(), piece.end())]
        sizes, words_by_key = self._sizes, self._words
        free = 0
        for at in range(len(text) - 1):
            if at < free or (lengths := sizes.get(text[at : at + 2])) is None:
                continue
            for size in lengths:
                word = words_by_key.get(text[at : at + size])
                if word is not None and at + size <= len(text):
                    free = at + size
                    yield KnownWordHit(places[at], places[free - 1] + 1, word)
                    break


class KnownWords:
    """The words known so far."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._bare, self._number = _WordIndex(_WORD_CHARACTERS), _WordIndex(_NUMBER_CHARACTERS)
        self._shortest = self._shortest_ascii = 1_000_000
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Add a word to find."""
        self._bare.add(self._bare.make_key(word), word)
        self._shortest = min(self._shortest, len(word))
        if word.isascii():
            self._shortest_ascii = min(self._shortest_ascii, len(word))
        number = self._number.make_key(word)
        if sum(sign.isdigit() for sign in number) >= _MIN_DIGITS:
            self._number.add(number, word)

    def finditer(self, text: str) -> Iterator[KnownWordHit]:
        """Yield the occurrences of known words in order, not overlapping."""
        if not self.may_occur_in(text):
            return
        half = to_half_width(text)
        occurrences = sorted([*self._bare.hits(half), *self._number.hits(half)], key=lambda hit: (hit.start, -hit.end))
        free = 0
        for hit in occurrences:
            if hit.start >= free:
                yield hit
                free = hit.end

    def may_occur_in(self, text: str) -> bool:
        """Return whether a text is long enough to contain a known word (quick test)."""
        return len(text) >= (self._shortest_ascii if text.isascii() else self._shortest)

    def find_first_in(self, text: str) -> str:
        """Return a known word that occurs in a text, or an empty string."""
        half = to_half_width(text)
        hit = next(self._bare.hits(half), None) or next(self._number.hits(half), None)
        return hit.word if hit else ""


class KnownBytes:
    """Known words in raw bytes, in several encodings."""

    def __init__(self, words: Iterable[str], encodings: tuple[str, ...]) -> None:
        self._words: dict[bytes, str] = {}
        for word in words:
            for encoding in encodings:
                raw = word.encode(encoding, "ignore")
                if len(raw) >= len(word) > 0:
                    self._words.setdefault(raw, word)
        heads = {raw[:3] for raw in self._words}
        self._sizes: dict[bytes, set[int]] = {}
        for raw in self._words:
            self._sizes.setdefault(raw[:3], set()).add(len(raw))
        tails: dict[bytes, set[bytes]] = {}
        for head in heads:
            tails.setdefault(head[:2], set()).add(head[2:])
        pattern = b"|".join(
            re.escape(pair) + b"(?:" + b"|".join(map(re.escape, sorted(tails[pair]))) + b")" for pair in sorted(tails)
        )
        self._begins = re.compile(b"(?=(" + pattern + b"))", re.DOTALL) if heads else None

    def find_first_in(self, raw: bytes) -> str:
        """Return a known word that occurs in the bytes, or an empty string."""
        if self._begins is None:
            return ""
        for found in self._begins.finditer(raw):
            at = found.start()
            for size in self._sizes[found[1]]:
                word = self._words.get(raw[at : at + size])
                if word is not None:
                    return word
        return ""
