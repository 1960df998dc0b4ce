"""Faster visibility checks of Wagtail's menu and search areas.

Wagtail checks every item before `construct_main_menu` replaces them (`menu.build_menu`). Here, only
that hook is called, and search areas are checked until one is visible. The result is the same
(`test_menu.py`).
"""

from collections.abc import Iterator, Sequence
from typing import overload

from django.http import HttpRequest
from django.utils.functional import Promise
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu
from wagtail.admin.search import SearchArea, admin_search_areas


def list_menu_items(request: HttpRequest) -> list[MenuItem]:
    """Return the menu as the hooks construct it, like `Menu.menu_items_for_request`."""
    items: list[MenuItem] = []
    for change in hooks.get_hooks(admin_menu.construct_hook_name):
        change(request, items)
    return items


def settled_menu() -> list[MenuItem]:
    """Resolve the URLs of all menu items once at start-up (`config.warming`)."""
    there: list[MenuItem] = admin_menu.registered_menu_items
    _resolve_urls(there)
    return there


def _resolve_urls(items: Sequence[MenuItem]) -> None:
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            _resolve_urls(item.menu.registered_menu_items)
        elif isinstance(item.url, Promise):
            item.url = str(item.url)


class LazySearchAreas(Sequence[SearchArea]):
    """The user's search areas, checked lazily."""

    def __init__(self, there: Sequence[SearchArea], request: HttpRequest) -> None:
        self.there, self.request = there, request

    def __iter__(self) -> Iterator[SearchArea]:
        """Check one after another."""
        return (one for one in self.there if one.is_shown(self.request))

    def __bool__(self) -> bool:
        """Return true if any is visible."""
        return next(iter(self), None) is not None

    def __len__(self) -> int:
        """Return the number of visible areas."""
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, at: int) -> SearchArea: ...

    @overload
    def __getitem__(self, at: slice) -> list[SearchArea]: ...

    def __getitem__(self, at: int | slice) -> SearchArea | list[SearchArea]:
        """Return the first without checking the others."""
        if at == 0:
            for one in self:
                return one
        return list(self)[at]


def areas_for(request: HttpRequest) -> LazySearchAreas:
    """Return the user's search areas, like `Search.search_items_for_request`."""
    return LazySearchAreas(admin_search_areas.registered_search_areas, request)


def use() -> None:
    """Replace the methods of Wagtail's menu and search."""
    admin_menu.menu_items_for_request = list_menu_items
    admin_search_areas.search_items_for_request = areas_for
