"""Wagtail admin pages and menu items of site inspections."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the pages under /admin/inspection/."""
    return [path("inspection/", include("gongkai.oversight.inspection.urls"))]


class _Inspections(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Return the menu item 网站检查."""
    return _Inspections(
        "网站检查", reverse_lazy("inspection:overview"), name="inspection", icon_name="search", order=47
    )
