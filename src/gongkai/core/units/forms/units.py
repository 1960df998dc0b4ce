"""A form field for a unit or another row: a list, or a text field with suggestions."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.db.models import Model, QuerySet

from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import MAX_LISTED_UNITS, UnclearUnit, clean_typed_name, find_typed_unit
from gongkai.core.widgets.forms import ChoiceFacts
from gongkai.core.widgets.query_parameters import parse_whole_number


class UnitNameInput(forms.TextInput):
    """A text input that suggests names of units while the user types."""

    template_name = "units/typed.html"

    def __init__(self) -> None:
        super().__init__({"class": "gk-input", "autocomplete": "off", "placeholder": "输入单位名称的一部分"})


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one unit of `queryset`: from a list or, if there are more than `MAX_LISTED_UNITS`, by name."""

    def __init__(self, queryset: "QuerySet[Body, Body]", **kwargs: Unpack[ChoiceFacts]) -> None:
        self.many = False
        super().__init__(queryset, **kwargs)

    def _get_queryset(self) -> "QuerySet[Body, Body] | None":
        return self._queryset

    def _set_queryset(self, queryset: "QuerySet[Body, Body] | None") -> None:
        """Set the units to choose from; too many for a list are entered by name instead."""
        self._queryset = None if queryset is None else queryset.all()
        has_rows = queryset is not None and not queryset.query.is_empty()
        if has_rows and queryset is not None and queryset[: MAX_LISTED_UNITS + 1].count() > MAX_LISTED_UNITS:
            self.many, self.widget = True, UnitNameInput()
            self.widget.is_required = self.required
        else:
            self.widget.choices = self.choices

    if not TYPE_CHECKING:
        queryset = property(_get_queryset, _set_queryset)

    def prepare_value(self, value: object) -> object:
        """Show a chosen unit by its name, and invalid text unchanged."""
        if not self.many:
            return super().prepare_value(value)
        if isinstance(value, Body):
            return value.name
        number = parse_whole_number(str(value or ""))
        if number is not None:
            return Body.objects.filter(pk=number).values_list("name", flat=True).first() or value
        return value

    def to_python(self, value: object) -> object:
        """Return the chosen or typed unit.

        Raises:
            ValidationError: none or several match.
        """
        typed_name = clean_typed_name(str(value or "")) if not isinstance(value, Body) else ""
        if not self.many or not typed_name or (typed_name.isascii() and typed_name.isdigit()) or self.queryset is None:
            return super().to_python(value)
        try:
            return find_typed_unit(self.queryset, typed_name)
        except UnclearUnit as unclear:
            raise forms.ValidationError(str(unclear), code="invalid_choice") from unclear


#: Maximum number of suggested names; the search covers all rows.
MAX_SUGGESTED_NAMES = 300


class SuggestingInput(forms.TextInput):
    """A text input with suggestions (HTML datalist)."""

    template_name = "units/suggested.html"

    def __init__(self) -> None:
        super().__init__({"class": "gk-input", "autocomplete": "off"})
        self.names: Callable[[], Iterable[str]] = list

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """Add the suggested names."""
        context = super().get_context(name, value, attrs)
        context["widget"]["names"] = list(self.names())
        return context


class SearchedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field that accepts a row's name or a part that only one name contains."""

    widget = SuggestingInput
    default_error_messages = {
        "unknown": "没有“%(typed)s”，请输入名称的一部分，从列出的名称中选一个。",
        "several": "“%(typed)s”有%(count)s个，请写全名称，或者从列出的名称中选一个。",
    }

    def __init__(self, queryset: QuerySet[Model], **kwargs: Unpack[ChoiceFacts]) -> None:
        super().__init__(queryset, **kwargs)
        self.widget.names = self._suggested_names

    def __deepcopy__(self, memo: dict[int, object]) -> "SearchedField":
        field: SearchedField = super().__deepcopy__(memo)
        field.widget.names = field._suggested_names
        return field

    def look(self, rows: QuerySet[Model], typed: str) -> QuerySet[Model]:
        """Return the rows in which to search the typed text, by default all; subclasses narrow them by a query."""
        return rows

    def _suggested_names(self) -> list[str]:
        """Return the first names of the list, to suggest while the user types."""
        return (
            [self.label_from_instance(row) for row in self.queryset[:MAX_SUGGESTED_NAMES]]
            if self.queryset is not None
            else []
        )

    def prepare_value(self, value: object) -> object:
        """Show a chosen row by its name, and invalid text unchanged."""
        if isinstance(value, Model):
            return self.label_from_instance(value)
        if isinstance(value, int) and self.queryset is not None:
            row = self.queryset.filter(pk=value).first()
            return self.label_from_instance(row) if row else ""
        return value

    def to_python(self, value: object) -> object:
        """Return the row with this id, the only one with this name, or the only one whose name contains the text.

        Raises:
            ValidationError: none or several match.
        """
        typed_name = str(value or "").replace("\x00", "").strip()[:300]
        if not typed_name or (typed_name.isascii() and typed_name.isdigit()):
            return super().to_python(typed_name)
        assert self.queryset is not None
        labelled_rows = [
            (self.label_from_instance(row), row)
            for row in self.look(self.queryset, typed_name)[: MAX_SUGGESTED_NAMES * 10]
        ]
        matches = [row for name, row in labelled_rows if name == typed_name] or [
            row for name, row in labelled_rows if typed_name in name
        ]
        if len(matches) == 1:
            return matches[0]
        code = "several" if matches else "unknown"
        facts = {"typed": typed_name[:40], "count": len(matches)}
        raise forms.ValidationError(self.error_messages[code], code=code, params=facts)
