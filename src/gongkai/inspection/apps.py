"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Inspections of sites."""

    name = "gongkai.inspection"
    label = "inspection"
    verbose_name = "网站检查"

    def ready(self) -> None:
        """Enter the actions and the job."""
        from gongkai.inspection import actions  # noqa: F401  actions enter themselves
        from gongkai.inspection.working import inspect_due
        from gongkai.ledger.jobs import Job, register_job

        register_job(Job("inspections", "检查网站", inspect_due, 220))
