"""Preselect the places that a rule must check, with numpy."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese.characters import HAN_RANGES

#: Code points that are told apart; the rare ones beyond count as one.
_MAX_CODE_POINT = 0xFFFF
#: Characters by which strings are told apart: as many as one number holds.
_MAX_PREFIX_CHARACTERS = 4


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, _MAX_CODE_POINT)


def are_han(codes: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Return which code points are Chinese characters; `code_points` counts those beyond the first plane as one."""
    return np.logical_or.reduce([(codes >= first) & (codes <= last) for first, last in HAN_RANGES])


class PrefixFilter:
    """Preselect positions by the first two to four characters of many strings."""

    def __init__(self, items: Iterable[str]) -> None:
        self._first, self._second = np.zeros(_MAX_CODE_POINT + 1, bool), np.zeros(_MAX_CODE_POINT + 1, bool)
        heads: dict[int, list[int]] = {}
        for item in items:
            codes = code_points(item[:_MAX_PREFIX_CHARACTERS]).astype(np.uint64)
            self._first[codes[0]] = self._second[codes[1]] = True
            heads.setdefault(codes.size, []).append(int(_pack_characters(codes, np.array([0]), codes.size)[0]))
        self._heads = {size: np.unique(np.array(known, np.uint64)) for size, known in heads.items()}

    def places(self, text: str) -> list[int]:
        """Return in order all offsets where one of the strings may begin."""
        codes = code_points(text)
        may = np.flatnonzero(self._first[codes[:-1]] & self._second[codes[1:]])
        wide = codes.astype(np.uint64)
        found: set[int] = set()
        for size, known in self._heads.items():
            begins = may[may <= codes.size - size]
            said = _pack_characters(wide, begins, size)
            at = np.minimum(np.searchsorted(known, said), known.size - 1)
            found.update(begins[known[at] == said].tolist())
        return sorted(found)


def _pack_characters(codes: NDArray[np.uint64], begins: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    made = np.zeros(begins.size, np.uint64)
    for n in range(size):
        made = made << np.uint64(16) | codes[begins + n]
    return made


def may_repeat(text: str, most: int) -> bool:
    """Return whether Chinese characters may be repeated; False only if they certainly are not."""
    codes = code_points(text)
    han = are_han(codes)
    for size in range(2, most + 1):
        same = (codes[:-size] == codes[size:]) & han[size:]
        if bool((same[: 1 - size] & same[1 : 2 - size or None] & same[size - 1 :]).any()):
            return True
    return False
