"""Cutting a text in two where a duty begins; pure."""

from collections.abc import Sequence

_HEAD = 12


def place_of(text: str, duty: str) -> int:
    """Return where a duty's words begin in a row's text, -1 where they are not found. Only the first words need to match."""
    head = duty.strip()[:_HEAD]
    return text.find(head) if head else -1


def share_text(text: str, staying: Sequence[str], moving: Sequence[str]) -> tuple[str, str]:
    """Return the two parts of a row's text: what belongs to the duties that stay, and to those that move.

    Where the first moving duty is found in the text, the cut is there, its number (2．) going with it; else the duties' own words
    make the new row's text and the old one stays whole.
    """
    at = place_of(text, moving[0])
    if at <= 0:
        return text, "\n".join(moving)
    start = at
    while start > 0 and text[start - 1] in "0123456789一二三四五六七八九十（）().．、 ":
        start -= 1
    first, second = text[:start].rstrip(), text[start:].strip()
    return (first, second) if first else ("\n".join(staying), second)


def share_list(
    items: Sequence[Sequence[str]], first: str, second: str
) -> tuple[list[list[str]], list[list[str]]]:
    """Share paths between two parts of a duty: each goes where its last level is printed; to the first where that says nothing."""
    left: list[list[str]] = []
    right: list[list[str]] = []
    for item in items:
        last = item[-1] if item else ""
        (right if last and last in second and last not in first else left).append(list(item))
    return left, right
