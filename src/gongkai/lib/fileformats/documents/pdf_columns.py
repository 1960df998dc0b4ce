"""Find the columns of a PDF page, so that each is read to its end before the next."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from gongkai.lib.fileformats.documents.pdf_text import Char

#: Width of the white between columns and of a column, in sizes of the text.
_MIN_GUTTER_WIDTH, _MIN_COLUMN_WIDTH = 0.85, 7
#: Distance of two lines that may be next to each other in two columns, in heights of the first.
_MAX_LINE_DISTANCE = 1.5
#: Lines that stand in both columns, and lines and gaps of a page that are compared.
_MIN_LINES, _MAX_LINES, _MAX_GAPS = 3, 300, 12
#: Share of the right column that may be drawn before the end of the left one.
_MAX_MIXED_SHARE = 0.02
_MAX_LEVELS = 4
#: Lines of a column of prose, and the share of them that are as long as the column.
_MIN_PROSE_LINES, _MIN_FULL_LINE_SHARE = 6, 0.7


class _Item(NamedTuple):
    """A character, or a table, with its box; `at` is its place in the order of drawing."""

    x0: float
    x1: float
    top: float
    bottom: float
    at: int


class _Columns(NamedTuple):
    """A gutter, the upper end of both columns and the lower end of each."""

    gutter: float
    top: float
    left_end: float
    right_end: float


_Row = list[_Item]


def split_columns(chars: Sequence[Char], level: int = 0) -> list[list[Char]]:
    """Return the characters of a page part by part, in the order of reading.

    A part is one column, or lines over the whole width. `chars` is in the order of drawing, which tells columns from
    a table without lines: a table is drawn row by row, columns one after the other. Lines full of prose are columns, too.
    """
    columns = _find_columns(chars) if level < _MAX_LEVELS else None
    if columns is None:
        return [list(chars)] if chars else []
    areas: tuple[list[Char], ...] = ([], [], [], [])
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        is_left = x < columns.gutter
        if y < columns.top:
            areas[0].append(char)
        elif y < (columns.left_end if is_left else columns.right_end):
            areas[1 if is_left else 2].append(char)
        else:
            areas[3].append(char)
    return [column for area in areas for column in split_columns(area, level + 1)]


def _find_columns(chars: Sequence[Char]) -> _Columns | None:
    """Return the columns with most lines next to a common gutter; None without any."""
    items = [
        _Item(char["x0"], char["x1"], char["top"], char["bottom"], at)
        for at, char in enumerate(chars)
        if char["text"].strip() and char["matrix"][0] > 0
    ]
    if len(items) < 4 * _MIN_LINES:
        return None
    size = median([char["size"] for char in chars if "size" in char])
    rows = _group_into_rows(items)
    best: tuple[int, float, int, float] | None = None
    for first_row in range(min(len(rows), _MAX_LINES)):
        for gap in _list_gaps(_join_with_next(rows, first_row), _MIN_GUTTER_WIDTH * size)[:_MAX_GAPS]:
            last_row, count, low, high = _follow_gap(rows, first_row, gap, _MIN_GUTTER_WIDTH * size)
            if count >= _MIN_LINES and (best is None or (count, high - low) > best[:2]):
                measured = _measure_columns(rows, first_row, last_row, (low + high) / 2, size)
                if measured is not None:
                    best, columns = (count, high - low, first_row, low), measured
    return columns if best is not None else None


def _group_into_rows(items: list[_Item]) -> list[_Row]:
    """Return the characters in rows by the middle of their height, each from left to right."""
    rows: list[_Row] = []
    limit = float("-inf")
    for item in sorted(items, key=lambda one: one.top + one.bottom):
        middle = (item.top + item.bottom) / 2
        if middle > limit:
            rows.append([])
            limit = item.bottom - 0.05 * (item.bottom - item.top)
        rows[-1].append(item)
    for row in rows:
        row.sort()
    return rows


def _join_with_next(rows: list[_Row], place: int) -> _Row:
    """Return the row at an index, joined with the next one if both overlap as columns do."""
    row = rows[place]
    if place + 1 < len(rows):
        below = rows[place + 1]
        height = max(item.bottom - item.top for item in row)
        if min(item.top for item in below) - min(item.top for item in row) < _MAX_LINE_DISTANCE * height:
            return sorted(row + below)
    return row


def _list_gaps(row: _Row, min_width: float) -> list[tuple[float, float]]:
    """Return (left, right) of the gaps in a row that are at least this wide."""
    out = []
    end = row[0].x1
    for item in row[1:]:
        if item.x0 - end >= min_width:
            out.append((end, item.x0))
        end = max(end, item.x1)
    return out


def _follow_gap(
    rows: list[_Row], first: int, gap: tuple[float, float], min_width: float
) -> tuple[int, int, float, float]:
    """Return (last row of a white gap, rows with text on both sides, its left and right edge)."""
    low, high = gap
    last, count = first, 1
    for place in range(first + 1, min(len(rows), first + _MAX_LINES)):
        inside = [item for item in rows[place] if item.x1 > low and item.x0 < high]
        edges = [low, *(edge for item in inside for edge in (item.x0, item.x1)), high]
        free = max(((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)), key=lambda one: one[1] - one[0])
        if free[1] - free[0] < min_width:
            break
        pair = _join_with_next(rows, place)
        if pair[0].x0 <= free[0] and max(item.x1 for item in pair) >= free[1]:
            last, count = place, count + 1
        low, high = free
    return last, count, low, high


def _measure_columns(rows: list[_Row], first: int, last: int, gutter: float, size: float) -> _Columns | None:
    """Return the columns on both sides of a gutter, None if they are rows of a table or narrow."""
    inside = [item for row in rows[first : last + 1] for item in row]
    left_items = [item for item in inside if item.x1 <= gutter]
    right_items = [item for item in inside if item.x0 >= gutter]
    if (
        not left_items
        or not right_items
        or any(_compute_width(side) < _MIN_COLUMN_WIDTH * size for side in (left_items, right_items))
    ):
        return None
    begin = sorted(item.at for item in right_items)[int(_MAX_MIXED_SHARE * len(right_items))]
    if sum(item.at > begin for item in left_items) > _MAX_MIXED_SHARE * len(left_items):
        is_prose = all(_is_prose(rows[first : last + 1], side, size) for side in (left_items, right_items))
        return (
            _Columns(gutter, _find_boundary_above(rows, first), *[_find_boundary_above(rows, last + 1)] * 2)
            if is_prose
            else None
        )
    end = max(item.at for item in left_items if item.at <= begin)
    left_last = last
    while left_last + 1 < len(rows) and all(item.x1 <= gutter and item.at < begin for item in rows[left_last + 1]):
        left_last += 1
    while first and all(item.x0 >= gutter and item.at > end for item in rows[first - 1]):
        first -= 1
    right_last = last
    while right_last + 1 < len(rows) and left_last == last and all(item.x0 >= gutter for item in rows[right_last + 1]):
        right_last += 1
    return _Columns(
        gutter,
        _find_boundary_above(rows, first),
        _find_boundary_above(rows, left_last + 1),
        _find_boundary_above(rows, right_last + 1),
    )


def _is_prose(rows: list[_Row], column_items: list[_Item], size: float) -> bool:
    """Return true if the lines of a column fill its width, as those of prose do."""
    own = set(column_items)
    lines = [line for row in rows if (line := [item for item in row if item in own])]
    ends = [max(item.x1 for item in line) for line in lines]
    starts = [min(item.x0 for item in line) for line in lines]
    full = sum(
        end > max(ends) - 1.5 * size and start < min(starts) + 2.5 * size
        for start, end in zip(starts, ends, strict=True)
    )
    return len(lines) >= _MIN_PROSE_LINES and full >= _MIN_FULL_LINE_SHARE * len(lines)


def _compute_width(items: list[_Item]) -> float:
    return max(item.x1 for item in items) - min(item.x0 for item in items)


def _find_boundary_above(rows: list[_Row], place: int) -> float:
    """Return the y midway between the row at an index and the one before it; ±infinity outside the rows."""
    if not 0 < place < len(rows):
        return float("inf") if place else float("-inf")
    upper_middles, lower_middles = (
        [(item.top + item.bottom) / 2 for item in rows[row_number]] for row_number in (place - 1, place)
    )
    return (max(upper_middles) + min(lower_middles)) / 2
