"""Repair tables before reading: join header rows, complete short lines. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.heads import is_head_row
from gongkai.work.notices.importing.head_contents import is_time_cell, is_unit_cell

_PRINTED_BRACKETS_TABLE = str.maketrans("〔〕", "（）")


def restore_brackets(name: str) -> str:
    """Return a joined heading (`name`) with the brackets as printed."""
    return name.translate(_PRINTED_BRACKETS_TABLE)


# Numbers of columns of task tables with merged cells.
_POSSIBLE_COLUMN_COUNTS = range(4, 11)
_LIST_NUMBER_RE = re.compile(r"\s*(?:[（(]\d{1,3}[)）]|\d{1,3}[.．、](?!\d))")
# 长期, 及时 are deadlines as dates are.
_DATELESS_DEADLINE_PATTERN = re.compile(r"长期|持续|及时|实时|随时|适时|同步|[^，。]{0,8}前")


def complete_lines(text: str) -> tuple[str, list[str]]:
    r"""Return text with complete lines, and the longest cell of each ambiguous line.

    >>> heads = "领域\t措施\t责任单位\t完成时限"
    >>> whole = "\n".join(f"教育\t{n}.公开招生计划\t市教育局\t{n}月底前" for n in (1, 2))
    >>> complete_lines(f"{heads}\n{whole}\n3.公开学区\t市教育局\t6月底前")[0].split("\n")[3]
    '\t3.公开学区\t市教育局\t6月底前'
    """
    completed, unsure = [], list[str]()
    kinds: list[str] = []
    lines = text.split("\n")
    for index, printed in enumerate(lines):
        line, cells = printed, printed.split("\t")
        if len(cells) in _POSSIBLE_COLUMN_COUNTS and is_head_row(cells):
            kinds = _find_column_kinds(lines[index + 1 :], len(cells))
        elif len(cells) == 1:
            kinds = []
        elif kinds and 1 < len(cells) < len(kinds):
            placements = _find_best_placements(tuple(map(_find_cell_kind, cells)), tuple(kinds))
            if len(placements) > 1:
                unsure.append(max(cells, key=len).strip())
            line = "\t".join(_place_cells(cells, placements[0], len(kinds))) if placements else printed
        completed.append(line)
    return "\n".join(completed), unsure


def _find_column_kinds(lines: Sequence[str], width: int) -> list[str]:
    """Return the kind of each column from complete lines; [] if fewer than two, or all, are complete."""
    table = []
    for line in lines:
        if "\t" not in line:
            break
        table.append(line.split("\t"))
    whole = [cells for cells in table if len(cells) == width]
    if len(whole) < 2 or len(whole) == len(table):
        return []
    return [_get_most_common([_find_cell_kind(cells[n]) for cells in whole]) for n in range(width)]


def _get_most_common(kinds: Sequence[str]) -> str:
    """Return the commonest kind of cells that are not blank; "" if all are."""
    printed = [kind for kind in kinds if kind] or [""]
    return max(dict.fromkeys(printed), key=printed.count)


def _find_cell_kind(cell: str) -> str:
    """Return the kind of a cell: numbered, unit, time, words, or ""."""
    text = cell.strip()
    if not text.strip("—-－–/无"):
        return ""
    if _LIST_NUMBER_RE.match(text):
        return "numbered"
    if is_unit_cell(text):
        return "unit"
    if is_time_cell(text) or _DATELESS_DEADLINE_PATTERN.match(text):
        return "time"
    return "words"


@lru_cache(maxsize=4096)
def _find_best_placements(cells: tuple[str, ...], kinds: tuple[str, ...]) -> list[tuple[int, ...]]:
    """Return the best columns for the cells in order: several if equally good, [] if none fits."""
    scores = {way: sum(_score_placement(cells, kinds, way)) for way in combinations(range(len(kinds)), len(cells))}
    best = max(scores.values())
    return [way for way, score in scores.items() if score == best] if best > 0 else []


def _score_placement(cell_kinds: Sequence[str], column_kinds: Sequence[str], columns: Sequence[int]) -> Iterator[int]:
    """Yield the score of each cell placed by `columns`: 2 in a fitting one, 0, or -1."""
    for kind, column in zip(cell_kinds, columns, strict=True):
        yield 2 if kind == column_kinds[column] else 0 if not kind else -1


def _place_cells(cells: Sequence[str], columns: Sequence[int], width: int) -> list[str]:
    """Return a line of `width` cells with these cells in the columns of `columns`."""
    placed = dict(zip(columns, cells, strict=True))
    return [placed.get(n, "") for n in range(width)]
