"""The main menu in two levels by posts, and the first page after signing in.

`MenuItemAdapter` serialises the sidebar menu in one step per item: Wagtail inspects every string
and rebuilds the script URL for each item, which took 4.4 ms of every page for 28 items, and now
takes 0.4.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, overload

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from telepath import BaseAdapter, ObjectNode, ValueContext, ValueNode
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem, admin_menu
from wagtail.admin.search import SearchArea, admin_search_areas
from wagtail.admin.telepath import register
from wagtail.admin.ui.sidebar import ActionMenuItem, LinkMenuItem, SubMenuItem

from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Role
from gongkai.ui.office.app_switches import is_menu_item_off
from gongkai.ui.office.boards import list_led_governments

#: Posts that do the daily work; their holders start with 今天要办.
DAILY_WORK_ROLES = (Role.CLERK, Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY)
#: Session key that is set once the first page was shown.
FIRST_PAGE_SESSION_KEY = "gongkai_first_page"


def starts_on_board(by: Actor) -> bool:
    """Return true if the user heads a government or its office and does no daily work there."""
    return not by.has(*DAILY_WORK_ROLES) and bool(list_led_governments(by))


class FirstPageMiddleware:
    """Middleware that redirects a leader's first visit after signing in to the board."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Redirect from the start page once in a session, else None."""
        match = request.resolver_match
        if match is None or match.view_name != "wagtailadmin_home" or request.method != "GET":
            return None
        if not request.user.is_authenticated or request.session.get(FIRST_PAGE_SESSION_KEY):
            return None
        if not starts_on_board(get_actor(request.user)):
            return None
        request.session[FIRST_PAGE_SESSION_KEY] = True
        return HttpResponseRedirect(reverse("office_leader"))


#: Maximum number of pages in anybody's menu, unless more than that are not `spare`.
MAX_LEAVES = 25

_UNIT_ROLES = (Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD)
_WORKING_ROLES = (*_UNIT_ROLES, Role.CHIEF)
_READING_ROLES = (*_WORKING_ROLES, Role.AUDITOR)
_CLERK_ROLES = (Role.CLERK, Role.CHIEF)
_SIGNING_ROLES = (Role.REVIEWER, Role.SIGNER, Role.LEAD, Role.CHIEF)
_SYSTEM_ROLES = (Role.ADMINISTRATOR, Role.SECURITY)


#: Wagtail's own items for administrators; its other ones are replaced by 信息公开 and 帮助.
ADMINISTRATOR_ITEMS = frozenset({"images", "documents", "snippets", "reports", "settings", "forms"})
#: Wagtail's own items that nobody sees.
REMOVED_ITEMS = frozenset({"help", "redirects", "explorer"})
#: Items that 更多台账 does not list: itself and the text in the editor.
UNLISTED_ITEMS = frozenset({"editing", "more"})


@dataclass(frozen=True)
class MenuHeading:
    """A group of the menu: label, icon and position."""

    name: str
    label: str
    icon: str
    order: int


@dataclass(frozen=True)
class MenuLeaf:
    """A page of the menu: the name of its item, the posts that need it, and its group.

    Empty `roles` mean everybody, an empty `heading` the first level. If a user's posts need more than `MAX_LEAVES`
    pages, the `spare` ones are only in 更多台账.
    """

    name: str
    roles: tuple[str, ...] = ()
    heading: str = ""
    spare: bool = False


