"""Find missing characters by the frequencies of character sequences.

Between two characters that no known sequence of four joins, every character is tried that is
frequent after the one and before the other. The weights of the clues are in
`data/clues_missing.tsv`, fitted by `tools/privacy_clues.py`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import dictionary
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.candidate_places import (
    GRAMMAR_CHARACTERS,
    find_han_window,
    is_possibly_in_name,
    is_quoted,
)
from gongkai.lib.privacy.proofreading.numbers import CharacterCounts, get_min_pair_level, load_character_counts
from gongkai.lib.privacy.proofreading.repeats import count_sequence
from gongkai.lib.privacy.proofreading.shares import Ints, Reals
from gongkai.lib.privacy.proofreading.suspects import (
    DELIBERATE_REPETITIONS,
    compute_log_likelihood,
    count_pairs_in_text,
)
from gongkai.lib.privacy.search_text import SearchText

#: A place is examined if the four characters around it, and the rarer three of them, occur at most this often.
_MAX_TRIGRAM_COUNT, _MAX_FOURGRAM_COUNT = 12.0, 0.5
#: Minimum counts of the pairs of an inserted character with either neighbour, and of a sequence of four with it.
_MIN_PAIR_COUNT, _MIN_KNOWN_FOURGRAM_COUNT = 40.0, 12.0
_FIRST_HAN = 4
#: Number of candidates that are computed at once.
_BATCH_SIZE = 400_000
#: Minimum gain of a place that is considered further.
MIN_GAP_GAIN = 5.0


@dataclass(frozen=True, slots=True)
class TextGap:
    """A place where a character may be missing.

    Attributes:
        at: offset of the character before which it is missing.
        char: what may be missing.
        gain: gain in likelihood with it (natural logarithm).
        known: count of the most frequent sequence of four characters that it completes.
        again: how often this text has the characters before and after the gap side by side.
    """

    at: int
    char: str
    gain: float
    known: float
    again: int


@cache
def _load_neighbours() -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Return (offsets, numbers) of the characters after and before each character."""
    character_counts = load_character_counts()
    width = len(character_counts.letters) + 1
    first, second = np.divmod(character_counts.pairs.places(get_min_pair_level(_MIN_PAIR_COUNT)), width)
    chinese = (first >= _FIRST_HAN) & (second >= _FIRST_HAN)
    first, second = first[chinese], second[chinese]
    turned = np.argsort(second, kind="stable")
    ends = np.arange(width + 1)
    return (
        (np.searchsorted(first, ends), second.astype(np.int32)),
        (np.searchsorted(second[turned], ends), first[turned].astype(np.int32)),
    )


def _compute_window_likelihood(character_counts: CharacterCounts, window: list[Ints]) -> Reals:
    """Return the summed likelihood of all runs of four characters in the windows."""
    return sum(
        (compute_log_likelihood(character_counts, *window[at : at + 4]) for at in range(len(window) - 3)),
        np.zeros(len(window[0]), np.float32),
    )


def _find_doubtful_places(character_counts: CharacterCounts, ids: Ints) -> Ints:
    """Return the positions between Chinese characters whose sequences are rare."""
    at = np.flatnonzero((ids[4:-4] >= _FIRST_HAN) & (ids[3:-5] >= _FIRST_HAN)) + 4
    at = at[character_counts.count_sequences(*(ids[at + step] for step in (-2, -1, 0, 1))) <= _MAX_FOURGRAM_COUNT]
    threes = [character_counts.count_sequences(*(ids[at - offset + step] for step in range(3))) for offset in (1, 2)]
    doubtful: Ints = at[np.minimum(*threes) <= _MAX_TRIGRAM_COUNT]
    return doubtful


def _split_blocks(counts: Ints) -> list[NDArray[np.bool_]]:
    """Return masks that split rows into batches of about `_BATCH_SIZE` look-ups."""
    block = np.cumsum(counts) // _BATCH_SIZE
    return [block == number for number in np.unique(block).tolist()]


