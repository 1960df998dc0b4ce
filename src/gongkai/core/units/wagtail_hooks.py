"""Wagtail hooks: URLs of the unit pages and the menu item 单位与人员."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


class _StaffMenuItem(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for users with an appointment."""
        return actor_of(request.user).known


_MENU = Menu(
    items=[
        MenuItem("单位名录", reverse_lazy("units:bodies"), name="units", icon_name="site", order=1),
        MenuItem("单位组", reverse_lazy("units:groups"), name="unit-groups", icon_name="folder", order=2),
        MenuItem("人员与任职", reverse_lazy("units:people"), name="people", icon_name="group", order=3),
        MenuItem("待确认", reverse_lazy("units:confirmations"), name="confirmations", icon_name="check", order=4),
    ]
)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/units/."""
    return [path("units/", include("gongkai.core.units.urls"))]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_menu_item() -> MenuItem:
    """Register the menu item 单位与人员."""
    return _StaffMenuItem("单位与人员", _MENU, name="units-and-people", icon_name="group", order=60)
