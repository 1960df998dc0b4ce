"""Detect near-duplicate texts with MinHash over character 4-grams."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold

_SHINGLE_CHARACTERS = 4
_SKETCH_SIZE = 256
_INDEXED_HASHES = 24
_MAX_COMPARISONS = 20  # texts compared per key, the latest ones: many copies of one text stay linear
_SEPARATORS_RE = re.compile(r"[\W_]+")


class Duplicate(NamedTuple):
    """A text (`id`), the earlier text that it nearly repeats (`of`), and their similarity (0 to 1)."""

    id: str
    of: str
    similarity: float


def make_fingerprint(text: str) -> str:
    """Return a key equal for texts that differ only in blanks, marks, width or script."""
    plain = _SEPARATORS_RE.sub("", fold(text))
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:32]


def compute_similarity(a: str, b: str) -> float:
    """Return the share of common character 4-grams (0 to 1)."""
    return _estimate_similarity(_make_sketch(a), _make_sketch(b))


def compute_similarities(text: str, other_texts: Iterable[str]) -> list[float]:
    """Return the similarity of a text to each of the others (0 to 1)."""
    sketch = _make_sketch(text)
    return [_estimate_similarity(sketch, _make_sketch(other)) for other in other_texts]


def find_near_duplicates(texts: Iterable[tuple[str, str]], *, at_least: float = 0.8) -> list[Duplicate]:
    """Return each near-duplicate with the most similar earlier text.

    Args:
        texts: (id, text) in the order in which they came.
        at_least: minimum similarity; below about .5 pairs can be missed.
    """
    sketches: list[NDArray[np.uint64]] = []
    ids: list[str] = []
    keys: dict[int, list[int]] = {}
    near_duplicates = []
    for id_, text in texts:
        sketch = _make_sketch(text)
        sharing_texts: set[int] = set()
        for key in sketch[:_INDEXED_HASHES].tolist():
            sharing_texts.update(keys.setdefault(key, [])[-_MAX_COMPARISONS:])
        likely = _find_candidates(sketch, sorted(sharing_texts), sketches, at_least)
        best = max(((_estimate_similarity(sketches[other], sketch), -other) for other in likely), default=(0.0, 0))
        if best[0] >= at_least:
            near_duplicates.append(Duplicate(id_, ids[-best[1]], round(best[0], 4)))
        for key in sketch[:_INDEXED_HASHES].tolist():
            keys[key].append(len(ids))
        ids.append(id_)
        sketches.append(sketch)
    return near_duplicates


def _find_candidates(
    sketch: NDArray[np.uint64], others: list[int], sketches: list[NDArray[np.uint64]], at_least: float
) -> list[int]:
    """Return those of `others` of whose sketch and the given one at least the share `at_least` is common."""
    if not others:
        return []
    sizes = np.array([len(sketches[other]) for other in others])
    runs = np.concatenate([sketches[other] for other in others])
    place = np.minimum(np.searchsorted(sketch, runs), len(sketch) - 1)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    both = np.add.reduceat((sketch[place] == runs).astype(np.int64), starts)
    union = np.minimum(len(sketch) + sizes - both, _SKETCH_SIZE)
    return [other for other, share in zip(others, both / union, strict=True) if share >= at_least]


def _make_sketch(text: str) -> NDArray[np.uint64]:
    """Return the smallest hashes of a text's overlapping runs of characters, sorted (MinHash)."""
    plain = _SEPARATORS_RE.sub("", fold(text))
    if not plain:
        return np.empty(0, np.uint64)
    points = np.frombuffer((plain + "\0" * max(0, _SHINGLE_CHARACTERS - len(plain))).encode("utf-32-le"), np.uint32)
    hashes = np.zeros(len(points) - _SHINGLE_CHARACTERS + 1, np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(_SHINGLE_CHARACTERS):
            hashes = hashes * np.uint64(0x100000001B3) + points[offset : len(hashes) + offset]
        hashes ^= hashes >> np.uint64(31)
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes)[:_SKETCH_SIZE]


def _estimate_similarity(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    """Return the estimated Jaccard similarity of two sketches (0 to 1)."""
    if not len(a) or not len(b):
        return 0.0
    union = np.union1d(a, b)[:_SKETCH_SIZE]
    both = np.intersect1d(a, b, assume_unique=True)
    return float(np.count_nonzero(np.isin(both, union, assume_unique=True)) / len(union))
