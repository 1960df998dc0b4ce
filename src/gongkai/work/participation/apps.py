"""Django app configuration."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    """The app for public participation in decisions."""

    name = "gongkai.work.participation"
    label = "participation"
    verbose_name = "决策预公开"

    def ready(self) -> None:
        """Register this app's kinds, forms, panels and jobs."""
        from gongkai.work.participation.registrations import register_all

        register_all()
