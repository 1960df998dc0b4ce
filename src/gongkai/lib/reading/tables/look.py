"""What a column looks like: units, names of people, limits, numbers, sentences, short names. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from gongkai.lib.reading.document import Line, State
from gongkai.lib.reading.layouts.align import is_limit, is_units
from gongkai.lib.reading.words.clauses import says_who
from gongkai.lib.reading.words.persons import are_persons


@dataclass(frozen=True, slots=True)
class Look:
    """Shares of a column's printed cells that look like something, and how long they are."""

    cells: int
    units: float
    persons: float
    limits: float
    length: float  # of a cell, on the average
    ended: float  # share that ends like a sentence or is long
    different: float  # share of the rows that print a cell of their own

    @property
    def is_text(self) -> bool:
        """True for words that are neither units, people, limits nor figures."""
        return self.cells > 0 and max(self.units, self.persons, self.limits) < 0.6 and self.length >= 4

    @property
    def weight(self) -> float:
        """How much the column says: what is to be done says more, and something else in each row."""
        return self.length * (0.3 + self.different) * (1.0 + self.ended)


def look_at(lines: list[Line], place: int) -> Look:
    """Return what the column at a place looks like."""
    cells = [line.cells[place] for line in lines if place < len(line.cells) and _is_row(line)]
    texts = [cell.text for cell in cells if cell.state is State.PRINTED and cell.text]
    return Look(
        len(texts),
        _share(texts, lambda text: is_units(text) or says_who(text)),
        _share(texts, are_persons),
        _share(texts, is_limit),
        sum(map(len, texts)) / len(texts) if texts else 0.0,
        _share(texts, lambda text: text.endswith(("。", "；", ";")) or len(text) > 40),
        len(set(texts)) / len(cells) if cells else 0.0,
    )


def _is_row(line: Line) -> bool:
    return sum(bool(cell.text) for cell in line.cells) > 1


def _share(texts: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0
