"""Find set phrases with one word replaced, missing or misspelt."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.repeats import count_sequence
from gongkai.lib.privacy.proofreading.suspects import list_similar_characters
from gongkai.lib.privacy.search_text import SearchText

#: Minimum characters that agree before a different one for it to be a typing mistake, not another wording.
_MIN_AGREEING_CHARACTERS = 8


def is_slip(text: str, phrase: str, place: int) -> bool:
    """Return true if `text`, written for the character of `phrase` at `place`, is a typing mistake.

    It is similar to that character, and eight characters before it agree.
    """
    return place >= _MIN_AGREEING_CHARACTERS and text in list_similar_characters(phrase[place])


def has_single_error(phrase: str, text: str, start: int, place: int) -> bool:
    """Return true if `phrase` begins at `start` with only its character at `place` wrong."""
    written, phrase_rest = text[start + place : start + place + 1], phrase[place + 1 :]
    if not written or not is_slip(written, phrase, place) or not text.startswith(phrase_rest, start + place + 1):
        return False
    return not count_sequence(text[start + place - 2 : start + place + 2])


#: Marks that may stand inside a phrase or be left out.
_OPTIONAL_MARKS = frozenset("、，,“”‘’\"'《》〈〉（）():： \u3000·")
#: Marks that end a clause and do not occur inside a phrase.
_CLAUSE_MARKS = frozenset("，,；;：:")
_MAX_GAP_CHARACTERS = 4
_PLACE_VARIANTS = frozenset({f"{how}{place}" for how in ("", "全", "我", "本") for place in "省市县区镇乡州村"})
_INDEXED_CHARACTERS = 4
#: Number of agreeing characters after which the last character but one may be any other.
_CERTAIN_PREFIX_CHARACTERS = 14
#: Minimum characters of a phrase.
MIN_PHRASE_CHARACTERS = 6
#: Table value for a phrase with an open end.
OPEN_PHRASE_END = -1


@dataclass(frozen=True, slots=True)
class PhraseDifference:
    """A place where a text contains a set phrase with one deviation.

    Attributes:
        phrase: the phrase without marks.
        place: offset of the deviation in the phrase.
        expected: the right characters.
        written: the characters of the text.
        start: offset of the phrase in the bare text.
        matched: number of characters that agree.
    """

    phrase: str
    place: int
    expected: str
    written: str
    start: int
    matched: int

    @property
    def is_at_end(self) -> bool:
        """Return true if the deviation is at the end of the phrase."""
        return self.place + len(self.expected) == len(self.phrase)


def strip_marks(text: str) -> tuple[str, list[int]]:
    """Return (Chinese characters of a text with breaks as line feeds, their offsets)."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if is_han(char):
            chars.append(char)
            places.append(place)
        elif char not in _OPTIONAL_MARKS and chars and chars[-1] != "\n":
            chars.append("\n")
            places.append(place)
    return "".join(chars), places


class PhraseIndex:
    """Set phrases, indexed by their first and last four characters.

    `open`: the places of each phrase that may vary.
    """

    def __init__(self, phrases: dict[str, frozenset[int]]) -> None:
        self.open = phrases
        self._heads: dict[str, list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len):
            self._heads.setdefault(phrase[:_INDEXED_CHARACTERS], []).append(phrase)
            self._tails.setdefault(phrase[-_INDEXED_CHARACTERS:], []).append(phrase)
        self._ways = frozenset(self._heads) | frozenset(self._tails)

    def find_differences(self, text: str, closed: bool = False) -> Iterator[PhraseDifference]:
        """Yield where a text deviates from a phrase by one gap.

        `closed`: at places of the phrase that may vary, only a single wrong character counts.
        """
        open_ = self.open if closed else dict.fromkeys(self.open, frozenset[int]())
        for at in range(len(text) - _INDEXED_CHARACTERS + 1):
            head = text[at : at + _INDEXED_CHARACTERS]
            if head not in self._ways:
                continue
            begun = self._heads.get(head)
            if begun:
                longest_match = max((len(phrase) for phrase in begun if text.startswith(phrase, at)), default=0)
                yield from _choose_nearest(
                    _match_forward(phrase, text, at, open_[phrase]) for phrase in begun if len(phrase) > longest_match
                )
            ended = self._tails.get(head)
            if ended:
                end = at + _INDEXED_CHARACTERS
                longest_match = max((len(phrase) for phrase in ended if text.endswith(phrase, 0, end)), default=0)
                yield from _choose_nearest(
                    _match_backward(phrase, text, end) for phrase in ended if len(phrase) > longest_match
                )

    def covers_span(self, text: str, start: int, end: int) -> bool:
        """Return true if a correct set phrase covers the span."""
        for at in range(max(0, start - 30), start + 1):
            for phrase in self._heads.get(text[at : at + _INDEXED_CHARACTERS], ()):
                if end <= at + len(phrase) and text.startswith(phrase, at):
                    return True
        return False

    def find_deviations(self, text: str) -> Iterator[PhraseDifference]:
        """Yield the differences at places of a phrase that allow no variation."""
        for difference in self.find_differences(text, closed=True):
            open_ = self.open[difference.phrase]
            is_single_character = (
                len(difference.written) == len(difference.expected) == 1
                and difference.matched == len(difference.phrase) - 1
            )
            if is_single_character and is_slip(difference.written, difference.phrase, difference.place):
                yield difference
                continue
            if difference.place in open_ or (difference.is_at_end and OPEN_PHRASE_END in open_):
                continue
            if _is_significant(difference):
                yield difference


