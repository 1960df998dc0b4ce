"""Split the text of a row or the paths of a duty in two. Pure."""

from collections.abc import Sequence

_COMPARED_CHARACTERS = 12


def find_duty(text: str, duty: str) -> int:
    """Return where a duty begins in the text of a row, or -1; only its first words must match."""
    head = duty.strip()[:_COMPARED_CHARACTERS]
    return text.find(head) if head else -1


def split_text(text: str, staying: Sequence[str], moving: Sequence[str]) -> tuple[str, str]:
    """Return the texts for duties that stay and for those that move.

    The cut is before the first moving duty and its number (2．); if it is not found, the moving
    duties form the new text and the old one stays.
    """
    at = find_duty(text, moving[0])
    if at <= 0:
        return text, "\n".join(moving)
    start = at
    while start > 0 and text[start - 1] in "0123456789一二三四五六七八九十（）().．、 ":
        start -= 1
    first, second = text[:start].rstrip(), text[start:].strip()
    return (first, second) if first else ("\n".join(staying), second)


def split_list(
    items: Sequence[Sequence[str]], first: str, second: str
) -> tuple[list[list[str]], list[list[str]]]:
    """Divide paths between two parts of a duty by where the last level is printed."""
    left: list[list[str]] = []
    right: list[list[str]] = []
    for item in items:
        last = item[-1] if item else ""
        (right if last and last in second and last not in first else left).append(list(item))
    return left, right
