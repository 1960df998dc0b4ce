"""Error messages for long texts, since browsers silently cut text beyond `maxlength`."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.validators import MaxLengthValidator

F = TypeVar("F", bound=forms.Form)


def say_too_long(form: F) -> F:
    """Replace `maxlength` of text areas by a check on the server; return the form."""
    for field in form.fields.values():
        if not isinstance(field, forms.CharField) or not isinstance(field.widget, forms.Textarea):
            continue
        field.widget.attrs.pop("maxlength", None)
        if field.max_length is not None:
            others = [validator for validator in field.validators if not isinstance(validator, MaxLengthValidator)]
            field.widget.attrs["data-most"] = str(field.max_length)  # read by the script that counts characters
            field.validators = [*others, _make_length_validator(field.max_length)]
    return form


def _make_length_validator(most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if len(text) > most:
            said = f"写得太长：最多{most}字，现在有{len(text)}字，请删减{len(text) - most}字以上。"
            raise forms.ValidationError(said)

    return check