#: The groups of the menu.
MENU_HEADINGS = (
    MenuHeading("disclosure", "信息公开", "doc-full", 40),
    MenuHeading("policy", "政策和决策", "folder-open-inverse", 44),
    MenuHeading("people-outside", "公众来往", "mail", 45),
    MenuHeading("supervision", "监督与报告", "tasks", 60),
    MenuHeading("system", "单位与系统", "cog", 80),
)
#: The pages of the menu, most important first.
MENU_LEAVES = (
    MenuLeaf("today"),
    MenuLeaf("launch"),
    MenuLeaf("board", _READING_ROLES),
    MenuLeaf("messages"),
    MenuLeaf("ledger", _READING_ROLES),
    MenuLeaf("notices", _READING_ROLES),
    MenuLeaf("items", _READING_ROLES, "disclosure"),
    MenuLeaf("editing", _READING_ROLES, "disclosure"),
    MenuLeaf("reviews", (*_SIGNING_ROLES, Role.AUDITOR), "disclosure"),
    MenuLeaf("columns", _CLERK_ROLES, "disclosure"),
    MenuLeaf("websites", (Role.CHIEF,), "disclosure", spare=True),
    MenuLeaf("directory-index", (Role.CLERK,), "disclosure", spare=True),
    MenuLeaf("directory-coverage", (Role.CHIEF,), "disclosure", spare=True),
    MenuLeaf("tables", _CLERK_ROLES, "disclosure", spare=True),
    MenuLeaf("policies-records", _READING_ROLES, "policy"),
    MenuLeaf("interpretation-overview", _CLERK_ROLES, "policy", spare=True),
    MenuLeaf("participation-decisions", _WORKING_ROLES, "policy", spare=True),
    MenuLeaf("inquiries", _READING_ROLES, "people-outside"),
    MenuLeaf("consultation-register", (Role.CLERK,), "people-outside"),
    MenuLeaf("consultation-answers", (Role.CLERK,), "people-outside", spare=True),
    MenuLeaf("requests-list", _READING_ROLES, "people-outside"),
    MenuLeaf("opinion-cases", _WORKING_ROLES, "people-outside", spare=True),
    MenuLeaf("faults", (Role.CHIEF,), "people-outside", spare=True),
    MenuLeaf("inspection", (Role.CHIEF, Role.AUDITOR), "supervision"),
    MenuLeaf("newmedia", _CLERK_ROLES, "disclosure", spare=True),
    MenuLeaf("assessment-home", _READING_ROLES, "supervision"),
    MenuLeaf("annual-list", _READING_ROLES, "supervision"),
    MenuLeaf("statistics", (*_SIGNING_ROLES, Role.AUDITOR), "supervision", spare=True),
    MenuLeaf("units", (), "system"),
    MenuLeaf("people", (*_SYSTEM_ROLES, Role.AUDITOR), "system"),
    MenuLeaf("confirmations", _SYSTEM_ROLES, "system"),
    MenuLeaf("identities", (Role.ADMINISTRATOR,), "system"),
    MenuLeaf("apps", (Role.CHIEF, Role.ADMINISTRATOR), "system"),
    MenuLeaf("channels", (Role.ADMINISTRATOR,), "system"),
    MenuLeaf("workdays", (Role.ADMINISTRATOR,), "system"),
    MenuLeaf("operations", (*_SYSTEM_ROLES, Role.AUDITOR), "system"),
    MenuLeaf("upkeep", (*_SYSTEM_ROLES, Role.AUDITOR), "system"),
    MenuLeaf("errands", (Role.ADMINISTRATOR,), "system"),
    MenuLeaf("signin", (), "system"),
    MenuLeaf("more"),
    MenuLeaf("handbook"),
)


class PreparedMenu(Menu):  # type: ignore[misc]
    """A submenu whose items were already checked for visibility."""

    def menu_items_for_request(self, request: HttpRequest) -> list[MenuItem]:
        """Return all items."""
        return list(self.registered_menu_items)


