"""A table without heads: what its columns hold, told by their content. All of its rows are flagged."""

from collections.abc import Callable

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Grid, State
from gongkai.lib.reading.layouts.align import is_limit, is_units
from gongkai.lib.reading.tables.column import Column
from gongkai.lib.reading.tables.columns import Table
from gongkai.lib.reading.tables.heads import Role

_DOUBT = "表格没有表头，各栏含义由内容推断"
_HEADS = {
    Role.SECTION: "工作任务",
    Role.MEASURE: "工作举措",
    Role.LEAD: "牵头单位",
    Role.RESPONSIBLE: "责任单位",
}


def infer_columns(grid: Grid) -> Table | None:
    """Return the table where one column holds sentences, or stands beside one of limits, and one or two hold units; None otherwise."""
    heads = _unknown_heads(grid)
    grid = Grid(grid.lines[1:], grid.exact) if heads else grid
    columns = [_texts(grid, place) for place in range(grid.width)]
    lengths = [sum(map(len, texts)) for texts in columns]
    if len(grid.lines) < 2 or not 3 <= grid.width <= 9 or not any(lengths):
        return None
    units = [n for n, texts in enumerate(columns) if _share(texts, is_units) >= 0.8 and not _ended(texts)]
    rest = [n for n in range(grid.width) if n not in units and _share(columns[n], is_limit) < 0.6]
    if not rest:
        return None
    measure = max(rest, key=lambda n: (lengths[n], -n))
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
    told = f"表头“{'、'.join(filter(None, heads))}”不认识，各栏含义由内容推断，请核对" if heads else _DOUBT
    for line in grid.lines:
        line.doubts.append(told)
    return Table(out, grid.lines, grid.exact)


def _unknown_heads(grid: Grid) -> list[str]:
    """The first line where it is short names that no rule knows, above columns that hold units or limits; empty where it is a row like the others."""
    if len(grid.lines) < 3:
        return []
    first = [cell.text for cell in grid.lines[0].cells]
    if len(first) < 3 or any(not text or len(text) > _LONGEST_HEAD or _MARKS.search(text) for text in first):
        return []
    if len(set(first)) < len(first) or len(first) != grid.width:
        return []
    below = [_texts(Grid(grid.lines[1:], grid.exact), place) for place in range(grid.width)]
    units = [_share(texts, is_units) >= 0.8 for texts in below]
    limits = [_share(texts, is_limit) >= 0.6 for texts in below]
    like_below = (
        (is_units(text) and units[n]) or (is_limit(text) and limits[n]) for n, text in enumerate(first)
    )
    if any(like_below):  # 何时办 ends like an office, but stands above limits
        return []
    told = sum(units) + sum(limits)
    return first if told >= (2 if grid.exact else 3) else []  # a typed table may begin in the middle of a row


_LONGEST_HEAD = 10
_MARKS = re.compile(r"[，。；：、\d]")


def _ended(texts: list[str]) -> bool:
    """True where most cells end like sentences."""
    return _share(texts, lambda text: text.endswith(("。", "；"))) > 0.5


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
