"""Find places where the character counts suggest another character.

A place is checked where no frequent sequence of three or four characters covers it.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.proofreading.candidate_places import are_han
from gongkai.lib.privacy.proofreading.numbers import CharacterCounts, get_min_pair_level, load_character_counts
from gongkai.lib.privacy.proofreading.shares import Ints, Reals

#: Array of truth values.
BoolArray = NDArray[np.bool_]
#: Similarity of two characters (bits): same reading; similar reading; similar shape or a common part.
SOUND, NEAR, SHAPE = 4, 2, 1
#: A place is examined if no sequence of four and none of three characters over it occurs more often than this.
_MAX_FOURGRAM_COUNT, _MAX_TRIGRAM_COUNT = 25.0, 120.0
#: One of the three sequences of three characters may occur up to this often: it may belong to neighbouring words.
_MAX_COMMON_TRIGRAM_COUNT = 3000.0
#: (maximum count of the written pair, minimum count of the pair with the candidate).
_PAIR_COUNT_LIMITS = ((2.0, 20.0), (30.0, 100.0), (np.inf, 1000.0))
#: Minimum count of a character that is a candidate.
_MIN_CANDIDATE_COUNT = 20.0
#: Number of occurrences from which two adjacent characters count as deliberate.
DELIBERATE_REPETITIONS = 2
#: Minimum gain of a place that is considered further.
MIN_SUSPECT_GAIN = 3.0
_PRIOR_WEIGHT = 4.0
#: Number of places weighed in any text, and number of characters for each further one (clean texts: one in forty).
_MIN_WEIGHED_PLACES, _CHARACTERS_PER_WEIGHED_PLACE = 200, 20


@dataclass(frozen=True)
class SuspectCharacter:
    """A position in a text where another character is likelier than the printed one.

    Attributes:
        at: offset of the character in the text.
        char: the likelier character.
        like: the sum of SOUND, NEAR and SHAPE as they apply.
        gain: gain in log likelihood with it.
        old: counts of the pairs (left, right) and of the most frequent triple, as written.
        new: the same with the likelier character, and of the most frequent sequence of four.
        known: how many of the triples and of the sequences of four with it occur in the samples.
        beside: counts of the pairs that end before it and begin after it.
        again: how often this text repeats the place, with the character before or after.
    """

    at: int
    char: str
    like: int
    gain: float
    old: tuple[float, float, float]
    new: tuple[float, float, float, float]
    known: tuple[int, int]
    beside: tuple[float, float]
    again: int


@cache
def _load_similar_characters() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, str]]:
    """Return {character: others} by equal sound, by similar sound and by similar shape."""
    sounds: dict[str, list[str]] = {}
    nears: dict[str, list[str]] = {}
    shapes = defaultdict[str, list[str]](list)
    loosely: dict[str, str] = {}
    for sound, chars in read_rows("sounds"):
        loosely[normalise_reading(sound)] = loosely.get(normalise_reading(sound), "") + chars
        for char in chars:
            sounds.setdefault(char, []).append(chars)
    for chars in loosely.values():
        for char in chars:
            nears.setdefault(char, []).append(chars)
    for char, similar_ones in read_rows("shapes"):
        shapes[char].append(similar_ones)
        for similar in similar_ones:
            shapes[similar].append(char)
    return sounds, nears, {char: "".join(others) for char, others in shapes.items()}


@lru_cache(maxsize=512)
def list_similar_characters(char: str) -> dict[str, int]:
    """Return {character: flags of the kind of similarity} for the characters similar to one."""
    similar_characters: dict[str, int] = {}
    sounds, nears, shapes = _load_similar_characters()
    for flag, groups in ((SOUND, sounds.get(char, ())), (NEAR, nears.get(char, ())), (SHAPE, (shapes.get(char, ""),))):
        for group in groups:
            for similar in group:
                similar_characters[similar] = similar_characters.get(similar, 0) | flag
    similar_characters.pop(char, None)
    return similar_characters


def normalise_reading(sound: str) -> str:
    """Return a reading with commonly confused sounds unified: zh z, ch c, sh s, l n, -ng -n."""
    return re.sub(r"^l", "n", re.sub(r"^(z|c|s)h", r"\1", re.sub(r"ng$", "n", sound)))


@cache
def _list_candidates(code_point: int) -> tuple[Ints, Ints]:
    """Return (numbers, similarity flags) of the frequent characters similar to one."""
    counts = load_character_counts()
    chars = [(counts.number(char), flags) for char, flags in list_similar_characters(chr(code_point)).items()]
    used = [(number, flags) for number, flags in chars if number and counts.single[number] >= _MIN_CANDIDATE_COUNT]
    return np.array([number for number, _ in used], np.int32), np.array([flags for _, flags in used], np.int8)


def _lookup_candidates(code_points: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return (number, first position) of the candidates by code point, and the candidates."""
    unique, inverse = np.unique(code_points, return_inverse=True)
    tables = [_list_candidates(int(code_point)) for code_point in unique]
    many = np.array([len(numbers) for numbers, _ in tables], np.int64)
    begins = np.cumsum(many) - many
    empty = [np.zeros(0, np.int32)]
    numbers = np.concatenate(empty + [numbers for numbers, _ in tables])
    likes = np.concatenate([np.zeros(0, np.int8)] + [likes for _, likes in tables])
    return many[inverse], begins[inverse], numbers, likes


