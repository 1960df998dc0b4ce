"""Read the data tables of this package: tab-separated files, cached."""

from functools import cache, lru_cache
from importlib.resources import files

from gongkai.lib.chinese import lazy_re as re

_DATA_FOLDER = files("gongkai.lib.privacy") / "data"


@lru_cache(maxsize=4)
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<name>.tsv` as tuples; skip blank lines and comments (#).

    Only the latest tables stay in memory: callers cache what they make of the rows.
    """
    lines = (_DATA_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(cell.strip() for cell in line.split("\t")) for line in lines if line.strip() and not line.startswith("#")
    )


@cache
def read_word_group(name: str, group: str) -> frozenset[str]:
    """Return the words of one group in a table with rows ``group<TAB>words``."""
    word_group: list[str] = []
    for row in read_rows(name):
        if row[0] == group:
            word_group.extend(row[1].split())
    return frozenset(word_group)


class PrefixSet:
    """A set of words that tests quickly which of them begins at a position."""

    def __init__(self, items: frozenset[str]) -> None:
        self._words = items
        self._sizes = sorted({len(item) for item in items}, reverse=True)
        self._first = frozenset(item[0] for item in items)

    def at(self, text: str, start: int) -> str:
        """Return the longest word that begins at an offset, or an empty string."""
        if text[start : start + 1] not in self._first:
            return ""
        for size in self._sizes:
            word = text[start : start + size]
            if word in self._words and len(word) == size:
                return word
        return ""


@cache
def read_word_file(name: str) -> frozenset[str]:
    """Return the words of `data/<name>.txt`."""
    return frozenset((_DATA_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())


def make_alternation(items: frozenset[str] | tuple[str, ...]) -> str:
    """Return a regular expression that matches any of the words, longest first.

    It equals the words joined by ``|`` but shares common prefixes, which is faster for many words.
    """
    heads: dict[str, set[str]] = {}
    for item in items:
        heads.setdefault(item[:1], set()).add(item[1:])
    heads.pop("", None)
    return "|".join(re.escape(head) + _make_tails_pattern(frozenset(heads[head])) for head in sorted(heads))


@cache
def read_alternation(name: str, group: str) -> str:
    """Return `make_alternation` of the words of one group in a table."""
    return make_alternation(read_word_group(name, group))


def _make_tails_pattern(tails: frozenset[str]) -> str:
    """Return a pattern of the tails of words; optional if one of them is empty."""
    non_empty = frozenset(tail for tail in tails if tail)
    if not non_empty:
        return ""
    inner = make_alternation(non_empty)
    has_empty = "" in tails
    if len(non_empty) == 1 and not has_empty:
        return inner
    return f"(?:{inner})" + ("?" if has_empty else "")
