"""What this room adds to Wagtail's admin: pages and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/tables/."""
    return [path("", include("gongkai.work.tables.urls"))]


class _Item(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """名录和公开表."""
    return _Item("名录和公开表", reverse_lazy("tables:index"), name="tables", icon_name="table", order=44)
