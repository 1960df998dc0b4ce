"""Django application configuration of opinion cases and promises."""

from django.apps import AppConfig


class OpinionConfig(AppConfig):
    """Application configuration of opinion cases and promises."""

    name = "gongkai.work.opinion"
    label = "opinion"
    verbose_name = "舆情回应和公开承诺"

    def ready(self) -> None:
        """Register entry kinds, forms, panels, edition sources, jobs and importers."""
        from django.db.models.signals import post_migrate

        from gongkai.work.opinion import registrations

        registrations.register_all()
        post_migrate.connect(registrations.create_initial_data, sender=self, dispatch_uid="gongkai.opinion.beginning")
