"""Whether two texts are nearly the same: runs of three characters, found again by four marks of their least hashes (MinHash), then compared. Pure."""

import re
from hashlib import blake2b, sha256

import numpy as np

#: Texts shorter than this say too little to be compared by anything but their title.
LEAST = 40
#: The part of all runs that near texts share.
SHARED = 0.8
#: The part of the shorter title's pairs of characters that the other one has.
AGREEING = 0.4
MARKS, ROWS = 4, 2
_BARE = re.compile(r"[\W_]+")
_RUN = 3
_ODD = np.array(
    [0x9E3779B97F4A7C15 * (2 * at + 1) & (2**64 - 1) | 1 for at in range(MARKS * ROWS)], dtype=np.uint64
)


def bare(words: str) -> str:
    """Return words without blanks and marks."""
    return _BARE.sub("", words).lower()


def key_of(words: str) -> str:
    """Return the digest by which equal words are found."""
    return sha256(words.encode()).hexdigest()


def runs_of(text: str) -> set[str]:
    """Return the runs of three characters of a text; none of a short one."""
    words = bare(text)
    return {words[at : at + _RUN] for at in range(len(words) - _RUN + 1)} if len(words) >= LEAST else set()


def bands(text: str) -> list[int | None]:
    """Return four marks of a text, of which near texts nearly always share one; none of a short text."""
    runs = runs_of(text)
    if not runs:
        return [None] * MARKS
    digests = b"".join(blake2b(one.encode(), digest_size=8).digest() for one in runs)
    hashes = np.frombuffer(digests, dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = hashes[None, :] * _ODD[:, None]
    least = (mixed ^ (mixed >> np.uint64(29))).min(axis=1)
    return [
        int.from_bytes(blake2b(least[at * ROWS : (at + 1) * ROWS].tobytes(), digest_size=4).digest(), "big")
        >> 1
        for at in range(MARKS)
    ]


def titles_agree(one: str, other: str) -> bool:
    """Whether two titles may be of one text: pages of one site share what stands around their texts, so that near words alone say too little."""
    a, b = ({bare(title)[at : at + 2] for at in range(len(bare(title)) - 1)} for title in (one, other))
    return bool(a and b) and len(a & b) >= AGREEING * min(len(a), len(b))


def near(one: str, other: str) -> bool:
    """Whether two texts are nearly the same: they share most of their runs."""
    a, b = runs_of(one), runs_of(other)
    return bool(a and b) and len(a & b) >= SHARED * len(a | b)
