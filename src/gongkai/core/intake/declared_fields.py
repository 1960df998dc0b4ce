"""Declare fields of public forms once, on the model column that stores the answer.

    wishes = declare(EncryptedWordsField("其他合理要求", blank=True), group="怎样提供给您", most=500)

The public page, the form for staff, the letter, the record page, the spreadsheet, successors of a case and erasure
read the declaration. A new field needs its declaration and a migration.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, TypeVar, Unpack

from django import forms
from django.db import models

from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.sheet import Column
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import EncryptedSecret
from gongkai.core.widgets.forms import FieldFacts

#: Text that replaces the words of outside persons after the erasure.
ERASED_TEXT_PLACEHOLDER = "（保存期满，已清除）"
_ColumnT = TypeVar("_ColumnT", bound="models.Field[Any, Any]")
_FormT = TypeVar("_FormT", bound=forms.Form)
_Column: TypeAlias = "models.Field[Any, Any]"
_Groups: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


class DeclarationOptions(TypedDict, total=False):
    """Keyword arguments of `declare`; each is a field of `FormField` of the same name."""

    group: str
    label: str
    help: str
    staff_help: str
    least: int
    most: int
    rows: int
    also: tuple[str, ...]
    width: int


@dataclass(frozen=True)
class FormField:
    """The declaration of a model column as a field of a public form.

    Attributes:
        group: heading of its part of the public page; default: the first one.
        label: label on the public page, if not that of the column.
        help: explanation on the public page.
        staff_help: explanation on the form for staff.
        least: fewest characters on the public page.
        most: most characters.
        rows: lines of the input.
        also: synonyms of its heading in spreadsheets.
        width: width of its spreadsheet column, in characters.
    """

    group: str = ""
    label: str = ""
    help: str = ""
    staff_help: str = ""
    least: int | None = None
    most: int | None = None
    rows: int = 1
    also: tuple[str, ...] = ()
    width: int = 16


def declare(column: _ColumnT, **facts: Unpack[DeclarationOptions]) -> _ColumnT:
    """Declare a column as a field of the public form of its model.

    Raises:
        TypeError: it would store free text unencrypted.
    """
    is_free_text = isinstance(column, models.CharField | models.TextField) and not column.choices
    if is_free_text and not isinstance(column, EncryptedTextField):
        raise TypeError(f"{column.verbose_name}: free text of outside persons is stored encrypted")
    column.declared = FormField(**facts)  # type: ignore[attr-defined]
    return column


def load_declarations(model: type[models.Model]) -> dict[str, tuple[_Column, FormField]]:
    """Return name → (column, its declaration) of a model's declared columns."""
    return {column.name: (column, column.declared) for column in model._meta.fields if hasattr(column, "declared")}


def add_declared_fields(
    model: type[models.Model], *, staff: bool = False, before_field: str = "", omitted: tuple[str, ...] = ()
) -> Callable[[type[_FormT]], type[_FormT]]:
    """Return a class decorator that adds the declared fields of a model to a form.

    Args:
        model: the model.
        staff: true for the form with which staff register a case.
        before_field: the field of the form before which they are added; default: after all.
        omitted: names that the form declares itself.
    """

    def add(form: type[_FormT]) -> type[_FormT]:
        """Add the model's declared fields to the form, and to its groups."""
        form_fields = {
            name: _make_field(column, field, staff=staff)
            for name, (column, field) in load_declarations(model).items()
            if name not in omitted
        }
        names = list(form.base_fields)
        index = names.index(before_field) if before_field else len(names)
        order = [*names[:index], *form_fields, *names[index:]]
        form.base_fields = {name: form_fields.get(name) or form.base_fields[name] for name in order}
        if groups := getattr(form, "groups", ()):
            form.groups = _complete_groups(groups, model, form_fields)  # type: ignore[attr-defined]
        return form

    return add


def _complete_groups(groups: _Groups, model: type[models.Model], declared_names: Iterable[str]) -> _Groups:
    """Add each column that no group lists to the group that it declares, by default the first.

    Raises:
        LookupError: the form has no such group.
    """
    names_by_title = {title: [*names] for title, names in groups}
    listed_names = {name for names in names_by_title.values() for name in names}
    facts = load_declarations(model)
    for name in declared_names:
        if name not in listed_names:
            group = facts[name][1].group or groups[0][0]
            if group not in names_by_title:
                raise LookupError(
                    f"{model.__name__}.{name}: the form has no group {group!r}, only {list(names_by_title)}"
                )
            names_by_title[group].append(name)
    return tuple((title, tuple(names)) for title, names in names_by_title.items())


