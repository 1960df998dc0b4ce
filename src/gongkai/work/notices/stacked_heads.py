"""Two rows of heads (公开渠道（打√） over 村（社区）公开栏), written as one: 公开渠道（村〔社区〕公开栏）. Pure.

Reading joins some of them. A note on how the cells are filled in, a bracket within the bracket, heads that no genre knows keep it from doing so,
and the second row is taken for the first task, the columns below a wide head for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Document, Grid, Line, State
from gongkai.lib.reading.tables.heads import is_head

#: （打√）, （请在相应栏打“√”）, （划“○”）, （可多选）: how the cells below are filled in.
_FILLED_IN = re.compile(r"[（(][^（）()]{0,12}(?:[√✓✔○●]|打勾|划勾|多选|勾选)[^（）()]{0,6}[）)]")
_INSIDE = str.maketrans("（）()", "〔〕〔〕")
_PRINTED = str.maketrans("〔〕", "（）")
#: Heads stand so far up.
_FIRST = 12


def as_printed(name: str) -> str:
    """Return the name of a head below another one with its brackets as printed."""
    return name.translate(_PRINTED)


def join_stacked_heads(document: Document) -> None:
    """Write the second rows of heads of a fresh document into the first."""
    for block in document.blocks:
        lines = block.lines[:_FIRST] if isinstance(block, Grid) else []
        for heads, below in pairwise(lines):
            if _stacked(heads, below):
                heads.cells[:] = list(_joined(heads.cells, below.cells))
                block.lines.remove(below)  # type: ignore[union-attr]
                break


def _joined(heads: Sequence[Cell], below: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the heads as one row: what reaches down as it is, what stands below a wide one with it, where it says too little alone."""
    wide = ""
    for head, under in zip(heads, below, strict=True):
        wide = _without_note(head).text if head.text else wide if head.state is State.LEFT else ""
        nested = _nested(under).text
        if not under.text:
            yield _without_note(head)
        elif is_head(nested) or not wide:
            yield Cell(nested, State.PRINTED)
        else:
            yield Cell(f"{wide}（{nested}）", State.PRINTED)


def _stacked(heads: Line, below: Line) -> bool:
    """Whether two lines are two rows of heads: some heads reach down, others stand over several below them."""
    if len(heads.cells) != len(below.cells) or not any(is_head(cell.text) for cell in heads.cells):
        return False
    for at, cell in enumerate(below.cells):
        wide = State.LEFT in {one.state for one in heads.cells[at : at + 2]}
        if not (wide if cell.text else cell.state is State.COVERED):
            return False
    return any(cell.text for cell in below.cells)


def _without_note(cell: Cell) -> Cell:
    return replace(cell, text=_FILLED_IN.sub("", cell.text)) if cell.text else cell


def _nested(cell: Cell) -> Cell:
    if not cell.text or is_head(cell.text):
        return cell
    return replace(cell, text=_FILLED_IN.sub("", cell.text).translate(_INSIDE))
