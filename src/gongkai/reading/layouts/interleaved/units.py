"""Pieces of units from two columns, printed into each other → whole cells, each in its column."""

import re
from dataclasses import dataclass

from gongkai.reading.words.units import ENDS_AS_UNIT, split_outside_brackets

BEAM = 400
LEAD, RESPONSIBLE = 0, 1
_LEVEL_ONLY = re.compile(r"^(?:各)?(?:省|市|州|区|县|区县|市县|乡|镇)$")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read the pieces: closed cells (column, text, paragraph), open ones, and what it cost."""

    cells: tuple[tuple[int, str, int | None], ...] = ()
    lead: str = ""
    responsible: str = ""
    cost: float = 0.0


class Names:
    """Names that the document prints whole on some line."""

    def __init__(self, lines: list[str]) -> None:
        self.text = "\n".join(line.replace(" ", "") for line in lines)
        self._known: dict[str, bool] = {}

    def price(self, cell: str) -> float | None:
        """Price of a cell: 0 where all its names are printed elsewhere, more for new ones; None where it is none."""
        names = names_of(cell)
        if not names or any(not ENDS_AS_UNIT.search(name) or len(name) < 3 for name in names):
            return None
        if re.search(
            r"(?:局|委|办|厅|部门|政府|单位)(?:市|各区县|各)", cell.replace("、", "，")
        ) and not re.search(r"政府各部门|政府有关|、", cell):
            return None
        return sum(0.0 if self._is_known(name) else 3.0 for name in names)

    def _is_known(self, name: str) -> bool:
        if name not in self._known:
            count = self.text.count(name)
            self._known[name] = count > 1 or f"\n{name}\n" in f"\n{self.text}\n"
        return self._known[name]


def names_of(cell: str) -> list[str]:
    """Names of a list, with `市、区县政府…` kept as one."""
    names: list[str] = []
    waiting = ""
    for piece in split_outside_brackets(cell, "、，"):
        if _LEVEL_ONLY.match(piece):
            waiting += piece + "、"
        else:
            names.append(waiting + piece)
            waiting = ""
    return names + ([waiting] if waiting else [])


def ways_to_read(lines: list[tuple[list[str], int | None]], names: Names) -> list[Way]:
    """Return the cheapest ways to read the pieces as whole cells of two columns, best first."""
    beam = [Way()]
    for pieces, paragraph in lines:
        options = _options(pieces)
        following: dict[tuple[object, ...], Way] = {}
        for way in beam:
            for option in options:
                for new in _placed(way, option, paragraph, names):
                    key = (new.cells, new.lead, new.responsible)
                    if key not in following or new.cost < following[key].cost:
                        following[key] = new
        beam = sorted(following.values(), key=lambda way: way.cost)[:BEAM]
        if not beam:
            return []
    return [way for way in beam if not way.lead and not way.responsible]


def _options(pieces: list[str]) -> list[tuple[tuple[str, ...], float]]:
    """Ways to take a line: as it is, or cut into pieces of two columns."""
    whole = "".join(pieces)
    out = [((whole,), 0.0 if len(pieces) == 1 else 1.0)]
    if len(pieces) == 2:
        out.append(((pieces[0], pieces[1]), 0.0))
    elif len(pieces) == 1 and len(whole) <= 24:
        out.extend((((whole[:k], whole[k:])), 1.5) for k in range(1, len(whole)))
    elif len(pieces) > 2:
        out.append((tuple(pieces), 0.0))
    return out


def _placed(
    way: Way, option: tuple[tuple[str, ...], float], paragraph: int | None, names: Names
) -> list[Way]:
    """Put the pieces of a line to the columns, each to an open cell or as a new one."""
    pieces, cost = option
    ways = [Way(way.cells, way.lead, way.responsible, way.cost + cost)]
    for number, piece in enumerate(pieces):
        new: list[Way] = []
        for one in ways:
            for column in (LEAD, RESPONSIBLE):
                if (
                    len(pieces) == 2
                    and number == 1
                    and _last_column(one, way) == column
                    and "、" not in piece
                ):
                    continue
                new.extend(_appended(one, column, piece, paragraph, names))
        ways = new
    return ways


def _last_column(now: Way, before: Way) -> int | None:
    if len(now.cells) > len(before.cells):
        return now.cells[-1][0]
    return LEAD if now.lead != before.lead else RESPONSIBLE


def _appended(way: Way, column: int, piece: str, paragraph: int | None, names: Names) -> list[Way]:
    """Append a piece to a column; a cell that is whole may be closed or stay open."""
    open_text = way.lead if column == LEAD else way.responsible
    text = open_text + piece
    if len(text) > 120:
        return []
    cost = way.cost + (0.1 if open_text else 0.0)
    out = []
    if (price := names.price(text)) is not None:
        closed = (*way.cells, (column, text, paragraph))
        out.append(
            Way(
                closed,
                "" if column == LEAD else way.lead,
                "" if column == RESPONSIBLE else way.responsible,
                cost + price,
            )
        )
    if len(text) < 90 and paragraph is None or open_text or price is None:
        out.append(
            Way(
                way.cells,
                text if column == LEAD else way.lead,
                text if column == RESPONSIBLE else way.responsible,
                cost + 0.3,
            )
        )
    return out
