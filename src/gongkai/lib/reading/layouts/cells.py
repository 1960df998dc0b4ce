"""Read tables of which only the order of cells is left, by the cheapest column assignment."""

from dataclasses import replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, make_cell, make_full_width_line
from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN
from gongkai.lib.reading.layouts.extent import TextPiece, make_piece, score_fit
from gongkai.lib.reading.layouts.regular import read_regular_grid, read_whole_rows
from gongkai.lib.reading.tables.by_content import has_unknown_head, list_column_readings
from gongkai.lib.reading.tables.columns import make_columns
from gongkai.lib.reading.tables.heads import ColumnRole, TableColumn, assign_roles
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number

_IMPOSSIBLE_SCORE = -50.0


def make_grid_from_pieces(pieces: list[str], heads: list[str], *, is_certain: bool = True) -> Grid:
    """Return the grid of a table of which only the cells in printed order are known.

    `is_certain` is false if no separators divided the cells, so that the pieces are guesses.
    """
    pieces, heads = _remove_outer_serial_numbers(pieces, heads)
    heads = add_serial_number_head(pieces, heads)
    is_certain = is_certain and len(set(heads)) == len(heads)  # two columns of counts: which is which is a guess
    if is_certain and (regular := read_regular_grid(pieces, heads)):
        return regular
    if cut := _read_spread_headings(pieces, heads) or read_whole_rows(pieces, heads):
        return cut
    read = [make_piece(text) for text in pieces]
    depth_two = _has_items(read)
    if not depth_two and any(_is_heading(piece, 1) for piece in read):
        read = [replace(piece, inner=True) if _is_heading(piece, 2) else piece for piece in read]
    more = int(depth_two and assign_roles(heads).count(ColumnRole.ITEM) == 0)
    if _has_measures_after_units(heads) and (points := _convert_points_to_headings(read)):
        read, more = points, more + int(depth_two)
    columns = make_columns(heads, len(heads) + more)
    score, columns, places = _find_best_columns(read, columns)
    finer = _try_more_headings(read, columns, score, heads)
    if finer:
        columns, places = finer
    grid = _build_grid(read, places, columns, heads)
    if finer:
        _record_two_columns(grid, columns)
    if any(piece.task for piece in read):
        _flag_single_units(grid, columns)
    if not is_certain:
        for line in grid.lines[1:]:
            line.cells = [replace(cell, guessed=True) for cell in line.cells]
    return grid


_CHINESE_COUNT_RE = re.compile(r"[一二三四五六七八九十]{1,3}")


def _remove_outer_serial_numbers(pieces: list[str], heads: list[str]) -> tuple[list[str], list[str]]:
    """Return (pieces, heads) of a table with two columns of serial numbers: the outer ones join the section names."""
    counts = [n for n, head in enumerate(heads) if SERIAL_NUMBER_HEAD_PATTERN.search(head)]
    outer = [n for n, text in enumerate(pieces[:-1]) if _CHINESE_COUNT_RE.fullmatch(text)]
    if len(counts) != 2 or counts[0] or not outer or assign_roles(heads)[1] is not ColumnRole.SECTION:
        return pieces, heads
    joined = {n + 1: f"{pieces[n]}、{pieces[n + 1]}" for n in outer}
    joined_pieces = [joined.get(n, text) for n, text in enumerate(pieces) if n not in outer]
    return joined_pieces, heads[1:]


def _read_spread_headings(pieces: list[str], heads: list[str]) -> Grid | None:
    """Return the grid of pieces between full-width headings, or None."""
    if not SERIAL_NUMBER_HEAD_PATTERN.search(heads[0]) or ColumnRole.SECTION in assign_roles(heads):
        return None
    numbers = [find_number(text) for text in pieces]
    is_spread_heading = [
        bool(number and number.depth <= 2) and len(text) <= 60 and not text.endswith("。")
        for text, number in zip(pieces, numbers, strict=True)
    ]
    if not any(is_spread_heading):
        return None
    lines = [GridLine([GridCell(head) for head in heads])]
    start = 0
    for end in [*(n for n, is_heading in enumerate(is_spread_heading) if is_heading), len(pieces)]:
        if stretch := pieces[start:end]:
            lines.extend(make_grid_from_pieces(stretch, heads).lines[1:])
        if end < len(pieces):
            lines.append(make_full_width_line(pieces[end], len(heads)))
        start = end + 1
    return Grid(lines, exact=False)