def _list_candidates(pair_counts: CharacterCounts, ids: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Return (offsets, characters that may be missing there) for pairs of characters that rarely meet."""
    successors, predecessors = _load_neighbours()
    left_ids, right_ids = ids[at - 1], ids[at]
    fewer = np.diff(successors[0])[left_ids] <= np.diff(predecessors[0])[right_ids]
    places, tried = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    # Those of the neighbour that has fewer are tried with the other one.
    for (begins, numbers), side, picked in ((successors, left_ids, fewer), (predecessors, right_ids, ~fewer)):
        offsets, every = begins[side[picked]], np.diff(begins)[side[picked]]
        for block in _split_blocks(every):
            many = every[block]
            positions = np.repeat(at[picked][block].astype(np.int32), many)
            shift = (offsets[block] - np.cumsum(many) + many).astype(np.int32)
            added = numbers[np.arange(len(positions), dtype=np.int32) + np.repeat(shift, many)]
            pair = (
                pair_counts.pair(ids[positions - 1], added)
                if side is right_ids
                else pair_counts.pair(added, ids[positions])
            )
            fits = pair_counts.pairs.at(pair) >= get_min_pair_level(_MIN_PAIR_COUNT)
            places.append(positions[fits])
            tried.append(added[fits])
    return np.concatenate(places), np.concatenate(tried)


def find_gaps(text: str) -> list[TextGap]:
    """Return the places where an added character is far likelier."""
    counts = load_character_counts()
    ids, places = counts.encode(text)
    at = _find_doubtful_places(counts, ids)
    # A word that the text repeats is deliberate.
    positions, added = _list_candidates(
        counts, ids, at[count_pairs_in_text(ids, ids[at - 1], ids[at]) <= DELIBERATE_REPETITIONS]
    )
    second_before, before, there, second_after = (ids[positions + step] for step in (-2, -1, 0, 1))
    best = np.maximum(
        counts.count_sequences(second_before, before, added, there),
        counts.count_sequences(before, added, there, second_after),
    )
    fits = best >= _MIN_KNOWN_FOURGRAM_COUNT
    positions, added, best = positions[fits], added[fits], best[fits]
    around = [ids[positions + step] for step in range(-3, 3)]
    gain = _compute_window_likelihood(counts, [*around[:3], added, *around[3:]]) - _compute_window_likelihood(
        counts, around
    )
    repetitions = count_pairs_in_text(ids, ids[positions - 1], ids[positions])
    gaps: dict[int, TextGap] = {}
    for row in np.flatnonzero(gain >= MIN_GAP_GAIN).tolist():
        char = counts.letters[int(added[row]) - 1]
        gap = TextGap(int(places[positions[row]]), char, float(gain[row]), float(best[row]), int(repetitions[row]))
        if gap.at not in gaps or gaps[gap.at].gain < gap.gain:
            gaps[gap.at] = gap
    return [gaps[at] for at in sorted(gaps)]


_CLUE_BINS: dict[str, tuple[float, ...]] = {
    "gain": (6, 7, 8, 10, 12, 15, 19, 24),
    "known": (30, 60, 120, 300, 1000, 3000, 10000),
    "char": (20000, 60000, 150000),
    "two": (1, 20, 100, 500, 3000),
    "three": (1, 5, 20, 100),
    "made": (1, 30, 300, 3000),
    "word": (1, 50, 500, 3000),
    "side": (0, 20, 200, 2000),
    "bound": (0.01, 0.1, 0.3, 0.6, 0.9),
}
#: Characters that many words may have or leave out (或者, 应当).
_OPTIONAL_CHARACTERS = frozenset("的了者当其有和在及与等要将是应于之或为以并所被把对人")
_PLACE_AND_DATE_SUFFIXES = frozenset("省市县区镇乡村街路国第年月日号")
#: Minimum weight of a place that is reported.
OMISSION_THRESHOLD = 3.1
#: Nothing is missing after a sequence that occurs this often and is followed by the character in at most this share.
_MIN_COMPLETE_SEQUENCE_COUNT, _MAX_CONTINUATION_SHARE = 20.0, 0.01


def _find_bin(kind: str, value: float) -> int:
    """Return the number of the interval of a clue's value."""
    return bisect_right(_CLUE_BINS[kind], value)


def _list_words(text: str) -> list[tuple[int, str]]:
    """Return (offset, word) of the words of a text."""
    words, at = [], 0
    for word in dictionary.split_words(text):
        words.append((at, word))
        at += len(word)
    return words


def _find_word_at(words: list[tuple[int, str]], place: int) -> tuple[int, str]:
    """Return (offset, word) of the last word that begins at or before a place."""
    return next((at, word) for at, word in reversed(words) if at <= place)


def list_gap_clues(text: str, gap: TextGap) -> list[str]:
    """Return the clues of a place where a character may be missing."""
    start, end = find_han_window(text, gap.at)
    window, place = text[start:end], gap.at - start
    completed = window[:place] + gap.char + window[place:]
    old_words, new_words = _list_words(window), _list_words(completed)
    begin, word = _find_word_at(new_words, place)
    (_, left_word), (begins, right_word) = _find_word_at(old_words, place - 1), _find_word_at(old_words, place)
    fewer = len(old_words) - len(new_words)
    gain, size = _find_bin("gain", gap.gain), min(len(word), 4)
    clues = [
        f"gain {gain}",
        f"known {_find_bin('known', gap.known)}",
        f"word {size} {min(place - begin, 2)} {begin + len(word) - 1 == place:d}",
        f"fewer {max(-2, min(2, fewer))}",
        f"sides {min(len(left_word), 3)} {min(len(right_word), 3)} {begins < place:d}",
        f"grammar {left_word in GRAMMAR_CHARACTERS:d} {right_word in GRAMMAR_CHARACTERS:d}",
        f"grammatical {gap.char in GRAMMAR_CHARACTERS:d}",
        f"char {_find_bin('char', count_sequence(gap.char))}",
        f"two {_find_bin('two', count_sequence(text[gap.at - 1 : gap.at + 1]))}",
        f"before {_find_bin('three', count_sequence(text[max(0, gap.at - 2) : gap.at + 1]))}",
        f"behind {_find_bin('three', count_sequence(text[gap.at - 1 : gap.at + 2]))}",
        f"made {_find_bin('made', count_sequence(completed[max(0, place - 1) : place + 2]))}",
        f"border {place < 2:d} {end - gap.at < 2:d}",
        f"left {_find_bin('side', count_sequence(left_word) if len(left_word) > 1 else -1)} {min(len(left_word), 3)}",
        f"right {_find_bin('side', count_sequence(right_word) if len(right_word) > 1 else -1)} {min(len(right_word), 3)}",
        f"gain {gain // 2} {size} {max(-1, min(1, fewer))}",
    ]
    two = _find_bin("two", count_sequence(text[gap.at - 1 : gap.at + 1]))
    clues.append(f"torn {begins < place:d} {two} {len(right_word) if begins < place else 0}")
    two_before, two_after = text[max(start, gap.at - 2) : gap.at], text[gap.at : min(end, gap.at + 2)]
    clues.append(f"bound left {_find_share_bin(two_before, two_before + gap.char)} {begins < place:d}")
    clues.append(f"bound right {_find_share_bin(two_after, gap.char + two_after)} {begins < place:d}")
    if len(word) > 1:
        clues.append(f"whole {_find_bin('word', count_sequence(word))} {size}")
    clues += [name for name, holds in _list_context_clues(text, gap) if holds]
    return clues


def _find_share_bin(row: str, longer: str) -> int:
    """Return the bin of the share of a sequence's occurrences that go on as the longer one, -1 if it never occurs."""
    often = count_sequence(row)
    return _find_bin("bound", count_sequence(longer) / often) if often else -1


def _list_context_clues(text: str, gap: TextGap) -> Iterator[tuple[str, bool]]:
    """Yield (name of a clue, true if it applies) for a gap."""
    yield "named", is_possibly_in_name(text, gap.at) or is_possibly_in_name(text, gap.at - 1)
    yield "quoted", is_quoted(text, gap.at)
    yield "optional", gap.char in _OPTIONAL_CHARACTERS
    yield "place", gap.char in _PLACE_AND_DATE_SUFFIXES


@cache
def _load_weights() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in read_rows("clues_missing")}


