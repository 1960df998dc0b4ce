"""Wagtail hooks of the back office: URLs, menu."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse_lazy
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from gongkai.core.units.actors import get_actor
from gongkai.core.units.menus import add_item
from gongkai.core.units.switches import check_apps_manager
from gongkai.ui.office.menu import build_menu
from gongkai.ui.office.urls import urlpatterns


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the pages under /admin/."""
    return urlpatterns


@hooks.register("insert_global_admin_css")
def register_stylesheet() -> str:
    """Add the stylesheet of the admin frame."""
    return format_html('<link rel="stylesheet" href="{}">', static("office/frame.css"))


@hooks.register("insert_global_admin_js")
def register_scripts() -> str:
    """Add the scripts of every page: back button, date and time pickers."""
    names = ((static(name),) for name in ("ui/back.js", "ui/picker.js"))
    return format_html_join("\n", '<script src="{}" defer></script>', names)


@hooks.register("register_admin_menu_item")
def register_home_item() -> MenuItem:
    """Register the menu item 今天要办."""
    return MenuItem("今天要办", reverse_lazy("wagtailadmin_home"), name="today", icon_name="home", order=10)


@hooks.register("register_admin_menu_item")
def register_ledger_item() -> MenuItem:
    """Register the menu item 台账."""
    return MenuItem("台账", reverse_lazy("ledger_list"), name="ledger", icon_name="list-ul", order=20)


class _OfficeSearchArea(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for users with an appointment."""
        return get_actor(request.user).known


@hooks.register("register_admin_search_area")
def register_search_area() -> SearchArea:
    """Register the search over the whole office (搜索) before Wagtail's page search."""
    return _OfficeSearchArea("全部", reverse_lazy("office_find"), name="find", icon_name="search", order=1)


add_item("看板", "office_board", name="board", icon="desktop", order=15)


@hooks.register("register_admin_menu_item")
def register_statistics_item() -> MenuItem:
    """Register the menu item 统计."""
    return MenuItem("统计", reverse_lazy("office_statistics"), name="statistics", icon_name="table", order=70)


@hooks.register("register_admin_menu_item")
def register_more_item() -> MenuItem:
    """Register the menu item 更多台账."""
    return MenuItem("更多台账", reverse_lazy("office_more"), name="more", icon_name="list-ul", order=90)


add_item(
    "应用开关", "office_apps", name="apps", icon="cogs", order=68, shown_to=lambda by: not check_apps_manager(by, None)
)


@hooks.register("construct_main_menu", order=1000)
def construct_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Replace the registered items with the user's menu."""
    items[:] = build_menu(request)
