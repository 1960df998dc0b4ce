"""Wagtail hooks of imports."""

from django.urls import URLResolver
from wagtail import hooks

from gongkai.core.widgets.addresses import include_namespace


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_urls() -> list[URLResolver]:
    """Register the pages under /admin/spreadsheets/."""
    return [include_namespace("spreadsheets/", "gongkai.core.spreadsheets.urls")]