def add_serial_number_head(pieces: list[str], heads: list[str]) -> list[str]:
    """Return the headers, with 序号 inserted if ascending bare numbers among the pieces number the rows."""
    counts = [int(text) for text in pieces if text.isdecimal() and len(text) <= 3]
    if any(SERIAL_NUMBER_HEAD_PATTERN.search(head) for head in heads) or len(counts) < 2 or counts != sorted(counts):
        return heads
    if len(counts) == 2 and counts[1] != counts[0] + 1:
        return heads
    roles = assign_roles(heads)
    place = roles.index(ColumnRole.MEASURE) if ColumnRole.MEASURE in roles else 0
    return [*heads[:place], "序号", *heads[place:]]


def _flag_single_units(grid: Grid, columns: list[TableColumn]) -> None:
    """Note a doubt on lines that name units in one of two unit columns only."""
    places = [n for n, column in enumerate(columns) if column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)]
    for line in grid.lines[1:]:
        filled = [n for n in places if line.cells[n].text]
        if len(places) == 2 and len(filled) == 1:
            line.about.append(
                (columns[filled[0]].role.value, f"只印有一栏单位，按“{columns[filled[0]].head}”读取，请核对")
            )


def _has_measures_after_units(heads: list[str]) -> bool:
    """Return true if the columns are section, units, measure in this order."""
    roles = assign_roles(heads)
    units = [roles.index(role) for role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE) if role in roles]
    return (
        ColumnRole.SECTION in roles
        and ColumnRole.MEASURE in roles
        and bool(units)
        and max(units) < roles.index(ColumnRole.MEASURE)
    )


def _convert_points_to_headings(pieces: list[TextPiece]) -> list[TextPiece] | None:
    """Return the pieces with points as headings if units follow most of them, else None."""
    point_places = {
        n
        for n, (piece, next_piece) in enumerate(pairwise(pieces))
        if piece.number and piece.number.depth == 3 and not piece.sentence and not piece.orders and next_piece.units
    }
    points = sum(bool(piece.number and piece.number.depth == 3) for piece in pieces)
    if len(point_places) < 2 or len(point_places) * 5 < points * 4:
        return None
    return [
        replace(piece, number=replace(piece.number, depth=2), task=True)
        if n in point_places and piece.number
        else piece
        for n, piece in enumerate(pieces)
    ]


def _is_heading(piece: TextPiece, depth: int) -> bool:
    return bool(piece.number and piece.number.depth == depth and not piece.orders)


def _has_items(pieces: list[TextPiece]) -> bool:
    """Return true if numbered items follow headings, or occur without any, in the pieces."""
    firsts = [n for n, piece in enumerate(pieces) if _is_heading(piece, 1)]
    followed = sum(n + 1 < len(pieces) and _is_heading(pieces[n + 1], 2) for n in firsts)
    any_items = any(_is_heading(piece, 2) for piece in pieces)
    return followed * 2 >= len(firsts) if firsts else any_items


#: Minimum gain of the score by which a column of headings is read as two; where it is one, there is no gain at all.
_MIN_IMPROVEMENT = 0.5
_TWO_COLUMNS_DOUBT = "“{}”之下像是两栏，按两级标题读取，请核对"


def _try_more_headings(
    pieces: list[TextPiece], columns: list[TableColumn], score: float, heads: list[str]
) -> tuple[list[TableColumn], list[int]] | None:
    """Return (columns, column of each piece) with a second section, or None if worse."""
    if sum(column.role is ColumnRole.SECTION for column in columns) != 1:
        return None
    better, wider, places = _find_best_columns(pieces, make_columns(heads, len(columns) + 1))
    place = next(n for n, column in enumerate(wider) if column.role is ColumnRole.SECTION)
    both = any(up == place and down == place + 1 for up, down in pairwise(places))
    return (wider, places) if both and better >= score + _MIN_IMPROVEMENT else None


