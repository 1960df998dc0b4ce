"""URLs and menu item of packages in the back office."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.content.packages import queries
from gongkai.core.units.actors import get_actor
from gongkai.core.units.menus import add_pages
from gongkai.core.widgets.request_cache import ask_once_per_request

add_pages("packages/", "gongkai.content.packages.urls")


class _Packages(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return ask_once_per_request(request, "packages", lambda: queries.manages_all_sites(get_actor(request.user)))


@hooks.register("register_transfer_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the menu item 内外网交换包."""
    return _Packages("内外网交换包", reverse_lazy("packages:overview"), name="packages", icon_name="resubmit", order=2)
