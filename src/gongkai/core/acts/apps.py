"""The application's registration with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class Config(AppConfig):
    """Django app configuration of actions and their log."""

    name = "gongkai.core.acts"
    label = "acts"
    verbose_name = "操作与流水"

    def ready(self) -> None:
        """Register the log as insert-only, and install the triggers after migrations."""
        from gongkai.core.acts import insert_only, row_coverage
        from gongkai.core.acts.lock_sharing import refuse_in_transaction
        from gongkai.lib.confined.confined_reader import BEFORE_READING_HOOKS

        row_coverage.declare_covered_tables()
        insert_only.register_insert_only("acts", "Movement")
        insert_only.register_insert_only("acts", "MovementWords", erased_by=("acts_erasedwords", "movement_id"))
        insert_only.register_insert_only("acts", "ErasedWords")
        insert_only.register_insert_only("acts", "Cover")
        insert_only.register_insert_only("acts", "Seal")
        insert_only.register_insert_only("acts", "Stamp")
        insert_only.register_insert_only("acts", "Shown")
        BEFORE_READING_HOOKS.append(refuse_in_transaction)
        pre_migrate.connect(row_coverage.suspend_while_migrating, dispatch_uid="gongkai.acts.row_coverage")
        post_migrate.connect(row_coverage.log_migrated_rows, sender=self, dispatch_uid="gongkai.acts.row_coverage")
        post_migrate.connect(insert_only.install_triggers, sender=self, dispatch_uid="gongkai.acts.guards")