def _record_two_columns(grid: Grid, columns: list[TableColumn]) -> None:
    """Note on each line that one head covers two columns, and move a single cell into the right one of them."""
    place = next(n for n, column in enumerate(columns) if column.role is ColumnRole.SECTION)
    two = _TWO_COLUMNS_DOUBT.format(columns[place].head)
    counts = next(
        (n for n, column in enumerate(columns[:place]) if SERIAL_NUMBER_HEAD_PATTERN.search(column.head)), None
    )
    for line in grid.lines[1:]:
        line.about.append(("item", two))
        upper_cell, lower_cell = line.cells[place : place + 2]
        if not upper_cell.text or lower_cell.text:
            continue
        if counts is not None and not line.cells[counts].text:
            line.cells[place : place + 2] = [lower_cell, upper_cell]
        else:
            line.cells[place + 1] = GridCell("", CellState.NONE)


def _find_best_columns(
    pieces: list[TextPiece], columns: list[TableColumn]
) -> tuple[float, list[TableColumn], list[int]]:
    """Return (best score, reading of unknown heads, column of each piece)."""
    readings = [columns]
    for place in [n for n, column in enumerate(columns) if has_unknown_head(column)][:3]:
        readings = [column_reading for reading in readings for column_reading in list_column_readings(reading, place)]
    scored = [(*_find_best_assignment(pieces, reading), reading) for reading in readings]
    score, places, best = max(scored, key=lambda one: one[0])
    return score, best, places


def _find_best_assignment(pieces: list[TextPiece], columns: list[TableColumn]) -> tuple[float, list[int]]:
    """Return the score and the columns of the pieces that fit best in their order (Viterbi)."""
    if not pieces:
        return 0.0, []
    scores = [score_fit(pieces[0], column) + _skip_cost(columns, -1, place) for place, column in enumerate(columns)]
    steps_by_piece: list[list[int]] = []
    for previous_piece, piece in pairwise(pieces):
        fits = [score_fit(piece, column) for column in columns]
        best, steps = [], []
        for place in range(len(columns)):
            totals = [
                scores[previous_place] + _compute_transition_cost(columns, previous_place, place, previous_piece, piece)
                for previous_place in range(len(columns))
            ]
            top = max(range(len(columns)), key=totals.__getitem__)
            best.append(totals[top] + fits[place])
            steps.append(top)
        scores = best
        steps_by_piece.append(steps)
    place = max(range(len(columns)), key=scores.__getitem__)
    total = scores[place]
    places = [place]
    for steps in reversed(steps_by_piece):
        place = steps[place]
        places.append(place)
    return total, places[::-1]


def _compute_transition_cost(
    columns: list[TableColumn], old: int, new: int, previous_piece: TextPiece, piece: TextPiece
) -> float:
    """Return the cost (at most 0) of going from column `old` to `new` with the next piece."""
    if new > old:
        return _skip_cost(columns, old, new)
    next_row = _skip_cost(columns, old, len(columns)) + _skip_cost(columns, -1, new)
    if new < old:
        return next_row
    return max(next_row, _score_continuation(columns[old], previous_piece, piece, counted=_are_rows_marked(columns)))


def _are_rows_marked(columns: list[TableColumn]) -> bool:
    """Return true if rows are numbered or end with a column of units."""
    units = [n for n, column in enumerate(columns) if column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)]
    last = len(units) == 1 or (
        bool(units) and any(column.role is ColumnRole.MEASURE for column in columns[max(units) :])
    )
    return bool(columns) and (bool(SERIAL_NUMBER_HEAD_PATTERN.search(columns[0].head)) or last)


