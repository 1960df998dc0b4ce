"""Wagtail hooks of sign-in: URLs and the menu items 我的账号, 操作日志 and 统一身份."""

from django.http import HttpRequest
from django.urls import URLResolver, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.signin.queries import manages_identities, may_read_operations
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.addresses import include_namespace


class _LogMenuItem(MenuItem):  # type: ignore[misc]
    """The menu item of the operation log, for those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for auditors and security officers."""
        return may_read_operations(get_actor(request.user))


class _IdentityMenuItem(MenuItem):  # type: ignore[misc]
    """The menu item of the identities, for those who may see them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for administrators and security officers."""
        return manages_identities(get_actor(request.user))


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/signin/."""
    return [include_namespace("signin/", "gongkai.core.signin.urls")]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_own_item() -> MenuItem:
    """Register the menu item 我的账号."""
    return MenuItem("我的账号", reverse_lazy("signin:own"), name="signin", icon_name="lock", order=90)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_log_item() -> MenuItem:
    """Register the menu item 操作日志."""
    return _LogMenuItem("操作日志", reverse_lazy("signin:log"), name="operations", icon_name="history", order=66)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_identities_item() -> MenuItem:
    """Register the menu item 统一身份."""
    return _IdentityMenuItem(
        "统一身份", reverse_lazy("signin_identities"), name="identities", icon_name="key", order=65
    )
