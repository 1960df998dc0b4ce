"""Django application configuration of annual reports."""

from django.apps import AppConfig


class Config(AppConfig):
    """Application configuration of annual reports."""

    name = "gongkai.oversight.annual"
    label = "annual"
    verbose_name = "年度报告"

    def ready(self) -> None:
        """Register the app's components at start-up."""
        from gongkai.oversight.annual import registrations

        registrations.register_all()
