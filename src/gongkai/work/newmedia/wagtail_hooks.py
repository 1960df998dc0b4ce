"""What this room adds to Wagtail's admin: pages and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/newmedia/."""
    return [path("newmedia/", include("gongkai.work.newmedia.urls"))]


class _Accounts(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """政务新媒体."""
    return _Accounts("政务新媒体", reverse_lazy("newmedia:index"), name="newmedia", icon_name="mobile-alt", order=47)
