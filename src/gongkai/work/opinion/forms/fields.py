"""Fields shared by the forms of cases and promises."""

from functools import partial

from django import forms
from django.db.models import QuerySet

from gongkai.core.files.forms import OneFileField
from gongkai.core.units.forms import base
from gongkai.core.units.models import Body

#: Multi-line text field.
text = partial(base.words, rows=4, most=5000)


def line(label: str, *, most: int = 120, required: bool = True, hint: str = "") -> forms.CharField:
    """Return a single-line text field."""
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def address(label: str, *, hint: str = "") -> forms.CharField:
    """Return a URL field."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=500,
        help_text=hint,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


def paper(label: str, *, hint: str = "") -> OneFileField:
    """Return an upload field for evidence."""
    return OneFileField(label=label, required=False, help_text=hint)


def units_beside(body: Body) -> QuerySet[Body]:
    """Return the units of a unit's government, including itself."""
    top = body
    while top.parent is not None:  # a county's case may concern units of the city
        top = top.parent
    rows = Body.objects.filter(active_to=None, merged_into=None, path__startswith=top.path)
    return rows.order_by("position", "pk")
