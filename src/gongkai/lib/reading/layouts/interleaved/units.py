"""Reassemble the cells of two unit columns that were printed into each other."""

from collections import Counter
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.unit_names import (
    OFFICE_NAME_PREFIXES,
    OFFICE_NAMES,
    UNIT_NAME_END_PATTERN,
    is_office,
    split_outside_brackets,
)

#: Readings kept at each step of the search.
BEAM_WIDTH = 300
#: Maximum cost of a unit cell in an accepted reading.
MAX_UNIT_COST = 2.0
GUESSED_ORDER_COST = 100.0  # added where only the order of the pieces was used
MAX_UNIT_LINES = 150  # of units on a page, and rows
LEAD, RESPONSIBLE = 0, 1
_LEVEL_WITHOUT_NAME_RE = re.compile(r"^(?:各)?(?:省|市|州|区|县|区县|市县|乡|镇)$")


@dataclass(frozen=True, slots=True)
class UnitsReading:
    """A reading of fragments as unit cells: closed ones as (column, text, paragraph before it or None), and the cost.

    `lead` and `responsible` are the texts of the cells that are still open.
    """

    cells: tuple[tuple[int, str, int | None], ...] = ()
    lead: str = ""
    responsible: str = ""
    cost: float = 0.0

    def count(self, column: int) -> int:
        """Return the number of closed cells of a column."""
        return sum(value == column for value, _, _ in self.cells)


class PrintedUnitNames:
    """Unit names that the document prints whole."""

    def __init__(self, lines: list[str]) -> None:
        parts = [part for line in lines for part in line.split(" ")]
        self.sentences = "\n".join(part for part in parts if not _may_be_unit_list(part))
        counts = Counter(name for part in parts if _may_be_unit_list(part) for name in split_names(part))
        good = {
            name: count
            for name, count in counts.items()
            if _is_unit_name(name) and not _JOINED_UNIT_NAMES_RE.search(name)
        }
        self.whole = {name: count + self.sentences.count(name) for name, count in good.items()}
        self._prices: dict[str, float | None] = {}
        self._pieces: dict[str, float | None] = {}
        self.beginnings = {name[:end] for name in self.whole for end in range(1, len(name) + 1)}
        self._longer = {name for name in self.whole if any(x != name and x.startswith(name) for x in self.whole)}

    def compute_cost(self, cell: str) -> float | None:
        """Return the cost of reading a text as a unit cell, None if impossible."""
        if cell not in self._prices:
            self._prices[cell] = self._compute_cell_cost(cell)
        return self._prices[cell]

    def _compute_cell_cost(self, cell: str) -> float | None:
        """Return the cost of a cell of names, None if one is no name."""
        names = split_names(cell)
        if not names or any(not _is_unit_name(name) or _JOINED_UNIT_NAMES_RE.search(name) for name in names):
            return None
        return sum(self._compute_name_cost(name) for name in names)

    def _compute_name_cost(self, name: str) -> float:
        """Return the cost of a name: 0 if it is an office or printed several times."""
        if name in self._longer and name not in OFFICE_NAMES:
            return 2.0  # the beginning of a longer name is more likely a piece of that
        count = self.whole.get(name, 0) + (2 if is_office(name) else 0)
        if not _UNIT_NAME_START_RE.match(name):
            return 0.8 if count > 2 else 3.0
        return 0.0 if count > 1 else 0.8 if count else 3.0

    def complete_name(self, piece: str) -> str | None:
        """Return the known unit name that a fragment begins, or None if ambiguous."""
        if self.compute_cost(piece) in (0.0, 0.8):
            return piece
        candidates = [name for name in self.whole if name.startswith(piece) and self.whole[name] > 1]
        return candidates[0] if len(candidates) == 1 else None

    def is_name_beginning(self, piece: str) -> bool:
        """Return whether a text may be the beginning of a unit name."""
        return piece in self.beginnings or piece in OFFICE_NAME_PREFIXES or piece in self.sentences

    def compute_piece_cost(self, text: str) -> float | None:
        """Return the cost of an incomplete cell, None if it is no list of names."""
        if text not in self._pieces:
            self._pieces[text] = self._compute_piece_cost(text)
        return self._pieces[text]

    def _compute_piece_cost(self, text: str) -> float | None:
        """Return the cost of a piece that may end within a name, None if it is no list of names."""
        *whole_names, last_name = split_names(text) or [""]
        if any(
            not _is_unit_name(name) or _JOINED_UNIT_NAMES_RE.search(name) for name in whole_names
        ) or _JOINED_UNIT_NAMES_RE.search(last_name):
            return None
        return sum(self._compute_name_cost(name) for name in whole_names) + (
            0.3 if last_name.rstrip("、") in self.beginnings or not last_name else 2.0
        )


def _is_unit_name(name: str) -> bool:
    return (
        3 <= len(name) <= 24
        and bool(UNIT_NAME_END_PATTERN.search(name))
        and bool(_UNIT_NAME_START_RE.match(name) or len(name) >= 5)
    )


_UNIT_NAME_START_RE = re.compile(r"[省市区县州旗各]|有关|相关|全[省市区县]")
_JOINED_UNIT_NAMES_RE = re.compile(r"(?:局|委|办|厅|部门|单位)(?:市|各)|政府(?:市|各(?!部门|部$|$))")


def _may_be_unit_list(line: str) -> bool:
    return len(line) < 120 and not re.search(r"[。；：>\d]", line)


