"""Words that are not there: 减轻企业[负担]，稳定就业; 农技[人员]参加培训.

Between two words that hardly follow each other every word is tried that often stands behind the first. The gain is how much
likelier the place is with it; what speaks for and against it is weighed with the weights of `data/clues_gone.tsv`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.around import GRAMMAR, named, quoted
from gongkai.privacy.proofreading.lexis import LATIN, MOST, Lexis, Line, lexis, repeated
from gongkai.privacy.proofreading.tabled import Ints, Reals
from gongkai.privacy.tables import rows

#: A place is looked at where a word is so unlikely behind the two before it (natural logarithm).
_UNLIKELY = -6.0
#: The word put in must stand so often before what follows.
_BEFORE = 5.0
#: A gain below is nothing to look at.
LEAST_GAIN = 3.0
#: From this on a place is reported.
THRESHOLD = 2.3
_BINS: dict[str, tuple[float, ...]] = {
    "gain": (3.5, 4, 5, 6, 7, 8.5, 10, 12),
    "often": (1, 4, 10, 30, 100, 400),
    "chance": (-9, -8, -7, -6, -5, -4, -3, -2),
    "single": (100, 1000, 10000, 50000),
}


def _bin(kind: str, value: float) -> int:
    return bisect_right(_BINS[kind], value)


@dataclass(frozen=True, slots=True)
class Gone:
    """A place where a word may be missing.

    Attributes:
        at: offset that it should stand at.
        start: offset of the word before.
        word: what may be missing.
        gain: how much likelier the place is with it (natural logarithm).
        clues: what speaks for and against it.
    """

    at: int
    start: int
    word: str
    gain: float
    clues: tuple[str, ...]


def _places(known: Lexis, ids: Ints) -> tuple[Ints, Reals]:
    """Return the places of words that hardly stand behind the two before them, and how likely they are there."""
    at = np.flatnonzero((ids[1:-3] >= 0) & (ids[2:-2] > LATIN) & (ids[3:-1] > 0)) + 3
    at = at[known.triples(ids[at - 2], ids[at - 1], ids[at]) < 1]
    at = at[known.triples(ids[at - 1], ids[at], ids[at + 1]) < 1]
    # What the text writes again and again is its own word.
    at = at[repeated(ids, ids[at - 1], ids[at]) <= MOST]
    old = known.chance(ids[at - 2], ids[at - 1], ids[at])
    fits = old <= _UNLIKELY
    return at[fits], old[fits]


def gone(frame: Frame, words: Line) -> list[Gone]:
    """Return the places of a text where one more word makes it likelier, each with its best, in order."""
    known, ids = lexis(), np.append(words.ids, words.ids[-1:])
    at, old = _places(known, ids)
    begins, behind = known.begins, known.behind
    first, many = begins[ids[at - 1]], begins[ids[at - 1] + 1] - begins[ids[at - 1]]
    row = np.repeat(np.arange(len(at)), many)
    new = behind[np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)]
    before = known.pairs(new, ids[at][row])
    fits = (before >= _BEFORE) & (new != ids[at - 1][row])
    row, new, before = row[fits], new[fits], before[fits]
    where = at[row]
    a, b, c, d = (ids[where + step] for step in (-2, -1, 0, 1))
    comes = known.chance(a, b, new)
    goes = known.chance(b, new, c)
    gain = comes + goes + known.chance(new, c, d) - old[row] - known.chance(b, c, d)
    fits = gain >= LEAST_GAIN
    where, new, gain = where[fits], new[fits], gain[fits]
    if not len(where):
        return []
    a, b, c, d = a[fits], b[fits], c[fits], d[fits]
    columns = np.stack(
        [
            old[row][fits],
            comes[fits],
            goes[fits],
            known.pairs(b, c),
            known.triples(a, b, new),
            known.triples(b, new, c),
            known.triples(new, c, d),
            known.single[b],
            known.single[new],
            known.pairs(b, np.ones_like(b)),
            known.spaced(b, c),
            c,
            d,
            repeated(ids, b, c),
        ]
    ).T.tolist()
    return _described(frame, words, where, new, gain, columns)


def _described(
    frame: Frame, words: Line, where: Ints, new: Ints, gain: Reals, columns: list[list[float]]
) -> list[Gone]:
    known, text = lexis(), frame.text
    best: dict[int, Gone] = {}
    for row in np.argsort(-gain, kind="stable").tolist():
        place = int(where[row])
        # Behind a border the word belongs to what stands before it.
        at, start = int(words.ends[place - 1]), int(words.begins[place - 1])
        if at in best:
            continue
        word = known.words[int(new[row]) - 1]
        left, right = text[start:at], text[int(words.begins[place]) : int(words.ends[place])]
        found = _clues(text, at, (left, word, right), float(gain[row]), columns[row])
        best[at] = Gone(at, start, word, float(gain[row]), tuple(found))
    return [best[at] for at in sorted(best)]


def _clues(text: str, at: int, row: tuple[str, str, str], gain: float, counted: list[float]) -> list[str]:
    (
        old,
        comes,
        goes,
        pair,
        left_three,
        three,
        right_three,
        single,
        meant,
        ended,
        apart,
        behind,
        after,
        again,
    ) = counted
    left, word, right = row
    step, closed = _bin("gain", gain), behind <= LATIN
    share = ended / single if single else 0.0
    return [
        f"gain {step}",
        f"sizes {min(len(left), 3)} {min(len(word), 3)} {0 if closed else min(len(right), 3)}",
        f"gain {step // 2} {min(len(word), 2)} {closed:d}",
        f"old {_bin('chance', old)} {closed:d}",
        f"comes {_bin('chance', comes)} {closed:d}",
        f"goes {_bin('chance', goes)} {closed:d}",
        f"pair {_bin('often', pair)}",
        f"threes {_bin('often', left_three)} {_bin('often', right_three)}",
        f"three {_bin('often', three)} {closed:d}",
        f"three {_bin('often', three)} gain {step // 2}",
        f"single {_bin('single', single)} {_bin('single', meant)}",
        f"ended {bisect_right((0.0005, 0.003, 0.01, 0.03, 0.1, 0.2), share)} {closed:d}",
        f"apart {_bin('often', apart)} {_bin('often', pair)}",
        f"behind {behind if closed else 4:.0f} {after <= LATIN:d}",
        f"grammar {left in GRAMMAR:d} {word in GRAMMAR:d} {right in GRAMMAR:d}",
        *([f"word {word}"] if word in _OPTIONAL else []),
        *(["named"] if named(text, at) or named(text, at - 1) else []),
        *(["quoted"] if quoted(text, at) else []),
        *(["again"] if again > 1 else []),
        *(["there"] if word in text[max(0, at - 30) : at + 30] else []),
    ]


#: Words that many phrases may have or leave out.
_OPTIONAL_WORDS = (
    "的 了 等 和 与 及 在 是 要 将 对 由 以 并 也 都 就 可 应 应当 可以 进行 工作 相关 有关 开展 "
    "情况 问题 其他 我 我们 一 个 人 中 上 内 年 月 日 县 市 省"
)
_OPTIONAL = frozenset(_OPTIONAL_WORDS.split())


#: Words that add something where a sentence is whole without them: never missed.
OPTIONAL = frozenset(
    [
        "至少",
        "至多",
        "左右",
        "大约",
        "分别",
        "均",
        "还",
        "又",
        "再",
        "仍",
        "约",
        "已",
        "已经",
        "统一",
        "重点",
        "主要",
        "共同",
        "全部",
        "所有",
    ]
)


@cache
def _weights() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in rows("clues_gone")}


def weigh(found: tuple[str, ...]) -> float:
    """Return what the clues say together."""
    weights = _weights()
    return weights["all"] + sum(weights.get(clue, 0.0) for clue in found)


def missing_words(frame: Frame, line: Line) -> Iterator[Finding]:
    """Yield places where a word is missing."""
    for found in gone(frame, line):
        if found.word not in OPTIONAL and weigh(found.clues) >= THRESHOLD:
            words = frame.source[found.start : found.at]
            right = words + found.word
            yield Finding(
                "missing", found.start, found.at, words, f"疑漏“{found.word}”，应为“{right}”", right
            )
