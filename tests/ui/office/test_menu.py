"""The menu fits one screen: every room's item under what it is for, nothing lost, nothing shared changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem, admin_menu
from wagtail.admin.search import admin_search_areas
from wagtail.admin.telepath import Adapter, JSContext, registry
from wagtail.admin.ui.sidebar import ActionMenuItem, LinkMenuItem, SubMenuItem

from factories.pages import sign_in
from factories.units import BodyFactory, signed_in
from gongkai.core.units.models import BodyKind, Role
from gongkai.ui.office.menu import HEADINGS, grouped
from gongkai.ui.office.shown import areas_for


def items(*names: str) -> list[MenuItem]:
    return [MenuItem(name, f"/{name}/", name=name, order=100 - at) for at, name in enumerate(names)]


def test_items_stand_under_their_heading_in_its_order_and_unknown_ones_alone() -> None:
    given = items("requests", "somebody", "consultation")
    found = {item.name: item for item in grouped(given)}
    assert set(found) == {"somebody", "people-outside"}
    under = found["people-outside"].menu.registered_menu_items
    assert [item.name for item in sorted(under, key=lambda item: item.order)] == ["consultation", "requests"]
    assert [item.order for item in given] == [100, 99, 98], "the rooms' own items are shared by all requests"


def test_a_heading_of_one_item_is_that_item() -> None:
    assert [item.name for item in grouped(items("requests"))] == ["requests"]


@pytest.mark.django_db
def test_headings_name_items_that_there_are_and_few_stand_alone() -> None:
    there = {item.name for item in admin_menu.registered_menu_items}
    named = [name for heading in HEADINGS for name in heading.items]
    assert sorted(set(named) - there) == []
    assert len(named) == len(set(named))


@pytest.mark.django_db
def test_the_office_finds_everything_in_a_screen() -> None:
    place = BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE)
    client = signed_in(Role.CHIEF, place)
    request = RequestFactory().get("/admin/")
    request.user = client.get("/admin/").wsgi_request.user
    assert len(admin_menu.menu_items_for_request(request)) <= 14


class AsWagtailPacks(Adapter):
    """How Wagtail packs a line: each word by itself."""

    def __init__(self, constructor: str) -> None:
        self.js_constructor = constructor

    def js_args(self, line: Any) -> list[Any]:
        return list(line.js_args())


def test_lines_are_packed_as_wagtail_packs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    under = LinkMenuItem("one", gettext_lazy("Account"), "/one/", icon_name="user", attrs={"data-x": True})
    lines = [
        SubMenuItem("two", "二", [under], classname="x"),
        ActionMenuItem("three", "三", "/three/", attrs={"a": "b"}),
    ]
    packed = JSContext().pack(lines)
    for kind in (LinkMenuItem, SubMenuItem, ActionMenuItem):
        name = registry.find_adapter(kind).constructor
        monkeypatch.setitem(registry.adapters, kind, AsWagtailPacks(name))
    assert JSContext().pack(lines) == packed
    assert packed[0]["_args"][1][0]["_args"][0]["label"] == "帐号"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF, Role.ADMINISTRATOR, Role.AUDITOR])
def test_menu_and_search_are_those_of_wagtails_own_way(role: Role) -> None:
    place = BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE)
    request = RequestFactory().get("/admin/")
    request.user = signed_in(role, place).get("/admin/").wsgi_request.user
    ours = JSContext().pack(admin_menu.render_component(request))
    areas = list(admin_search_areas.search_items_for_request(request))
    with pytest.MonkeyPatch.context() as wagtails:
        wagtails.delattr(admin_menu, "menu_items_for_request")
        wagtails.delattr(admin_search_areas, "search_items_for_request")
        assert JSContext().pack(admin_menu.render_component(request)) == ours
        assert admin_search_areas.search_items_for_request(request) == areas
        first = areas_for(request)
        assert (first[0] if first else None) == next(iter(areas), None)
        assert (len(first), list(first)) == (len(areas), areas)


@pytest.mark.django_db
def test_nobody_asks_the_database_for_items_that_are_taken_out(
    django_assert_max_num_queries: Callable[..., AbstractContextManager[None]],
) -> None:
    request = RequestFactory().get("/admin/")
    request.user = signed_in(Role.CLERK, BodyFactory()).get("/admin/").wsgi_request.user
    with django_assert_max_num_queries(5):  # who this is, what was not read, libraries above, a justice bureau
        admin_menu.render_component(request)


@pytest.mark.django_db
def test_the_office_is_drawn_on_paper_whatever_the_machine_prefers(client: Client) -> None:
    """Our pages are ink: on Wagtail's dark theme, which follows the machine by itself, nobody could read them."""
    sign_in(client, Role.CLERK, BodyFactory())
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "w-theme-light" in page
    assert '<meta name="color-scheme" content="light">' in page
    assert 'name="theme-theme"' not in client.get(reverse("wagtailadmin_account")).content.decode()
