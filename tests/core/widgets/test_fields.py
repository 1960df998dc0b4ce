"""Date, time and number fields: input is read completely or shown again as typed."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.db import models
from wagtail.admin.forms.models import formfield_for_dbfield

from gongkai.content.publishing.models import ItemPage
from gongkai.core.widgets.fields import (
    DecimalNumberField,
    MomentField,
    TimeOfDayField,
    WholeNumberField,
    YearCheckedDateField,
)
from gongkai.core.widgets.query_parameters import parse_day_filter, parse_year_filter
from gongkai.lib.chinese.days import BEIJING


class FieldsForm(forms.Form):
    on = YearCheckedDateField()
    at = MomentField()
    clock = TimeOfDayField()
    count = WholeNumberField(max_value=5000)
    share = DecimalNumberField(decimal_places=2)


VALID_INPUT = {
    "on": " ２０２６0105",
    "at": "2026年1月5日9时30分",
    "clock": "９：３０",
    "count": "1,200",
    "share": "1，200.5",
}
INVALID_INPUT = {"on": "2026-13-40", "at": "明天 9:30", "clock": "25:00", "count": "1,2", "share": "12.345"}


def test_common_spellings_are_read() -> None:
    form = FieldsForm(VALID_INPUT)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "on": date(2026, 1, 5),
        "at": datetime(2026, 1, 5, 9, 30, tzinfo=BEIJING),
        "clock": time(9, 30),
        "count": 1200,
        "share": Decimal("1200.5"),
    }


@pytest.mark.parametrize("name", INVALID_INPUT)
def test_refused_input_is_shown_again_as_typed(name: str) -> None:
    form = FieldsForm({**VALID_INPUT, name: INVALID_INPUT[name]})
    assert list(form.errors) == [name]
    drawn = str(form[name])
    assert f'value="{INVALID_INPUT[name]}"' in drawn
    # Native browser inputs drop unreadable text.
    assert 'type="text"' in drawn


def test_nonexistent_date_is_named_as_such() -> None:
    assert "没有这一天" in FieldsForm(INVALID_INPUT).errors["on"][0]


def test_stored_values_are_shown_in_a_readable_format() -> None:
    stored = {"on": date(2026, 1, 5), "at": datetime(2026, 1, 5, 9, 30, 15, tzinfo=BEIJING), "clock": time(9, 30)}
    stored |= {"count": 1200, "share": Decimal("1E+3")}
    form = FieldsForm(initial=stored)
    shown = {name: form.fields[name].widget.format_value(form[name].value()) for name in stored}
    assert shown == {
        "on": "2026-01-05",
        "at": "2026-01-05 09:30:15",
        "clock": "09:30",
        "count": "1200",
        "share": "1000",
    }
    assert not FieldsForm(shown, initial=stored).changed_data


def test_wagtail_forms_use_the_same_fields() -> None:
    """Wagtail's date picker replaces unreadable input with today."""
    for name in ("formed_on", "written_on", "effective_on", "ends_on"):
        assert isinstance(formfield_for_dbfield(ItemPage._meta.get_field(name)), YearCheckedDateField)
    assert isinstance(formfield_for_dbfield(ItemPage._meta.get_field("go_live_at")), MomentField)
    assert isinstance(formfield_for_dbfield(models.PositiveSmallIntegerField()), WholeNumberField)


@pytest.mark.parametrize(
    ("asked", "text", "wrong"),
    [
        (parse_day_filter("2026年1月5日"), "2026-01-05", False),
        (parse_day_filter("2026-13-40"), "2026-13-40", True),
        (parse_day_filter(""), "", False),
        (parse_year_filter("２０２６"), "2026", False),
        (parse_year_filter("明年"), "明年", True),
        (parse_year_filter("26"), "26", True),
    ],
)
def test_filter_keeps_unreadable_input(asked, text: str, wrong: bool) -> None:
    assert (asked.text, bool(asked.reason), asked.value is None) == (text, wrong, wrong or not text)
