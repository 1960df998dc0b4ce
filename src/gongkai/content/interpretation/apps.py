"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Interpretation (政策解读): plans with the draft, eight elements, forms, links both ways, press events, specialists."""

    name = "gongkai.content.interpretation"
    label = "interpretation"
    verbose_name = "政策解读"

    def ready(self) -> None:
        """Enter everything in the registries below."""
        from gongkai.content.interpretation import registrations

        registrations.enter()
