"""Migration operations that add and remove indexes without blocking writers (docs/schema.md).

PostgreSQL builds indexes without locking writers (CREATE INDEX CONCURRENTLY) outside a transaction, so the
migration needs `atomic = False`. SQLite, which has one writer, builds them as usual.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def _can_run_concurrently(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


class _ConcurrentOperation(Operation):
    """Base operation: runs concurrently on PostgreSQL, else as the plain operation."""

    plain: type[Operation]

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the operation."""
        if _can_run_concurrently(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            self.plain.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Reverse the operation."""
        if _can_run_concurrently(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            self.plain.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AddIndexQuietly(_ConcurrentOperation, AddIndexConcurrently):
    """Add an index without blocking writers."""

    plain = AddIndex


class RemoveIndexQuietly(_ConcurrentOperation, RemoveIndexConcurrently):
    """Remove an index without blocking writers."""

    plain = RemoveIndex
