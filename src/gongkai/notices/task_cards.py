"""Cards (一事一卡: a small table of labels and values for each task) as tables with a head and a row each. Pure.

Reading turns cards into rows where it knows all labels of a line: 交办编号 | 2027－01 beside 任务名称 | … is known to it as 序号. Turned before it
reads, the labels are heads like any other: 协办单位 beside 主办单位 helps.
"""

from gongkai.chinese import lazy_re as re
from gongkai.reading.document import Cell, Document, Grid, Line, State
from gongkai.reading.tables.cards import from_cards
from gongkai.reading.tables.heads import bare_head, is_head, meanings

_NUMBER_LABEL = re.compile(r"[^，。；：\d]{0,8}(?:编号|卡号|序号|代码|编码|号码|号)")
_NUMBER = re.compile(r"[^，。；]{0,12}\d[^，。；]{0,6}")
_WIDTHS = (2, 4)
#: So many labels make a card.
_LEAST = 3


def turn_cards(document: Document) -> None:
    """Write the cards of a fresh document as tables."""
    for place, block in enumerate(document.blocks):
        if not isinstance(block, Grid) or not _is_card(block):
            continue
        for line in block.lines:
            for at in range(0, len(line.cells) - 1, 2):
                if _numbers(line, at):
                    line.cells[at] = Cell("序号", line.cells[at].state)
        document.blocks[place] = from_cards(block)


def _is_card(grid: Grid) -> bool:
    if grid.width not in _WIDTHS:
        return False
    labels = {
        bare_head(line.cells[at].text)
        for line in grid.lines
        for at in range(0, len(line.cells) - 1, 2)
        if is_head(line.cells[at].text) and line.cells[at + 1].state is not State.LEFT
    }
    values = [bare_head(cell.text) for line in grid.lines for cell in line.cells[1::2] if cell.text]
    beside = sum(1 for value in values if is_head(value) and meanings(value))
    return len(labels) >= _LEAST and any(meanings(label) for label in labels) and not beside


def _numbers(line: Line, at: int) -> bool:
    label, value = bare_head(line.cells[at].text), line.cells[at + 1].text.strip()
    return bool(not is_head(label) and _NUMBER_LABEL.fullmatch(label) and _NUMBER.fullmatch(value))
