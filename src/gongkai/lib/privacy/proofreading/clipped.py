"""Clauses whose last word has lost its end: 维护双方的合法权，; 受强降雨影，.

Three characters that the texts counted nearly always continue in one way, and never end a clause with.
"""

from collections.abc import Iterator

import numpy as np

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.around import named, quoted
from gongkai.lib.privacy.proofreading.counts import Counts, counts
from gongkai.lib.privacy.proofreading.gaps import followers
from gongkai.lib.privacy.proofreading.repeats import NOUNS

_MARKS = frozenset("，。；：！？,;:!?）)")
#: The three characters stand so often, and so much of that with the one that is missing.
_OFTEN, _SHARE = 150.0, 0.55
#: The last two of them before a mark: hardly ever; all three never.
_ENDED = 0.02
_FIRST_HAN = 4
#: What ends names of things by itself, whatever follows it elsewhere (执法队, 执法队伍; 申请单, 申请单位).
_NOUNS = NOUNS | frozenset("队单水事表书区者会案法令线点面片段组班网制")


def clipped(frame: Frame) -> Iterator[Finding]:
    """Yield ends of clauses that lack the last character of their word."""
    text = frame.text
    known = counts()
    ids, places = known.encode(text)
    at = np.flatnonzero((ids[4:-4] == 1) & (ids[3:-5] >= _FIRST_HAN) & (ids[2:-6] >= _FIRST_HAN)) + 4
    at = at[ids[at - 3] >= _FIRST_HAN]
    often = known.of(ids[at - 3], ids[at - 2], ids[at - 1])
    ended = known.of(ids[at - 2], ids[at - 1], ids[at])
    whole = known.of(ids[at - 3], ids[at - 2], ids[at - 1], ids[at])
    at = at[(often >= _OFTEN) & (ended <= _ENDED * often) & (whole == 0)]
    goes_on: dict[tuple[int, int, int], str] = {}
    for place in at.tolist():
        offset = int(places[place])
        if text[offset : offset + 1] not in _MARKS:
            continue
        row = (int(ids[place - 3]), int(ids[place - 2]), int(ids[place - 1]))
        if row not in goes_on:
            goes_on[row] = _next(known, *row)
        char = goes_on[row]
        if (
            not char
            or text[offset - 1] == "制"
            or (text[offset - 1] in _NOUNS)
            or named(text, offset - 1)
            or quoted(text, offset - 1)
        ):
            continue
        start = offset - 3 if frame.starts[offset - 2] == 0 else offset - 2
        said = frame.source[start:offset]
        yield Finding("missing", start, offset, said, f"疑漏“{char}”字，应为“{said}{char}”", said + char)


def _next(known: Counts, first: int, second: int, third: int) -> str:
    """Return the character with which three go on nearly always, or nothing."""
    tried = followers(third)
    row = [np.full(len(tried), number, np.int32) for number in (first, second, third)]
    whole = known.of(*row, tried)
    best = int(whole.argmax())
    often = float(known.of(*(column[:1] for column in row))[0])
    return known.letters[int(tried[best]) - 1] if whole[best] >= _SHARE * often else ""
