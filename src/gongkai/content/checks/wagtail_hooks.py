"""Register the admin pages of checks and their items in the menu 信息公开."""

from django.urls import reverse_lazy
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.core.units.actors import Actor
from gongkai.core.units.menus import add_pages, menu_item
from gongkai.core.units.models import Role

add_pages("publishing/", "gongkai.content.checks.urls")


def _may_change_settings(by: Actor) -> bool:
    return by.has(Role.LEAD, *MANAGING_ROLES)


def menu_items() -> list[MenuItem]:
    """Return the menu items under 信息公开."""
    return [
        MenuItem("失效链接和文件", reverse_lazy("checks:faults"), name="faults", icon_name="link", order=7),
        menu_item("检查规则", "checks:rules", name="check-rules", icon="cog", order=8, shown_to=_may_change_settings),
    ]
