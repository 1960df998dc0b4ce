"""Wagtail hooks of the back office: URLs, home page, menu."""

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import URLPattern, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component

from gongkai.core.ledger.desk import build_home_page
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.outbox.queries import unread_count_of_request
from gongkai.core.units.actors import actor_of
from gongkai.core.units.menus import add_item
from gongkai.core.units.reach import SUPERVISING_ROLES
from gongkai.core.units.switches import check_apps_manager
from gongkai.lib.chinese.days import day_in_words, weekday_in_words
from gongkai.ui.office.menu import build_menu
from gongkai.ui.office.urls import urlpatterns


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the pages under /admin/."""
    return urlpatterns


class HomePanel(Component):
    """Home page panel (今天要办) with the blocks of all apps."""

    order = 0
    template_name = "office/desk.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def intro(self) -> str:
        """Return the greeting with name and date."""
        today = timezone.localdate()
        return f"{actor_of(self.request.user).name}，今天是{day_in_words(today)}，{weekday_in_words(today)}。"

    @property
    def unread(self) -> int:
        """Return the number of unread messages."""
        return unread_count_of_request(self.request)

    @property
    def shows_week_link(self) -> bool:
        """Return true for users who read business data; they see the link to this week."""
        return actor_of(self.request.user).has(*ENTRY_STAFF_ROLES, *SUPERVISING_ROLES)

    def get_context_data(self, parent_context: object) -> dict[str, object]:
        """Return the non-empty blocks of the first screen."""
        actor = actor_of(self.request.user)
        token = get_token(self.request)  # Wagtail draws components without the request's own context
        page = build_home_page(actor, whole=False)
        return {
            "blocks": page.above,
            "pending": page.pending,
            "actor": actor,
            "request": self.request,
            "csrf_token": token,
        }


@hooks.register("construct_homepage_panels", order=1000)
def replace_home_panels(request: HttpRequest, panels: list[object]) -> None:
    """Replace Wagtail's home page panels."""
    panels[:] = [HomePanel(request)]


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
        return actor_of(request.user).known


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
    "应用开关",
    "office_apps",
    name="apps",
    icon="cogs",
    order=68,
    shown_to=lambda by: not check_apps_manager(by, None),
)


@hooks.register("construct_main_menu", order=1000)
def construct_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Replace the registered items with the user's menu."""
    items[:] = build_menu(request)
