"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Information requests."""

    name = "gongkai.work.requests"
    label = "requests"
    verbose_name = "依申请公开"

    def ready(self) -> None:
        """Enter everything in the registries below."""
        from gongkai.work.requests import entering

        entering.enter()
