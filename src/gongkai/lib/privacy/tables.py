"""The room's data tables: tab-separated files beside the code, read once."""

from functools import cache
from importlib.resources import files

from gongkai.lib.chinese import lazy_re as re

_DATA = files("gongkai.lib.privacy") / "data"


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
    """Return a regular expression of plain words, the longest first; words that begin alike are tried together.

    Equal to the words joined by ``|``, longest first, and far quicker where there are many: at a place of the text
    one branch for each first character is looked at, not one for each word.
    """
    heads: dict[str, set[str]] = {}
    for item in items:
        heads.setdefault(item[:1], set()).add(item[1:])
    heads.pop("", None)
    return "|".join(re.escape(head) + _tails(frozenset(heads[head])) for head in sorted(heads))


def _tails(tails: frozenset[str]) -> str:
    """Return the expression for what may follow a character: nothing where it ends a word."""
    rest = frozenset(tail for tail in tails if tail)
    if not rest:
        return ""
    inner = alternatives(rest)
    whole = "" in tails
    if len(rest) == 1 and not whole:
        return inner
    return f"(?:{inner})" + ("?" if whole else "")
