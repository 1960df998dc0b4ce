"""Wagtail hooks of this app: menu items for faults and site operation, and URLs."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.functional import lazystr
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


class _StaffMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the user has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")
def register_faults_item() -> MenuItem:
    """Return the menu item 网站找错, the ledger filtered by faults."""
    return _StaffMenuItem(
        "网站找错",
        lazystr(f"{reverse_lazy('ledger_list')}?kind=fault"),
        name="faults",
        icon_name="warning",
        order=46,
    )


@hooks.register("register_admin_urls")
def register_urls() -> list[URLResolver]:
    """Register the pages under /admin/operation/."""
    return [path("operation/", include("gongkai.work.site_operations.urls"))]


@hooks.register("register_admin_menu_item")
def register_operation_item() -> MenuItem:
    """Return the menu item 网站运行."""
    return _StaffMenuItem("网站运行", reverse_lazy("platform:index"), name="operation", icon_name="cogs", order=47)
