"""Wagtail hooks: URLs."""

from django.urls import URLPattern, path
from wagtail import hooks

from gongkai.core.intake import views


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the URLs of parties and files."""
    return [
        path("parties/<number:pk>/reveal/", views.reveal_page, name="intake_reveal"),
        path("parties/<number:pk>/amend/", views.amend_page, name="intake_amend"),
        path("parties/find/", views.search_page, name="intake_find"),
        path("parties/files/<number:pk>/", views.download_file, name="intake_file"),
    ]
