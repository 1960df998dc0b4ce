"""Which characters stand side by side in official language."""

from functools import cache
from importlib.resources import files

_DATA = files("gongkai.privacy") / "data"


@cache
def followers() -> dict[str, frozenset[str]]:
    """Return for each character those that are known to follow it."""
    lines = (_DATA / "bigrams.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: frozenset(line[1:]) for line in lines if line and not line.startswith("#")}


def seen(first: str, second: str) -> bool:
    """Return whether one character is known to follow the other."""
    return second in followers().get(first, ())
