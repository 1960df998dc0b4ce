"""URLs and menu items 运行状况, 消息渠道 and 后台作业."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Role
from gongkai.ops.upkeep.background import Errands
from gongkai.ops.upkeep.identities import Identities
from gongkai.ops.upkeep.rules import may_look


class _ForKeepers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(actor_of(request.user))


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver | URLPattern]:
    """Register the pages under /admin/upkeep/, and two lists of lower apps."""
    return [
        path("upkeep/", include("gongkai.ops.upkeep.urls")),
        *Errands.urls("errands/", rows="upkeep/errands/"),
        *Identities.urls("signin/identities/"),
    ]


@hooks.register("register_admin_menu_item")
def item() -> MenuItem:
    """Return the menu item 运行状况."""
    return _ForKeepers("运行状况", reverse_lazy("upkeep:status"), name="upkeep", icon_name="history", order=85)


@hooks.register("register_admin_menu_item")
def channels_item() -> MenuItem:
    """Return the menu item 消息渠道."""
    return _ForKeepers("消息渠道", reverse_lazy("upkeep:channels"), name="channels", icon_name="mail", order=67)


class _ForRunners(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return actor_of(request.user).has(Role.ADMINISTRATOR, Role.AUDITOR)


@hooks.register("register_admin_menu_item")
def errands_item() -> MenuItem:
    """Return the menu item 后台作业."""
    return _ForRunners("后台作业", reverse_lazy("errands_list"), name="errands", icon_name="rotate", order=86)
