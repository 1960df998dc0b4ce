"""Which characters stand side by side in official language, and its common words of two characters."""

from functools import cache
from importlib.resources import files

_DATA = files("gongkai.privacy") / "data"
#: So many of the words, by how often laws use them, are common enough to be what somebody meant.
_COMMON = 4000


@cache
def followers() -> dict[str, frozenset[str]]:
    """Return for each character those that are known to follow it."""
    lines = (_DATA / "bigrams.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: frozenset(line[1:]) for line in lines if line and not line.startswith("#")}


def seen(first: str, second: str) -> bool:
    """Return whether one character is known to follow the other."""
    return second in followers().get(first, ())


@cache
def words_of_two() -> tuple[str, ...]:
    """Return common words of two characters, the most frequent first."""
    return tuple((_DATA / "words2.txt").read_text(encoding="utf-8").split())


@cache
def common() -> frozenset[str]:
    """Return the most common words of two characters."""
    return frozenset(words_of_two()[:_COMMON])
