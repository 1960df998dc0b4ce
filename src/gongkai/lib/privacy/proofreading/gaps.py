"""Find places where the character counts suggest a missing character.

Between two characters that no known sequence of four joins, every character is tried that is
frequent after the one and before the other. `find_omissions` decides about the result.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.privacy.proofreading.counts import CharacterCounts, get_min_pair_level, load_counts
from gongkai.lib.privacy.proofreading.suspects import (
    DELIBERATE_REPETITIONS,
    compute_log_likelihood,
    count_pairs_in_text,
)
from gongkai.lib.privacy.proofreading.tabled import Ints, Reals

#: Rows over the border that stand so often at most leave it open to doubt.
_THREE, _FOUR = 12.0, 0.5
#: Rows of two that a character put in must make with either neighbour, and the row of four it must stand in.
_TWO, _KNOWN = 40.0, 12.0
_FIRST_HAN = 4
#: So many tries are made at once.
_BATCH_SIZE = 400_000
#: Minimum gain of a place that is considered further.
MIN_GAP_GAIN = 5.0


@dataclass(frozen=True, slots=True)
class TextGap:
    """A place where a character may be missing.

    Attributes:
        at: offset of the character that it should stand before.
        char: what may be missing.
        gain: gain in likelihood with it (natural logarithm).
        known: count of the most frequent sequence of four characters that it completes.
        again: number of times that this text itself has the two characters side by side.
    """

    at: int
    char: str
    gain: float
    known: float
    again: int


@cache
def _load_neighbours() -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    known = load_counts()
    width = len(known.letters) + 1
    before, after = np.divmod(known.pairs.places(get_min_pair_level(_TWO)), width)
    chinese = (before >= _FIRST_HAN) & (after >= _FIRST_HAN)
    before, after = before[chinese], after[chinese]
    turned = np.argsort(after, kind="stable")
    ends = np.arange(width + 1)
    return (
        (np.searchsorted(before, ends), after.astype(np.int32)),
        (np.searchsorted(after[turned], ends), before[turned].astype(np.int32)),
    )


def _window_likelihood(known: CharacterCounts, window: list[Ints]) -> Reals:
    return sum(
        (compute_log_likelihood(known, *window[at : at + 4]) for at in range(len(window) - 3)),
        np.zeros(len(window[0]), np.float32),
    )


def _find_doubtful_places(known: CharacterCounts, ids: Ints) -> Ints:
    at = np.flatnonzero((ids[4:-4] >= _FIRST_HAN) & (ids[3:-5] >= _FIRST_HAN)) + 4
    at = at[known.of(*(ids[at + step] for step in (-2, -1, 0, 1))) <= _FOUR]
    threes = [known.of(*(ids[at - back + step] for step in range(3))) for back in (1, 2)]
    found: Ints = at[np.minimum(*threes) <= _THREE]
    return found


def _split_blocks(many: Ints) -> list[NDArray[np.bool_]]:
    block = np.cumsum(many) // _BATCH_SIZE
    return [block == number for number in np.unique(block).tolist()]


def _list_candidates(known: CharacterCounts, ids: Ints, at: Ints) -> tuple[Ints, Ints]:
    behind, before = _load_neighbours()
    left, right = ids[at - 1], ids[at]
    fewer = np.diff(behind[0])[left] <= np.diff(before[0])[right]
    places, tried = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    # Those of the neighbour that has fewer are tried with the other one.
    for (begins, numbers), side, picked in ((behind, left, fewer), (before, right, ~fewer)):
        first, every = begins[side[picked]], np.diff(begins)[side[picked]]
        for block in _split_blocks(every):
            many = every[block]
            where = np.repeat(at[picked][block].astype(np.int32), many)
            shift = (first[block] - np.cumsum(many) + many).astype(np.int32)
            new = numbers[np.arange(len(where), dtype=np.int32) + np.repeat(shift, many)]
            pair = known.pair(ids[where - 1], new) if side is right else known.pair(new, ids[where])
            fits = known.pairs.at(pair) >= get_min_pair_level(_TWO)
            places.append(where[fits])
            tried.append(new[fits])
    return np.concatenate(places), np.concatenate(tried)


def find_gaps(text: str) -> list[TextGap]:
    """Return the places where an added character is far likelier, each with the likeliest character."""
    known = load_counts()
    ids, places = known.encode(text)
    at = _find_doubtful_places(known, ids)
    # What the text writes again and again is its own word.
    where, new = _list_candidates(
        known, ids, at[count_pairs_in_text(ids, ids[at - 1], ids[at]) <= DELIBERATE_REPETITIONS]
    )
    left, here, there, right = (ids[where + step] for step in (-2, -1, 0, 1))
    best = np.maximum(known.of(left, here, new, there), known.of(here, new, there, right))
    fits = best >= _KNOWN
    where, new, best = where[fits], new[fits], best[fits]
    around = [ids[where + step] for step in range(-3, 3)]
    gain = _window_likelihood(known, [*around[:3], new, *around[3:]]) - _window_likelihood(known, around)
    again = count_pairs_in_text(ids, ids[where - 1], ids[where])
    found: dict[int, TextGap] = {}
    for row in np.flatnonzero(gain >= MIN_GAP_GAIN).tolist():
        char = known.letters[int(new[row]) - 1]
        gap = TextGap(int(places[where[row]]), char, float(gain[row]), float(best[row]), int(again[row]))
        if gap.at not in found or found[gap.at].gain < gap.gain:
            found[gap.at] = gap
    return [found[at] for at in sorted(found)]
