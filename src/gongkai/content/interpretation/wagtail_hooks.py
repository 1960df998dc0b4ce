"""Register this app's admin pages and menu items with Wagtail."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/interpretation/."""
    return [path("interpretation/", include("gongkai.content.interpretation.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(
        label,
        reverse_lazy(f"interpretation:{name}"),
        name=f"interpretation-{name}",
        icon_name=icon,
        order=order,
    )


_MENU = Menu(
    items=[
        _item("待解读清单", "overview", "openquote", 1),
        _item("新闻发布", "press", "comment", 2),
        _item("解读专员", "specialists", "group", 3),
        _item("专员制度", "specialist_rules", "doc-full", 4),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """政策解读."""
    return _Submenu("政策解读", _MENU, name="interpretation", icon_name="openquote", order=44)
