"""The main menu, grouped by purpose so that it fits one screen."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem


@dataclass(frozen=True)
class MenuHeading:
    """A group of the menu: label, icon, position, and the names of its items in order."""

    name: str
    label: str
    icon: str
    order: int
    items: tuple[str, ...]


#: Items without heading stay at their own position.
HEADINGS = (
    MenuHeading("catalogues", "目录与名录", "list-ul", 43, ("directory", "tables", "gathering")),
    MenuHeading(
        "policy",
        "政策文件与解读",
        "folder-open-inverse",
        44,
        ("policies", "interpretation", "gazette", "participation"),
    ),
    MenuHeading(
        "people-outside",
        "公众来往",
        "mail",
        45,
        ("consultation", "requests", "faults", "opinion", "openings", "surveys"),
    ),
    MenuHeading(
        "supervision",
        "监督与报告",
        "tasks",
        60,
        ("inspection", "operation", "newmedia", "assessment", "annual", "statistics", "operations"),
    ),
    MenuHeading(
        "system",
        "单位与系统",
        "cog",
        80,
        (
            "units-and-people",
            "identities",
            "channels",
            "workdays",
            "transfer",
            "exports",
            "signin",
            "upkeep",
            "errands",
            "reports",
            "settings",
        ),
    ),
)


class PreparedMenu(Menu):  # type: ignore[misc]
    """A submenu whose items were already checked for visibility."""

    def menu_items_for_request(self, request: HttpRequest) -> list[MenuItem]:
        """Return all items."""
        return list(self.registered_menu_items)


def grouped(items: Sequence[MenuItem]) -> list[MenuItem]:
    """Return the items under their headings; a heading with one item becomes that item."""
    known = {item.name: item for item in items}
    placed = {name for heading in HEADINGS for name in heading.items}
    found = [item for item in items if item.name not in placed]
    for heading in HEADINGS:
        under = [known[name] for name in heading.items if name in known]
        if len(under) > 1:
            found.append(_make_submenu(heading, under))
        else:
            found += under
    return found


def _make_submenu(heading: MenuHeading, under: Sequence[MenuItem]) -> SubmenuMenuItem:
    sorted_items = []
    for position, item in enumerate(under):
        one = copy(item)
        one.order = position
        sorted_items.append(one)
    return SubmenuMenuItem(
        heading.label,
        PreparedMenu(items=sorted_items),
        name=heading.name,
        icon_name=heading.icon,
        order=heading.order,
    )
