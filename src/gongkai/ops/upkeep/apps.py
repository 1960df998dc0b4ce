"""App configuration of operation."""

from django.apps import AppConfig


class Config(AppConfig):
    """App configuration."""

    name = "gongkai.ops.upkeep"
    label = "upkeep"
    verbose_name = "运行维护"

    def ready(self) -> None:
        """Record runs of due jobs and backups, log slow queries, add the set-up step for a backup."""
        from gongkai.core.acts.backups import ON_BACKUP
        from gongkai.core.ledger.jobs.registry import JOB_WATCHERS
        from gongkai.ops.launch.steps import register_step
        from gongkai.ops.upkeep.job_runs import BACKUP_STEP, JobRunRecorder, record_backup
        from gongkai.ops.upkeep.logs import log_slow_queries

        if not any(isinstance(watcher, JobRunRecorder) for watcher in JOB_WATCHERS):
            JOB_WATCHERS.append(JobRunRecorder())
        if record_backup not in ON_BACKUP:
            ON_BACKUP.append(record_backup)
        log_slow_queries()
        register_step(BACKUP_STEP)
