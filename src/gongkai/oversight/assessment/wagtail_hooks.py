"""Register the office pages and menu items of this app."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import get_actor
from gongkai.core.units.menus import add_menu, add_pages
from gongkai.oversight.assessment.actions.rounds import EVALUATOR_GROUP_NAME

add_pages("assessment/", "gongkai.oversight.assessment.urls")
add_menu(
    "考核评估",
    "assessment",
    icon="tasks",
    order=48,
    items=[
        ("年度考核", "home", "list-ol"),
        ("指标体系", "schemes", "list-ul"),
        ("考核结果", "sheets", "table"),
        ("通报", "bulletins", "doc-full"),
        ("约谈、帮扶", "talks", "group"),
        ("追责", "pursuits", "warning"),
        ("整改回头看", "look_backs", "rotate"),
        ("条线检查", "lines", "search"),
        ("亮点和典型案例", "highlights", "pick"),
        ("培训台账", "training", "calendar-alt"),
        ("人员和经费", "provision", "user"),
        ("外部评比", "rankings", "pick"),
    ],
)


@hooks.register("construct_main_menu", order=2000)  # type: ignore[untyped-decorator]
def restrict_evaluator_menu(request: HttpRequest, items: list[object]) -> None:
    """Leave an external evaluator (第三方评估) only the evaluation page in the menu."""
    if not get_actor(request.user).known and request.user.groups.filter(name=EVALUATOR_GROUP_NAME).exists():
        own = MenuItem(
            "第三方评估", reverse_lazy("assessment:evaluations"), name="evaluations", icon_name="tasks", order=1
        )
        items[:] = [own]
