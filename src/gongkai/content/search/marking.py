"""Marking what was found, in titles and excerpts, without trusting any HTML. Pure."""

import re
from collections.abc import Iterable, Sequence

from gongkai.lib.matching.folding import fold

#: A piece of text, and whether it is marked.
Piece = tuple[str, bool]


def terms(words: str) -> list[str]:
    """Return the words to mark, folded, longest first, else as they were typed."""
    found = dict.fromkeys(part for part in re.split(r"[\W_]+", fold(words)) if part)
    return sorted(found, key=len, reverse=True)


def _spots(text: str, marks: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the words stand in a text, in order, without overlaps."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = text.lower()
    spots: list[tuple[int, int]] = []
    for word in marks:
        for found in re.finditer(re.escape(word), folded):
            if all(found.end() <= start or found.start() >= end for start, end in spots):
                spots.append(found.span())
    return sorted(spots)


def mark(text: str, marks: Sequence[str]) -> list[Piece]:
    """Cut a text into pieces (text, marked?), so that a template can mark without trusting any HTML."""
    pieces, at = [], 0
    for start, end in _spots(text, marks):
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces


def excerpt(text: str, marks: Sequence[str], size: int = 110) -> list[Piece]:
    """Return the part of a text around the first word found, marked; its beginning where none is found."""
    flat = " ".join(text[:50_000].split())
    first = max(0, _first(flat, marks) - 30)
    piece = flat[first : first + size]
    marked = mark(piece, marks)
    head = [("…", False)] if first else []
    tail = [("…", False)] if first + size < len(flat) else []
    return [*head, *marked, *tail]


def _first(text: str, marks: Sequence[str]) -> int:
    """Return where the longest word that stands in the text begins; 0 where none does.

    A word that stands there as it is typed is looked for as it may be written otherwise only before that place: to fold a long text takes
    longer than all the rest of an excerpt.
    """
    for word in marks:
        at = text.find(word)
        before = text if at < 0 else text[: at + len(word) - 1]
        folded = fold(before)
        if len(folded) != len(before):
            folded = before.lower()
        first = folded.find(word)
        if first >= 0 or at >= 0:
            return first if first >= 0 else at
    return 0
