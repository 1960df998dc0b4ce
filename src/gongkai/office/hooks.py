"""What the office adds to Wagtail's admin: addresses, the menu, the first page."""

from django.urls import URLPattern
from wagtail import hooks

from gongkai.office.urls import urlpatterns


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the office's pages under /admin/."""
    return urlpatterns
