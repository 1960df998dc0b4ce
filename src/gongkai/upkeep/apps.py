"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Running the installation."""

    name = "gongkai.upkeep"
    label = "upkeep"
    verbose_name = "运行维护"

    def ready(self) -> None:
        """Watch the due work; write down backups and slow queries; say whether a backup was made before the opening."""
        from gongkai.acts.backups import ON_BACKUP
        from gongkai.launch.steps import register_step
        from gongkai.ledger.jobs.registry import WATCHERS
        from gongkai.upkeep.backing_up import BACKUP
        from gongkai.upkeep.logs import watch_queries
        from gongkai.upkeep.watching import Watch, note_backup

        if not any(isinstance(watcher, Watch) for watcher in WATCHERS):
            WATCHERS.append(Watch())
        if note_backup not in ON_BACKUP:
            ON_BACKUP.append(note_backup)
        watch_queries()
        register_step(BACKUP)
