"""Whether one text says again what another says: copied into a new item, shortened, or with words put round it. Pure."""

import re

from gongkai.matching.folding import fold

#: Characters of a run: as in `matching.duplicates`, whose likeness cannot tell a text with another one inside it.
RUN = 4
#: Share of one text's runs that stand in the other. A warning of the same pattern with another day, place and number stays below it.
ALIKE = 0.9
#: Shorter texts say too little to be held against others by a part.
LEAST = 20
_BLANK = re.compile(r"[\W_]+")


def runs(text: str) -> set[str]:
    """Return a text's runs of characters: blanks, marks, width, case and traditional characters make no difference."""
    plain = _BLANK.sub("", fold(text))
    return {plain[at : at + RUN] for at in range(max(1, len(plain) - RUN + 1))} if plain else set()


def repeats(text: str, other: str) -> bool:
    """Whether nearly all of one text stands in the other, whichever is longer."""
    mine, theirs = runs(text), runs(other)
    both = len(mine & theirs)
    return any(
        both >= ALIKE * len(one) and (len(one) >= LEAST or mine == theirs) for one in (mine, theirs) if one
    )
