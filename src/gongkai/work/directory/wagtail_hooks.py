"""What this room adds to Wagtail's admin: pages and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/directory/."""
    return [path("", include("gongkai.work.directory.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"directory:{name}"), name=f"directory-{name}", icon_name=icon, order=order)


_MENU = Menu(
    items=[
        _item("标准目录", "index", "list-ul", 1),
        _item("公开情况", "coverage", "table", 2),
        _item("栏目模板", "templates", "folder-open-inverse", 3),
        _item("细则和指引", "followups", "edit", 4),
        _item("年度检查", "checks", "clipboard-list", 5),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """基层标准目录."""
    return _Submenu("基层标准目录", _MENU, name="directory", icon_name="list-ul", order=43)
