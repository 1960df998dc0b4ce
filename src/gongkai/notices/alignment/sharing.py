"""A measure that was split, or several merged into one: which paragraphs belong to which partner.

Without this a measure split in two would be compared as a whole with each half, and each half would seem to drop the other.
"""

from collections.abc import Sequence

from gongkai.matching.folding import fold

#: From this share of its pairs of characters on, a paragraph stands in a text.
STANDS = 0.6


def shares(text: str, partners: Sequence[str]) -> list[str]:
    """Return for each partner the paragraphs of a text that stand in it; one that stands nowhere goes to the nearest."""
    if len(partners) < 2:
        return [text for _ in partners]
    bags = [_bag(partner) for partner in partners]
    kept: list[list[str]] = [[] for _ in partners]
    for line in text.split("\n"):
        bag = _bag(line)
        found = [len(bag & other) / len(bag) if bag else 0.0 for other in bags]
        best = max(range(len(found)), key=lambda place: found[place])
        for place, share in enumerate(found):
            if place == best or share >= STANDS:
                kept[place].append(line)
    return ["\n".join(lines) for lines in kept]


def _bag(text: str) -> set[str]:
    plain = "".join(char for char in fold(text) if char.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
