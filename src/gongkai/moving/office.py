"""What this room adds to Wagtail's admin: pages and menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.moving import queries
from gongkai.publishing.rules import MANAGING
from gongkai.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/moving/."""
    return [path("moving/", include("gongkai.moving.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """For those who may order a migration or handle packages."""
        return actor_of(request.user).has(*MANAGING)


class _Packages(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """For those who manage the whole installation."""
        return queries.runs_everything(actor_of(request.user))


_MENU = Menu(
    items=[
        MenuItem("旧网站迁移", reverse_lazy("moving:overview"), name="moving", icon_name="download", order=1),
        _Packages(
            "内外网交换包",
            reverse_lazy("moving:packages"),
            name="moving-packages",
            icon_name="resubmit",
            order=2,
        ),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> Any:
    """迁移与交换."""
    return _Submenu("迁移与交换", _MENU, name="moving", icon_name="download", order=70)
