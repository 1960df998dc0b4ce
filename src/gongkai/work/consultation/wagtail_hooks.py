"""Wagtail hooks: URLs and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of
from gongkai.work.consultation.rules import own_bodies


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the URLs under /admin/inquiries/ and /admin/answers/."""
    return [path("", include("gongkai.work.consultation.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(
        label, reverse_lazy(f"consultation:{name}"), name=f"consultation-{name}", icon_name=icon, order=order
    )


class _Register(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(own_bodies(actor_of(request.user)))


_MENU = Menu(
    items=[
        _item("问答检索（接听）", "hotline", "search", 1),
        _Register(
            "登记来电来信",
            reverse_lazy("consultation:register"),
            name="consultation-register",
            icon_name="plus",
            order=2,
        ),
        MenuItem("查找来件", reverse_lazy("intake_find"), name="intake-find", icon_name="search", order=2),
        _item("公开信箱", "mails", "mail", 3),
        _item("12345工单", "orders", "resubmit", 3),
        _item("政策问答库", "answers", "list-ul", 3),
        _item("问答库梳理", "rounds", "tasks", 3),
        _item("检索效果", "search", "crosshairs", 4),
        _item("建议和堵点", "results", "clipboard-list", 4),
        _item("留言公开", "publications", "view", 4),
        _item("留言统计", "figures", "table", 5),
        _item("政策直通车", "firms", "doc-full", 6),
        _item("对外联系电话", "phones", "mobile-alt", 7),
        _item("综合咨询窗口", "windows", "user", 8),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Register the menu 互动交流."""
    return _Submenu("互动交流", _MENU, name="consultation", icon_name="mail", order=46)
