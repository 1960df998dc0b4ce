"""What the office adds to Wagtail's admin: addresses, the first page, the menu."""

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

from gongkai.core.ledger.desk import blocks_for
from gongkai.core.ledger.rules import STAFF
from gongkai.core.outbox.queries import unread_shown
from gongkai.core.units.actors import actor_of
from gongkai.core.units.reach import SUPERVISING
from gongkai.lib.chinese.days import day_in_words, weekday_in_words
from gongkai.ui.office.menu import grouped
from gongkai.ui.office.shown import hidden_from
from gongkai.ui.office.urls import urlpatterns


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the office's pages under /admin/."""
    return urlpatterns


class Desk(Component):
    """今天要办: the blocks of all rooms."""

    order = 0
    template_name = "office/desk.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def intro(self) -> str:
        """Who is here, and what day it is."""
        today = timezone.localdate()
        return f"{actor_of(self.request.user).name}，今天是{day_in_words(today)}，{weekday_in_words(today)}。"

    @property
    def unread(self) -> int:
        """How many messages are unread."""
        return unread_shown(self.request)

    @property
    def weekly(self) -> bool:
        """Whether what is due this week is one click away: for whoever reads business."""
        return actor_of(self.request.user).has(*STAFF, *SUPERVISING)

    def get_context_data(self, parent_context: object) -> dict[str, object]:
        """Return the blocks that this person has something to do with."""
        actor = actor_of(self.request.user)
        token = get_token(self.request)  # Wagtail draws components without the request's own context
        return {
            "blocks": blocks_for(actor),
            "actor": actor,
            "request": self.request,
            "csrf_token": token,
        }


@hooks.register("construct_homepage_panels", order=1000)
def first_page(request: HttpRequest, panels: list[object]) -> None:
    """Put the desk in the place of Wagtail's panels."""
    panels[:] = [Desk(request)]


@hooks.register("insert_global_admin_css")
def colours() -> str:
    """Give the admin's frame the house's tones."""
    return format_html('<link rel="stylesheet" href="{}">', static("office/frame.css"))


@hooks.register("insert_global_admin_js")
def scripts() -> str:
    """Load the scripts of every office page: the browser's back button, the pickers of dates and times."""
    names = ((static(name),) for name in ("ui/back.js", "ui/picker.js"))
    return format_html_join("\n", '<script src="{}" defer></script>', names)


@hooks.register("register_admin_menu_item")
def home_item() -> MenuItem:
    """今天要办."""
    return MenuItem("今天要办", reverse_lazy("wagtailadmin_home"), name="today", icon_name="home", order=10)


@hooks.register("register_admin_menu_item")
def ledger_item() -> MenuItem:
    """台账."""
    return MenuItem("台账", reverse_lazy("ledger_list"), name="ledger", icon_name="list-ul", order=20)


class _Board(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


class _Find(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_search_area")
def find_area() -> SearchArea:
    """搜索: the box of the menu leads to the search over the whole office, before Wagtail's own of pages."""
    return _Find("全部", reverse_lazy("office_find"), name="find", icon_name="search", order=1)


@hooks.register("register_admin_menu_item")
def board_item() -> MenuItem:
    """看板."""
    return _Board("看板", reverse_lazy("office_board"), name="board", icon_name="desktop", order=15)


@hooks.register("register_admin_menu_item")
def statistics_item() -> MenuItem:
    """统计."""
    return MenuItem("统计", reverse_lazy("office_statistics"), name="statistics", icon_name="table", order=70)


@hooks.register("construct_main_menu", order=1000)
def menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave ordinary people what they need; Wagtail's page tree is called what it holds."""
    hidden = hidden_from(request)
    items[:] = grouped([item for item in items if item.name not in hidden])
