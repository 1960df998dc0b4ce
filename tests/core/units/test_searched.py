"""A searched form field: choosing among hundreds of rows by name or by a unique part of it."""

import pytest
from django import forms

from factories.units import BodyFactory
from gongkai.core.units.forms.units import SearchedField
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db


class Choice(forms.Form):
    one = SearchedField(label="单位", queryset=Body.objects.none())


def make_form(data: dict[str, str] | None = None, **facts: object) -> Choice:
    made = Choice(data, **facts)
    made.fields["one"].queryset = Body.objects.order_by("name")
    return made


def test_row_is_found_by_name_or_unique_part() -> None:
    water, sand, both = (
        BodyFactory(name=name, short_name="") for name in ("云岭市水务局", "云岭市砂石局", "云岭市水务局服务中心")
    )
    for typed, found in (("云岭市水务局", water), ("砂石", sand), (" 服务中心 ", both), (str(sand.pk), sand)):
        asked = make_form({"one": typed})
        assert asked.is_valid(), typed
        assert asked.cleaned_data["one"] == found
    for typed, said in (("水务", "有2个"), ("税务", "没有“税务”"), ("9" * 30, ""), ("\x00", "")):
        asked = make_form({"one": typed})
        assert not asked.is_valid()
        assert said in str(asked.errors)
    assert 'value="税务"' in str(make_form({"one": "税务"}))
    page = str(make_form(initial={"one": sand.pk}))
    assert f'value="{sand}"' in page
    assert page.count("<option") == Body.objects.count()
