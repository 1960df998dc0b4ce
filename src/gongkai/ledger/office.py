"""What the ledger adds to Wagtail's admin."""

from django.urls import URLPattern, path
from wagtail import hooks

from gongkai.ledger import views


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the address of files on entries."""
    return [path("ledger/attachment/<int:pk>/", views.attachment, name="ledger_attachment")]
