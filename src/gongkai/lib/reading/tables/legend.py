"""Units written as signs that a note explains: ①② in the cells, 注：①教育局，②财政局 around the table."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Grid
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT

_NAMED = re.compile(r"(?P<sign>[①-⑳])[\s：:—-]*(?P<name>[^①-⑳，,、；;。\n（）()]{2,24})")
_SIGNS = re.compile(r"[①-⑳](?:[、，,\s]*[①-⑳])*")
_LEAST = 2


def with_named_signs(grid: Grid, texts: list[str]) -> Grid:
    """Return the grid with the names in place of the signs; the grid itself where no note names them all."""
    cells = [cell.text for line in grid.lines for cell in line.cells if _SIGNS.fullmatch(cell.text.strip())]
    used = {sign for text in cells for sign in re.findall(r"[①-⑳]", text)}
    if len(cells) < _LEAST or not used:
        return grid
    around = [*texts, *(cell.text for line in grid.lines for cell in line.cells if len(cell.text) > 8)]
    names = {
        match["sign"]: match["name"].strip()
        for text in around
        if len(text) <= 2000
        for match in _NAMED.finditer(text)
        if ENDS_AS_UNIT.search(match["name"].strip())
    }
    if not used <= set(names):
        return grid
    lines = []
    for line in grid.lines:
        made = [
            replace(cell, text="、".join(names[sign] for sign in re.findall(r"[①-⑳]", cell.text)))
            if _SIGNS.fullmatch(cell.text.strip())
            else cell
            for cell in line.cells
        ]
        lines.append(replace(line, cells=made))
    return Grid(lines, grid.exact)
