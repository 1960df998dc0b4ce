"""Read tables of which only the order of cells is left, by the cheapest column assignment."""

from dataclasses import replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell, over_the_width
from gongkai.lib.reading.layouts.align import COUNT_HEAD
from gongkai.lib.reading.layouts.fits import Piece, fit, piece_of
from gongkai.lib.reading.layouts.regular import regular_grid, whole_rows
from gongkai.lib.reading.tables.by_content import is_unknown, readings_of
from gongkai.lib.reading.tables.columns import heads_to_columns
from gongkai.lib.reading.tables.heads import Column, Role, assign_roles
from gongkai.lib.reading.words.numbering import Number, number_of

_IMPOSSIBLE_SCORE = -50.0


def grid_of_pieces(pieces: list[str], heads: list[str], *, levels: int | None = None, sure: bool = True) -> Grid:
    """Return the grid of a table whose cells follow each other in printed order.

    `sure` is False where nothing parted the cells and the pieces themselves were guessed.
    """
    pieces, heads = _without_outer_counts(pieces, heads)
    heads = with_count_head(pieces, heads)
    sure = sure and len(set(heads)) == len(heads)  # two columns of counts: which is which is a guess
    if sure and not levels and (regular := regular_grid(pieces, heads)):
        return regular
    if cut := _with_spread_headings(pieces, heads) or whole_rows(pieces, heads):
        return cut
    read = [piece_of(text) for text in pieces]
    depth_two = _has_items(read)
    if not depth_two and any(_is_heading(piece, 1) for piece in read):
        read = [replace(piece, inner=True) if _is_heading(piece, 2) else piece for piece in read]
    more = levels - 1 if levels else int(depth_two and assign_roles(heads).count(Role.ITEM) == 0)
    if _measures_behind_units(heads) and (points := _points_as_headings(read)):
        read, more = points, more + int(depth_two)
    columns = heads_to_columns(heads, len(heads) + more)
    score, columns, places = _best_columns(read, columns)
    finer = None if levels else _with_more_headings(read, columns, score, heads)
    if finer:
        columns, places = finer
    grid = _build_grid(read, places, columns, heads)
    if finer:
        _tell_two_columns(grid, columns)
    if any(piece.task for piece in read):
        _flag_single_units(grid, columns)
    if not sure:
        for line in grid.lines[1:]:
            line.cells = [replace(cell, guessed=True) for cell in line.cells]
    return grid


_CHINESE_COUNT = re.compile(r"[一二三四五六七八九十]{1,3}")


def _without_outer_counts(pieces: list[str], heads: list[str]) -> tuple[list[str], list[str]]:
    counts = [n for n, head in enumerate(heads) if COUNT_HEAD.search(head)]
    outer = [n for n, text in enumerate(pieces[:-1]) if _CHINESE_COUNT.fullmatch(text)]
    if len(counts) != 2 or counts[0] or not outer or assign_roles(heads)[1] is not Role.SECTION:
        return pieces, heads
    joined = {n + 1: f"{pieces[n]}、{pieces[n + 1]}" for n in outer}
    kept = [joined.get(n, text) for n, text in enumerate(pieces) if n not in outer]
    return kept, heads[1:]


def _with_spread_headings(pieces: list[str], heads: list[str]) -> Grid | None:
    if not COUNT_HEAD.search(heads[0]) or Role.SECTION in assign_roles(heads):
        return None
    numbers = [number_of(text) for text in pieces]
    above = [
        bool(number and number.depth <= 2) and len(text) <= 60 and not text.endswith("。")
        for text, number in zip(pieces, numbers, strict=True)
    ]
    if not any(above):
        return None
    lines = [Line([Cell(head) for head in heads])]
    start = 0
    for end in [*(n for n, one in enumerate(above) if one), len(pieces)]:
        if stretch := pieces[start:end]:
            lines.extend(grid_of_pieces(stretch, heads).lines[1:])
        if end < len(pieces):
            lines.append(over_the_width(pieces[end], len(heads)))
        start = end + 1
    return Grid(lines, exact=False)


def with_count_head(pieces: list[str], heads: list[str]) -> list[str]:
    """Return the headers with a count column if bare numbers count the rows."""
    counts = [int(text) for text in pieces if text.isdecimal() and len(text) <= 3]
    if any(COUNT_HEAD.search(head) for head in heads) or len(counts) < 2 or counts != sorted(counts):
        return heads
    if len(counts) == 2 and counts[1] != counts[0] + 1:
        return heads
    roles = assign_roles(heads)
    place = roles.index(Role.MEASURE) if Role.MEASURE in roles else 0
    return [*heads[:place], "序号", *heads[place:]]


