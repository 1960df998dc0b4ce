"""A table drawn with blanks: cells begin below their heads, counted in widths of print (a Chinese character is two wide)."""

import unicodedata
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Block, Cell, Grid, Line, Paragraph, State, make_cell, over_the_width
from gongkai.lib.reading.layouts.align import COUNT_HEAD
from gongkai.lib.reading.layouts.drawn import PAGE_MARK
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD, Role, assign, is_head_row
from gongkai.lib.reading.words.numbering import number_of

_PIECE = re.compile(r"\S+(?: \S+)*")
#: Characters that are two wide (Unicode East Asian Width); quotes (A) are in some fonts and not in others.
_WIDE = frozenset("WF")
#: A cell may stand so far from where its head begins.
_SLACK = 1
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    at: int
    text: str


def blocks_by_width(lines: list[str]) -> list[Block] | None:
    """Return the table and what stands around it; None where any row with gaps does not stand below the heads."""
    return _blocks(lines, _WIDE) or _blocks(lines, _WIDE | {"A"})


def _blocks(lines: list[str], wide: frozenset[str]) -> list[Block] | None:
    start, heads = next(
        ((n, found) for n, line in enumerate(lines) if (found := _heads(line, wide))), (len(lines), [])
    )
    texts = [head.text for head in heads]
    body = [_pieces(line, wide) for line in lines[start + 1 :]]
    body = [[] if _is_between_pages(pieces, texts) else pieces for pieces in body]
    last = max((n for n, pieces in enumerate(body) if len(pieces) >= 2), default=-1)
    while 0 <= last < len(body) - 1 and _is_rest(body[last + 1], heads):
        last += 1
    rows = [_laid(pieces, heads) for pieces in body[: last + 1]]
    if sum(row is not None and len(row) >= 2 for row in rows) < _LEAST_ROWS or None in rows:
        return None
    grid = Grid([Line([Cell(text) for text in texts])], exact=False)
    for row in rows:
        if row:
            _add(row, grid, texts)
    for line in grid.lines[1:]:
        _say_none(line, texts)
    before, after = lines[:start], lines[start + last + 2 :]
    return [*_paragraphs(before), grid, *_paragraphs(after)]


def _is_rest(pieces: list[_Piece], heads: list[_Piece]) -> bool:
    """One piece below a head behind the first: the last row's cell goes on."""
    return len(pieces) == 1 and any(abs(head.at - pieces[0].at) <= _SLACK for head in heads[1:])


def _is_between_pages(pieces: list[_Piece], heads: list[str]) -> bool:
    """True for a page's number, and for the heads printed again on the next page."""
    texts = [piece.text for piece in pieces]
    return texts == heads or bool(texts and PAGE_MARK.fullmatch(" ".join(texts)))


def _paragraphs(lines: list[str]) -> list[Paragraph]:
    return [Paragraph(line) for line in lines if line.strip()]


def _width(text: str, wide: frozenset[str]) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in wide else 1 for char in text)


def _pieces(line: str, wide: frozenset[str]) -> list[_Piece]:
    """The words of a line that two blanks or a wide one part, and where each begins."""
    return [_Piece(_width(line[: match.start()], wide), match[0]) for match in _PIECE.finditer(line)]


def _heads(line: str, wide: frozenset[str]) -> list[_Piece]:
    pieces = _pieces(line, wide)
    texts = [piece.text for piece in pieces]
    return pieces if len(pieces) >= 3 and len(set(texts)) == len(texts) and is_head_row(texts) else []


def _laid(pieces: list[_Piece], heads: list[_Piece]) -> dict[int, str] | None:
    """The column of each piece: that whose head begins there; in order where a row is full. None where it stands below no head."""
    if len(pieces) == len(heads):
        return {n: piece.text for n, piece in enumerate(pieces)}
    found: dict[int, str] = {}
    for piece in pieces:
        place = next((n for n, head in enumerate(heads) if abs(head.at - piece.at) <= _SLACK), None)
        if place is None or place in found:
            return None
        found[place] = piece.text
    return found


def _add(row: dict[int, str], grid: Grid, heads: list[str]) -> None:
    """A row of its own, a heading over the width, or more lines of the cells above."""
    above = grid.lines[-1]
    if len(row) == 1 and 0 in row:
        number = number_of(row[0])
        if (number and number.depth <= 2) or COUNT_HEAD.search(heads[0]):
            grid.lines.append(over_the_width(row[0], len(heads)))
            return
    if len(grid.lines) > 1 and _goes_on(row, heads, above):
        for place, text in row.items():
            cell = above.cells[place]
            above.cells[place] = make_cell(cell.text + text)
        if (doubt := "一格分几行印出，按位置接到上一行，请核对") not in above.doubts:
            above.doubts.append(doubt)
        return
    grid.lines.append(Line([make_cell(row.get(n, "")) for n in range(len(heads))]))


def _goes_on(row: dict[int, str], heads: list[str], above: Line) -> bool:
    """Nothing stands in the first column, and neither units nor a limit begin a row: the line goes on cells of the one above."""
    if 0 in row or above.cells[-1].state is State.LEFT:
        return False
    if COUNT_HEAD.search(heads[0]):
        return True
    roles = assign(heads)
    begins = [
        n
        for n, role in enumerate(roles)
        if role in (Role.LEAD, Role.RESPONSIBLE) or DEADLINE_HEAD.search(heads[n])
    ]
    return not any(n in row for n in begins)


def _say_none(line: Line, heads: list[str]) -> None:
    """Of two columns of units one is printed: the other names none; a merged cell would reach over both."""
    units = [n for n, role in enumerate(assign(heads)) if role in (Role.LEAD, Role.RESPONSIBLE)]
    if any(line.cells[n].text for n in units):
        for n in units:
            if line.cells[n].state is State.EMPTY:
                line.cells[n] = Cell("", State.NONE)