def _has_stronger_pair(pair_counts: CharacterCounts, first: Ints, second: Ints, least: NDArray[np.uint8]) -> BoolArray:
    """Return a mask of the pairs that are at least as frequent as the level required of each."""
    found: BoolArray = pair_counts.pairs.at(pair_counts.pair(first, second)) >= least
    return found


def _get_required_levels(character_counts: CharacterCounts, first: Ints, second: Ints) -> NDArray[np.uint8]:
    """Return for each pair the frequency level that a correction must reach."""
    place = np.searchsorted(
        np.array([most for most, _ in _PAIR_COUNT_LIMITS]), character_counts.count_sequences(first, second)
    )
    return np.array([get_min_pair_level(often) for _, often in _PAIR_COUNT_LIMITS], np.uint8)[place]


def _compute_best_counts(counts_by_end: Reals, size: int) -> Reals:
    """Return for each place the greatest count of a sequence of `size` that covers it (`_compute_counts_by_end`)."""
    best = counts_by_end.copy()
    for back in range(1, size):
        best[:-back] = np.maximum(best[:-back], counts_by_end[back:])
    return best


def _compute_counts_by_end(character_counts: CharacterCounts, ids: Ints, size: int) -> Reals:
    """Return for each place the count of the sequence of `size` that ends there."""
    counts = np.zeros(len(ids), dtype=np.float32)
    counts[size - 1 :] = character_counts.count_sequences(
        *(ids[offset : len(ids) - size + 1 + offset] for offset in range(size))
    )
    return counts


def compute_log_likelihood(character_counts: CharacterCounts, *row: Ints) -> Reals:
    """Return the log likelihood of the last of four characters."""
    chance = (character_counts.count_sequences(row[3]) + np.float32(0.5)) / character_counts.single.sum()
    history_counts = character_counts.count_sequences(row[2])
    for size in (2, 3, 4):
        sequence_counts = character_counts.count_sequences(*row[4 - size :])
        chance = (np.minimum(sequence_counts, history_counts) + _PRIOR_WEIGHT * chance) / (
            history_counts + _PRIOR_WEIGHT
        )
        if size < 4:
            history_counts = character_counts.count_sequences(*row[3 - size : 3])
    likelihood: Reals = np.log(chance)
    return likelihood


def _slide_window(window: list[Ints], size: int) -> list[Ints]:
    """Return the columns of all sequences of `size` characters in a window.

    A look-up costs more by the call than by the character, so that all rows are looked up at once.
    """
    steps = len(window) - size + 1
    return [np.concatenate(window[back : back + steps]) for back in range(size)]


def _count_rows(character_counts: CharacterCounts, window: list[Ints], size: int) -> Reals:
    """Return the counts of the sequences of `size` characters in a window."""
    return character_counts.count_sequences(*_slide_window(window, size)).reshape(len(window) - size + 1, -1)


def _compute_window_likelihood(character_counts: CharacterCounts, window: list[Ints]) -> Reals:
    """Return the log likelihood of four successive characters for each row."""
    found: Reals = compute_log_likelihood(character_counts, *_slide_window(window, 4)).reshape(4, -1).sum(0)
    return found


def count_pairs_in_text(ids: Ints, first: Ints, second: Ints) -> Ints:
    """Return the counts of character pairs in the text itself."""
    rows_here, times = np.unique((ids[:-1] << 13) | ids[1:], return_counts=True)
    found = times[np.searchsorted(rows_here, (first << 13) | second)]
    return np.where((first > 3) & (second > 3), found, 0)


@dataclass
class _CandidateTable:
    """Columns of candidate corrections.

    `where`: position; `new`: number of the character; `like`: its similarity; `window`: numbers of the characters
    around; `threes`: counts of the triples with it; `gain`: gain in log likelihood.
    """

    where: Ints
    new: Ints
    like: Ints
    window: list[Ints]
    threes: Reals
    gain: Reals

    def keep(self, fits: BoolArray) -> None:
        """Drop the rows that do not fit."""
        self.where, self.new, self.like = self.where[fits], self.new[fits], self.like[fits]
        self.window = [column[fits] for column in self.window]
        self.threes, self.gain = self.threes[:, fits], self.gain[fits]


def _find_unusual_places(character_counts: CharacterCounts, ids: Ints, points: Ints) -> Ints:
    """Return the positions of Chinese characters whose sequences are rare."""
    looked = are_han(points)
    looked &= _compute_best_counts(_compute_counts_by_end(character_counts, ids, 4), 4) <= _MAX_FOURGRAM_COUNT
    threes = _compute_counts_by_end(character_counts, ids, 3)
    around = np.stack([np.append(threes[offset:], np.zeros(offset, np.float32)) for offset in range(3)])
    around.sort(0)
    looked &= (around[1] <= _MAX_TRIGRAM_COUNT) & (around[2] <= _MAX_COMMON_TRIGRAM_COUNT)
    positions: Ints = np.flatnonzero(looked)
    return positions


