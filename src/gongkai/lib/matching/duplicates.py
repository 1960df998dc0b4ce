"""Detect near-duplicate texts with MinHash over character 4-grams."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold

_RUN = 4
_SKETCH = 256
_KEYS = 24
_COMPARED = 20  # texts compared per key, the latest ones: many copies of one text stay linear
_BLANK = re.compile(r"[\W_]+")


class Duplicate(NamedTuple):
    """A text, the earlier text it nearly repeats, and their similarity (0 to 1)."""

    id: str
    of: str
    similarity: float


def fingerprint(text: str) -> str:
    """Return a key equal for texts that differ only in blanks, marks, width or script."""
    plain = _BLANK.sub("", fold(text))
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:32]


def similarity(a: str, b: str) -> float:
    """Return the share of common character 4-grams (0 to 1)."""
    return _shared(_sketch(a), _sketch(b))


def near_duplicates(texts: Iterable[tuple[str, str]], *, at_least: float = 0.8) -> list[Duplicate]:
    """Return for each near-duplicate (id, text) the most similar earlier text.

    Args:
        texts: in the order in which they came.
        at_least: least share in common; below about .5 pairs can be missed.
    """
    sketches: list[NDArray[np.uint64]] = []
    ids: list[str] = []
    keys: dict[int, list[int]] = {}
    found = []
    for id_, text in texts:
        sketch = _sketch(text)
        near: set[int] = set()
        for key in sketch[:_KEYS].tolist():
            near.update(keys.setdefault(key, [])[-_COMPARED:])
        likely = _likely(sketch, sorted(near), sketches, at_least)
        best = max(((_shared(sketches[other], sketch), -other) for other in likely), default=(0.0, 0))
        if best[0] >= at_least:
            found.append(Duplicate(id_, ids[-best[1]], round(best[0], 4)))
        for key in sketch[:_KEYS].tolist():
            keys[key].append(len(ids))
        ids.append(id_)
        sketches.append(sketch)
    return found


def _likely(
    sketch: NDArray[np.uint64], others: list[int], sketches: list[NDArray[np.uint64]], at_least: float
) -> list[int]:
    if not others:
        return []
    sizes = np.array([len(sketches[other]) for other in others])
    runs = np.concatenate([sketches[other] for other in others])
    place = np.minimum(np.searchsorted(sketch, runs), len(sketch) - 1)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    both = np.add.reduceat((sketch[place] == runs).astype(np.int64), starts)
    union = np.minimum(len(sketch) + sizes - both, _SKETCH)
    return [other for other, share in zip(others, both / union, strict=True) if share >= at_least]


def _sketch(text: str) -> NDArray[np.uint64]:
    plain = _BLANK.sub("", fold(text))
    if not plain:
        return np.empty(0, np.uint64)
    points = np.frombuffer((plain + "\0" * max(0, _RUN - len(plain))).encode("utf-32-le"), np.uint32)
    hashes = np.zeros(len(points) - _RUN + 1, np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(_RUN):
            hashes = hashes * np.uint64(0x100000001B3) + points[offset : len(hashes) + offset]
        hashes ^= hashes >> np.uint64(31)
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes)[:_SKETCH]


def _shared(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    if not len(a) or not len(b):
        return 0.0
    union = np.union1d(a, b)[:_SKETCH]
    both = np.intersect1d(a, b, assume_unique=True)
    return float(np.count_nonzero(np.isin(both, union, assume_unique=True)) / len(union))
