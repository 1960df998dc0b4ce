"""Compute the incremental sum over the last digest of each stream that a seal stores.

changed(sum, old, new)             the sum after some streams went on; from 0 the sum over all
at_each(rows, lasts)               count and sum as of each of several movements, in one pass

The digest of each head is spread to 4,096 bits before it is added. Sums of 256 bits could be made to agree: whoever may rewrite many streams looks
for changes that add up to nothing (a generalized birthday, Wagner 2002: 2^(2·√bits) steps, so 2^32 for 256 bits and 2^128 for these).
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter

from gongkai.core.acts.digest import digest

#: Bits of a sum, and of those of seals that were made before sums were wide.
WIDE, NARROW = 4096, 256


def head_summand(stream: str, head: str, bits: int = WIDE) -> int:
    """Return the number that a stream's head adds to the sum."""
    mark = digest(f"{stream} {head}")
    return int(mark, 16) if bits == NARROW else int.from_bytes(hashlib.shake_256(mark.encode()).digest(bits // 8))


def update_heads_sum(total: int, old: Mapping[str, str], new: Mapping[str, str]) -> int:
    """Return the sum after some streams changed: subtract their old heads, add the new ones."""
    added = sum(head_summand(*pair) for pair in new.items()) - sum(head_summand(*pair) for pair in old.items())
    return (total + added) % 2**WIDE


def sum_to_hex(total: int) -> str:
    """Return a sum in hexadecimal, as stored."""
    return f"{total:0{WIDE // 4}x}"


def sums_at_records(
    rows: Iterable[tuple[str, int, str]], lasts: Sequence[int], bits: int = WIDE
) -> list[tuple[int, int]]:
    """Return count and sum as of each of several movements, in one pass.

    Args:
        rows: stream, number and digest of each movement, by stream and its own order.
        lasts: numbers of movements, ascending.
        bits: how wide the sums are.
    """
    counts, sums = [0] * (len(lasts) + 1), [0] * (len(lasts) + 1)
    for stream, group in groupby(rows, itemgetter(0)):
        movements = list(group)
        for _, number, _ in movements:
            counts[bisect_left(lasts, number)] += 1
        for first, after, value in _ranges(movements, lasts):
            part = head_summand(stream, value, bits)
            sums[first] += part
            sums[after] -= part
    pairs = zip(accumulate(counts), accumulate(sums), strict=True)
    return [(count, total % 2**bits) for count, total in pairs][: len(lasts)]


def _ranges(movements: Sequence[tuple[str, int, str]], lasts: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Yield from which seal up to which one a movement of a stream is its head: none where the next came before any seal."""
    after = len(lasts)
    for _, number, value in reversed(movements):
        first = bisect_left(lasts, number)
        if first < after:
            yield first, after, value
            after = first
