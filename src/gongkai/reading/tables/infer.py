"""A table without heads: what its columns hold, told by their content. All of its rows are flagged."""

from collections.abc import Callable

from gongkai.reading.document import Grid, State
from gongkai.reading.layouts.align import is_limit, is_units
from gongkai.reading.tables.column import Column
from gongkai.reading.tables.columns import Table
from gongkai.reading.tables.heads import Role

_DOUBT = "表格没有表头，各栏含义由内容推断"
_HEADS = {
    Role.SECTION: "工作任务",
    Role.MEASURE: "工作举措",
    Role.LEAD: "牵头单位",
    Role.RESPONSIBLE: "责任单位",
}


def infer_columns(grid: Grid) -> Table | None:
    """Return the table where one column holds sentences, or stands beside one of limits, and one or two hold units; None otherwise."""
    columns = [_texts(grid, place) for place in range(grid.width)]
    lengths = [sum(map(len, texts)) for texts in columns]
    if len(grid.lines) < 2 or not 3 <= grid.width <= 9 or not any(lengths):
        return None
    measure = lengths.index(max(lengths))
    units = [n for n, texts in enumerate(columns) if n != measure and _share(texts, is_units) >= 0.8]
    ended = sum(text.endswith(("。", "；")) for text in columns[measure])
    timed = any(_share(texts, is_limit) >= 0.6 for n, texts in enumerate(columns) if n != measure)
    if not 1 <= len(units) <= 2 or (ended * 3 < 2 * len(columns[measure]) and not timed):
        return None
    roles = [Role.SECTION if n < measure else Role.EXTRA for n in range(grid.width)]
    roles[measure] = Role.MEASURE
    for place, role in zip(units, (Role.LEAD, Role.RESPONSIBLE)[2 - len(units) :], strict=True):
        roles[place] = role
    out: list[Column] = []
    for place, role in enumerate(roles):
        out.append(_column(role, columns[place], place, out))
    for line in grid.lines:
        line.doubts.append(_DOUBT)
    return Table(out, grid.lines, grid.exact)


def _column(role: Role, texts: list[str], place: int, before: list[Column]) -> Column:
    if role is Role.SECTION and not all(text.isdecimal() for text in texts):
        return Column(role, _HEADS[role], sum(column.role is role for column in before) + 1)
    if role in (Role.SECTION, Role.EXTRA):
        counts = role is Role.SECTION
        head = "序号" if counts else "完成时限" if _share(texts, is_limit) >= 0.6 else f"第{place + 1}栏"
        return Column(Role.EXTRA, head)
    return Column(role, _HEADS[role])


def _texts(grid: Grid, place: int) -> list[str]:
    cells = (line.cells[place] for line in grid.lines if place < len(line.cells))
    return [cell.text for cell in cells if cell.state is State.PRINTED and cell.text]


def _share(texts: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0
