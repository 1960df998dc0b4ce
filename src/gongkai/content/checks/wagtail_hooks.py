"""Register the admin pages of checks and their items in the menu 信息公开."""

from django.http import HttpRequest
from django.urls import URLResolver, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Role
from gongkai.core.widgets.addresses import include_namespace


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the URLs under /admin/publishing/, with the other desk pages."""
    return [include_namespace("publishing/", "gongkai.content.checks.urls")]


class CheckRulesMenuItem(MenuItem):  # type: ignore[misc]
    """Menu item 检查规则, for users who may change the settings."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true if the user may change settings of a body."""
        return get_actor(request.user).has(Role.LEAD, *MANAGING_ROLES)


def menu_items() -> list[MenuItem]:
    """Return the menu items under 信息公开."""
    return [
        MenuItem("失效链接和文件", reverse_lazy("checks:faults"), name="faults", icon_name="link", order=7),
        CheckRulesMenuItem("检查规则", reverse_lazy("checks:rules"), name="check-rules", icon_name="cog", order=8),
    ]
