"""Columns of a register, with heading, choices and type taken from the model.

A column is declared by a field name (`"topic"`, `"entry__number"`) or as a `Column`. Bound to a
model it formats values for the page (short unit names, links) and for the spreadsheet (full
names, plain values).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch
from typing import TYPE_CHECKING, Literal, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from gongkai.core.spreadsheets.cells import parse_text
from gongkai.core.spreadsheets.sheet import AnyRow, Sheet
from gongkai.core.spreadsheets.sheet import Column as SheetColumn
from gongkai.core.units.models import Body
from gongkai.core.widgets.templatetags.ui import unit

#: An output of a register: the list, the exported file, or the record's page.
ColumnOutput = Literal["list", "file", "record"]
if TYPE_CHECKING:
    from gongkai.core.registers.record import OfferedAction

    #: Any model's rows and fields.
    AnyField: TypeAlias = models.Field
    AnyRows: TypeAlias = models.QuerySet
#: Outputs of a register: the list, the exported file, the record's page.
ALL_OUTPUTS: frozenset[ColumnOutput] = frozenset({"list", "file", "record"})
#: Outputs of long or rarely needed columns, which are not in the list.
FILE_AND_RECORD: frozenset[ColumnOutput] = frozenset({"file", "record"})
#: Output of columns that are only in the list.
LIST_ONLY: frozenset[ColumnOutput] = frozenset({"list"})
#: Output of columns that are only in the exported file.
FILE_ONLY: frozenset[ColumnOutput] = frozenset({"file"})
#: Widths (spreadsheet column, field length, in characters) from which a column counts as text.
LONG_TEXT_COLUMN_WIDTH, LONG_TEXT_LENGTH = 30, 120
#: Maximum length of a text in the list; record page and file show all of it.
MAX_LIST_TEXT_CHARACTERS = 80


@dataclass(frozen=True)
class Column:
    """A declared column of a register: field path, heading, and where it is shown.

    Attributes:
        name: a field of the model, a path (`entry__number`), or any other name where `value` is given.
        head: the Chinese heading; by default that of the field.
        value: returns the value of a row, for page and file; by default the value of the field.
        cell: returns the content of the list's cell if it differs from the value (a light, a link).
        at: the outputs that contain the column: list, file, record.
        order: the field by which the list is sorted; by default the name if it is a field; "" for none.
        read: parses a cell of a spreadsheet, if the register imports.
        required: true if an imported row must have it.
        help: a sentence for people who fill in the spreadsheet.
        width: of the spreadsheet's column, in characters; 0 chooses by the kind of value.
        number: true if the values of `value` are numbers.
    """

    name: str
    head: str = ""
    value: "Callable[[AnyRow], object] | None" = None
    cell: "Callable[[AnyRow], object] | None" = None
    at: frozenset[ColumnOutput] = ALL_OUTPUTS
    order: str | None = None
    read: Callable[[object], object] | None = None
    required: bool = False
    help: str = ""
    width: int = 0
    number: bool = False

    def bind(self, model: type[models.Model]) -> "BoundColumn":
        """Return the column bound to the field that it shows.

        Raises:
            FieldDoesNotExist: there is neither a field of this name nor a `value`.
        """
        field = find_model_field(model, self.name)
        if field is None and self.value is None and not hasattr(model, self.name):
            raise FieldDoesNotExist(f"{model.__name__} has no field {self.name}, and the column gives no value")
        return BoundColumn(self, field, find_model_field(model, self.order) if self.order else None)


def find_model_field(model: type[models.Model], path: str) -> "AnyField | None":
    """Return the field at a path (`entry__number`), or None."""
    field: object = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        if field.is_relation and field.related_model is not None:
            model = field.related_model
    return field if isinstance(field, models.Field) else None


@dataclass(frozen=True)
class BoundColumn:
    """A column of a register with the model field that it shows, and the one that sorts it, if any."""

    column: Column
    field: "AnyField | None"
    ordered: "AnyField | None" = None

    @property
    def name(self) -> str:
        """Return the name of the column, its key in exported files."""
        return self.column.name

    @property
    def head(self) -> str:
        """Return the Chinese heading."""
        return self.column.head or str(getattr(self.field, "verbose_name", self.name))

    @property
    def is_number(self) -> bool:
        """Return true if values are numbers, which are right-aligned."""
        numbers = (models.IntegerField, models.DecimalField, models.FloatField)
        of_field = isinstance(self.field, numbers) and not self.field.choices and self.column.value is None
        return of_field or self.column.number

    @property
    def is_year(self) -> bool:
        """Return true if values are years, which have no thousands separator."""
        return self.is_number and self.name.rpartition("__")[2] == "year"

    @property
    def is_day(self) -> bool:
        """Return true if values are dates or times."""
        return isinstance(self.field, models.DateField) and self.column.value is None

    @property
    def order(self) -> str:
        """Return the field path by which the list is sorted, or "" if the column is not sortable."""
        if self.column.order is not None:
            return self.column.order
        if self.field is None or self.column.value is not None or self.field.many_to_many:
            return ""
        if isinstance(self.field, models.TextField | models.JSONField):
            return ""
        related = self.field.related_model
        return f"{self.name}__position" if related is Body else "" if related else self.name

    @property
    def css(self) -> str:
        """Return the CSS class of the cells: for numbers, long texts, texts that must not break; "" for others."""
        if self.is_number:
            return "gk-num"
        if self._is_long:
            return "gk-wide"
        is_unbroken = self.is_day or isinstance(self.ordered, models.DateField) or self._has_choices or self._is_unit
        return "gk-nowrap" if is_unbroken or self.head.endswith(("编号", "电话", "电话号码")) else ""

    @property
    def _is_unit(self) -> bool:
        return bool(self.field is not None and self.field.related_model is Body and self.field.many_to_one)

    @property
    def _is_long(self) -> bool:
        """Return true if the column's declared width or field is that of long texts, or the field has several rows."""
        if self.column.width:
            return self.column.width >= LONG_TEXT_COLUMN_WIDTH
        longest = getattr(self.field, "max_length", None) or 0
        several = self.field is not None and self.field.many_to_many
        return several or isinstance(self.field, models.TextField) or longest >= LONG_TEXT_LENGTH

    @property
    def _has_choices(self) -> bool:
        return bool(self.field is not None and self.field.choices and self.column.value is None)

    def value(self, row: models.Model) -> object:
        """Return the value of a row: a choice as its label, a relation as its row or list of rows; None if a row on the
        path is missing."""
        if self.column.value is not None:
            return self.column.value(row)
        owner: AnyRow = row
        *path, field_name = self.name.split("__")
        for name in path:
            owner = getattr(owner, name, None)
            if owner is None:
                return None
        if self._has_choices:
            return getattr(owner, f"get_{field_name}_display")()
        value = getattr(owner, field_name)
        if self.field is not None and self.field.many_to_many:
            return list(value.all())
        return value

    def plain(self, row: models.Model) -> object:
        """Return the value for the spreadsheet: rows as their full names, several joined with 、."""
        value = self.value(row)
        if isinstance(value, Body):
            return value.name
        if isinstance(value, models.Model):
            return str(value)
        if isinstance(value, list | tuple):
            return "、".join(element.name if isinstance(element, Body) else str(element) for element in value)
        return value

    def cell(self, row: models.Model) -> SafeString | str:
        """Return the HTML of the list cell."""
        if self.column.cell is not None:
            return display_value(self.column.cell(row))
        value = self.value(row)
        if self.is_year:
            return str(value or "")
        if isinstance(value, str) and len(value) > MAX_LIST_TEXT_CHARACTERS and not isinstance(value, SafeString):
            return format_html('<span title="{}">{}…</span>', value, value[:MAX_LIST_TEXT_CHARACTERS])
        return display_value(value)

    def fact(self, row: models.Model) -> SafeString | str:
        """Return the value for the record's page, with paragraphs; "" if empty."""
        if self.column.cell is not None:
            return display_value(self.column.cell(row))
        value = self.value(row)
        if value is None or value == "":
            return ""
        if self.is_year:
            return str(value)
        if isinstance(value, str) and "\n" in value:
            return mark_safe(linebreaks(value, autoescape=True))
        return value.name if isinstance(value, Body) else display_value(value)

    def sheet_column(self) -> SheetColumn:
        """Return the column of the spreadsheet."""
        choices = [str(label) for _, label in self.field.flatchoices] if self._has_choices and self.field else []
        return SheetColumn(
            self.name,
            self.head,
            self.column.read or parse_text,
            write=self.plain,
            required=self.column.required,
            help=self.column.help,
            choices=tuple(choices),
            width=self.column.width or self._choose_width(),
        )

    def _choose_width(self) -> int:
        """Return the width of the spreadsheet column in characters, by the type of the field."""
        if isinstance(self.field, models.TextField):
            return 48
        if self.field is not None and self.field.related_model is Body:
            return 28
        if self.is_number or self.is_day:
            return 12
        return min(40, max(12, (getattr(self.field, "max_length", None) or 40) // 4))


@dataclass(frozen=True)
class Cell:
    """A cell of the list: heading (for phones), content and CSS class."""

    head: str
    content: object
    css: str


@dataclass(frozen=True)
class ListLine:
    """A row of the list: cells, URL, actions (`acts`), and checkbox state (`box`; None: no checkbox)."""

    row: models.Model
    cells: Sequence[Cell]
    url: str = ""
    acts: "Sequence[OfferedAction]" = ()
    box: bool | None = None


@singledispatch
def display_value(value: object) -> SafeString | str:
    """Return a value as pages show it: short unit names, ISO dates, thousands separators, 是/否."""
    return "" if value is None else str(value)


@display_value.register(str)
def _format_text(value: str) -> SafeString | str:
    return value


@display_value.register(bool)
def _format_boolean(value: bool) -> str:
    return "是" if value else "否"


@display_value.register(Body)
def _format_unit(value: Body) -> SafeString | str:
    return unit(value)


@display_value.register(date)
def _format_day(value: date) -> str:
    return value.isoformat()


@display_value.register(datetime)
def _format_time(value: datetime) -> str:
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


@display_value.register(int)
def _format_integer(value: int) -> str:
    return f"{value:,}"


@display_value.register(Decimal)
def _format_decimal(value: Decimal) -> str:
    return f"{value.normalize():,f}"


@display_value.register(list)
@display_value.register(tuple)
def _format_list(value: Sequence[object]) -> SafeString:
    return format_html_join("、", "{}", ((display_value(element),) for element in value))


def render_light(key: str, text: str) -> SafeString:
    """Return the HTML of a light: symbol and label."""
    return render_to_string("ui/sign.html", {"key": key, "words": text})


def make_sheet_columns(sheet: Sheet) -> list[Column]:
    """Return register columns for an importer's spreadsheet, in the file only, so that the exported
    file can be imported."""
    return [
        Column(
            column.key,
            column.head,
            value=column.value_of,
            at=FILE_ONLY,
            order="",
            read=column.read,
            required=column.required,
            help=column.help,
            width=column.width,
        )
        for column in sheet.columns
    ]


def render_chip(text: str, value: object = "") -> SafeString:
    """Return the HTML of a warning label next to a value."""
    return format_html('{} <span class="gk-chip gk-chip--warn">{}</span>', display_value(value), text)


def row_link(row: "AnyRow | None", words: object = "") -> SafeString | str:
    """Return a link to the `url` of a row, labelled by `words` or else by the row's `number`; "" if the row is None."""
    return format_html('<a href="{}">{}</a>', row.url, words or row.number) if row is not None else ""


def bind_columns(columns: Iterable["str | Column"], model: type[models.Model]) -> list[BoundColumn]:
    """Return declared columns bound to a model."""
    return [(Column(column) if isinstance(column, str) else column).bind(model) for column in columns]
