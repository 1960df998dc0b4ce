"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The public site."""

    name = "gongkai.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        """Show the editor's previews as public pages."""
        from gongkai.portal.views import items
        from gongkai.publishing import preview

        preview.RENDERERS.append(items.preview)
