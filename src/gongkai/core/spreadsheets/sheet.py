"""Sheets: columns of a spreadsheet, declared once for reading and writing, and their results."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from gongkai.core.spreadsheets.cells import parse_text
from gongkai.core.spreadsheets.errors import BadCell, UnreadableFile
from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from gongkai.lib.fileformats.workbooks.merged_ranges import SheetPage

#: A row object of any sheet or list.
AnyRow: TypeAlias = Any

__all__ = [
    "AnyRow",
    "BadCell",
    "CellError",
    "Column",
    "Row",
    "Sheet",
    "SheetHeading",
    "SheetValue",
    "Table",
    "UnreadableFile",
    "normalize_heading",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a spreadsheet: key, heading, parser and example.

    `head` is the Chinese heading, `also` accepted synonyms. `read` parses a cell value (str,
    number, date or None) or raises `BadCell`. `write` returns the cell value of a row object; default:
    the attribute or item `key`. `choices` become a drop-down list in .xlsx. `width` is in
    characters. `blank` permits empty cells in a required column. In a `grouping` column a cell that is
    merged downwards applies to every row that it covers. `shape` is a pattern: if the values below an unknown
    heading match it, this column is suggested.
    """

    key: str
    head: str
    read: Callable[[object], object] = parse_text
    write: Callable[[AnyRow], object] | None = None
    required: bool = False
    blank: bool = False
    grouping: bool = False
    shape: str = ""
    help: str = ""
    choices: Sequence[str] = ()
    also: tuple[str, ...] = ()
    width: int = 16

    @property
    def explained(self) -> str:
        """Return the Chinese explanation of the accepted values, "" if none is declared."""
        texts = [self.help.rstrip("。；")] if self.help else []
        texts += [f"可填：{'、'.join(self.choices)}"] if self.choices else []
        return "".join(f"{text}。" for text in texts)

    def value_of(self, row: object) -> object:
        """Return the cell value that the column writes for a row object or dict."""
        if self.write is not None:
            return self.write(row)
        if isinstance(row, dict):
            return row.get(self.key)
        return attrgetter(self.key.replace("__", "."))(row)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of spreadsheet; a file with more than `max_rows` rows is refused.

    `arrange` is for tables drawn by hand (headings in two rows, merged cells, one page per domain): it gets each
    page of a file and returns its rows with one heading row. Without it the first page with content is read
    unchanged.

    `unfold` returns one row for each object, below one row of headings, if a page has several objects in a row; []
    for other pages.

    Rows that are sums of the others (合计, 小计) are omitted, with a note.
    """

    name: str
    columns: tuple[Column, ...]
    max_rows: int = 5000
    intro: str = ""
    arrange: "Callable[[SheetPage], Iterable[tuple[int, list[object]]]] | None" = None
    unfold: "Callable[[list[tuple[int, list[object]]]], list[tuple[int, list[object]]]] | None" = None

    def column(self, key: str) -> Column:
        """Return the column of this key.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class CellError:
    """An error in one cell: row (0: not of a row), column letter, heading, fault (`what`), remedy (`todo`), sheet name
    (`page`, "" if there is only one)."""

    row: int
    column: str
    head: str
    what: str
    todo: str
    page: str = ""

    @property
    def place(self) -> str:
        """Return the place of the error in Chinese: 第5行 C列（类别）, with the sheet name if there are several."""
        if not self.row and not self.head:
            return "整份表格"
        location = f"第{self.row}行" if self.row else "表头"
        location = f"“{self.page}”{location}" if self.page else location
        if self.column:
            location += f" {self.column}列"
        return f"{location}（{self.head}）" if self.head else location

    def __str__(self) -> str:
        return f"{self.place}：{self.what}。{self.todo}。"

    def as_json(self) -> dict[str, object]:
        """Return the error as JSON data."""
        return {
            "row": self.row,
            "column": self.column,
            "head": self.head,
            "what": self.what,
            "todo": self.todo,
            "page": self.page,
        }


@dataclass(slots=True)
class Row:
    """A row read from a file: its number, values by column key, column letters, and the sheet's name (`page`)."""

    number: int
    values: dict[str, object]
    letters: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def has(self, key: str) -> bool:
        """Return true if the file has this column; an import leaves absent columns unchanged."""
        return key in self.letters

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def error(self, sheet: Sheet, key: str, fault: str, remedy: str) -> CellError:
        """Return an error at the cell of this row in the column `key`, with the fault and its remedy."""
        return CellError(self.number, self.letters.get(key, ""), sheet.column(key).head, fault, remedy, self.page)


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """A heading of a file: column letter, text (`words`), key of the column ("": none), sample values."""

    letter: str
    words: str
    key: str
    samples: tuple[str, ...]

    @property
    def spelled(self) -> str:
        """Return the normalised text for comparison."""
        return normalize_heading(self.words)


_HEADING_NOISE_PATTERN = re.compile(r"[\s*＊:：]|[（(](?:必填|选填)[）)]")


def normalize_heading(text: str) -> str:
    """Return a heading without blanks, stars, colons and （必填）, for comparison.

    >>> normalize_heading("＊单位 名称（必填）：")
    '单位名称'
    """
    return _HEADING_NOISE_PATTERN.sub("", text)


@dataclass(frozen=True, slots=True)
class SheetValue:
    """A value (`words`) that is no choice of its column; `chosen` is the choice that the office assigned to
    it, or "".
    """

    column: Column
    words: str
    chosen: str

    @property
    def key(self) -> str:
        """Return the key under which the meaning is stored (`column:value`; a heading has no colon)."""
        return f"{self.column.key}:{self.words}"


@dataclass(slots=True)
class Table:
    """The result of reading a spreadsheet: valid rows, errors by cell, notes, headings, unknown values, lost
    content."""

    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: list[SheetHeading] = field(default_factory=list)
    values: list[SheetValue] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
