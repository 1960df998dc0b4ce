"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Annual reports."""

    name = "gongkai.oversight.annual"
    label = "annual"
    verbose_name = "年度报告"

    def ready(self) -> None:
        """Enter everything in the registries below."""
        from gongkai.oversight.annual import entering

        entering.enter()
