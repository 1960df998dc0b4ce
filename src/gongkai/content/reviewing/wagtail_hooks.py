"""Register the admin pages of reviews and their items in the menu 信息公开."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.rules import MANAGING_ROLES, WRITING_ROLES
from gongkai.core.units.actors import get_actor
from gongkai.core.units.menus import add_pages
from gongkai.core.units.models import Role

add_pages("publishing/", "gongkai.content.reviewing.urls")


class RoleMenuItem(MenuItem):  # type: ignore[misc]
    """A menu item for users who hold one of its roles."""

    def __init__(self, *args: object, roles: tuple[str, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true if the user has one of the roles."""
        return get_actor(request.user).has(*self.roles)


def menu_items() -> list[MenuItem]:
    """Return the menu items under 信息公开."""
    return [
        RoleMenuItem(
            "待审信息",
            reverse_lazy("reviewing:reviews"),
            roles=(*WRITING_ROLES, Role.CHIEF),
            name="reviews",
            icon_name="check",
            order=2,
        ),
        RoleMenuItem(
            "审签程序",
            reverse_lazy("reviewing:schemes"),
            roles=(*MANAGING_ROLES, Role.AUDITOR, Role.LEAD, Role.SIGNER),
            name="schemes",
            icon_name="tasks",
            order=8,
        ),
    ]
