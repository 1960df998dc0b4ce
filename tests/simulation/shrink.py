"""Shorten a failing sequence of steps by delta debugging."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shrink(steps: Sequence[T], fails: Callable[[list[T]], bool], *, most: int = 200) -> list[T]:
    """Return a shorter sequence that still fails: ddmin, with at most `most` tries."""
    kept, parts, tries = list(steps), 2, 0
    while len(kept) >= 2 and tries < most:
        size = max(1, len(kept) // parts)
        chunks = [kept[at : at + size] for at in range(0, len(kept), size)]
        for number in range(len(chunks)):
            fewer = [step for other, chunk in enumerate(chunks) if other != number for step in chunk]
            tries += 1
            if fails(fewer):
                kept, parts = fewer, max(parts - 1, 2)
                break
            if tries >= most:
                return kept
        else:
            if size == 1:
                break
            parts = min(len(kept), parts * 2)
    return kept
