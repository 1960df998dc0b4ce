"""Places where one more character is what the counts lead to expect.

Between two characters that no known row of four joins, every character is tried that stands often behind the one and before the
other and makes a known row of four. The gain is how much likelier the place becomes, the character put in counted with it.
What is made of that stands in `omissions`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from gongkai.privacy.proofreading.counts import Counts, Ints, Reals, at_least, counts
from gongkai.privacy.proofreading.suspects import likelihood, times

#: Rows over the border that stand so often at most leave it open to doubt.
_THREE, _FOUR = 12.0, 0.5
#: Rows of two that a character put in must make with either neighbour, and the row of four it must stand in.
_TWO, _KNOWN = 30.0, 12.0
_FIRST_HAN = 4
#: A gain below is nothing to look at.
LEAST_GAIN = 5.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where a character may be missing.

    Attributes:
        at: offset of the character that it should stand before.
        char: what may be missing.
        gain: how much likelier the place is with it (natural logarithm).
        known: how often the best row of four stands that it makes.
        again: how often this text itself writes the two characters side by side.
    """

    at: int
    char: str
    gain: float
    known: float
    again: int


@cache
def _followers() -> tuple[Ints, Ints]:
    """Return for each character where its frequent followers begin, and their numbers."""
    known = counts()
    width = len(known.letters) + 1
    table = known.pairs.reshape(width, width) >= at_least(_TWO)
    table[:_FIRST_HAN] = table[:, :_FIRST_HAN] = False
    many = table.sum(1)
    return np.append(0, np.cumsum(many)), np.nonzero(table)[1].astype(np.int32)


def _chance(known: Counts, window: list[Ints]) -> Reals:
    """Return how likely the characters of a window are from the fourth on."""
    return sum(
        (likelihood(known, *window[at : at + 4]) for at in range(len(window) - 3)),
        np.zeros(len(window[0]), np.float32),
    )


def _doubtful(known: Counts, ids: Ints) -> Ints:
    """Return the places of Chinese characters that no known row of four, and not both rows of three, join to the one before."""
    at = np.flatnonzero((ids[4:-4] >= _FIRST_HAN) & (ids[3:-5] >= _FIRST_HAN)) + 4
    at = at[known.of(*(ids[at + step] for step in (-2, -1, 0, 1))) <= _FOUR]
    threes = [known.of(*(ids[at - back + step] for step in range(3))) for back in (1, 2)]
    found: Ints = at[np.minimum(*threes) <= _THREE]
    return found


def _tries(known: Counts, ids: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Return places and the characters that make frequent rows of two with what stands before and behind."""
    begins, numbers = _followers()
    before = ids[at - 1]
    first, many = begins[before], begins[before + 1] - begins[before]
    row = np.repeat(np.arange(len(at)), many)
    new = numbers[np.arange(len(row)) + np.repeat(first - np.cumsum(many) + many, many)]
    where = at[row]
    fits = known.pairs[known.pair(new, ids[where])] >= at_least(_TWO)
    return where[fits], new[fits]


def gaps(text: str) -> list[Gap]:
    """Return the places of a text where one more character makes it far likelier, each with its best, in order."""
    known = counts()
    ids, places = known.encode(text)
    where, new = _tries(known, ids, _doubtful(known, ids))
    left, here, there, right = (ids[where + step] for step in (-2, -1, 0, 1))
    best = np.maximum(known.of(left, here, new, there), known.of(here, new, there, right))
    fits = best >= _KNOWN
    where, new, best = where[fits], new[fits], best[fits]
    around = [ids[where + step] for step in range(-3, 3)]
    gain = _chance(known, [*around[:3], new, *around[3:]]) - _chance(known, around)
    again = times(ids, ids[where - 1], ids[where])
    found: dict[int, Gap] = {}
    for row in np.flatnonzero(gain >= LEAST_GAIN).tolist():
        char = known.letters[int(new[row]) - 1]
        gap = Gap(int(places[where[row]]), char, float(gain[row]), float(best[row]), int(again[row]))
        if gap.at not in found or found[gap.at].gain < gap.gain:
            found[gap.at] = gap
    return [found[at] for at in sorted(found)]
