"""Ranking weights that an office may fit to its questions; defaults in docs/matching.md."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace


@dataclass(frozen=True)
class RankingWeights:
    """Weights of the features by which search results are ranked.

    Those from `single` to `more_rarity` apply to a question when it is searched, the others to the
    parts of an entry when it is added.
    """

    single: float = 2.0
    """A single character in a short question (it fades in long ones)."""
    word: float = 0.4
    """A word, beside its bigrams."""
    synonym: float = 0.5
    """Weight of the official term for an everyday word; multiplied by the synonym table's own weight."""
    rarity: float = 1.2
    """The power of a term's rarity (idf) in the shortest question."""
    more_rarity: float = 0.5
    """Amount added to the exponent `rarity` in the longest question."""
    passage: float = 0.75
    """Share of the best passage in the score of an entry of several; the rest is the whole entry's."""
    variant: float = 0.5
    """An entry's variants: people's own wording is full of words that match other people's wording of other things."""
    answer: float = 0.9
    """An entry's answer, with its question in front."""
    learnt: float = 0.0
    """Questions that were answered with an entry before; 0 leaves them out."""

    def with_weights(self, **values: float) -> "RankingWeights":
        """Return a copy with some weights changed."""
        return replace(self, **values)

    def as_dict(self) -> dict[str, float]:
        """Return the weights by name, for storage."""
        return asdict(self)

    @classmethod
    def read(cls, given: Mapping[str, object]) -> "RankingWeights":
        """Return stored weights; missing or invalid ones have their default."""
        known = {field.name for field in fields(cls)}
        kept = {
            name: float(value)
            for name, value in given.items()
            if name in known and isinstance(value, int | float) and 0 <= value <= 100
        }
        return cls(**kept)


#: The shipped weights.
DEFAULT_WEIGHTS = RankingWeights()
