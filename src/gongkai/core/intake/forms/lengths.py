"""Long texts: a browser cuts what is pasted beyond `maxlength` without a word; the server says how much is too much instead."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.validators import MaxLengthValidator

F = TypeVar("F", bound=forms.Form)


def say_too_long(form: F) -> F:
    """Let nothing that is pasted into a large field of a form be cut unseen: its limit is told by the server. Returns the form."""
    for field in form.fields.values():
        if not isinstance(field, forms.CharField) or not isinstance(field.widget, forms.Textarea):
            continue
        field.widget.attrs.pop("maxlength", None)
        if field.max_length is not None:
            others = [
                validator for validator in field.validators if not isinstance(validator, MaxLengthValidator)
            ]
            field.widget.attrs["data-most"] = str(field.max_length)  # the page counts while one types
            field.validators = [*others, _at_most(field.max_length)]
    return form


def _at_most(most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if len(text) > most:
            said = f"写得太长：最多{most}字，现在有{len(text)}字，请删减{len(text) - most}字以上。"
            raise forms.ValidationError(said)

    return check
