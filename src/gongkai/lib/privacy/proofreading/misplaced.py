"""Words that are right but meant to be another: 即使落实 for 及时落实, 负责解析 for 负责解释.

For each word that sounds or looks like another one, both are held against the words before and behind. The gain is how much likelier
the place is with the other word; what speaks for and against it is weighed as `weighing` does it, with the weights of
`data/clues_misplaced.tsv` (`tools/privacy_clues.py`).
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.proofreading.around import NUMERALS, local, named, quoted
from gongkai.lib.privacy.proofreading.lexis import LATIN, MOST, Lexis, Line, lexis, repeated
from gongkai.lib.privacy.proofreading.repeats import stand
from gongkai.lib.privacy.proofreading.tabled import Ints, Reals

#: A place is looked at where the word between its neighbours is not known so often, and no row of three better.
_BETWEEN, _KNOWN = 2.0, 60.0
#: The other word must stand so often beside a neighbour.
_BESIDE = 3.0
#: Means in `Lexis.how` that the other word has one character more.
LONGER = 16
#: A gain below is nothing to look at.
LEAST_GAIN = 3.0
_BINS: dict[str, tuple[float, ...]] = {
    "gain": (4, 5, 6, 7.5, 9, 11, 13, 16),
    "often": (1, 4, 10, 30, 100, 400),
    "ratio": (-4, -2.5, -1, 0, 1, 2.5, 4),
    "single": (100, 1000, 10000),
}


def _bin(kind: str, value: float) -> int:
    return bisect_right(_BINS[kind], value)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A word and the one that may be meant.

    Attributes:
        at: offset of the word.
        end: offset behind it.
        word: what may be meant.
        gain: how much likelier the place is with it (natural logarithm).
        clues: what speaks for and against it.
    """

    at: int
    end: int
    word: str
    gain: float
    clues: tuple[str, ...]


def _gain(known: Lexis, window: list[Ints], new: Ints) -> Reals:
    """Return how much likelier five words are with another one in the middle."""
    found = np.zeros(len(new), np.float32)
    for middle, sign in ((new, 1), (window[2], -1)):
        row = [window[0], window[1], middle, window[3], window[4]]
        for at in range(3):
            found += sign * known.chance(*row[at : at + 3])
    return found


def _threes(known: Lexis, window: list[Ints], middle: Ints) -> Reals:
    """Return how often the rows of three stand that hold the word in the middle."""
    row = [window[0], window[1], middle, window[3], window[4]]
    return np.array([known.triples(*row[at : at + 3]) for at in range(3)])


def _places(known: Lexis, ids: Ints) -> Ints:
    """Return the places of words that have others like them and do not stand in known rows of three."""
    at = np.flatnonzero((ids[2:-2] > LATIN) & (known.mates[ids[2:-2] + 1] > known.mates[ids[2:-2]])) + 2
    at = at[known.triples(ids[at - 1], ids[at], ids[at + 1]) < _BETWEEN]
    best = np.maximum(
        known.triples(ids[at - 2], ids[at - 1], ids[at]), known.triples(ids[at], ids[at + 1], ids[at + 2])
    )
    at = at[best < _KNOWN]
    again = np.maximum(repeated(ids, ids[at - 1], ids[at]), repeated(ids, ids[at], ids[at + 1]))
    found: Ints = at[again <= MOST]
    return found