def _is_significant(difference: PhraseDifference) -> bool:
    """Return whether a difference changes the phrase and is not only an addition or a variant."""
    meant, text = difference.expected, difference.written
    if not meant or text in _PLACE_VARIANTS or text.startswith(meant) or text.endswith(meant):
        return False  # something is only put in
    if meant in ("的", "地"):
        return False
    most = 2 if len(difference.phrase) < 10 or difference.is_at_end or not text else 3
    if len(meant) > most:
        return False
    if len(text) > len(meant) + 1:
        return False  # “我为群众办实事”新闻发布活动
    # With another verb before it a phrase is still the phrase.
    return difference.place > 0 or bool(set(meant) & set(text))


def _choose_nearest(differences: Iterator[PhraseDifference | None]) -> Iterator[PhraseDifference]:
    """Yield the difference with the most characters in common, if there is one."""
    best = max((difference for difference in differences if difference), key=lambda one: one.matched, default=None)
    if best:
        yield best


def _list_gap_sizes() -> Iterator[tuple[int, int]]:
    """Yield (gap in the text, gap in the phrase), smallest sum first."""
    for both in range(1, 2 * _MAX_GAP_CHARACTERS + 1):
        for meant in range(min(_MAX_GAP_CHARACTERS, both) + 1):
            if both - meant <= _MAX_GAP_CHARACTERS:
                yield meant, both - meant


_GAP_SIZES = tuple(_list_gap_sizes())


def _match_forward(phrase: str, text: str, start: int, open_: frozenset[int]) -> PhraseDifference | None:
    """Return the deviation of a text that begins as a phrase, or None.

    At the places `open_`, which allow variation, only a single wrong character counts.
    """
    matched, size = _INDEXED_CHARACTERS, len(phrase)
    while matched < size and text[start + matched : start + matched + 1] == phrase[matched]:
        matched += 1
    if matched in open_:
        if not has_single_error(phrase, text, start, matched):
            return None
        return PhraseDifference(phrase, matched, phrase[matched], text[start + matched], start, size - 1)
    for meant, size_written in _GAP_SIZES:
        phrase_rest = phrase[matched + meant :]
        written = text[start + matched : start + matched + size_written]
        if matched + meant > size or "\n" in written or len(written) < size_written:
            continue
        if len(phrase_rest) > 1 or (
            phrase_rest and meant == size_written == 1 and matched >= _CERTAIN_PREFIX_CHARACTERS
        ):
            fits = text.startswith(phrase_rest, start + matched + size_written) and _agrees_enough(
                matched + len(phrase_rest), size
            )
        else:
            fits = not phrase_rest and meant == size_written and matched > 4 and matched >= 0.65 * size
        if fits:
            return PhraseDifference(
                phrase, matched, phrase[matched : matched + meant], written, start, matched + len(phrase_rest)
            )
    return None


def _match_backward(phrase: str, text: str, end: int) -> PhraseDifference | None:
    """Return the deviation of a text that ends as a phrase, or None."""
    matched, size = _INDEXED_CHARACTERS, len(phrase)
    while matched < size and end > matched and text[end - matched - 1] == phrase[size - matched - 1]:
        matched += 1
    for meant, size_written in _GAP_SIZES:
        head = phrase[: max(0, size - matched - meant)]
        written = text[max(0, end - matched - size_written) : end - matched]
        if matched + meant > size or "\n" in written or len(written) < size_written:
            continue
        start = end - matched - size_written - len(head)
        if 0 < len(head) < _INDEXED_CHARACTERS:
            fits = start >= 0 and text.startswith(head, start) and _agrees_enough(matched + len(head), size)
        else:
            fits = not head and meant == size_written and matched > 4 and matched >= 0.65 * size
        if fits:
            return PhraseDifference(
                phrase, len(head), phrase[len(head) : size - matched], written, start, matched + len(head)
            )
    return None


def _agrees_enough(same: int, size: int) -> bool:
    """Return true if `same` of `size` characters agree: more than four and 60 %."""
    return same > 4 and same >= 0.6 * size


@cache
def _load_phrases() -> tuple[PhraseIndex, dict[str, str]]:
    """Return (index of the set phrases, full spelling by the phrase without punctuation)."""
    written: dict[str, str] = {}
    places: dict[str, frozenset[int]] = {}
    for row in read_rows("phrases"):
        phrase, _ = strip_marks(row[0])
        if len(phrase) >= MIN_PHRASE_CHARACTERS:
            written[phrase] = row[0]
            places[phrase] = frozenset(int(place) for place in row[1].split()) if len(row) > 1 else frozenset()
    return PhraseIndex(places), written


def is_in_set_phrase(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a correct set phrase."""
    index, _ = _load_phrases()
    begin = max(0, start - 30)
    words, places = strip_marks(text[begin : end + 30])
    inside = [at for at, place in enumerate(places) if start <= place + begin < end]
    return bool(inside) and index.covers_span(words, inside[0], inside[-1] + 1)


def find_phrase_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield set phrases with a replaced, missing or misspelt word."""
    index, written = _load_phrases()
    text, places = strip_marks(search_text.text)
    for difference in index.find_deviations(text):
        last_offset = difference.start + len(difference.phrase) - len(difference.expected) + len(difference.written) - 1
        start, end = places[difference.start], places[last_offset] + 1
        gap_start = places[difference.start + difference.place - 1] + 1 if difference.place else 0
        if (
            len(difference.written) != len(difference.expected)
            and search_text.text[gap_start : gap_start + 1] in _CLAUSE_MARKS
        ):
            continue  # 开展以案释法，把普法融入…: another clause begins
        correct = written[difference.phrase]
        # One character for another that sounds or looks like it is a slip of the pen, not another wording.
        slip = len(difference.written) == len(
            difference.expected
        ) == 1 and difference.written in list_similar_characters(difference.expected)
        kind = "typo" if slip else "phrase"
        yield Finding(kind, start, end, search_text.source[start:end], f"固定表述应为“{correct}”", correct)
