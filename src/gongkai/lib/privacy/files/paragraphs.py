"""Read a Word part or drawing in order: paragraphs across runs, tables by their grid."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.packages import (
    find_child,
    get_attribute,
    get_local_name,
    join_texts,
    parse_attribute_number,
)
from gongkai.lib.fileformats.documents.symbols import find_symbol
from gongkai.lib.privacy.columns import is_column_header
from gongkai.lib.privacy.files.slots import SlotText

TEXT_TAGS = frozenset(["t", "delText", "instrText", "v"])
#: A cell wider than this is a mistake or an attack (Word has 63 columns).
_MAX_COLUMNS = 63
_MAX_HEADER_CHARACTERS = 20


@dataclass
class PartText:
    """The text of a part.

    Attributes:
        gathered: the words with their places.
        read: the elements that hold them.
        readings: base, its words and the element with its reading (the small characters of ruby).
    """

    gathered: SlotText = field(default_factory=SlotText)
    read: list[etree._Element] = field(default_factory=list)
    readings: list[tuple[etree._Element, str, etree._Element]] = field(default_factory=list)

    def remove_masked_readings(self) -> None:
        """Remove the pinyin readings of masked words, because they reveal the name."""
        for base, before, reading in self.readings:
            if join_texts(base, "t") != before:
                for text in reading.iter():
                    if get_local_name(text) == "t":
                        text.text = ""


def _read_header(cell: etree._Element) -> str:
    """Return the text of a table cell if it is a column header, else an empty string."""
    text = ""
    for element in cell.iter():
        if get_local_name(element) == "t":
            text += "".join((element.text or "").split())
            if len(text) > _MAX_HEADER_CHARACTERS:
                return ""
    return text if is_column_header(text) else ""


@dataclass
class _WordTableState:
    """State of a Word table while it is read: current column, and headers (`heads`) by column."""

    column: int = 0
    fresh: bool = True  # no cell of this row was read
    heads: dict[int, str] = field(default_factory=dict)


class _PartReader:
    """Read a part element by element."""

    def __init__(self) -> None:
        self.out = PartText()
        self._grids: list[_WordTableState] = []
        self._first = False
        self._silent = 0
        self._starts: dict[str, Callable[[etree._Element], None]] = {
            "tbl": self._begin_table,
            "tr": self._begin_row,
            "tc": self._begin_cell,
            "p": self._begin_paragraph,
            "tab": self._add_tab,
            "br": self._begin_line,
            "cr": self._begin_line,
            "fldChar": self._begin_line,
            "rt": self._begin_reading,
            "sym": self._read_symbol,
        }

    def read(self, root: etree._Element) -> PartText:
        """Return the text of a part, with its text elements, lines and cells."""
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = get_local_name(element)
            if event == "start":
                if (start := self._starts.get(name)) is not None:
                    start(element)
                elif name in TEXT_TAGS and element.text and not self._silent:
                    self.out.gathered.add(element.text or "", partial(setattr, element, "text"))
                    self.out.read.append(element)
                    self._add_separator("\n" if name == "v" else "")
            elif name == "tbl" and self._grids:
                self._grids.pop()
            elif name == "tc":
                self._end_cell(element)
            elif name == "rt":
                self._silent -= 1
        return self.out

    def _add_separator(self, words: str) -> None:
        if words and not self._silent:
            self.out.gathered.add_separator(words)

    def _begin_table(self, element: etree._Element) -> None:
        self._grids.append(_WordTableState())

    def _begin_row(self, element: etree._Element) -> None:
        """Begin a table row, after the columns that it skips."""
        if not self._grids:
            self._grids.append(_WordTableState())
        grid = self._grids[-1]
        columns_skipped = parse_attribute_number(
            get_attribute(find_child(element, "trPr", "gridBefore")), 0, _MAX_COLUMNS
        )
        self._add_separator("\n" + "\t" * columns_skipped)
        grid.column, grid.fresh = columns_skipped, True

    def _begin_cell(self, element: etree._Element) -> None:
        """Begin a table cell; of a vertically merged cell, repeat the header above it."""
        if not self._grids:
            return
        grid = self._grids[-1]
        self._add_separator("" if grid.fresh else "\t")
        grid.fresh = False
        self._first = True
        merged = find_child(element, "tcPr", "vMerge")
        if merged is not None and get_attribute(merged) != "restart":
            self._add_separator(grid.heads.get(grid.column, ""))
        else:
            grid.heads[grid.column] = _read_header(element)

    def _end_cell(self, element: etree._Element) -> None:
        """End a table cell; repeat its header for each further column that it covers."""
        if not self._grids:
            return
        grid = self._grids[-1]
        wide = max(parse_attribute_number(get_attribute(find_child(element, "tcPr", "gridSpan")), 1, _MAX_COLUMNS), 1)
        head = grid.heads.get(grid.column, "")
        for _ in range(wide - 1):
            grid.column += 1
            grid.heads[grid.column] = head
            self._add_separator("\t" + head)
        grid.column += 1

    def _begin_paragraph(self, element: etree._Element) -> None:
        """Begin a paragraph: a new line, or a space inside a cell."""
        parent = element.getparent()
        in_cell = parent is not None and get_local_name(parent) == "tc"
        if in_cell and self._first:
            self._first = False
            return
        self._add_separator(" " if in_cell else "\n")

    def _add_tab(self, element: etree._Element) -> None:
        """Add a tab character; a tab in paragraph properties is only a setting."""
        parent = element.getparent()
        self._add_separator("\t" if parent is not None and get_local_name(parent) == "r" else "")

    def _begin_line(self, element: etree._Element) -> None:
        self._add_separator(" " if self._grids else "\n")  # a narrow cell breaks names

    def _read_symbol(self, element: etree._Element) -> None:
        """Make a symbol a text, so that a number written in symbols is found and masked."""
        code = get_attribute(element, "char")
        if not re.fullmatch("[0-9A-Fa-f]{1,6}", code) or not (
            char := find_symbol(get_attribute(element, "font"), int(code, 16))
        ):
            return
        element.tag = element.tag[: -len("sym")] + "t"
        element.attrib.clear()
        element.text = char
        self.out.gathered.add(element.text or "", partial(setattr, element, "text"))
        self.out.read.append(element)

    def _begin_reading(self, element: etree._Element) -> None:
        """Begin a ruby reading, which is not part of the text; store it with its base."""
        self._silent += 1
        parent = element.getparent()
        base = (
            None
            if parent is None
            else next((sibling for sibling in parent if get_local_name(sibling) == "rubyBase"), None)
        )
        if base is not None:
            self.out.readings.append((base, join_texts(base, "t"), element))


def read_part_text(root: etree._Element) -> PartText:
    """Read a part: cells separated by tabs, rows and paragraphs by line breaks."""
    return _PartReader().read(root)
