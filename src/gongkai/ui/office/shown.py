"""What of the menu and of the search is asked whether it is shown: each item asks the database, and most answers would be thrown away.

Wagtail asks every item, then `construct_main_menu` takes some out; it asks every search area for the first of them. Every page of the office
pays for that. Here items that would be taken out are not asked, and areas only until one is shown; what is shown is the same
(`test_menu.py` holds it against Wagtail's own way).
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

#: Wagtail's own items that only administrators need, and those that nobody does (its page tree: items are found through 信息公开).
FOR_ADMINISTRATORS = frozenset({"images", "documents", "snippets", "reports", "settings", "forms"})
FOR_NOBODY = frozenset({"help", "redirects", "explorer"})


def hidden_from(request: HttpRequest) -> frozenset[str]:
    """Return the names of the items that somebody's menu does not have, whatever they say of themselves."""
    administers = request.user.is_superuser or actor_of(request.user).has(Role.ADMINISTRATOR)
    return FOR_NOBODY if administers else FOR_NOBODY | FOR_ADMINISTRATORS


def items_for(request: HttpRequest) -> list[MenuItem]:
    """Return the main menu's items for somebody, as `Menu.menu_items_for_request` does."""
    hidden = hidden_from(request)
    there = settled_menu()
    items = [item for item in there if item.name not in hidden and item.is_shown(request)]
    for change in hooks.get_hooks(admin_menu.construct_hook_name):
        change(request, items)
    return items


def settled_menu() -> list[MenuItem]:
    """Return the menu's items, the addresses of all of them written down: done once, where nobody waits for it (`config.warming`)."""
    there: list[MenuItem] = admin_menu.registered_menu_items
    _settle(there)
    return there


def _settle(items: Sequence[MenuItem]) -> None:
    """Write the addresses of items and of those under them down once: they are the same for everybody, and are looked up with every page else."""
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            _settle(item.menu.registered_menu_items)
        elif isinstance(item.url, Promise):
            item.url = str(item.url)


class Areas(Sequence[SearchArea]):
    """The search areas that somebody has, each asked when it is reached."""

    def __init__(self, there: Sequence[SearchArea], request: HttpRequest) -> None:
        self.there, self.request = there, request

    def __iter__(self) -> Iterator[SearchArea]:
        """Ask one after another."""
        return (one for one in self.there if one.is_shown(self.request))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return next(iter(self), None) is not None

    def __len__(self) -> int:
        """How many there are: asks all."""
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, at: int) -> SearchArea: ...

    @overload
    def __getitem__(self, at: slice) -> list[SearchArea]: ...

    def __getitem__(self, at: int | slice) -> SearchArea | list[SearchArea]:
        """Return the first without asking the others."""
        if at == 0:
            for one in self:
                return one
        return list(self)[at]


def areas_for(request: HttpRequest) -> Areas:
    """Return somebody's search areas, as `Search.search_items_for_request` does."""
    return Areas(admin_search_areas.registered_search_areas, request)


def use() -> None:
    """Let Wagtail's menu and search ask like this."""
    admin_menu.menu_items_for_request = items_for
    admin_search_areas.search_items_for_request = areas_for
