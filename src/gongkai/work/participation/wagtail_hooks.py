"""Wagtail hooks: URLs and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_admin_urls() -> list[URLResolver]:
    """Register the URLs under /admin/decisions/."""
    return [path("decisions/", include("gongkai.work.participation.urls"))]


class _StaffSubmenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _menu_item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(
        label,
        reverse_lazy(f"participation:{name}"),
        name=f"participation-{name}",
        icon_name=icon,
        order=order,
    )


_PARTICIPATION_MENU = Menu(
    items=[
        _menu_item("决策事项", "decisions", "list-ul", 1),
        _menu_item("年度目录", "catalogues", "doc-full", 2),
        _menu_item("决策统计", "figures", "table", 3),
    ]
)


class _StaffMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_openings_item() -> MenuItem:
    """Register the menu item 政府开放日."""
    return _StaffMenuItem(
        "政府开放日", reverse_lazy("participation:openings"), name="openings", icon_name="group", order=47
    )


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_surveys_item() -> MenuItem:
    """Register the menu item 网上调研."""
    return _StaffMenuItem("网上调研", reverse_lazy("participation:surveys"), name="surveys", icon_name="form", order=48)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_decisions_menu() -> MenuItem:
    """Register the menu 决策预公开."""
    return _StaffSubmenu("决策预公开", _PARTICIPATION_MENU, name="participation", icon_name="group", order=47)
