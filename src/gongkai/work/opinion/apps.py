"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Public opinion answered, public promises kept."""

    name = "gongkai.work.opinion"
    label = "opinion"
    verbose_name = "舆情回应和公开承诺"

    def ready(self) -> None:
        """Enter kinds, forms, panels, the block of the first page, sources, the reaction, the job, spreadsheets."""
        from django.db.models.signals import post_migrate

        from gongkai.work.opinion import beginning, entering

        entering.enter()
        post_migrate.connect(beginning.install, sender=self, dispatch_uid="gongkai.opinion.beginning")
