"""A choice among many rows by typing a part of the name, with suggestions, without JavaScript."""

from collections.abc import Callable, Iterable
from typing import Unpack

from django import forms
from django.db.models import Model, QuerySet

from gongkai.core.widgets.forms import ChoiceFacts

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


class Searched(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field that accepts a row's name or a part that only one name contains."""

    widget = SuggestingInput
    default_error_messages = {
        "unknown": "没有“%(typed)s”，请输入名称的一部分，从列出的名称中选一个。",
        "several": "“%(typed)s”有%(count)s个，请写全名称，或者从列出的名称中选一个。",
    }

    def __init__(self, queryset: QuerySet[Model], **kwargs: Unpack[ChoiceFacts]) -> None:
        super().__init__(queryset, **kwargs)
        self.widget.names = self._names

    def __deepcopy__(self, memo: dict[int, object]) -> "Searched":
        made: Searched = super().__deepcopy__(memo)
        made.widget.names = made._names
        return made

    def look(self, rows: QuerySet[Model], typed: str) -> QuerySet[Model]:
        """Return candidate rows for the typed text; subclasses override it with a faster query."""
        return rows

    def _names(self) -> list[str]:
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
        """Return the row of this name.

        Raises:
            ValidationError: none or several match.
        """
        typed = str(value or "").replace("\x00", "").strip()[:300]
        if not typed or (typed.isascii() and typed.isdigit()):
            return super().to_python(typed)
        assert self.queryset is not None
        named = [
            (self.label_from_instance(row), row) for row in self.look(self.queryset, typed)[: MAX_SUGGESTED_NAMES * 10]
        ]
        found = [row for name, row in named if name == typed] or [row for name, row in named if typed in name]
        if len(found) == 1:
            return found[0]
        code = "several" if found else "unknown"
        facts = {"typed": typed[:40], "count": len(found)}
        raise forms.ValidationError(self.error_messages[code], code=code, params=facts)