def _flag_single_units(grid: Grid, columns: list[Column]) -> None:
    places = [n for n, column in enumerate(columns) if column.role in (Role.LEAD, Role.RESPONSIBLE)]
    for line in grid.lines[1:]:
        there = [n for n in places if line.cells[n].text]
        if len(places) == 2 and len(there) == 1:
            line.about.append(
                (columns[there[0]].role.value, f"只印有一栏单位，按“{columns[there[0]].head}”读取，请核对")
            )


def _measures_behind_units(heads: list[str]) -> bool:
    roles = assign_roles(heads)
    units = [roles.index(role) for role in (Role.LEAD, Role.RESPONSIBLE) if role in roles]
    return Role.SECTION in roles and Role.MEASURE in roles and bool(units) and max(units) < roles.index(Role.MEASURE)


def _points_as_headings(pieces: list[Piece]) -> list[Piece] | None:
    found = {
        n
        for n, (one, below) in enumerate(pairwise(pieces))
        if one.number and one.number.depth == 3 and not one.sentence and not one.orders and below.units
    }
    points = sum(bool(piece.number and piece.number.depth == 3) for piece in pieces)
    if len(found) < 2 or len(found) * 5 < points * 4:
        return None
    return [
        replace(one, number=replace(one.number, depth=2), task=True) if n in found and one.number else one
        for n, one in enumerate(pieces)
    ]


def _is_heading(piece: Piece, depth: int) -> bool:
    return bool(piece.number and piece.number.depth == depth and not piece.orders)


def _has_items(pieces: list[Piece]) -> bool:
    firsts = [n for n, piece in enumerate(pieces) if _is_heading(piece, 1)]
    followed = sum(n + 1 < len(pieces) and _is_heading(pieces[n + 1], 2) for n in firsts)
    any_items = any(_is_heading(piece, 2) for piece in pieces)
    return followed * 2 >= len(firsts) if firsts else any_items


#: So much better must the pieces fit before a column of headings is taken for two; where one does, they fit no better at all.
_MIN_IMPROVEMENT = 0.5
_TWO_COLUMNS_DOUBT = "“{}”之下像是两栏，按两级标题读取，请核对"


def _with_more_headings(
    pieces: list[Piece], columns: list[Column], score: float, heads: list[str]
) -> tuple[list[Column], list[int]] | None:
    if sum(column.role is Role.SECTION for column in columns) != 1:
        return None
    better, wider, places = _best_columns(pieces, heads_to_columns(heads, len(columns) + 1))
    place = next(n for n, column in enumerate(wider) if column.role is Role.SECTION)
    both = any(up == place and down == place + 1 for up, down in pairwise(places))
    return (wider, places) if both and better >= score + _MIN_IMPROVEMENT else None


def _tell_two_columns(grid: Grid, columns: list[Column]) -> None:
    place = next(n for n, column in enumerate(columns) if column.role is Role.SECTION)
    two = _TWO_COLUMNS_DOUBT.format(columns[place].head)
    counts = next((n for n, column in enumerate(columns[:place]) if COUNT_HEAD.search(column.head)), None)
    for line in grid.lines[1:]:
        line.about.append(("item", two))
        first, second = line.cells[place : place + 2]
        if not first.text or second.text:
            continue
        if counts is not None and not line.cells[counts].text:
            line.cells[place : place + 2] = [second, first]
        else:
            line.cells[place + 1] = Cell("", State.NONE)


def _best_columns(pieces: list[Piece], columns: list[Column]) -> tuple[float, list[Column], list[int]]:
    ways = [columns]
    for place in [n for n, column in enumerate(columns) if is_unknown(column)][:3]:
        ways = [made for way in ways for made in readings_of(way, place)]
    scored = [(*_find_best_assignment(pieces, way), way) for way in ways]
    score, places, best = max(scored, key=lambda one: one[0])
    return score, best, places


def _find_best_assignment(pieces: list[Piece], columns: list[Column]) -> tuple[float, list[int]]:
    if not pieces:
        return 0.0, []
    scores = [fit(pieces[0], column) + _skip_cost(columns, -1, place) for place, column in enumerate(columns)]
    back: list[list[int]] = []
    for above, piece in pairwise(pieces):
        fits = [fit(piece, column) for column in columns]
        best, steps = [], []
        for place in range(len(columns)):
            ways = [scores[old] + _transition_cost(columns, old, place, above, piece) for old in range(len(columns))]
            top = max(range(len(columns)), key=ways.__getitem__)
            best.append(ways[top] + fits[place])
            steps.append(top)
        scores = best
        back.append(steps)
    place = max(range(len(columns)), key=scores.__getitem__)
    total = scores[place]
    places = [place]
    for steps in reversed(back):
        place = steps[place]
        places.append(place)
    return total, places[::-1]


