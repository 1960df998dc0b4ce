"""Tables with a column for each unit: a sign in it says whether that unit leads the task of the row (●) or helps (○)."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell
from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT

_SIGN = "●○★☆▲△◎√✓✔■□◆◇"
_LEADS, _HELPS = r"牵头|主办|主责|主要", r"配合|协办|参与|协助"
#: `●为牵头单位`, `“○”表示配合`.
_LEGEND = re.compile(
    rf"(?P<sign>[{_SIGN}])[”\"’'）)]?\s*(?:表示|代表|指|为|是|：|:|—+|-+|=)?\s*(?P<leads>{_LEADS})?(?P<does>责任|负责|承办|落实)?(?P<helps>{_HELPS})?"
)
#: Where no legend is printed: the full sign against the hollow one.
_USUAL = {"●": "leads", "★": "leads", "▲": "leads", "■": "leads", "◆": "leads", "◎": "leads"}
_WORDS = {"牵头": "leads", "主办": "leads", "主": "leads", "配合": "helps", "协办": "helps", "协": "helps"}
_LONGEST_NAME = 20


def from_matrix(grid: Grid, texts: list[str]) -> Grid:
    """Return the grid with the signs turned into columns of who leads and who helps; the grid itself where it is no such table.

    `texts` are the paragraphs around it, where the legend may stand.
    """
    found = ((n, heads) for n in range(min(6, len(grid.lines))) if (heads := _heads(grid, n))[1])
    place, (texts_of_heads, units) = next(found, (0, ([], [])))
    if not units:
        return grid
    head = replace(grid.lines[place], cells=[Cell(text) for text in texts_of_heads])
    kept = [n for n in range(len(head.cells)) if n not in units]
    rows = [_is_row(line, units) for line in grid.lines[place + 1 :]]
    if not any(rows) or not any(is_head(head.cells[n].text) for n in kept):
        return grid
    legend = _legend(
        [*texts, *(cell.text for line in grid.lines for cell in line.cells if len(cell.text) > 3)]
    )
    columns = [*(head.cells[n] for n in kept), Cell("牵头单位"), Cell("配合单位")]
    lines = [
        _row(line, kept, {n: head.cells[n].text for n in units}, legend)
        if is_row
        else _other(line, len(columns))
        for line, is_row in zip(grid.lines[place + 1 :], rows, strict=True)
    ]
    return Grid(
        [*(_other(line, len(columns)) for line in grid.lines[:place]), replace(head, cells=columns), *lines],
        grid.exact,
    )


_OF_UNITS = re.compile(r"(?:责任)?(?:单位|部门|科室|处室|股室)(?:名称)?")


def turned_matrix(grid: Grid) -> Grid:
    """Return a table whose rows are units and whose columns are tasks turned on its side; the grid itself where it is none."""
    place = next(
        (
            n
            for n, line in enumerate(grid.lines[:4])
            if line.cells and _OF_UNITS.fullmatch(_bare(line.cells[0].text))
        ),
        None,
    )
    width = grid.width
    if place is None or any(len(line.cells) != width for line in grid.lines[place:]):
        return grid
    tasks, rows = grid.lines[place].cells[1:], grid.lines[place + 1 :]
    units = [line for line in rows if _is_unit(_bare(line.cells[0].text))]
    signs = [_bare(cell.text) for line in units for cell in line.cells[1:] if cell.text]
    beside = [line for line in rows if line not in units]
    if (
        len(units) < 3
        or len(tasks) < 2
        or not signs
        or not all(is_head(line.cells[0].text) for line in beside)
    ):
        return grid
    if not all(text in _WORDS or is_sign(text) for text in signs) or any(
        is_head(cell.text) for cell in tasks
    ):
        return grid
    heads = Line([Cell("工作任务"), *(replace(line.cells[0], state=State.PRINTED) for line in rows)])
    turned = [Line([task, *(line.cells[n] for line in rows)]) for n, task in enumerate(tasks, 1) if task.text]
    return Grid([*grid.lines[:place], heads, *turned], grid.exact)


def _heads(grid: Grid, place: int) -> tuple[list[str], list[int]]:
    """The heads at a line and which of them are units; where one head stands over all of the units, those below it."""
    line = grid.lines[place]
    texts = [cell.text for cell in line.cells]
    if place and len(line.cells) == len(grid.lines[place - 1].cells):
        above = grid.lines[place - 1].cells
        texts = [
            cell.text or (up.text if cell.state is not State.LEFT else "")
            for cell, up in zip(line.cells, above, strict=True)
        ]
    units = unit_columns(texts)
    return texts, units if len(units) >= 3 else _below_one_head(grid, place)


def _below_one_head(grid: Grid, place: int) -> list[int]:
    """The columns below one wide head, where most of them are headed by units: 责任单位（打√） over 镇党政办, 财政所, 各村."""
    line = grid.lines[place]
    if not place or len(line.cells) != len(grid.lines[place - 1].cells):
        return []
    above = grid.lines[place - 1].cells
    starts = [
        n
        for n, cell in enumerate(above)
        if cell.text and n + 1 < len(above) and above[n + 1].state is State.LEFT
    ]
    for start in starts:
        end = next((n for n in range(start + 1, len(above)) if above[n].state is not State.LEFT), len(above))
        names = ["".join(cell.text.split()) for cell in line.cells[start:end]]
        if len(names) >= 3 and all(names) and sum(map(_is_unit, names)) * 3 >= len(names) * 2:
            return list(range(start, end))
    return []


#: 带“*”的为牵头单位.
_MARKED = re.compile(
    rf"(?:带|标|注|加)(?:有|注)?[“\"'（(]?(?P<sign>[*＊#※{_SIGN}])[”\"'）)]?号?(?:的|者)?(?:单位|部门)?(?:均)?(?:为|是)?(?:{_LEADS})"
)


def with_marked_leads(grid: Grid, texts: list[str]) -> Grid:
    """Return the grid with `市司法局*` written as who leads, where a note around the table says so of the sign."""
    around = [*texts, *(cell.text for line in grid.lines for cell in line.cells if "牵头" in cell.text)]
    match = next((match for text in around if (match := _MARKED.search(text))), None)
    if match is None:
        return grid
    sign = re.compile(rf"(?<=[^\s、，,；;])\s*{re.escape(match['sign'])}(?=\s*(?:[、，,；;\n]|$))")
    lines = [
        replace(line, cells=[replace(cell, text=sign.sub("（牵头）", cell.text)) for cell in line.cells])
        for line in grid.lines
    ]
    return Grid(lines, grid.exact)


def unit_columns(heads: list[str]) -> list[int]:
    """Return the places that are headed by a unit, in a row of which nothing else but heads is printed."""
    names = [(n, "".join(text.split())) for n, text in enumerate(heads) if text]
    units = [n for n, name in names if _is_unit(name)]
    rest = [name for n, name in names if n not in units]
    return units if units and rest and all(is_head(name) for name in rest) else []


def _is_unit(name: str) -> bool:
    return (
        2 <= len(name) <= _LONGEST_NAME
        and bool(ENDS_AS_UNIT.search(name))
        and not is_head(name)
        and "、" not in name
    )


def _is_row(line: Line, units: list[int]) -> bool:
    """True where nothing but signs stands in the units' columns, and a sign in one of them at least."""
    printed = [line.cells[n].text for n in units if n < len(line.cells) and line.cells[n].text]
    return bool(printed) and all(_bare(text) in _WORDS or is_sign(_bare(text)) for text in printed)


