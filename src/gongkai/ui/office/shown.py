"""Faster visibility checks of Wagtail's menu and search areas.

Wagtail checks every item and `construct_main_menu` removes some afterwards. Here, items to be
removed are not checked, and search areas only until one is visible. The result is the same
(`test_menu.py`).
"""

from collections.abc import Iterator, Sequence
from typing import overload

from django.http import HttpRequest
from django.utils.functional import Promise
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu
from wagtail.admin.search import SearchArea, admin_search_areas

from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Role

#: Wagtail's own items for administrators, and those for nobody (its page tree is replaced by
#: 信息公开).
ADMINISTRATOR_ITEMS = frozenset({"images", "documents", "snippets", "reports", "settings", "forms"})
REMOVED_ITEMS = frozenset({"help", "redirects", "explorer"})


def hidden_from(request: HttpRequest) -> frozenset[str]:
    """Return the names of items that the user's menu never contains."""
    administers = request.user.is_superuser or actor_of(request.user).has(Role.ADMINISTRATOR)
    return REMOVED_ITEMS if administers else REMOVED_ITEMS | ADMINISTRATOR_ITEMS


def list_menu_items(request: HttpRequest) -> list[MenuItem]:
    """Return the visible menu items, like `Menu.menu_items_for_request`."""
    hidden = hidden_from(request)
    there = settled_menu()
    items = [item for item in there if item.name not in hidden and item.is_shown(request)]
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
