"""Whether one text says again what another says: copied into a new item, shortened, or with words put round it. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold

#: Characters of a run: as in `matching.duplicates`, whose likeness cannot tell a text with another one inside it.
RUN = 4
#: Share of one text's characters that stand in runs of the other. A character changed costs itself and no more, unless the next change is nearer
#: than a run: with one in ten changed a text keeps more than this. A warning of the same pattern with another day, place and number stays below it.
ALIKE = 0.8
#: Texts of fewer runs say too little to be held against others by a part.
LEAST = 20
_BLANK = re.compile(r"[\W_]+")


def repeats(text: str, other: str) -> bool:
    """Whether nearly all of one text stands in the other, whichever is longer; a word changed here and there does not hide it."""
    mine, theirs = _bare(text), _bare(other)
    runs, others = _runs(mine), _runs(theirs)
    both = runs & others
    return any(
        _kept(one, both) >= ALIKE * len(one) and (len(own) >= LEAST or runs == others)
        for one, own in ((mine, runs), (theirs, others))
        if own
    )


def _bare(text: str) -> str:
    """A text as it is compared: blanks, marks, width, case and traditional characters make no difference."""
    return _BLANK.sub("", fold(text))


def _runs(bare: str) -> set[str]:
    return {bare[at : at + RUN] for at in range(max(1, len(bare) - RUN + 1))} if bare else set()


def _kept(bare: str, runs: set[str]) -> int:
    """Count a text's characters that stand in one of these runs."""
    kept = end = 0
    for at in range(max(1, len(bare) - RUN + 1)):
        if bare[at : at + RUN] in runs:
            kept += min(at + RUN, len(bare)) - max(at, end)
            end = min(at + RUN, len(bare))
    return kept
