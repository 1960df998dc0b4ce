"""App configuration of operation."""

from django.apps import AppConfig


class Config(AppConfig):
    """App configuration."""

    name = "gongkai.ops.upkeep"
    label = "upkeep"
    verbose_name = "运行维护"

    def ready(self) -> None:
        """Watch due jobs, record backups and slow queries, add the set-up step for a backup."""
        from gongkai.core.acts.backups import ON_BACKUP
        from gongkai.core.ledger.jobs.registry import JOB_WATCHERS
        from gongkai.ops.launch.steps import register_step
        from gongkai.ops.upkeep.backing_up import BACKUP_STEP
        from gongkai.ops.upkeep.job_runs import Watch, note_backup
        from gongkai.ops.upkeep.logs import watch_queries

        if not any(isinstance(watcher, Watch) for watcher in JOB_WATCHERS):
            JOB_WATCHERS.append(Watch())
        if note_backup not in ON_BACKUP:
            ON_BACKUP.append(note_backup)
        watch_queries()
        register_step(BACKUP_STEP)
