"""The room's pages in the office."""

from django.urls import URLResolver, include, path
from wagtail import hooks


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/exchange/."""
    return [path("exchange/", include("gongkai.exchange.urls"))]