def _score_continuation(column: TableColumn, above: TextPiece, piece: TextPiece, *, counted: bool) -> float:
    """Return the score (≤ 0) of a piece as the continuation of the cell above.

    `counted`: rows are numbered or end with units, so that units after units continue the cell.
    """
    if column.role is ColumnRole.MEASURE:
        if is_list_continuation(above.number, piece.number) or (piece.inner and above.number):
            return 0.0
        is_new_point = above.number and piece.number and piece.number.depth == above.number.depth
        is_second_sentence = above.number is None and piece.number is None and above.sentence and piece.sentence
        return (
            -12.0 if is_new_point or is_second_sentence else -5.0
        )  # a list that begins again, and a second sentence, are another cell
    if column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE):
        is_continued = above.text.rstrip().endswith(("、", "，")) or (counted and above.units and piece.units)
        return -1.0 if is_continued else _IMPOSSIBLE_SCORE
    if piece.number and piece.number.depth <= 2:
        return _IMPOSSIBLE_SCORE  # a numbered heading begins a cell
    return -6.0


def is_list_continuation(above: ParagraphNumber | None, number: ParagraphNumber | None) -> bool:
    """Return true if a paragraph continues the list of the one above."""
    if number is None:
        return False
    if above is None:
        return number.value == 1
    if number.depth == above.depth:
        return number.value == above.value + 1
    return (number.depth > above.depth and number.value == 1) or (number.depth < above.depth and number.depth >= 3)


def _skip_cost(columns: list[TableColumn], old: int, new: int) -> float:
    """Return the cost (at most 0) of leaving the columns between `old` and `new` empty."""
    prices = {
        ColumnRole.SECTION: 0.0,
        ColumnRole.MEASURE: -9.0,
        ColumnRole.LEAD: -2.5,
        ColumnRole.RESPONSIBLE: -2.6,
        ColumnRole.EXTRA: -1.0,
    }
    skipped = columns[old + 1 : new]
    if not _has_count_column_after_measure(columns):
        return sum(prices[column.role] for column in skipped)
    prices[ColumnRole.MEASURE] = -1.0  # merged over the rows counted there, of which none goes without its count
    return sum(-7.0 if SERIAL_NUMBER_HEAD_PATTERN.search(column.head) else prices[column.role] for column in skipped)


def _has_count_column_after_measure(columns: list[TableColumn]) -> bool:
    measure = next((n for n, column in enumerate(columns) if column.role is ColumnRole.MEASURE), len(columns))
    return any(SERIAL_NUMBER_HEAD_PATTERN.search(column.head) for column in columns[measure + 1 :])


def _build_grid(
    pieces: list[TextPiece], columns_of_pieces: list[int], columns: list[TableColumn], heads: list[str]
) -> Grid:
    """Return the grid of pieces placed in columns; a step back begins a new line."""
    lines = [GridLine([GridCell(head) for head in heads])]
    previous_place = len(columns)
    for n, (piece, place) in enumerate(zip(pieces, columns_of_pieces, strict=True)):
        is_same_cell = (
            place == previous_place and n > 0 and _is_same_cell(columns[place], pieces[n - 1], piece, columns)
        )
        if place < previous_place or (place == previous_place and not is_same_cell):
            lines.append(GridLine([GridCell("", CellState.COVERED, guessed=True) for _ in columns]))
        cell = lines[-1].cells[place]
        text = f"{cell.text}\n{piece.text}" if is_same_cell else piece.text
        lines[-1].cells[place] = make_cell(text)
        if is_same_cell and piece.units and (doubt := "单位分几行印出，按同一格读取，请核对") not in lines[-1].doubts:
            lines[-1].doubts.append(doubt)
        if piece.units and columns[place].role in (ColumnRole.MEASURE, ColumnRole.EXTRA):
            question = f"“{piece.text[:20]}”像是单位，按次序放在“{columns[place].head}”栏，请核对"
            lines[-1].about.append(("responsible", question))
        previous_place = place
    return Grid(lines, exact=False)


def _is_same_cell(column: TableColumn, previous_piece: TextPiece, piece: TextPiece, columns: list[TableColumn]) -> bool:
    """Return true if a piece more likely continues a cell than begins a row."""
    place = columns.index(column)
    next_row = _skip_cost(columns, place, len(columns)) + _skip_cost(columns, -1, place)
    return _score_continuation(column, previous_piece, piece, counted=_are_rows_marked(columns)) >= next_row
