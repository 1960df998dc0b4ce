"""Django app configuration of background jobs."""

from django.apps import AppConfig


class BackgroundJobsConfig(AppConfig):
    """Django app configuration of background jobs."""

    name = "gongkai.core.background_jobs"
    label = "errands"
    verbose_name = "后台作业"

    def ready(self) -> None:
        """Register the kinds for large exports and imports."""
        from gongkai.core.background_jobs.imports import IMPORTING, hand_to_workers
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.background_jobs.making import MAKING
        from gongkai.core.spreadsheets.behind import BEHIND

        register_kind(MAKING)
        register_kind(IMPORTING)
        BEHIND.append(hand_to_workers)
