"""Table of everyday words and abbreviations for official terms, with import and export.

The table (`lib/chinese/data/synonyms.tsv`) has three columns: what people write, the official term, and a weight between 0
and 1 that says how surely the one means the other. An office keeps its own table beside it and merges them.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gongkai.lib.chinese.dictionary import read_synonym_table
from gongkai.lib.matching.folding import fold

#: Header of the TSV file.
TABLE_HEADER = ("everyday", "official", "weight")
_MAX_WORD_CHARACTERS = 20


class Synonym(NamedTuple):
    """An everyday word, the official term for it, and the confidence in that (`weight`, 0 to 1)."""

    everyday: str
    official: str
    weight: float = 1.0


def _check_synonym(row: Synonym) -> Synonym:
    """Return the folded synonym; ValueError if a length or the weight is out of range."""
    row = Synonym(fold(row.everyday).strip(), fold(row.official).strip(), float(row.weight))
    if not (2 <= len(row.everyday) <= _MAX_WORD_CHARACTERS and 1 <= len(row.official) <= 40 and 0 < row.weight <= 1):
        raise ValueError(f"同义词不合要求：{row.everyday} → {row.official}（词长 2–{_MAX_WORD_CHARACTERS}，权重 0–1）")
    return row


class Synonyms:
    """A table of synonyms, looked up in texts in linear time."""

    def __init__(self, rows: Iterable[Synonym] = ()) -> None:
        self._rows: dict[tuple[str, str], Synonym] = {}
        self._starts: dict[str, dict[str, list[Synonym]]] = {}
        for row in rows:
            self._store(row)

    def _store(self, row: Synonym) -> None:
        """Add a synonym or replace its pair (ValueError: a length or the weight is out of range)."""
        row = _check_synonym(row)
        self._rows[row.everyday, row.official] = row
        words = self._starts.setdefault(row.everyday[0], {})
        words[row.everyday] = [r for r in words.get(row.everyday, []) if r.official != row.official] + [row]

    def __iter__(self) -> Iterator[Synonym]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def merged(self, other: "Synonyms") -> "Synonyms":
        """Return the union of both tables; `other` wins for pairs in both."""
        return Synonyms([*self, *other])

    def find(self, folded: str) -> list[Synonym]:
        """Return the synonyms of the everyday words in a folded text, longest first."""
        return list(dict.fromkeys(row for start in range(len(folded)) for row in self._find_at(folded, start)))

    def find_spans(self, folded: str) -> list[tuple[int, int, list[Synonym]]]:
        """Return (start, end, synonyms) of the everyday words of a folded text."""
        found, start = [], 0
        while start < len(folded):
            rows = self._find_at(folded, start)
            end = start + len(rows[0].everyday) if rows else start + 1
            if rows:
                found.append((start, end, rows))
            start = end
        return found

    def _find_at(self, folded: str, start: int) -> list[Synonym]:
        """Return the synonyms of the longest everyday word that begins at `start`."""
        words = self._starts.get(folded[start])
        for length in range(min(_MAX_WORD_CHARACTERS, len(folded) - start), 1, -1) if words else ():
            if rows := words.get(folded[start : start + length]) if words else None:
                return rows
        return []

    @classmethod
    def read(cls, path: Path | str) -> "Synonyms":
        """Return the synonyms of a TSV file (UTF-8, optional header, `#` comments).

        Raises:
            ValueError: a line has fewer than two columns or an invalid weight, with its number.
        """
        return cls.parse(Path(path).read_text(encoding="utf-8-sig"))

    @classmethod
    def parse(cls, text: str) -> "Synonyms":
        """Return the synonyms in the text of a TSV file (ValueError: an invalid line); see `read`."""
        rows = []
        for number, line in enumerate(text.splitlines(), 1):
            cells = [cell.strip() for cell in line.split("\t")]
            if not line.strip() or line.startswith("#") or cells[0] == TABLE_HEADER[0]:
                continue
            try:
                rows.append(
                    _check_synonym(Synonym(cells[0], cells[1], float(cells[2]) if len(cells) > 2 and cells[2] else 1.0))
                )
            except (IndexError, ValueError):
                raise ValueError(f"同义词表第 {number} 行有误：应为“日常说法<Tab>规范用语<Tab>权重”") from None
        return cls(rows)

    def write(self, path: Path | str) -> None:
        """Write a TSV file that `read` accepts."""
        lines = ["\t".join(TABLE_HEADER), *(f"{row.everyday}\t{row.official}\t{row.weight:g}" for row in self)]
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


@cache
def load_default_synonyms() -> Synonyms:
    """Return the synonym table shipped with the package."""
    return Synonyms.parse(read_synonym_table())
