"""Compact look-up tables of 32-bit keys with logarithmic counts, as stored in the files."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

#: Numbers of characters or words.
Ints = NDArray[np.signedinteger]
#: Numbers or counts, of any numeric type.
Numbers = NDArray[np.integer | np.floating]
#: Counts, as floating-point numbers.
Reals = NDArray[np.float32]

_LEVELS_PER_E = 3.0
#: Rows are looked for from where those begin whose first 19 bits are the same: a table of two megabytes, and a few steps.
_PREFIX_SHIFT = np.uint32(13)
#: Places of a block in `SparseBytes`: six bits.
_BLOCK, _WITHIN = np.int32(6), np.int32(63)
_HASH_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class CountTable:
    """Sorted 32-bit hashes with the level of each count."""

    def __init__(self, rows: NDArray[np.uint32], levels: NDArray[np.uint8]) -> None:
        # One more than any row at the end, so that a step never leaves the table.
        self._rows = np.append(rows, np.uint32(0xFFFFFFFF))
        self._levels = np.append(levels, np.uint8(0))
        shared = np.bincount(rows >> _PREFIX_SHIFT, minlength=1 << (32 - int(_PREFIX_SHIFT)))
        self._begins = (np.cumsum(shared) - shared).astype(np.int32)

    def of(self, keys: NDArray[np.uint32]) -> Reals:
        """Return the counts of keys."""
        at = self._begins[keys >> _PREFIX_SHIFT]
        # Few rows share their first bits: step by step those go on that are not there yet.
        behind = np.flatnonzero(self._rows[at] < keys)
        while len(behind):
            at[behind] += 1
            behind = behind[self._rows[at[behind]] < keys[behind]]
        return np.where(self._rows[at] == keys, _LEVEL_COUNTS[self._levels[at]], np.float32(0))


class SparseBytes:
    """A sparse byte array: only blocks of 64 with content are stored."""

    def __init__(self, places: Ints, values: NDArray[np.uint8], size: int) -> None:
        held, which = np.unique(places >> _BLOCK, return_inverse=True)
        self._begins = np.zeros((size >> _BLOCK) + 1, np.int32)
        self._begins[held] = np.arange(1, len(held) + 1) << _BLOCK  # the first one is for those that hold nothing
        self._bytes = np.zeros((len(held) + 1) << _BLOCK, np.uint8)
        self._bytes[((which + 1) << _BLOCK) + (places & _WITHIN)] = values

    def at(self, places: Ints) -> NDArray[np.uint8]:
        """Return the bytes at positions."""
        found: NDArray[np.uint8] = self._bytes[self._begins[places >> _BLOCK] + (places & _WITHIN)]
        return found

    def places(self, least: int) -> Ints:
        """Return in order the positions whose byte is at least `least` (above zero)."""
        kept = np.flatnonzero(self._bytes >= least)
        found: Ints = (np.flatnonzero(self._begins)[(kept >> _BLOCK) - 1] << _BLOCK) + (kept & _WITHIN)
        return found


def hash_keys(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each key."""
    return ((keys * _HASH_MULTIPLIER) >> np.uint64(32)).astype(np.uint32)


def to_levels(counts: Numbers) -> NDArray[np.uint8]:
    """Return counts as levels, three for each factor of e."""
    steps = np.rint(np.log(np.maximum(counts, 1)) * _LEVELS_PER_E)
    found: NDArray[np.uint8] = np.minimum(steps, 255).astype(np.uint8)
    return found


def from_levels(levels: bytes) -> Reals:
    """Return the counts of levels."""
    found: Reals = np.exp(np.frombuffer(levels, np.uint8).astype(np.float32) / np.float32(_LEVELS_PER_E)).astype(
        np.float32
    )
    return found


#: How often a row stands whose level is given.
_LEVEL_COUNTS = from_levels(bytes(range(256)))


def encode_gaps(rows: Numbers) -> tuple[bytes, bytes]:
    """Return sorted rows as gaps, split into low and high halves for compression."""
    gaps = np.diff(rows.astype(np.uint64), prepend=np.uint64(0)).astype("<u4")
    return (gaps & 0xFFFF).astype("<u2").tobytes(), (gaps >> 16).astype("<u2").tobytes()


def decode_gaps(low: bytes, high: bytes) -> NDArray[np.uint32]:
    """Return the rows of `encode_gaps`."""
    gaps = np.frombuffer(low, "<u2").astype(np.uint32)
    gaps |= np.frombuffer(high, "<u2").astype(np.uint32) << np.uint32(16)
    rows: NDArray[np.uint32] = np.cumsum(gaps, dtype=np.uint32)
    return rows


def pack_parts(parts: list[bytes]) -> bytes:
    """Return parts as one compressed file."""
    head = struct.pack(f"<{len(parts)}I", *map(len, parts))
    return zlib.compress(bytes([len(parts)]) + head + b"".join(parts), 9)


def unpack_parts(content: bytes) -> list[bytes]:
    """Return the parts of a file made by `pack_parts`."""
    content = zlib.decompress(content)
    sizes = struct.unpack_from(f"<{content[0]}I", content, 1)
    at, parts = 1 + 4 * content[0], []
    for size in sizes:
        parts.append(content[at : at + size])
        at += size
    return parts
