"""A sheet: the columns of a spreadsheet, declared once for reading and for writing; and what reading gives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from gongkai.core.spreadsheets.cells import text
from gongkai.core.spreadsheets.errors import Bad, Unreadable
from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from gongkai.lib.fileformats.workbooks.pages import Page

#: A row of whatever a sheet or a list is about: its own columns know what.
AnyRow: TypeAlias = Any

__all__ = ["AnyRow", "Bad", "CellError", "Column", "Head", "Row", "Sheet", "Table", "Unreadable", "spelling"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `head` is the Chinese head, `also` other spellings accepted when reading. `read` takes a cell's value (str, number, date or
    None) and returns the value or raises `Bad`. `write` takes a row object and returns what stands in the cell: by default
    the attribute (or mapping item) called `key`. `choices` become a drop-down list in the .xlsx file. `width` in characters.
    """

    key: str
    head: str
    read: Callable[[object], object] = text
    write: Callable[[AnyRow], object] | None = None
    required: bool = False
    help: str = ""
    choices: Sequence[str] = ()
    also: tuple[str, ...] = ()
    width: int = 16

    @property
    def explained(self) -> str:
        """What may stand in it, in sentences."""
        said = [self.help.rstrip("。；")] if self.help else []
        said += [f"可填：{'、'.join(self.choices)}"] if self.choices else []
        return "".join(f"{one}。" for one in said)

    def value_of(self, row: object) -> object:
        """Return what this column says of a row object."""
        if self.write is not None:
            return self.write(row)
        if isinstance(row, dict):
            return row.get(self.key)
        return attrgetter(self.key.replace("__", "."))(row)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of spreadsheet. `max_rows` is the most that is read; more is refused with one line.

    `arrange` is for tables that offices draw by hand (heads in two rows, merged cells, a page for each domain): it gets each page of a file and
    returns its rows with one row of heads, each cell where it stood. Without it the first page that has anything is read as it stands.

    `without_sums` leaves rows out that are sums of the others (合计, 小计), and says so.
    """

    name: str
    columns: tuple[Column, ...]
    max_rows: int = 5000
    intro: str = ""
    arrange: "Callable[[Page], Iterable[tuple[int, list[object]]]] | None" = None
    without_sums: bool = False

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
    """Something wrong in one cell: row and column as a spreadsheet shows them, what, and what to do."""

    row: int
    column: str
    head: str
    what: str
    todo: str
    page: str = ""

    @property
    def place(self) -> str:
        """Where it is, as one says it: 第5行 C列（类别）; with the page's name where a file has several; without row and column the whole file."""
        if not self.row and not self.head:
            return "整份表格"
        where = f"第{self.row}行" if self.row else "表头"
        where = f"“{self.page}”{where}" if self.page else where
        if self.column:
            where += f" {self.column}列"
        return f"{where}（{self.head}）" if self.head else where

    def __str__(self) -> str:
        return f"{self.place}：{self.what}。{self.todo}。"

    def as_json(self) -> dict[str, object]:
        """Return the error as plain data."""
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
    """One row read: its number in the file, the values by column key, and the letter of each column that the file has."""

    number: int
    values: dict[str, object]
    letters: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def has(self, key: str) -> bool:
        """Whether the file has this column at all; what it has not, an import leaves as it is."""
        return key in self.letters

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def error(self, sheet: Sheet, key: str, what: str, todo: str) -> CellError:
        """Return an error at one of this row's cells."""
        return CellError(
            self.number, self.letters.get(key, ""), sheet.column(key).head, what, todo, self.page
        )


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a file: the letter of its column, its words, the key of the column that it is read as ("": none), what stands below it first."""

    letter: str
    words: str
    key: str
    samples: tuple[str, ...]

    @property
    def spelled(self) -> str:
        """Its words as they are compared."""
        return spelling(self.words)


_NOISE = re.compile(r"[\s*＊:：]|[（(](?:必填|选填)[）)]")


def spelling(words: str) -> str:
    """Return a head's words as they are compared: without blanks, stars, colons and （必填）.

    >>> spelling("＊单位 名称（必填）：")
    '单位名称'
    """
    return _NOISE.sub("", words)


@dataclass(slots=True)
class Table:
    """What was read: rows without fault, errors by cell (bounded), and notes on what was left out; `heads` where somebody may say what they mean."""

    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
