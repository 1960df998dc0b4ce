"""Addresses of rows in lists are those that Django gives, wherever the program stands."""

from collections.abc import Iterator

import pytest
from django.urls import URLResolver, reverse, set_script_prefix
from django.urls.resolvers import RegexPattern, get_ns_resolver
from django.utils.translation import get_language

from gongkai.core.widgets.addresses import include_namespace, make_row_url
from gongkai.core.widgets.templatetags.ui import light
from gongkai.lib.law import TrafficLight

ROWS = [("ledger_entry", (12,)), ("ledger_beside", (0,)), ("notices_cell", (3, 0, 10**18 - 1))]


@pytest.fixture
def under_another_path() -> Iterator[None]:
    set_script_prefix("/gk/{0}/")
    yield
    set_script_prefix("/")


@pytest.mark.parametrize(("name", "numbers"), ROWS)
def test_an_address_is_djangos(name: str, numbers: tuple[int, ...]) -> None:
    assert make_row_url(name, *numbers) == make_row_url(name, *numbers) == reverse(name, args=numbers)


@pytest.mark.parametrize(("name", "numbers"), ROWS)
def test_it_is_under_another_path_too(name: str, numbers: tuple[int, ...], under_another_path: None) -> None:
    assert make_row_url(name, *numbers) == reverse(name, args=numbers)


@pytest.mark.parametrize("one", TrafficLight)
def test_a_light_has_its_own_sign_and_word(one: TrafficLight) -> None:
    assert one.shape in light(one.key) == light(one)
    assert f">{one.word}</span>" in light(one)


def test_names_of_a_namespace_are_read_when_one_is_asked_for() -> None:
    whole = URLResolver(RegexPattern(r"^/"), [include_namespace("office/requests/", "gongkai.work.requests.urls")])
    prefix, inner = whole.namespace_dict["requests"]
    assert (prefix, inner._reverse_dict.get(get_language())) == ("office/requests/", {})
    assert whole.resolve("/office/requests/").view_name == "requests:list"
    assert get_ns_resolver(prefix, inner, ()).reverse("list") == "office/requests/"