def split_names(cell: str) -> list[str]:
    """Return the names of a list; `市、区县政府…` is one name."""
    names: list[str] = []
    waiting = ""
    for piece in split_outside_brackets(cell, "、，"):
        if _LEVEL_WITHOUT_NAME_RE.match(piece):
            waiting += piece + "、"
        else:
            names.append(waiting + piece)
            waiting = ""
    return names + ([waiting] if waiting else [])


def list_readings(lines: list[tuple[list[str], int | None]], names: PrintedUnitNames, rows: int) -> list[UnitsReading]:
    """Return the most probable ways to divide text fragments into two columns (lead and responsible units), best first.

    There is a responsible cell for every row of the page, and at most as many lead cells. Lines are cut into pieces of both
    columns only where they cannot be read otherwise.
    """
    if len(lines) > MAX_UNIT_LINES or rows > MAX_UNIT_LINES:
        return []
    ways = _search_readings(lines, names, rows, cuts=False)
    if not ways or ways[0].cost > MAX_UNIT_COST:
        ways = sorted([*ways, *_search_readings(lines, names, rows, cuts=True)], key=lambda way: way.cost)
    return ways


def _search_readings(
    lines: list[tuple[list[str], int | None]], names: PrintedUnitNames, rows: int, *, cuts: bool
) -> list[UnitsReading]:
    """Return the readings of lines as cells of two columns, cheapest first; `cuts`: lines may be cut anywhere."""
    beam = [UnitsReading()]
    for number, (pieces, paragraph) in enumerate(lines):
        options = _list_options(pieces, names, cuts=cuts)
        remaining = len(lines) - number - 1
        following: dict[tuple[object, ...], UnitsReading] = {}
        for reading in beam:
            for option in options:
                for next_reading in _place_option(reading, option, paragraph, names):
                    if not _fits_counts(next_reading, rows, remaining):
                        continue
                    key = (next_reading.cells, next_reading.lead, next_reading.responsible)
                    if key not in following or next_reading.cost < following[key].cost:
                        following[key] = next_reading
        beam = sorted(following.values(), key=lambda way: way.cost)[:BEAM_WIDTH]
    return [
        finished
        for finished in beam
        if not finished.lead and not finished.responsible and finished.count(RESPONSIBLE) == rows
    ]


def _fits_counts(reading: UnitsReading, rows: int, lines_left: int) -> bool:
    """Return true if a reading can give one responsible cell to each row."""
    own = reading.count(RESPONSIBLE)
    return (
        own + bool(reading.responsible) <= rows <= own + bool(reading.responsible) + 2 * lines_left
        and reading.count(LEAD) <= rows
    )


def _list_options(pieces: list[str], names: PrintedUnitNames, *, cuts: bool) -> list[tuple[tuple[str, ...], float]]:
    """Return the ways to read a line, whole, in two or (`cuts`) cut anywhere, with costs."""
    text = "".join(pieces)
    if len(pieces) == 1 and names.compute_cost(text) == 0.0:
        return [((text,), 0.0)]
    out: list[tuple[tuple[str, ...], float]] = [((text,), 0.0 if len(pieces) == 1 else 3.0)]
    if len(pieces) == 2:
        out.append(((pieces[0], pieces[1]), 0.0))
        if names.compute_cost(pieces[1] + pieces[0]) == 0.0:  # the end of a cell was printed before its beginning
            out.append(((pieces[1] + pieces[0],), 1.0))
    elif cuts and len(pieces) == 1 and len(text) <= 16:
        out.extend((((text[:k], text[k:])), 1.5) for k in range(1, len(text)))
    return out


def _place_option(
    way: UnitsReading, option: tuple[tuple[str, ...], float], paragraph: int | None, names: PrintedUnitNames
) -> list[UnitsReading]:
    """Return the readings after an option goes to one or the other column."""
    pieces, cost = option
    start = replace(way, cost=way.cost + cost)
    if len(pieces) == 1:
        return [
            next_reading
            for column in (LEAD, RESPONSIBLE)
            for next_reading in _append_piece(start, column, pieces[0], paragraph, names)
        ]
    exchanged = replace(
        start, cost=start.cost + (0.0 if cost else 3.0)
    )  # parted by a space, the left one is the lead's
    return [
        next_reading
        for begin, first_column, second_column in ((start, LEAD, RESPONSIBLE), (exchanged, RESPONSIBLE, LEAD))
        for reading in _append_piece(begin, first_column, pieces[0], paragraph, names)
        for next_reading in _append_piece(reading, second_column, pieces[1], paragraph, names)
    ]


def _append_piece(
    reading: UnitsReading, column: int, piece: str, paragraph: int | None, names: PrintedUnitNames
) -> list[UnitsReading]:
    """Return the readings in which a piece ends the open cell of a column, or leaves it open."""
    open_text = reading.lead if column == LEAD else reading.responsible
    text = open_text + piece
    if open_text and names.compute_cost(piece) == 0.0 and not names.is_name_beginning(text):
        return []  # a whole name of its own begins a new cell
    if len(text) > 160:
        return []
    readings = []
    lead, responsible = (reading.lead, "") if column == RESPONSIBLE else ("", reading.responsible)
    if (price := names.compute_cost(text)) is not None:
        readings.append(
            UnitsReading(
                (*reading.cells, (column, text, paragraph)),
                lead,
                responsible,
                reading.cost + price + 0.1 * bool(open_text),
            )
        )
    if price != 0.0 and (price := names.compute_piece_cost(text)) is not None:
        lead, responsible = (reading.lead, text) if column == RESPONSIBLE else (text, reading.responsible)
        readings.append(UnitsReading(reading.cells, lead, responsible, reading.cost + price))
    return readings
