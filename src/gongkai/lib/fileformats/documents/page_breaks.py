"""Mend what a page break cuts in a table: a cell over several rows, and a row."""

import re
from collections.abc import Sequence

_Rows = tuple[tuple[str, ...], ...]
#: Least rows whose cells show that a column is never empty.
_MIN_FILLED_ROWS = 3
#: Least characters of a cell that may go on after the break.
_MIN_CONTINUED_CELL_CHARACTERS = 8
#: Cells of a row of its own, such as a total; a sentence's end.
_NUMBER_CELL_RE, _TOTAL_CELL_RE, _SENTENCE_END = (
    re.compile(r"[\d.,%％\-—/\s]+"),
    re.compile(r"[合小总共]\s*计|注[:：]"),
    tuple("。；！？.;"),
)


def join_cut_row(rows: _Rows, states: _Rows, added: _Rows, added_states: _Rows) -> tuple[_Rows, _Rows, _Rows]:
    """Return (rows before a page break, rows after it, cell states) with the cut row joined.

    Args:
        rows: the rows before the break.
        states: how their cells differ from plain text, as in `DocumentBlock`.
        added: the rows after the break; repeated heads of the table stay as they are.
        added_states: how their cells differ from plain text.
    """
    first = 0
    while first < len(added) and first < len(rows) and added[first] == rows[first]:
        first += 1
    if first == len(added) or len(rows) <= first:
        return rows, added, added_states
    if _is_rest_of_row(rows, states, added[first]):
        last = tuple(map(_join_cell, rows[-1], added[first]))
        # A cell that goes on above the cut row goes on below it, too.
        rows, added = (*rows[:-1], last), (*added[:first], *added[first + 1 :])
        states_below = added_states[first + 1 : first + 2]
        added_states = (*added_states[:first], *added_states[first + 1 :])
        if not states_below:
            return rows, added, added_states
    below, marks = [list(row) for row in added], [list(row) for row in added_states]
    leads = not any(map(_TOTAL_CELL_RE.match, added[first]))
    for at, text in enumerate(rows[-1]):
        leads = leads and not added[first][at]
        spans = marks[first][at] == "above" or (first + 1 < len(marks) and marks[first + 1][at] == "above")
        if added[first][at] or not text or not (spans or (leads and any(row[at] == "above" for row in states))):
            continue
        for place in range(first, len(below)):
            if below[place][at] or (place > first and marks[place][at] != "above"):
                break
            below[place][at], marks[place][at] = text, "above"
    return rows, tuple(map(tuple, below)), tuple(map(tuple, marks))


def _is_rest_of_row(rows: _Rows, states: _Rows, row: Sequence[str]) -> bool:
    """Return true if a row only continues unfinished texts of the row before."""
    if len(rows) < _MIN_FILLED_ROWS or any(
        _NUMBER_CELL_RE.fullmatch(cell) or _TOTAL_CELL_RE.match(cell) for cell in row if cell
    ):
        return False
    never_empty = any(
        not cell and all(one[at] for one in rows) and not any(one[at] for one in states) for at, cell in enumerate(row)
    )
    return never_empty and all(
        len(last) >= _MIN_CONTINUED_CELL_CHARACTERS and not last.endswith(_SENTENCE_END)
        for last, cell in zip(rows[-1], row, strict=True)
        if cell
    )


def _join_cell(text: str, rest: str) -> str:
    return f"{text}{' ' if text[-1:].isascii() and rest[:1].isascii() and text and rest else ''}{rest}"
