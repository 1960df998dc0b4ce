"""Wagtail admin pages and menu items of assessments."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.core.units.actors import actor_of
from gongkai.oversight.assessment.actions.rounds import GROUP


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/assessment/."""
    return [path("assessment/", include("gongkai.oversight.assessment.urls"))]


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).known


def _item(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label, reverse_lazy(f"assessment:{name}"), name=f"assessment-{name}", icon_name=icon, order=order)


_MENU = Menu(
    items=[
        _item("年度考核", "home", "list-ol", 1),
        _item("指标体系", "schemes", "list-ul", 2),
        _item("考核结果", "sheets", "table", 3),
        _item("通报", "bulletins", "doc-full", 4),
        _item("约谈、帮扶", "talks", "group", 5),
        _item("追责", "pursuits", "warning", 6),
        _item("整改回头看", "look_backs", "rotate", 7),
        _item("条线检查", "lines", "search", 8),
        _item("亮点和典型案例", "highlights", "pick", 9),
        _item("培训台账", "training", "calendar-alt", 10),
        _item("人员和经费", "provision", "user", 11),
        _item("外部评比", "rankings", "pick", 12),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the menu item 考核评估."""
    return _Submenu("考核评估", _MENU, name="assessment", icon_name="tasks", order=48)


@hooks.register("construct_main_menu", order=2000)  # type: ignore[untyped-decorator]
def evaluators_menu(request: HttpRequest, items: list[object]) -> None:
    """Reduce an evaluator's menu to the evaluation page and sign-in settings."""
    if not actor_of(request.user).known and request.user.groups.filter(name=GROUP).exists():
        own = MenuItem(
            "第三方评估",
            reverse_lazy("assessment:evaluations"),
            name="evaluations",
            icon_name="tasks",
            order=1,
        )
        items[:] = [own]
