"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Moving in from an old platform, and edition packages between two networks."""

    name = "gongkai.moving"
    label = "moving"
    verbose_name = "迁移与交换"

    def ready(self) -> None:
        """Enter the job that goes on with migrations."""
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.moving.working import work_on_all

        register_job(Job("moving", "继续迁移", work_on_all, 40))
