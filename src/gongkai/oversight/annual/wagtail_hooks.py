"""Wagtail admin pages and menu items of annual reports."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/annual/."""
    return [path("annual/", include("gongkai.oversight.annual.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"annual:{name}"), name=f"annual-{name}", icon_name=icon, order=order)


_MENU = Menu(
    items=[
        _item("年度报告", "list", "list-ul", 1),
        _item("往年报告", "earlier", "history", 2),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the menu item 年度报告."""
    return _Submenu("年度报告", _MENU, name="annual", icon_name="doc-full", order=70)
