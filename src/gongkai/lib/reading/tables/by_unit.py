"""Tables of a row for each unit, with what it leads in one column and what it helps with in another: turned into one task a row."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State
from gongkai.lib.reading.tables.heads import bare_head, is_head
from gongkai.lib.reading.words.numbering import split_inline, without_number
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT

_UNIT = re.compile(r"(?:责任|承担|有关|相关)?(?:单位|部门|科室|处室|股室)(?:名称)?")
_OF_TASKS = r"(?:的)?(?:工作)?(?:任务|事项|工作|内容|职责)"
_LEADS = re.compile(rf"(?:牵头|主办|主责|主要负责)(?:负责)?{_OF_TASKS}")
_HELPS = re.compile(rf"(?:配合|协办|参与|协助)(?:负责)?{_OF_TASKS}")
#: Heads of such tables: their words are in no row, their tasks are.
TASKS_OF_UNITS = re.compile(rf"{_LEADS.pattern}|{_HELPS.pattern}")
_TOLD = "一行一个单位的表已按任务重排：牵头任务的单位为牵头单位，配合任务的单位为责任单位，请核对"


def from_tasks_of_units(grid: Grid) -> Grid:
    """Return the grid with a row for each task; the grid itself where no column of units stands beside 牵头任务 and 配合任务.

    A task that one unit leads and another helps with, in the same words, is one row.
    """
    found = ((n, places) for n in range(min(6, len(grid.lines))) if (places := _places(grid.lines[n])))
    place, (unit, leads, helps) = next(found, (0, (0, 0, 0)))
    rows = grid.lines[place + 1 :]
    if leads == helps or not all(
        _names_one(line, unit) for line in rows if any(cell.text for cell in line.cells)
    ):
        return grid
    words: dict[str, str] = {}
    lead: dict[str, list[str]] = {}
    helps_with: dict[str, list[str]] = {}
    for line in rows:
        for column, units in ((leads, lead), (helps, helps_with)):
            for text in _tasks(line, column):
                words.setdefault(_key(text), text)
                units.setdefault(_key(text), []).append("".join(line.cells[unit].text.split()))
    heads = Line([Cell("工作任务"), Cell("牵头单位"), Cell("配合单位")], grid.lines[place].page)
    lines = [
        Line([Cell(text), _named(lead.get(key, [])), _named(helps_with.get(key, []))], about=[(None, _TOLD)])
        for key, text in words.items()
    ]
    above = [replace(line, cells=line.cells[:1] + [Cell("", State.LEFT)] * 2) for line in grid.lines[:place]]
    return Grid([*above, heads, *lines], grid.exact)


def _places(line: Line) -> tuple[int, int, int] | None:
    """Where the heads for unit, tasks led and tasks helped with stand, all three or nothing; other columns would be lost."""
    heads = [bare_head(cell.text) for cell in line.cells]
    found = [
        [n for n, head in enumerate(heads) if pattern.fullmatch(head)] for pattern in (_UNIT, _LEADS, _HELPS)
    ]
    beside = [head for head in heads if head and not re.fullmatch(r"序号|编号|备注", head)]
    if any(len(places) != 1 for places in found) or len(beside) != 3:
        return None
    return found[0][0], found[1][0], found[2][0]


def _names_one(line: Line, unit: int) -> bool:
    name = "".join(line.cells[unit].text.split()) if unit < len(line.cells) else ""
    return 2 <= len(name) <= 30 and bool(ENDS_AS_UNIT.search(name)) and not is_head(name)


def _tasks(line: Line, column: int) -> list[str]:
    cell = line.cells[column] if column < len(line.cells) else Cell()
    if cell.state is State.NONE:
        return []
    pieces = (piece for part in cell.text.split("\n") for piece in split_inline(part))
    return [
        text
        for piece in pieces
        for text in re.split(r"[；;](?![^（(]*[）)])", without_number(piece))
        if _key(text)
    ]


def _key(text: str) -> str:
    return re.sub(r"[\s。；;，,、．.]", "", without_number(text))


def _named(units: list[str]) -> Cell:
    return Cell("、".join(dict.fromkeys(units))) if units else Cell("", State.NONE)
