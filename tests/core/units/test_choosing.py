"""Where there are very many units, one is chosen by typing its name: in forms, above lists, with and without a script."""

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


def form(data: dict[str, str] | None = None, **facts: object) -> Choice:
    made = Choice(data, **facts)
    made.fields["body"].queryset = Body.objects.all()
    return made


@pytest.fixture
def town():
    """A city and a county with a 水务局 each, of the same short name, and one unit of a name of its own."""
    city = BodyFactory(name="云岭市人民政府", short_name="云岭市", government=True)
    county = BodyFactory(name="清溪县人民政府", short_name="清溪县", parent=city)
    return {
        "water": BodyFactory(name="云岭市水务局", short_name="水务局", parent=city),
        "other": BodyFactory(name="清溪县水务局", short_name="水务局", parent=county),
        "centre": BodyFactory(name="云岭市水务局服务中心", short_name="水务中心", parent=city),
    }


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(unit_choice, "MAX_LISTED_UNITS", 2)
    monkeypatch.setattr(units, "MAX_LISTED_UNITS", 2)


TYPED = {"清溪县水务局": "other", "云岭市水务局": "water", " 水务中心": "centre", "服务": "centre"}


@pytest.mark.parametrize("typed", TYPED)
def test_a_unit_is_found_by_its_name_its_short_name_or_a_part_of_it(town, many, typed) -> None:
    asked = form({"body": typed})
    assert asked.is_valid()
    assert asked.cleaned_data["body"] == town[TYPED[typed]]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("税务", "没有“税务”这个单位"),
        ("水务局", "“水务局”不止一个单位，请写全，如“云岭市水务局”"),
        ("9" * 30, ""),
        ("\0", ""),
    ],
)
def test_what_no_unit_or_several_have_is_said_in_a_sentence(town, many, typed, said) -> None:
    asked = form({"body": typed})
    assert not asked.is_valid()
    assert said in asked.errors["body"][0]
    assert 'type="text"' in str(asked)


def test_few_units_stand_in_a_list(town) -> None:
    page = str(form())
    assert page.count("<option") == Body.objects.count() + 1
    assert form({"body": str(town["water"].pk)}).is_valid()
    assert not form({"body": "清溪县水务局"}).is_valid()
    assert (town["centre"].pk, "水务中心") in narrowed("unit=水务").options


def test_a_line_shows_what_was_chosen_or_typed_and_no_unit_beside_it(town, many) -> None:
    for chosen in (town["water"].pk, town["water"], str(town["water"].pk)):
        assert 'value="云岭市水务局"' in str(form(initial={"body": chosen}))
    page = str(form({"body": "税务"}))
    assert 'value="税务"' in page
    assert "<option" not in page


def test_only_units_that_the_form_offers_are_taken(town, many) -> None:
    asked = form({"body": "清溪县水务局"})
    asked.fields["body"].queryset = Body.objects.exclude(pk=town["other"].pk)
    assert not asked.is_valid()


def narrowed(query: str, chosen: int | None = None) -> unit_choice.UnitFilter:
    return unit_choice.make_unit_filter(RequestFactory().get(f"/x/?{query}"), Body.objects.all(), chosen)


def test_a_filter_leads_to_the_unit_that_was_typed(town, many) -> None:
    found = narrowed("unit=清溪县水务局&light=red&after=1&body=7")
    assert found.address == f"/x/?light=red&body={town['other'].pk}"
    assert narrowed("light=red", town["other"].pk).typed == "清溪县水务局"
    assert "没有“税务”" in narrowed("unit=税务").wrong
    assert narrowed("unit=").address == narrowed("").address == ""


def test_names_are_offered_to_whoever_works_here(town, client) -> None:
    address = f"{reverse('units:names')}?of=unit&unit=水务局"
    assert client.get(address).status_code == 302
    sign_in(client, Role.CLERK, town["water"])
    page = client.get(address).content.decode()
    assert '<option value="清溪县水务局">' in page
    assert page.count("<option") == 3
    assert client.get(f"{reverse('units:names')}?of=unit&unit=%00").content == b""
    assert client.get(reverse("units:names")).content == b""
