"""Wagtail hooks of this app: URLs and a menu item."""

from django.urls import URLPattern, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.work.notices.urls import urlpatterns


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_urls() -> list[URLPattern]:
    """Register the pages of this app under /admin/."""
    return urlpatterns


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_menu_item() -> MenuItem:
    """Return the menu item 任务分工."""
    return MenuItem("任务分工", reverse_lazy("notices_list"), name="notices", icon_name="doc-full", order=30)
