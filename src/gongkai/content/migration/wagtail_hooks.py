"""Register this app's admin pages and menu items with Wagtail."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.rules import MANAGING
from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/migration/."""
    return [path("migration/", include("gongkai.content.migration.urls"))]


class _Migration(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """For those who may order a migration."""
        return actor_of(request.user).has(*MANAGING)


@hooks.register("register_transfer_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """旧网站迁移, in the menu 迁移与交换."""
    return _Migration("旧网站迁移", reverse_lazy("migration:overview"), name="migration", icon_name="download", order=1)
