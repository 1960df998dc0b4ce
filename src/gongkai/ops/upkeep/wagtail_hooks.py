"""Register the office pages and menu items of this app."""

from django.urls import URLPattern, URLResolver
from wagtail import hooks

from gongkai.core.units.menus import add_item
from gongkai.core.units.models import Role
from gongkai.core.widgets.addresses import include_namespace
from gongkai.ops.upkeep.background import ErrandRegister
from gongkai.ops.upkeep.findings import may_see_status
from gongkai.ops.upkeep.identities import IdentityRegister


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver | URLPattern]:
    """Register the pages under /admin/upkeep/, and two lists of lower apps."""
    return [
        include_namespace("upkeep/", "gongkai.ops.upkeep.urls"),
        *ErrandRegister.urls("errands/", rows="upkeep/errands/"),
        *IdentityRegister.urls("signin/identities/"),
    ]


add_item("运行状况", "upkeep:status", name="upkeep", icon="history", order=85, shown_to=may_see_status)
add_item("消息渠道", "upkeep:channels", name="channels", icon="mail", order=67, shown_to=may_see_status)
add_item(
    "后台作业",
    "errands_list",
    name="errands",
    icon="rotate",
    order=86,
    shown_to=lambda by: by.has(Role.ADMINISTRATOR, Role.AUDITOR),
)
