"""Wagtail admin pages and menu items of cases and promises."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/opinion/ and /admin/promises/."""
    return [path("", include("gongkai.work.opinion.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"opinion:{name}"), name=f"opinion-{name}", icon_name=icon, order=order)


_MENU = Menu(
    items=[
        _item("政务舆情", "cases", "warning", 1),
        _item("登记舆情", "collect", "plus", 2),
        _item("舆情线索", "leads", "rss", 3),
        _item("舆情统计", "figures", "table", 4),
        _item("公开承诺", "promises", "check", 5),
        _item("新闻发言人", "spokespeople", "user", 6),
        _item("关注领域", "fields", "cog", 7),
        _item("舆情来源", "feeds", "rss", 8),
        _item("承诺主题", "topics", "tag", 9),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the menu item 舆情和承诺."""
    return _Submenu("舆情和承诺", _MENU, name="opinion", icon_name="comment", order=47)
