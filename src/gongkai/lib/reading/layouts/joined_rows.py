"""Rows of a table parted by bars that were printed over several lines: put together by their number of bars."""

import re
from itertools import pairwise

from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.reading.tables.sideways import is_table_head

_LEAST_BARS = 3
#: No row is printed over more lines.
_MOST_LINES = 80
#: No cell breaks into more, where nothing says how many cells its row has.
_MOST_TORN = 12
#: A cell's own line break, as the readers of rows take it.
_BREAK = "<br>"


def with_whole_rows(lines: list[str]) -> list[str]:
    """Return the lines with each row of the table on one line, its second line of heads worked into the first.

    Pages that were saved as text keep a cell's paragraphs as lines, leave out what merged cells cover and put as many
    bars behind the row: `1 |`, `机构概况 |`, `医院基本信息 | 15个工作日内 |` is one row of four columns. Only where each row
    comes to the number of bars of the heads right at the end of a line; otherwise the lines stay as they are.
    """
    lines = _heads_on_one_line(lines)
    start = next((n for n in range(len(lines)) if _are_heads(lines, n)), None)
    if start is None:
        return lines
    width = lines[start].count("|")
    end = max(n for n, line in enumerate(lines) if "|" in line) + 1
    rows = _rows(lines[start:end], width)
    if rows is None:
        return [*lines[:start], *_torn_lines_together(lines[start:end]), *lines[end:]]
    if len(rows) < 3:
        return lines
    heads = _under_one_head(rows[0], rows[1], width)
    if len(rows) == end - start and not heads:
        return lines
    before = [_title(line, width) for line in lines[:start]]
    return [*before, *([heads, *rows[2:]] if heads else rows), *lines[end:]]


def _heads_on_one_line(lines: list[str]) -> list[str]:
    """`工作任务 | 具体要求` above `| 责任单位 |` is one line of heads."""
    for place, (line, below) in enumerate(pairwise(lines)):
        above = line.strip()
        torn = "|" in above and not above.endswith("|") and below.strip().startswith("|")
        if torn and is_table_head(_cells(f"{line}{below}")):
            return [*lines[:place], f"{above} {below.strip()}", *lines[place + 2 :]]
    return lines


def _are_heads(lines: list[str], place: int) -> bool:
    text = lines[place].strip()
    bars = text.count("|")
    if not text.endswith("|") or bars < _LEAST_BARS:
        return False
    below = lines[place + 1] if place + 1 < len(lines) else ""
    return is_table_head(_cells(text)) or is_table_head(_cells(_under_one_head(text, below, bars)))


def _cells(line: str) -> list[str]:
    return [cell for cell in map(str.strip, line.split("|")) if cell]


def _rows(lines: list[str], width: int) -> list[str] | None:
    rows: list[str] = []
    row, printed = "", 0
    for line in filter(None, map(str.strip, lines)):
        printed = printed + 1 if row else 1
        if printed > _MOST_LINES:
            return None
        row = f"{row}{_BREAK if row and not row.endswith('|') and line != '|' else ' ' if row else ''}{line}"
        bars = row.count("|")
        if bars > width or (bars == width and not row.endswith("|")):
            return None
        if bars == width:
            rows.append(row)
            row = ""
    if row and not row.endswith("|"):
        return None
    return [*rows, row + "|" * (width - row.count("|"))] if row else rows  # cut off before its end


def _torn_lines_together(lines: list[str]) -> list[str]:
    """Where rows that leave out merged cells end in a bar, a line with bars that does not goes on in the next ones."""
    out: list[str] = []
    torn = 0
    for line in map(str.strip, lines):
        if torn and line:
            out[-1] += f"{_BREAK}{line}"
        else:
            out.append(line)
        open_row = "|" in out[-1] and not out[-1].endswith("|")
        torn = torn + 1 if open_row else 0
        if torn > _MOST_TORN:
            return lines
    return lines if torn else out


def _under_one_head(first: str, second: str, width: int) -> str:
    """Heads whose last one spans the heads printed below it; empty where the second row is none of heads."""
    above, below = _cells(first), _cells(second)
    if len(below) < 2 or not all(map(is_head, below)) or len(above) - 1 + len(below) != width:
        return ""
    return " | ".join([*above[:-1], *below]) + " |"


def _title(line: str, width: int) -> str:
    """A title in a cell over the whole width, without the bars behind it."""
    text = line.strip()
    return re.sub(r"[|\s]+$", "", text) if text.count("|") == width and len(_cells(text)) == 1 else line