def _build_candidates(character_counts: CharacterCounts, ids: Ints, points: Ints) -> _CandidateTable:
    """Return the candidates that form a more frequent pair than the text."""
    at = _find_unusual_places(character_counts, ids, points)
    # A word that the text repeats is deliberate.
    repetitions = np.maximum(
        count_pairs_in_text(ids, ids[at - 1], ids[at]), count_pairs_in_text(ids, ids[at], ids[at + 1])
    )
    at = at[repetitions <= DELIBERATE_REPETITIONS]
    many, begins, numbers, likes = _lookup_candidates(points[at])
    row = np.repeat(np.arange(len(at), dtype=np.int32), many)
    pick = np.arange(len(row), dtype=np.int32) + np.repeat((begins - np.cumsum(many) + many).astype(np.int32), many)
    positions, replacements = at[row], numbers[pick]
    left_levels, right_levels = (
        _get_required_levels(character_counts, ids[at - offset], ids[at + 1 - offset]) for offset in (1, 0)
    )
    fits = _has_stronger_pair(character_counts, ids[at - 1][row], replacements, left_levels[row]) | _has_stronger_pair(
        character_counts, replacements, ids[at + 1][row], right_levels[row]
    )
    positions, replacements = positions[fits], replacements[fits]
    window = [ids[positions + step] for step in range(-3, 4)]
    window[3] = replacements
    threes = _count_rows(character_counts, window[1:6], 3)
    tries = _CandidateTable(
        positions, replacements, likes[pick][fits], window, threes, np.zeros(len(positions), np.float32)
    )
    tries.keep(threes.max(0) > 0)
    return tries


def _find_last_weighed(where: Ints, size: int) -> int:
    """Return the last offset to weigh: only a limited number of places, by the text's size."""
    unique, most = np.unique(where), _MIN_WEIGHED_PLACES + size // _CHARACTERS_PER_WEIGHED_PLACE
    return int(unique[min(most, len(unique)) - 1]) if len(unique) else 0


def find_suspects(text: str) -> list[SuspectCharacter]:
    """Return the suspicious places of a text, each with up to three candidate characters."""
    if not text:
        return []
    character_counts = load_character_counts()
    ids, places = character_counts.encode(text)
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4").astype(np.int64)
    points = np.concatenate((points, np.zeros(1, np.int64)))[places]
    tries = _build_candidates(character_counts, ids, points)
    if not len(tries.where):
        return []
    unique, inverse = np.unique(tries.where, return_inverse=True)
    text_likelihood = _compute_window_likelihood(character_counts, [ids[unique + step] for step in range(-3, 4)])
    tries.gain = _compute_window_likelihood(character_counts, tries.window) - text_likelihood[inverse]
    tries.keep(tries.gain >= MIN_SUSPECT_GAIN)
    tries.keep(tries.where <= _find_last_weighed(tries.where, len(text)))
    return _describe_candidates(character_counts, ids, places, tries)


def _describe_candidates(
    counts: CharacterCounts, ids: Ints, places: Ints, tries: _CandidateTable
) -> list[SuspectCharacter]:
    """Return up to three suspects for each place, those with the greatest gain first."""
    positions, replacements, window = tries.where, tries.new, tries.window
    fours = _count_rows(counts, window, 4)
    written, left_ids, right_ids = ids[positions], window[2], window[4]
    old_three = _count_rows(counts, [ids[positions + step] for step in range(-2, 3)], 3).max(0)
    columns = (
        tries.like,
        tries.gain,
        np.stack((counts.count_sequences(left_ids, written), counts.count_sequences(written, right_ids), old_three), 1),
        np.stack(
            (
                counts.count_sequences(left_ids, replacements),
                counts.count_sequences(replacements, right_ids),
                tries.threes.max(0),
                fours.max(0),
            ),
            1,
        ),
        np.stack(((tries.threes > 0).sum(0), (fours > 0).sum(0)), 1),
        np.stack((counts.count_sequences(window[1], left_ids), counts.count_sequences(right_ids, window[5])), 1),
        np.maximum(count_pairs_in_text(ids, left_ids, written), count_pairs_in_text(ids, written, right_ids)),
    )
    like, gain, old_counts, new_counts, rows_known, neighbours, repetitions = (column.tolist() for column in columns)
    suspects: list[SuspectCharacter] = []
    for i in np.lexsort((-tries.gain, positions)).tolist():
        at, char = int(places[positions[i]]), counts.letters[int(replacements[i]) - 1]
        if len(suspects) < 3 or suspects[-3].at != at:
            evidence = (tuple(old_counts[i]), tuple(new_counts[i]), tuple(rows_known[i]), tuple(neighbours[i]))
            suspects.append(SuspectCharacter(at, char, like[i], gain[i], *evidence, repetitions[i]))
    return suspects