@dataclass(frozen=True)
class MenuPage:
    """A registered menu item with the submenus that contain it."""

    item: MenuItem
    above: tuple[SubmenuMenuItem, ...] = ()

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true if the item and every submenu above show it, and its app is switched on."""
        names = (self.item.name, *(parent.name for parent in self.above))
        if any(map(is_menu_item_off, names)):
            return False
        return all(parent.is_shown(request) for parent in (*self.above, self.item))


def iterate_pages(items: Iterable[MenuItem], parents: tuple[SubmenuMenuItem, ...] = ()) -> Iterator[MenuPage]:
    """Yield all pages below these menu items."""
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            yield from iterate_pages(item.menu.registered_menu_items, (*parents, item))
        else:
            yield MenuPage(item, parents)


def select_leaves(by: Actor, leaves_of_menu: Sequence[MenuLeaf]) -> list[MenuLeaf]:
    """Return the leaves of the actor's posts; spare ones are dropped if there are too many."""
    leaves = [leaf for leaf in leaves_of_menu if not leaf.roles or by.has(*leaf.roles)]
    excess = len(leaves) - MAX_LEAVES
    for leaf in [leaf for leaf in reversed(leaves) if leaf.spare][: max(0, excess)]:
        leaves.remove(leaf)
    return leaves


def build_menu(request: HttpRequest) -> list[MenuItem]:
    """Return the menu of the request's user."""
    by = get_actor(request.user)
    pages = {page.item.name: page for page in iterate_pages(admin_menu.registered_menu_items)}
    permitted_leaves = [leaf for leaf in MENU_LEAVES if leaf.name in pages and (not leaf.roles or by.has(*leaf.roles))]
    leaves = select_leaves(by, [leaf for leaf in permitted_leaves if pages[leaf.name].is_shown(request)])
    items = [pages[leaf.name].item for leaf in leaves if not leaf.heading]
    for heading in MENU_HEADINGS:
        heading_items = [pages[leaf.name].item for leaf in leaves if leaf.heading == heading.name]
        if heading_items:
            items.append(_make_submenu(heading, heading_items))
    return items


def _make_submenu(heading: MenuHeading, items: Sequence[MenuItem]) -> SubmenuMenuItem:
    """Return a Wagtail submenu of a heading with copies of its items in the given order."""
    sorted_items = []
    for position, item in enumerate(items):
        item_copy = copy(item)
        item_copy.order = position
        sorted_items.append(item_copy)
    return SubmenuMenuItem(
        heading.label, PreparedMenu(items=sorted_items), name=heading.name, icon_name=heading.icon, order=heading.order
    )


@dataclass(frozen=True)
class OfficePageLink:
    """The name and URL of an office page, listed under 更多台账."""

    label: str
    url: str


def list_pages(request: HttpRequest, search_words: str = "") -> list[tuple[str, list[OfficePageLink]]]:
    """Return (app, pages that the user may open) whose name or app contains `search_words`."""
    groups: dict[str, list[OfficePageLink]] = {}
    administers = request.user.is_superuser or get_actor(request.user).has(Role.ADMINISTRATOR)
    hidden = REMOVED_ITEMS | UNLISTED_ITEMS | (frozenset() if administers else ADMINISTRATOR_ITEMS)
    for page in iterate_pages(admin_menu.registered_menu_items):
        label, group = str(page.item.label), str(page.above[0].label) if page.above else "其他"
        names = {page.item.name, *(parent.name for parent in page.above)}
        if names & hidden or (search_words and search_words not in label and search_words not in group):
            continue
        if page.item.url and page.is_shown(request):
            groups.setdefault(group, []).append(OfficePageLink(label, str(page.item.url)))
    return sorted(groups.items(), key=lambda group: group[0] == "其他")


def find_pages(request: HttpRequest, search_words: str, limit: int) -> list[tuple[str, OfficePageLink]]:
    """Return (app, page) of the pages whose name best matches the words: 年报 finds 年度报告."""
    rated = [
        (rate, -len(link.label), group, link)
        for group, links in list_pages(request)
        for link in links
        if (rate := max(rate_name(link.label, search_words), rate_name(group, search_words) * GROUP_SHARE))
        >= MIN_NAME_RATE
    ]
    rated.sort(key=lambda one: one[:2], reverse=True)
    return [(group, link) for _, _, group, link in rated[:limit]]


