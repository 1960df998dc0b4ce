"""Register an app's back-office pages and menu items; these are shown to users with an appointment by default."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.widgets.addresses import include_namespace

#: Wagtail's hook of the main menu.
MAIN_MENU_HOOK = "register_admin_menu_item"


def is_staff(by: Actor) -> bool:
    """Return true if the actor has an appointment."""
    return by.known


class ShownItem(MenuItem):
    """A menu item for users who meet a condition."""

    shown_to: Callable[[Actor], bool] = staticmethod(is_staff)

    def is_shown(self, request: HttpRequest) -> bool:
        """Return True if the item is shown to the user."""
        return self.shown_to(get_actor(request.user))


class StaffMenu(SubmenuMenuItem):
    """A submenu for users with an appointment."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return True if the submenu is shown to the user."""
        return get_actor(request.user).known


def add_pages(prefix: str, urls: str) -> None:
    """Register the URLs of an app below /admin/, by the dotted name of their module."""
    hooks.register("register_admin_urls", lambda: [include_namespace(prefix, urls)])


def menu_item(
    label: str,
    url: str | Promise,
    *,
    name: str,
    icon: str,
    order: int = 0,
    shown_to: Callable[[Actor], bool] = is_staff,
) -> MenuItem:
    """Return a menu item. `url` is the name of a URL, or a lazy URL, for example with a query string."""
    item = ShownItem(label, reverse_lazy(url) if isinstance(url, str) else url, name=name, icon_name=icon, order=order)
    item.shown_to = shown_to
    return item


def add_item(
    label: str,
    url: str | Promise,
    *,
    name: str,
    icon: str,
    order: int,
    shown_to: Callable[[Actor], bool] = is_staff,
    hook: str = MAIN_MENU_HOOK,
) -> None:
    """Register a single menu item; see `menu_item`."""
    item = menu_item(label, url, name=name, icon=icon, order=order, shown_to=shown_to)
    hooks.register(hook, lambda: item)


def add_menu(label: str, app: str, *, icon: str, order: int, items: Sequence[tuple[str, str, str] | MenuItem]) -> None:
    """Register a submenu of an app.

    Args:
        label: its label.
        app: the namespace of the app's URLs, also the name of the menu.
        icon: its icon.
        order: its place in the main menu.
        items: label, name of the URL in the namespace, and icon of each, in their order; or ready items.
    """
    menu_items = [declared if isinstance(declared, MenuItem) else _make_item(app, *declared) for declared in items]
    for place, item in enumerate(menu_items, 1):
        item.order = place
    menu = StaffMenu(label, Menu(items=menu_items), name=app, icon_name=icon, order=order)
    hooks.register(MAIN_MENU_HOOK, lambda: menu)


def _make_item(app: str, label: str, name: str, icon: str) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"{app}:{name}"), name=f"{app}-{name}", icon_name=icon)