def is_sign(text: str) -> bool:
    """True for a sign that stands for a unit's part (●, √)."""
    return len(text) == 1 and text in _SIGN


def _bare(text: str) -> str:
    return "".join(text.split())


def _legend(texts: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for text in texts:
        for match in _LEGEND.finditer(text):
            part = next((part for part in ("leads", "does", "helps") if match[part]), None)
            if part:
                out.setdefault(match["sign"], part)
    return out


def _row(line: Line, kept: list[int], units: dict[int, str], legend: dict[str, str]) -> Line:
    signs = {n: _bare(line.cells[n].text) for n in units if n < len(line.cells) and line.cells[n].text}
    parts = {
        n: legend.get(sign) or _WORDS.get(sign) or (_USUAL.get(sign, "helps") if not legend else "")
        for n, sign in signs.items()
    }
    if set(parts.values()) == {"helps"} and not legend and not set(signs.values()) & set(_WORDS):
        parts = dict.fromkeys(parts, "does")  # √ alone: they do it
    lead = [units[n] for n, part in parts.items() if part == "leads"]
    other = [units[n] for n, part in parts.items() if part != "leads"]
    cells = [line.cells[n] if n < len(line.cells) else make_cell("") for n in kept]
    cells += [Cell("、".join(names)) if names else Cell("", State.NONE) for names in (lead, other)]
    about = [*line.about]
    unknown = dict.fromkeys(sign for sign in signs.values() if sign not in legend and sign not in _WORDS)
    if unknown:
        about.append(
            (None, f"表中“{'、'.join(unknown)}”没有印出含义，按实心牵头、空心配合、打勾负责读取，请核对")
        )
    return replace(line, cells=cells, about=about)


def _other(line: Line, width: int) -> Line:
    """A line that is no row of tasks: a heading over the width, a remark."""
    text = "\n".join(dict.fromkeys(cell.text for cell in line.cells if cell.text))
    return replace(line, cells=[make_cell(text), *(Cell("", State.LEFT) for _ in range(width - 1))])
