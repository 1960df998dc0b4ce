"""A form field for a unit: a list, or a text field with suggestions if there are very many units."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.db.models import QuerySet

from gongkai.core.units.choosing import Unclear, cleaned, meant
from gongkai.core.units.collapsed_lists import MOST_UNITS
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import whole
from gongkai.core.widgets.forms import ChoiceFacts


class Typed(forms.TextInput):
    """A text input that suggests names of units while the user types."""

    template_name = "units/typed.html"

    def __init__(self) -> None:
        super().__init__({"class": "gk-input", "autocomplete": "off", "placeholder": "输入单位名称的一部分"})


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one unit of `queryset`, which forms narrow when they are created."""

    def __init__(self, queryset: "QuerySet[Body, Body]", **kwargs: Unpack[ChoiceFacts]) -> None:
        self.many = False
        super().__init__(queryset, **kwargs)

    def _get_queryset(self) -> "QuerySet[Body, Body] | None":
        return self._queryset

    def _set_queryset(self, queryset: "QuerySet[Body, Body] | None") -> None:
        self._queryset = None if queryset is None else queryset.all()
        there = queryset is not None and not queryset.query.is_empty()
        if there and queryset is not None and queryset[: MOST_UNITS + 1].count() > MOST_UNITS:
            self.many, self.widget = True, Typed()
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
        number = whole(str(value or ""))
        if number is not None:
            return Body.objects.filter(pk=number).values_list("name", flat=True).first() or value
        return value

    def to_python(self, value: object) -> object:
        """Return the chosen or typed unit.

        Raises:
            ValidationError: none or several match.
        """
        typed = cleaned(str(value or "")) if not isinstance(value, Body) else ""
        if not self.many or not typed or (typed.isascii() and typed.isdigit()) or self.queryset is None:
            return super().to_python(value)
        try:
            return meant(self.queryset, typed)
        except Unclear as unclear:
            raise forms.ValidationError(str(unclear), code="invalid_choice") from unclear
