"""A notice before its tables are understood: paragraphs and grids of cells."""

from dataclasses import dataclass, field
from enum import Enum
from functools import partial

from gongkai.lib.confined import refuse_excess
from gongkai.lib.fileformats.workbooks.values import CellFault, check_value
from gongkai.lib.reading.model import ReadingError

#: Refuse a file if an amount exceeds a bound of `confined.bounds`: `check_bound(name, amount)`.
check_bound = partial(refuse_excess, ReadingError)


class CellState(Enum):
    """Kind of a cell in addition to its text, such as covered by a merged one, or blank."""

    PRINTED = "printed"
    COVERED = "covered"  # a merged cell from above reaches down to here
    LEFT = "left"  # a merged cell from the left reaches to here
    EMPTY = "empty"  # nothing printed; whether covered or none depends on the format
    NONE = "none"  # the cell itself says: none (—, a lone blank)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a grid: its text, its state, and if its column is a guess.

    `fault` is why its text is left out: an error value of a spreadsheet, a formula without a value.
    """

    text: str = ""
    state: CellState = CellState.PRINTED
    guessed: bool = False
    fault: str = ""


@dataclass(slots=True)
class GridLine:
    """One row of a grid, with the page on which it begins (None if unknown).

    `doubts` concern several fields; `about` are (field or None, doubt).
    """

    cells: list[GridCell]
    page: int | None = None
    doubts: list[str] = field(default_factory=list)
    about: list[tuple[str | None, str]] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table. `exact` is true if the file format states which cells are merged."""

    lines: list[GridLine]
    exact: bool = True

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return max((len(line.cells) for line in self.lines), default=0)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph outside tables, as printed."""

    text: str
    page: int | None = None


#: A part of a document outside or inside tables.
Block = Paragraph | Grid


@dataclass(slots=True)
class NoticeDocument:
    """All paragraphs and tables of a file in reading order.

    `printed` is the original text if the blocks have simplified characters; `prose` the running text that was laid
    out as a table; `notes` its footnotes and endnotes; `unread` why a page of it cannot be read.
    """

    blocks: list[Block]
    doubts: list[str] = field(default_factory=list)
    printed: str = ""
    prose: str = ""
    notes: list[str] = field(default_factory=list)
    unread: str = ""

    def check_size(self) -> None:
        """Refuse a document with more rows or words than a person could work through."""
        cells = [
            cell for block in self.blocks if isinstance(block, Grid) for line in block.lines for cell in line.cells
        ]
        texts = [block.text for block in self.blocks if isinstance(block, Paragraph)]
        check_bound("rows", sum(len(block.lines) for block in self.blocks if isinstance(block, Grid)))
        check_bound("cells", len(cells))
        check_bound("paragraphs", len(texts))
        check_bound("characters", sum(map(len, texts)) + sum(len(cell.text) for cell in cells))


def make_full_width_line(text: str, width: int) -> GridLine:
    """Return the line of a heading that spans all columns."""
    return GridLine([GridCell(text), *(GridCell("", CellState.LEFT) for _ in range(width - 1))])


#: Characters that mark a cell as empty on purpose.
NONE_MARKS = frozenset("—–－-―─/／\\无")


def make_cell(text: str) -> GridCell:
    """Return a cell with the state that its text implies: none for `—` or a lone blank."""
    if text == "":
        return GridCell("", CellState.EMPTY)
    read = text if isinstance(text, CellFault) else check_value(text, 0)
    if isinstance(read, CellFault):
        return GridCell("", CellState.NONE, fault=read.what)
    text = str(read)
    bare = "".join(text.split())
    if not bare:
        only_breaks = not text.strip("\r\n\t")
        return GridCell("", CellState.EMPTY if only_breaks else CellState.NONE)
    if len(bare) <= 4 and set(bare) <= NONE_MARKS:
        return GridCell(bare, CellState.NONE)
    return GridCell(clean_cell(text))


def clean_cell(text: str) -> str:
    """Return the paragraphs of a cell without empty ones and layout marks."""
    lines = (line.strip().replace("[bookmark: _GoBack]", "") for line in text.splitlines())
    return "\n".join(line for line in lines if line)
