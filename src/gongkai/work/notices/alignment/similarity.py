"""Pair reworded measures by common words and by their lead units. Pure."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from gongkai.lib.matching.folding import fold
from gongkai.work.notices.alignment.text_differences import normalize_unit
from gongkai.work.notices.planning.descriptions import remove_paths

# Score that a common lead adds to the share of common character pairs; the least score, and its least lead over the next.
COMMON_LEAD_BONUS, MIN_LIKENESS, MIN_LEAD_OVER_SECOND = 0.15, 0.2, 1.5


class ComparableMeasure(Protocol):
    """The attributes of a measure by which it is paired."""

    @property
    def pk(self) -> int:
        """Return the primary key."""

    @property
    def text(self) -> str:
        """Return the text of the measure."""

    @property
    def leads(self) -> tuple[str, ...]:
        """Return the lead units."""

    @property
    def responsible(self) -> tuple[str, ...]:
        """Return the other units."""


def get_character_pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text, letters and digits only."""
    plain = "".join(char for char in fold(text) if char.isalnum())
    return {plain[index : index + 2] for index in range(len(plain) - 1)}


# Minimum share of character pairs for a paragraph of a split or merged measure to count as contained
# in a text, unless another text contains this much more of it.
CONTAINED_SHARE, CONTAINED_MARGIN = 0.6, 0.1
# Minimum share for a whole measure, and minimum number of its pairs.
MIN_CONTAINED_PAIR_SHARE, MIN_PAIRS_TO_CONTAIN = 0.75, 12


def split_paragraphs(text: str, partners: Sequence[str]) -> list[str]:
    """Divide a text among the measures that correspond to it; return one part for each partner.

    A paragraph goes to every partner that contains it, else to the most similar one.
    """
    if len(partners) < 2:
        return [text for _ in partners]
    bags = [get_character_pairs(partner) for partner in partners]
    lines_by_partner: list[list[str]] = [[] for _ in partners]
    for line in text.split("\n"):
        bag = get_character_pairs(line)
        shares = [len(bag & partner_bag) / len(bag) if bag else 0.0 for partner_bag in bags]
        best = max(range(len(shares)), key=lambda place: shares[place])
        for place, share in enumerate(shares):
            if place == best or share >= max(CONTAINED_SHARE, shares[best] - CONTAINED_MARGIN):
                lines_by_partner[place].append(line)
    return ["\n".join(lines) for lines in lines_by_partner]


def find_containing_text_index(text: str, texts: Sequence[str]) -> int | None:
    """Return the index of the text that contains another one almost entirely, or None.

    Disclosure paths are ignored. It finds measures that became one paragraph of a long one.
    """
    bag = get_character_pairs(remove_paths(text))
    if len(bag) < MIN_PAIRS_TO_CONTAIN or not texts:
        return None
    shares = [len(bag & get_character_pairs(remove_paths(candidate))) / len(bag) for candidate in texts]
    best = max(range(len(shares)), key=lambda place: shares[place])
    return best if shares[best] >= MIN_CONTAINED_PAIR_SHARE else None


class MeasureSimilarities:
    """Similarities (from 0) of measures; `by_own` is {key of the own measure: {key of the other: similarity}}."""

    def __init__(
        self, uppers: Sequence[ComparableMeasure], owns: Sequence[ComparableMeasure], names: Sequence[str]
    ) -> None:
        """Compute the similarity of every pair of an upper and an own measure."""
        above = [
            (side.pk, get_character_pairs(remove_paths(side.text)), _find_lead_unit_names(side, names))
            for side in uppers
        ]
        self.by_own: dict[int, dict[int, float]] = {}
        for comparable in owns:
            bag, leads = get_character_pairs(remove_paths(comparable.text)), _find_lead_unit_names(comparable, names)
            self.by_own[comparable.pk] = {
                pk: len(bag & other) / max(1, min(len(bag), len(other))) + COMMON_LEAD_BONUS * bool(leads & theirs)
                for pk, other, theirs in above
            }

    def find_clear(self, own_measure: int) -> int | None:
        """Return the key of the other notice's measure that an own one clearly resembles most, or None."""
        return _find_clear_best(self.by_own[own_measure])

    def list_clear_pairs(self, uppers: Collection[int], owns: Collection[int]) -> Iterator[tuple[int, int, float]]:
        """Yield (other, own, similarity) for unpaired measures that are each other's best match."""
        for own in owns:
            upper = self.find_clear(own)
            if (
                upper is not None
                and upper in uppers
                and _find_clear_best({rival: self.by_own[rival][upper] for rival in owns}) == own
            ):
                yield upper, own, self.by_own[own][upper]


def _find_lead_unit_names(side: ComparableMeasure, names: Sequence[str]) -> set[str]:
    """Return the lead units, else the responsible ones, by names without place and level."""
    return {core for unit in side.leads or side.responsible if (core := normalize_unit(unit, names))}


def _find_clear_best(scores: dict[int, float]) -> int | None:
    """Return the key with a score clearly above the others, or None."""
    first, second = (*sorted(scores.values(), reverse=True), 0.0, 0.0)[:2]
    clear = first >= MIN_LIKENESS and first >= MIN_LEAD_OVER_SECOND * second
    return max(scores, key=lambda pk: scores[pk]) if clear else None
