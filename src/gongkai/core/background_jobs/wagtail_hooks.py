"""Wagtail hooks of background jobs: URLs and menu item."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the pages under /admin/errands/."""
    return [path("errands/", include("gongkai.core.background_jobs.urls"))]


class _StaffMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for users with an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Register the menu item 我的导出."""
    return _StaffMenuItem("我的导出", reverse_lazy("errands:mine"), name="exports", icon_name="download", order=84)
