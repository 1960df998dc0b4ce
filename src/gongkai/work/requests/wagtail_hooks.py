"""Wagtail hooks: URLs and menu."""

from django.http import HttpRequest
from django.urls import URLResolver, reverse_lazy
from django.utils.functional import lazystr
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.addresses import include_namespace


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_admin_urls() -> list[URLResolver]:
    """Register the URLs under /admin/requests/."""
    return [include_namespace("requests/", "gongkai.work.requests.urls")]


class _StaffSubmenu(SubmenuMenuItem):  # type: ignore[misc]
    """A submenu that known staff see."""

    def is_shown(self, request: HttpRequest) -> bool:
        return get_actor(request.user).known


def _make_menu_item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"requests:{name}"), name=f"requests-{name}", icon_name=icon, order=order)


def _make_menu() -> Menu:
    """Return the menu of requests and complaints."""
    items = [
        _make_menu_item("申请登记簿", "list", "list-ul", 1),
        _make_menu_item("登记申请", "register", "plus", 2),
        _make_menu_item("年报表三、表四", "figures", "table", 3),
        _make_menu_item("办理统计", "statistics", "table", 4),
        _make_menu_item("收入台账", "fees", "list-ol", 5),
        _make_menu_item("文书模板", "templates", "doc-full", 6),
        _make_menu_item("案例汇编", "cases", "folder-open-inverse", 6),
        MenuItem(
            "信息公开投诉",
            lazystr(f"{reverse_lazy('ledger_list')}?kind=complaint"),
            name="requests-complaints",
            icon_name="warning",
            order=7,
        ),
        _make_menu_item("登记投诉", "complaint", "plus", 8),
    ]
    return Menu(items=items)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_requests_menu() -> MenuItem:
    """Register the menu 依申请公开."""
    return _StaffSubmenu("依申请公开", _make_menu(), name="requests", icon_name="form", order=45)
