"""Django app configuration of background jobs."""

from django.apps import AppConfig


class BackgroundJobsConfig(AppConfig):
    """Django app configuration of background jobs."""

    name = "gongkai.core.background_jobs"
    label = "errands"
    verbose_name = "后台作业"

    def ready(self) -> None:
        """Register the kinds for large exports and imports."""
        from gongkai.core.background_jobs.exports import IMPORT_JOB_KIND, enqueue_import
        from gongkai.core.background_jobs.generated_files import EXPORT_JOB_KIND
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.spreadsheets.actions import BACKGROUND_IMPORT_STARTERS

        register_kind(EXPORT_JOB_KIND)
        register_kind(IMPORT_JOB_KIND)
        BACKGROUND_IMPORT_STARTERS.append(enqueue_import)
