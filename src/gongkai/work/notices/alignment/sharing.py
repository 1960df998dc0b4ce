"""A measure that was split, or several merged into one: which paragraphs belong to which partner.

Without this a measure split in two would be compared as a whole with each half, and each half would seem to drop the other.
"""

from collections.abc import Sequence

from gongkai.lib.matching.folding import fold
from gongkai.work.notices.planning.titles import without_paths

#: From this share of its pairs of characters on, a paragraph stands in a text …
STANDS = 0.6
#: … if no other text holds so much more of it: sentences that differ in one word only have one place.
NEAR = 0.1

#: From this share on a whole measure counts as a paragraph of another one; shorter ones than so many pairs are never told.
INSIDE, LEAST = 0.75, 12


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
            if place == best or share >= max(STANDS, found[best] - NEAR):
                kept[place].append(line)
    return ["\n".join(lines) for lines in kept]


def holder(text: str, texts: Sequence[str]) -> int | None:
    """Return the place of the text that another one stands in almost whole, paths left aside; None where there is none.

    A measure that became one paragraph of a long one is unlike it as a whole, and is neither dropped nor added.
    """
    bag = _bag(without_paths(text))
    if len(bag) < LEAST or not texts:
        return None
    found = [len(bag & _bag(without_paths(other))) / len(bag) for other in texts]
    best = max(range(len(found)), key=lambda place: found[place])
    return best if found[best] >= INSIDE else None


def _bag(text: str) -> set[str]:
    plain = "".join(char for char in fold(text) if char.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
