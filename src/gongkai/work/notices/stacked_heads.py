"""Join two head rows (公开渠道（打√） above 村（社区）公开栏) into one: 公开渠道（村〔社区〕公开栏）. Pure.

The reader joins only simple cases. Otherwise it takes the second head row for a task.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Document, Grid, Line, State
from gongkai.lib.reading.tables.heads import is_head

# Notes on filling in the cells: （打√）, （请在相应栏打“√”）, （可多选）.
_FILLING_NOTE = re.compile(r"[（(][^（）()]{0,12}(?:[√✓✔○●]|打勾|划勾|多选|勾选)[^（）()]{0,6}[）)]")
_TO_INNER_BRACKETS = str.maketrans("（）()", "〔〕〔〕")
_TO_PRINTED_BRACKETS = str.maketrans("〔〕", "（）")
# Rows searched for heads.
_MAX_HEAD_ROW = 12


def restore_brackets(name: str) -> str:
    """Return a joined head with its printed brackets."""
    return name.translate(_TO_PRINTED_BRACKETS)


def join_stacked_heads(document: Document) -> None:
    """Join second head rows into the first in all tables of a document."""
    for block in document.blocks:
        lines = block.lines[:_MAX_HEAD_ROW] if isinstance(block, Grid) else []
        for heads, below in pairwise(lines):
            if _are_stacked(heads, below):
                heads.cells[:] = list(_iterate_joined(heads.cells, below.cells))
                block.lines.remove(below)  # type: ignore[union-attr]
                break


def _iterate_joined(heads: Sequence[Cell], below: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the joined heads; a lower head gets the upper one if it is unclear alone."""
    wide = ""
    for head, under in zip(heads, below, strict=True):
        wide = _remove_note(head).text if head.text else wide if head.state is State.LEFT else ""
        nested = _to_inner_head(under).text
        if not under.text:
            yield _remove_note(head)
        elif is_head(nested) or not wide:
            yield Cell(nested, State.PRINTED)
        else:
            yield Cell(f"{wide}（{nested}）", State.PRINTED)


def _are_stacked(heads: Line, below: Line) -> bool:
    """Tell whether two lines are head rows: some heads span both, others span several below."""
    if len(heads.cells) != len(below.cells) or not any(is_head(cell.text) for cell in heads.cells):
        return False
    for at, cell in enumerate(below.cells):
        wide = State.LEFT in {one.state for one in heads.cells[at : at + 2]}
        if not (wide if cell.text else cell.state is State.COVERED):
            return False
    return any(cell.text for cell in below.cells)


def _remove_note(cell: Cell) -> Cell:
    return replace(cell, text=_FILLING_NOTE.sub("", cell.text)) if cell.text else cell


def _to_inner_head(cell: Cell) -> Cell:
    if not cell.text or is_head(cell.text):
        return cell
    return replace(cell, text=_FILLING_NOTE.sub("", cell.text).translate(_TO_INNER_BRACKETS))
