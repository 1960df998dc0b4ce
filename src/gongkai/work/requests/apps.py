"""Django app configuration."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The app for information requests."""

    name = "gongkai.work.requests"
    label = "requests"
    verbose_name = "依申请公开"

    def ready(self) -> None:
        """Register this app's kinds, forms, panels and jobs."""
        from gongkai.work.requests import registrations

        registrations.register_all()
