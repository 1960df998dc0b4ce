"""The room's data tables: tab-separated files beside the code, read once."""

from functools import cache
from importlib.resources import files

_DATA = files("gongkai.privacy") / "data"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<name>.tsv` as tuples of cells; blank lines and lines from ``#`` are comments."""
    lines = (_DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(cell.strip() for cell in line.split("\t"))
        for line in lines
        if line.strip() and not line.startswith("#")
    )


@cache
def words(name: str, group: str) -> frozenset[str]:
    """Return the words of one group of a table whose rows are ``group<TAB>words separated by spaces``."""
    found: list[str] = []
    for row in rows(name):
        if row[0] == group:
            found.extend(row[1].split())
    return frozenset(found)


class Opening:
    """A set of words, asked which of them stands at a place of a text: a few look-ups, however many words."""

    def __init__(self, items: frozenset[str]) -> None:
        self._words = items
        self._sizes = sorted({len(item) for item in items}, reverse=True)
        self._first = frozenset(item[0] for item in items)

    def at(self, text: str, start: int) -> str:
        """Return the longest of the words that begins at an offset, or an empty string."""
        if text[start : start + 1] not in self._first:
            return ""
        for size in self._sizes:
            word = text[start : start + size]
            if word in self._words and len(word) == size:
                return word
        return ""


@cache
def word_file(name: str) -> frozenset[str]:
    """Return the words of `data/<name>.txt`: counted in laws, or (`nonames`) shaped like names and found there."""
    return frozenset((_DATA / f"{name}.txt").read_text(encoding="utf-8").split())


def alternatives(items: frozenset[str] | tuple[str, ...]) -> str:
    """Return a regular-expression alternation, longest first, of plain words."""
    import re

    return "|".join(re.escape(item) for item in sorted(items, key=lambda item: (-len(item), item)))
