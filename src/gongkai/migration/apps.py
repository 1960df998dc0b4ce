"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Moving in from an old platform."""

    name = "gongkai.migration"
    label = "migration"
    verbose_name = "旧网站迁移"

    def ready(self) -> None:
        """Enter the job that goes on with what is under way."""
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.migration import actions  # noqa: F401 - actions enter themselves
        from gongkai.migration.working import work_on_all

        register_job(Job("migration", "继续迁移", work_on_all, 40))