def _transition_cost(columns: list[Column], old: int, new: int, above: Piece, piece: Piece) -> float:
    if new > old:
        return _skip_cost(columns, old, new)
    next_row = _skip_cost(columns, old, len(columns)) + _skip_cost(columns, -1, new)
    if new < old:
        return next_row
    return max(next_row, _continuation_cost(columns[old], above, piece, counted=_counted(columns)))


def _counted(columns: list[Column]) -> bool:
    units = [n for n, column in enumerate(columns) if column.role in (Role.LEAD, Role.RESPONSIBLE)]
    last = len(units) == 1 or (bool(units) and any(column.role is Role.MEASURE for column in columns[max(units) :]))
    return bool(columns) and (bool(COUNT_HEAD.search(columns[0].head)) or last)


def _continuation_cost(column: Column, above: Piece, piece: Piece, *, counted: bool) -> float:
    if column.role is Role.MEASURE:
        if counts_on(above.number, piece.number) or (piece.inner and above.number):
            return 0.0
        again = above.number and piece.number and piece.number.depth == above.number.depth
        alone = above.number is None and piece.number is None and above.sentence and piece.sentence
        return -12.0 if again or alone else -5.0  # a list that begins again, and a second sentence, are another cell
    if column.role in (Role.LEAD, Role.RESPONSIBLE):
        on = above.text.rstrip().endswith(("、", "，")) or (counted and above.units and piece.units)
        return -1.0 if on else _IMPOSSIBLE_SCORE
    if piece.number and piece.number.depth <= 2:
        return _IMPOSSIBLE_SCORE  # a numbered heading begins a cell
    return -6.0


def counts_on(above: Number | None, number: Number | None) -> bool:
    """Return whether a paragraph continues the list of the one above."""
    if number is None:
        return False
    if above is None:
        return number.value == 1
    if number.depth == above.depth:
        return number.value == above.value + 1
    return (number.depth > above.depth and number.value == 1) or (number.depth < above.depth and number.depth >= 3)


def _skip_cost(columns: list[Column], old: int, new: int) -> float:
    prices = {
        Role.SECTION: 0.0,
        Role.MEASURE: -9.0,
        Role.LEAD: -2.5,
        Role.RESPONSIBLE: -2.6,
        Role.EXTRA: -1.0,
    }
    skipped = columns[old + 1 : new]
    if not _counted_right_of_measure(columns):
        return sum(prices[column.role] for column in skipped)
    prices[Role.MEASURE] = -1.0  # merged over the rows counted there, of which none goes without its count
    return sum(-7.0 if COUNT_HEAD.search(column.head) else prices[column.role] for column in skipped)


def _counted_right_of_measure(columns: list[Column]) -> bool:
    measure = next((n for n, column in enumerate(columns) if column.role is Role.MEASURE), len(columns))
    return any(COUNT_HEAD.search(column.head) for column in columns[measure + 1 :])


def _build_grid(pieces: list[Piece], places: list[int], columns: list[Column], heads: list[str]) -> Grid:
    lines = [Line([Cell(head) for head in heads])]
    old = len(columns)
    for n, (piece, place) in enumerate(zip(pieces, places, strict=True)):
        same = place == old and n > 0 and _is_same_cell(columns[place], pieces[n - 1], piece, columns)
        if place < old or (place == old and not same):
            lines.append(Line([Cell("", State.COVERED, guessed=True) for _ in columns]))
        cell = lines[-1].cells[place]
        text = f"{cell.text}\n{piece.text}" if same else piece.text
        lines[-1].cells[place] = make_cell(text)
        if same and piece.units and (doubt := "单位分几行印出，按同一格读取，请核对") not in lines[-1].doubts:
            lines[-1].doubts.append(doubt)
        if piece.units and _takes_no_units(columns[place]):
            told = f"“{piece.text[:20]}”像是单位，按次序放在“{columns[place].head}”栏，请核对"
            lines[-1].about.append(("responsible", told))
        old = place
    return Grid(lines, exact=False)


def _takes_no_units(column: Column) -> bool:
    return column.role in (Role.MEASURE, Role.EXTRA)


def _is_same_cell(column: Column, above: Piece, piece: Piece, columns: list[Column]) -> bool:
    place = columns.index(column)
    next_row = _skip_cost(columns, place, len(columns)) + _skip_cost(columns, -1, place)
    return _continuation_cost(column, above, piece, counted=_counted(columns)) >= next_row