def misplaced(frame: Frame, words: Line, longer: bool = False) -> list[Misplaced]:
    """Return the words of a text where one like them is likelier, each with its best, in order."""
    known, ids = lexis(), words.ids
    at = _places(known, ids)
    first = known.mates[ids[at]]
    many = known.mates[ids[at] + 1] - first
    where = np.repeat(at, many)
    pick = np.arange(len(where)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    new, like = known.like[pick], known.how[pick]
    left, right = known.pairs(ids[where - 1], new), known.pairs(new, ids[where + 1])
    old_left, old_right = known.pairs(ids[where - 1], ids[where]), known.pairs(ids[where], ids[where + 1])
    fits = (np.maximum(left, right) >= _BESIDE) & ((left > old_left) | (right > old_right))
    fits &= (like & LONGER > 0) if longer else (like & LONGER == 0)
    where, new, like = where[fits], new[fits], like[fits]
    window = [ids[where + step] for step in range(-2, 3)]
    gain = _gain(known, window, new)
    fits = gain >= LEAST_GAIN
    where, new, like, gain = where[fits], new[fits], like[fits], gain[fits]
    return _described(frame, words, where, new, like, gain)


def _described(frame: Frame, words: Line, where: Ints, new: Ints, like: Ints, gain: Reals) -> list[Misplaced]:
    known, ids = lexis(), words.ids
    window = [ids[where + step] for step in range(-2, 3)]
    columns = (
        np.stack(
            [
                known.pairs(window[1], window[2]),
                known.pairs(window[2], window[3]),
                _threes(known, window, window[2]).max(0, initial=0),
                known.pairs(window[1], new),
                known.pairs(new, window[3]),
                _threes(known, window, new).max(0, initial=0),
                np.maximum(known.spaced(window[0], window[2]), known.spaced(window[2], window[4])),
                np.maximum(known.spaced(window[0], new), known.spaced(new, window[4])),
                np.log(known.single[new] / np.maximum(known.single[window[2]], 1)),
                known.single[window[2]],
                known.single[new],
                np.bincount(ids)[window[2]],
            ]
        ).T.tolist()
        if len(where)
        else []
    )
    text, best = frame.text, dict[int, tuple[int, int, int, str]]()
    for row in np.argsort(-gain, kind="stable").tolist():
        place = int(where[row])
        at, end = int(words.begins[place]), int(words.ends[place])
        word = known.words[int(new[row]) - 1]
        if at in best or local(text, at, end):
            continue
        if NUMERALS.isdisjoint(set(word) ^ set(text[at:end])):
            best[at] = (row, place, end, word)
    around = stand([part for at, (_, _, end, word) in best.items() for part in _rows(text, at, end, word)])
    found = []
    for number, (at, (row, place, end, word)) in enumerate(best.items()):
        sides = (int(ids[place - 1]) <= LATIN, int(ids[place + 1]) <= LATIN)
        rows_four = around[4 * number : 4 * number + 4]
        old, fresh = max(rows_four[:2]), max(rows_four[2:])
        clues = _clues(
            text, at, end, word, float(gain[row]), int(like[row]), sides, [*columns[row], old, fresh]
        )
        found.append(Misplaced(at, end, word, float(gain[row]), tuple(clues)))
    return sorted(found, key=lambda one: one.at)


def _rows(text: str, at: int, end: int, word: str) -> tuple[str, str, str, str]:
    """Return the characters of what stands there and of the word that may be meant, with the one before and the one behind."""
    before, after = text[max(0, at - 1) : at], text[end : end + 1]
    was = text[at:end]
    return (before + was)[:4], (was + after)[-4:], (before + word)[:4], (word + after)[-4:]


def _clues(
    text: str,
    at: int,
    end: int,
    word: str,
    gain: float,
    like: int,
    sides: tuple[bool, bool],
    row: list[float],
) -> list[str]:
    (
        left,
        right,
        three,
        new_left,
        new_right,
        new_three,
        apart,
        new_apart,
        ratio,
        single,
        meant,
        again,
        rows_old,
        rows_new,
    ) = row
    step = _bin("gain", gain)
    low, high = sorted((left, right))
    new_low, new_high = sorted((new_left, new_right))
    return [
        f"gain {step}",
        f"like {like} {end - at}",
        f"gain {step // 2} like {like}",
        f"old {_bin('often', low)} {_bin('often', high)}",
        f"old three {_bin('often', three)}",
        f"new {_bin('often', new_low)} {_bin('often', new_high)}",
        f"new three {_bin('often', new_three)}",
        f"new three {_bin('often', new_three)} old {_bin('often', high)}",
        f"apart {_bin('often', apart)} {_bin('often', new_apart)}",
        f"ratio {_bin('ratio', ratio)}",
        f"single {_bin('single', single)} {_bin('single', meant)}",
        f"gain {step // 2} ratio {_bin('ratio', ratio)}",
        f"sides {sides[0]:d} {sides[1]:d}",
        f"rows {_bin('often', rows_old)} {_bin('often', rows_new)}",
        f"counted {text[at] in _COUNTED:d} {text[at - 1 : at] in _COUNTED:d} {end - at}",
        f"left {_bin('often', left)} {_bin('often', new_left)} {sides[0]:d}",
        f"right {_bin('often', right)} {_bin('often', new_right)} {sides[1]:d}",
        *(["named"] if named(text, at) else []),
        *(["quoted"] if quoted(text, at) else []),
        *(["again"] if again > 2 else []),
        *(["there"] if word in text[max(0, at - 60) : end + 60] else []),
    ]


#: With these before them characters are often taken for words (一墓一档).
_COUNTED = frozenset("一二两三四五六七八九十几多各每某本该此第半全")