def find_omissions(search_text: SearchText) -> Iterator[Finding]:
    """Yield places where a character is missing."""
    text, weights = search_text.text, _load_weights()
    for gap in find_gaps(text):
        if (
            gap.again > 2
            or weights["all"] + sum(weights.get(clue, 0.0) for clue in list_gap_clues(text, gap)) < OMISSION_THRESHOLD
        ):
            continue
        if _is_complete_before(text, gap):
            continue
        start, end, correct = _expand_to_word(text, gap)
        written = search_text.source[start:end]
        yield Finding("missing", start, end, written, f"疑漏“{gap.char}”字，应为“{correct}”", correct)


def _is_complete_before(text: str, gap: TextGap) -> bool:
    """Return whether the characters before a gap are common and seldom go on with the added one."""
    start, end = find_han_window(text, gap.at)
    _, left_word = _find_word_at(_list_words(text[start:end]), gap.at - start - 1)
    for size in (2, 3):
        row = text[max(0, gap.at - size) : gap.at]
        # A word that the dictionary has whole is no sign: it may have lost what follows (畅通[群]众监督).
        often = count_sequence(row) if len(row) == size and len(left_word) < size else 0.0
        if often >= _MIN_COMPLETE_SEQUENCE_COUNT and count_sequence(row + gap.char) <= _MAX_CONTINUATION_SHARE * often:
            return True
    return False


def _expand_to_word(text: str, gap: TextGap) -> tuple[int, int, str]:
    """Return (start, end, text with the added character) of the words around a gap."""
    start, end = find_han_window(text, gap.at)
    place = gap.at - start
    completed = text[start : gap.at] + gap.char + text[gap.at : end]
    begin, word = _find_word_at(_list_words(completed), place)
    word_end = begin + len(word)
    begin, word_end = min(begin, place - 1), max(word_end, place + 2)
    return start + begin, start + word_end - 1, completed[begin:word_end]
