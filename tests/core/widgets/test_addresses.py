"""URLs of rows in lists equal those of Django's reverse, also under a script prefix."""

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
def test_row_url_equals_reverse(name: str, numbers: tuple[int, ...]) -> None:
    assert make_row_url(name, *numbers) == make_row_url(name, *numbers) == reverse(name, args=numbers)


@pytest.mark.parametrize(("name", "numbers"), ROWS)
def test_row_url_equals_reverse_under_another_path(
    name: str, numbers: tuple[int, ...], under_another_path: None
) -> None:
    assert make_row_url(name, *numbers) == reverse(name, args=numbers)


@pytest.mark.parametrize("one", TrafficLight)
def test_each_light_has_its_own_shape_and_word(one: TrafficLight) -> None:
    assert one.shape in light(one.key) == light(one)
    assert f">{one.word}</span>" in light(one)


def test_namespace_is_loaded_on_demand() -> None:
    whole = URLResolver(RegexPattern(r"^/"), [include_namespace("office/requests/", "gongkai.work.requests.urls")])
    prefix, inner = whole.namespace_dict["requests"]
    assert (prefix, inner._reverse_dict.get(get_language())) == ("office/requests/", {})
    assert whole.resolve("/office/requests/").view_name == "requests:list"
    assert get_ns_resolver(prefix, inner, ()).reverse("list") == "office/requests/"
