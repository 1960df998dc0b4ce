"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Long work behind the pages."""

    name = "gongkai.core.background_jobs"
    label = "errands"
    verbose_name = "后台作业"

    def ready(self) -> None:
        """Enter the room's own kinds: files that take long to make, imports with many rows."""
        from gongkai.core.background_jobs.imports import IMPORTING, hand_to_workers
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.background_jobs.making import MAKING
        from gongkai.core.spreadsheets.behind import BEHIND

        register_kind(MAKING)
        register_kind(IMPORTING)
        BEHIND.append(hand_to_workers)
