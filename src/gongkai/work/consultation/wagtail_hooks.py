"""Wagtail hooks: URLs and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.text import format_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of
from gongkai.work.consultation.kinds import INQUIRY_NAME
from gongkai.work.consultation.rules import list_own_units


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_admin_urls() -> list[URLResolver]:
    """Register the URLs under /admin/inquiries/ and /admin/answers/."""
    return [path("", include("gongkai.work.consultation.urls"))]


class _StaffSubmenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _menu_item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(
        label, reverse_lazy(f"consultation:{name}"), name=f"consultation-{name}", icon_name=icon, order=order
    )


class _RegistrationMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(list_own_units(actor_of(request.user)))


_CONSULTATION_MENU = Menu(
    items=[
        MenuItem(
            "咨询和留言",
            format_lazy("{}?kind={}", reverse_lazy("ledger_list"), INQUIRY_NAME),
            name="inquiries",
            icon_name="mail",
            order=0,
        ),
        _menu_item("问答检索（接听）", "hotline", "search", 1),
        _RegistrationMenuItem(
            "登记来电来信",
            reverse_lazy("consultation:register"),
            name="consultation-register",
            icon_name="plus",
            order=2,
        ),
        MenuItem("查找来件", reverse_lazy("intake_find"), name="intake-find", icon_name="search", order=2),
        _menu_item("公开信箱", "mails", "mail", 3),
        _menu_item("12345工单", "orders", "resubmit", 3),
        _menu_item("政策问答库", "answers", "list-ul", 3),
        _menu_item("问答库梳理", "rounds", "tasks", 3),
        _menu_item("检索效果", "search", "crosshairs", 4),
        _menu_item("建议和堵点", "results", "clipboard-list", 4),
        _menu_item("留言公开", "publications", "view", 4),
        _menu_item("留言统计", "figures", "table", 5),
        _menu_item("政策直通车", "firms", "doc-full", 6),
        _menu_item("对外联系电话", "phones", "mobile-alt", 7),
        _menu_item("综合咨询窗口", "windows", "user", 8),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_consultation_menu() -> MenuItem:
    """Register the menu 互动交流."""
    return _StaffSubmenu("互动交流", _CONSULTATION_MENU, name="consultation", icon_name="mail", order=46)
