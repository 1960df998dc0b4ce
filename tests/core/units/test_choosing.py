"""Choosing a unit among many by typing its name: in forms and list filters, with and without scripts."""

import pytest
from django import forms
from django.test import RequestFactory
from django.urls import reverse

from factories.pages import sign_in
from factories.units import BodyFactory
from gongkai.core.units import unit_choice
from gongkai.core.units.forms import units
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


class Choice(forms.Form):
    body = UnitField(Body.objects.none(), label="单位")


def make_form(data: dict[str, str] | None = None, **facts: object) -> Choice:
    made = Choice(data, **facts)
    made.fields["body"].queryset = Body.objects.all()
    return made


@pytest.fixture
def three_units():
    """A city and a county, each with a 水务局 of the same short name, and a unit with a unique name."""
    city = BodyFactory(name="云岭市人民政府", short_name="云岭市", government=True)
    county = BodyFactory(name="清溪县人民政府", short_name="清溪县", parent=city)
    return {
        "water": BodyFactory(name="云岭市水务局", short_name="水务局", parent=city),
        "other": BodyFactory(name="清溪县水务局", short_name="水务局", parent=county),
        "centre": BodyFactory(name="云岭市水务局服务中心", short_name="水务中心", parent=city),
    }


@pytest.fixture
def typed_choice(monkeypatch):
    monkeypatch.setattr(unit_choice, "MAX_LISTED_UNITS", 2)
    monkeypatch.setattr(units, "MAX_LISTED_UNITS", 2)


TYPED = {"清溪县水务局": "other", "云岭市水务局": "water", " 水务中心": "centre", "服务": "centre"}


@pytest.mark.parametrize("typed", TYPED)
def test_unit_is_found_by_name_short_name_or_part(three_units, typed_choice, typed) -> None:
    asked = make_form({"body": typed})
    assert asked.is_valid()
    assert asked.cleaned_data["body"] == three_units[TYPED[typed]]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("税务", "没有“税务”这个单位"),
        ("水务局", "“水务局”不止一个单位，请写全，如“云岭市水务局”"),
        ("9" * 30, ""),
        ("\0", ""),
    ],
)
def test_unknown_or_ambiguous_name_is_explained(three_units, typed_choice, typed, said) -> None:
    asked = make_form({"body": typed})
    assert not asked.is_valid()
    assert said in asked.errors["body"][0]
    assert 'type="text"' in str(asked)


def test_few_units_are_offered_in_a_select(three_units) -> None:
    page = str(make_form())
    assert page.count("<option") == Body.objects.count() + 1
    assert make_form({"body": str(three_units["water"].pk)}).is_valid()
    assert not make_form({"body": "清溪县水务局"}).is_valid()
    assert (three_units["centre"].pk, "水务中心") in make_filter("unit=水务").options


def test_text_input_shows_chosen_or_typed_name_without_options(three_units, typed_choice) -> None:
    for chosen in (three_units["water"].pk, three_units["water"], str(three_units["water"].pk)):
        assert 'value="云岭市水务局"' in str(make_form(initial={"body": chosen}))
    page = str(make_form({"body": "税务"}))
    assert 'value="税务"' in page
    assert "<option" not in page


def test_unit_outside_the_queryset_is_refused(three_units, typed_choice) -> None:
    asked = make_form({"body": "清溪县水务局"})
    asked.fields["body"].queryset = Body.objects.exclude(pk=three_units["other"].pk)
    assert not asked.is_valid()


def make_filter(query: str, chosen: int | None = None) -> unit_choice.UnitChoices:
    return unit_choice.make_unit_filter(RequestFactory().get(f"/x/?{query}"), Body.objects.all(), chosen)


def test_filter_redirects_to_the_typed_unit(three_units, typed_choice) -> None:
    found = make_filter("unit=清溪县水务局&light=red&after=1&body=7")
    assert found.address == f"/x/?light=red&body={three_units['other'].pk}"
    assert make_filter("light=red", three_units["other"].pk).typed == "清溪县水务局"
    assert "没有“税务”" in make_filter("unit=税务").wrong
    assert make_filter("unit=").address == make_filter("").address == ""


def test_name_suggestions_need_an_appointment(three_units, client) -> None:
    address = f"{reverse('units:names')}?of=unit&unit=水务局"
    assert client.get(address).status_code == 302
    sign_in(client, Role.CLERK, three_units["water"])
    page = client.get(address).content.decode()
    assert '<option value="清溪县水务局">' in page
    assert page.count("<option") == 3
    assert client.get(f"{reverse('units:names')}?of=unit&unit=%00").content == b""
    assert client.get(reverse("units:names")).content == b""
