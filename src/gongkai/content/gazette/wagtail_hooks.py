"""Register this app's admin pages and menu items with Wagtail."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/gazette/."""
    return [path("gazette/", include("gongkai.content.gazette.urls"))]


class _Gazette(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """政府公报."""
    return _Gazette("政府公报", reverse_lazy("gazette:issues"), name="gazette", icon_name="doc-full-inverse", order=43)