def _make_field(column: _Column, facts: FormField, *, staff: bool) -> forms.Field:
    """Return the form field of a model column, with labels and limits for staff or the public."""
    common: FieldFacts = {
        "label": str(column.verbose_name if staff else facts.label or column.verbose_name),
        "required": not column.blank,
        "help_text": facts.staff_help if staff else facts.help,
    }
    if isinstance(column, models.BooleanField):
        common["required"] = False
        return forms.BooleanField(**common)
    if column.choices:
        if not staff:
            common |= {"widget": forms.RadioSelect, "initial": column.get_default()}
        return forms.ChoiceField(choices=column.flatchoices, **common)
    if facts.rows > 1:
        common["widget"] = forms.Textarea(attrs={"rows": facts.rows})
    min_characters = None if staff else facts.least
    if min_characters:
        common["error_messages"] = {"min_length": f"请再写具体一些，至少{min_characters}个字。"}
    return forms.CharField(min_length=min_characters, max_length=facts.most, **common)


def get_declared_values(row: models.Model) -> dict[str, object]:
    """Return name → value of the declared columns of a case, for the case that continues it."""
    return {name: getattr(row, name) for name in load_declarations(type(row))}


def find_unknown_choices(model: type[models.Model], facts: Mapping[str, object]) -> list[str]:
    """Return a message for each value in `facts` that is not a choice of its column."""
    return [
        f"没有这种{column.verbose_name}。"
        for name, (column, _) in load_declarations(model).items()
        if column.choices and name in facts and facts[name] not in dict(column.flatchoices)
    ]


def describe_values(row: models.Model, *without: str, reveal: bool = False) -> list[tuple[str, object]]:
    """Return (label, value) of each declared field with a value, choices by their labels.

    Encrypted words stay encrypted unless `reveal`.
    """
    values = []
    for name, (column, _) in load_declarations(type(row)).items():
        value = getattr(row, name)
        if value and name not in without:
            text = value.reveal() if reveal and isinstance(value, EncryptedSecret) else describe_value(column, value)
            values.append((str(column.verbose_name), text))
    return values


def describe_value(column: _Column, value: object) -> object:
    """Return a declared value for display: 是 or 否, the label of a choice, else the value itself (also encrypted)."""
    if isinstance(column, models.BooleanField):
        return "是" if value else "否"
    return dict(column.flatchoices).get(value, value) if column.choices else value


def make_declared_columns(model: type[models.Model], **also: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the spreadsheet columns of the declared fields.

    Args:
        model: the model.
        also: synonyms of the choices (synonym → choice), by field.
    """
    return tuple(
        _make_column(column, facts, also.get(name)) for name, (column, facts) in load_declarations(model).items()
    )


def _make_column(column: _Column, facts: FormField, other_names: Mapping[str, str] | None) -> Column:
    """Return the spreadsheet column of a model column, with the parser for its type."""
    read: Callable[[object], object] = cells.parse_text
    if facts.most:
        read = cells.short_text(facts.most) if facts.rows == 1 else cells.long_text(facts.most)
    labels: tuple[str, ...] = ()
    if isinstance(column, models.BooleanField):
        read, labels = cells.yes_no, ("是", "否")
    elif column.choices:
        by_label = {str(label): key for key, label in column.flatchoices}
        read, labels = cells.choice(by_label, synonyms=other_names), tuple(by_label)
    return Column(
        column.name,
        str(column.verbose_name),
        read,
        required=not column.blank and not column.has_default(),
        choices=labels,
        also=facts.also,
        width=facts.width,
    )


def make_declared_cells(row: models.Model, as_read: Callable[[str | EncryptedSecret], str]) -> dict[str, object]:
    """Return name → cell of the declared fields; `as_read` returns an encrypted text as the reader may see it."""
    cells_by_name = {}
    for name, (column, _) in load_declarations(type(row)).items():
        value = describe_value(column, getattr(row, name))
        cells_by_name[name] = as_read(value) if isinstance(value, EncryptedSecret) else value
    return cells_by_name


def erase_words(*rows: models.Model) -> None:
    """Replace all encrypted texts of these rows, declared or not, in the database; kinds, dates and figures stay.

    Keys of encrypted files (columns `key`) are deleted with their files.
    """
    for row in rows:
        encrypted_fields = [field.name for field in row._meta.fields if isinstance(field, EncryptedTextField)]
        field_names = [name for name in encrypted_fields if name != "key"]
        placeholders = {name: ERASED_TEXT_PLACEHOLDER for name in field_names if getattr(row, name)}
        type(row)._base_manager.filter(pk=row.pk).update(**placeholders)