#: Share of the words' characters that the name of a page has to contain, and the weight of an app's name.
MIN_NAME_RATE, GROUP_SHARE = 0.75, 0.9


def rate_name(name: str, text: str) -> float:
    """Return the share of a text's characters that a name contains in their order.

    >>> rate_name("年度报告", "年报"), rate_name("登记来电来信", "登记电话"), rate_name("政策库", "年报")
    (1.0, 0.75, 0.0)
    """
    characters = "".join(text.split())
    found_count, position = 0, 0
    for character in characters:
        place = name.find(character, position)
        if place >= 0:
            found_count, position = found_count + 1, place + 1
    return found_count / len(characters) if characters else 0.0


def list_menu_items(request: HttpRequest) -> list[MenuItem]:
    """Return the menu as the hooks construct it, like `Menu.menu_items_for_request`."""
    items: list[MenuItem] = []
    for change in hooks.get_hooks(admin_menu.construct_hook_name):
        change(request, items)
    return items


def resolve_menu_urls() -> list[MenuItem]:
    """Resolve the URLs of all menu items once at start-up (`config.warming`)."""
    existing: list[MenuItem] = admin_menu.registered_menu_items
    _resolve_urls(existing)
    return existing


def _resolve_urls(items: Sequence[MenuItem]) -> None:
    """Turn lazy URLs of menu items into text, also in submenus."""
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            _resolve_urls(item.menu.registered_menu_items)
        elif isinstance(item.url, Promise):
            item.url = str(item.url)


class LazySearchAreas(Sequence[SearchArea]):
    """The search areas of the user, determined only when shown."""

    def __init__(self, there: Sequence[SearchArea], request: HttpRequest) -> None:
        self.there, self.request = there, request

    def __iter__(self) -> Iterator[SearchArea]:
        """Yield the visible areas, checked one after another."""
        return (area for area in self.there if area.is_shown(self.request))

    def __bool__(self) -> bool:
        """Return true if any is visible."""
        return next(iter(self), None) is not None

    def __len__(self) -> int:
        """Return the number of visible areas."""
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, at: int) -> SearchArea: ...

    @overload
    def __getitem__(self, at: slice) -> list[SearchArea]: ...

    def __getitem__(self, at: int | slice) -> SearchArea | list[SearchArea]:
        """Return visible areas by position; the first one without checking the others."""
        if at == 0:
            for one in self:
                return one
        return list(self)[at]


def list_search_areas(request: HttpRequest) -> LazySearchAreas:
    """Return the user's search areas, like `admin_search_areas.search_items_for_request`."""
    return LazySearchAreas(admin_search_areas.registered_search_areas, request)


def replace_menu() -> None:
    """Replace the methods of Wagtail's menu and search."""
    admin_menu.menu_items_for_request = list_menu_items
    admin_search_areas.search_items_for_request = list_search_areas


class MenuItemAdapter(BaseAdapter):  # type: ignore[misc]
    """Serialises a menu item with its children."""

    def __init__(self, constructor: str) -> None:
        self.constructor = constructor

    def build_node(self, line: Any, context: ValueContext) -> ObjectNode:
        """Return the serialised item; the menu itself loads its script."""
        item_facts, *submenu_items = line.js_args()
        if item_facts["name"] == "account":
            item_facts |= {"label": "我的账号", "url": reverse("signin:own")}
        plain = {name: str(value) if isinstance(value, Promise) else value for name, value in item_facts.items()}
        return ObjectNode(self.constructor, [ValueNode(plain), *map(context.build_node, submenu_items)])


def replace_menu_adapters() -> None:
    """Replace Wagtail's adapters of menu items."""
    for kind in (LinkMenuItem, ActionMenuItem, SubMenuItem):
        register(MenuItemAdapter(f"wagtail.sidebar.{kind.__name__}"), kind)
