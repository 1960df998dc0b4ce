"""Form fields for dates, times and numbers that never change typed text.

HTML inputs of the types date, time and number drop invalid text before it is sent. These fields
are text inputs: the server parses them (`chinese.typed_values`) and shows invalid text again
with the reason. `ui/picker.js` adds a button for the browser's calendar.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import lazy

from gongkai.lib.chinese.typed_values import (
    ACCEPTED_YEARS,
    DATE_EXAMPLE,
    MOMENT_EXAMPLE,
    OTHER_YEAR_ERROR,
    TIME_EXAMPLE,
    TypedValueError,
    parse_date,
    parse_decimal,
    parse_moment,
    parse_time,
    parse_whole,
)
from gongkai.lib.law.figures import fill_in_figures

#: Lazy `fill_in_figures`, evaluated whenever the text is shown, because an office may change a
#: figure at any time.
lazy_figures = lazy(fill_in_figures, str)


T = TypeVar("T")
#: HTML attributes of a widget.
Attributes = dict[str, object]
#: Digits that any primary key fits in: a signed integer of 64 bits has nineteen.
MAX_KEY_DIGITS = 18


class RowChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A field to tick rows; it refuses a key that no row can have, which databases reject."""

    def clean(self, value: Iterable[object] | None) -> "QuerySet[Any]":
        """Return the chosen rows (ValidationError: an impossible key)."""
        if any(len(str(key)) > MAX_KEY_DIGITS for key in value or ()):
            raise ValidationError("没有这个选项，请重新选择。")
        return super().clean(value)


class PickerInput(forms.TextInput):
    """A text input to which a script adds the browser's date or time picker.

    Attributes:
        picker: HTML input type of the picker.
        example: placeholder.
        keyboard: keyboard on phones (`inputmode`).
    """

    template_name = "ui/picker.html"
    picker = "date"
    example = DATE_EXAMPLE
    keyboard = "numeric"

    def __init__(self, attrs: Attributes | None = None) -> None:
        usual = {"autocomplete": "off", "inputmode": self.keyboard, "placeholder": f"如 {self.example}"}
        super().__init__({**usual, **(attrs or {})})

    def get_context(self, name: str, value: object, attrs: Attributes | None) -> dict[str, object]:
        """Add `picker`, the kind of picker that the script attaches."""
        context = super().get_context(name, value, attrs)
        context["widget"]["picker"] = self.picker
        return context

    def format_value(self, value: object) -> str | None:
        """Return dates as 2026-01-05, times as 09:30; typed text unchanged."""
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d} {_format_time(value.time())}"
        if isinstance(value, date):
            return f"{value:%Y-%m-%d}"
        return _format_time(value) if isinstance(value, time) else super().format_value(value)


class MomentInput(PickerInput):
    """A text input for a date with time."""

    picker = "datetime-local"
    example = MOMENT_EXAMPLE
    keyboard = "text"


class TimePickerInput(PickerInput):
    """A text input for a time."""

    picker = "time"
    example = TIME_EXAMPLE


class NumberInput(forms.TextInput):
    """A text input for a number; `keyboard` is the `inputmode` on phones."""

    keyboard = "numeric"

    def __init__(self, attrs: Attributes | None = None) -> None:
        super().__init__({"autocomplete": "off", "inputmode": self.keyboard, **(attrs or {})})

    def format_value(self, value: object) -> str | None:
        """Return a number in plain digits; typed text unchanged."""
        return f"{Decimal(str(value)):f}" if isinstance(value, Decimal | float) else super().format_value(value)


class DecimalInput(NumberInput):
    """A text input for a decimal number."""

    keyboard = "decimal"


def validate_year(day: date) -> None:
    """Refuse a date whose year is outside `ACCEPTED_YEARS`.

    Raises:
        ValidationError.
    """
    if day.year not in ACCEPTED_YEARS:
        raise forms.ValidationError(f"{OTHER_YEAR_ERROR}。")


class YearCheckedDateField(forms.DateField):
    """A date field for years in `ACCEPTED_YEARS`."""

    widget = PickerInput
    default_validators = [validate_year]

    def to_python(self, value: str | date | None) -> date | None:
        """Return the date, None for an empty field.

        Raises:
            ValidationError: invalid date.
        """
        return super().to_python(_parse_text(parse_date, value))


class MomentField(forms.DateTimeField):
    """A date and time field in the current time zone, for years in `ACCEPTED_YEARS`."""

    widget = MomentInput
    default_validators = [validate_year]

    def to_python(self, value: str | date | None) -> datetime | None:
        """Return the date and time, None for an empty field.

        Raises:
            ValidationError: invalid date or time.
        """
        return super().to_python(_parse_text(parse_moment, value))


class TimeOfDayField(forms.TimeField):
    """A time field."""

    widget = TimePickerInput

    def to_python(self, value: str | time | None) -> time | None:
        """Return the time, None for an empty field.

        Raises:
            ValidationError: invalid time.
        """
        return super().to_python(_parse_text(parse_time, value))


class WholeNumberField(forms.IntegerField):
    """An integer field."""

    widget = NumberInput

    def to_python(self, value: str | int | None) -> int | None:
        """Return the number.

        Raises:
            ValidationError: no integer.
        """
        return super().to_python(_parse_text(parse_whole, value))


class DecimalNumberField(forms.DecimalField):
    """A decimal field that refuses too many decimals instead of rounding."""

    widget = DecimalInput

    def to_python(self, value: str | Decimal | None) -> Decimal | None:  # type: ignore[override]
        """Return the number.

        Raises:
            ValidationError: no number.
        """
        return super().to_python(_parse_text(parse_decimal, value))


def _parse_text(parse: Callable[[str], T | None], value: str | T | None) -> T | None:
    """Return a typed text parsed by `parse`; other values are returned unchanged.

    Raises:
        ValidationError: it cannot be parsed; with the parser's Chinese reason.
    """
    if not isinstance(value, str):
        return value
    try:
        return parse(value)
    except TypedValueError as wrong:
        raise forms.ValidationError(f"{wrong}。", code="invalid") from wrong


def _format_time(moment: time) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
