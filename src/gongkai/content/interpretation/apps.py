"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the interpretation app."""

    name = "gongkai.content.interpretation"
    label = "interpretation"
    verbose_name = "政策解读"

    def ready(self) -> None:
        """Register the app's forms, gates, panels, kinds and jobs."""
        from gongkai.content.interpretation import registrations

        registrations.register_all()
