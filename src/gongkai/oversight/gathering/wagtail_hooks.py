"""Wagtail admin pages and menu items of collected content."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/gathering/."""
    return [path("gathering/", include("gongkai.oversight.gathering.urls"))]


class _Gathering(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the menu item 归集."""
    return _Gathering("归集", reverse_lazy("gathering:index"), name="gathering", icon_name="collapse-down", order=43)
