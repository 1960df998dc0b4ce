"""Wagtail hooks of imports."""

from django.urls import URLResolver, include, path
from wagtail import hooks


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_urls() -> list[URLResolver]:
    """Register the pages under /admin/spreadsheets/."""
    return [path("spreadsheets/", include("gongkai.core.spreadsheets.urls"))]
