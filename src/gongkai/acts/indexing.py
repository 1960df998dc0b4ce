"""Indexes that come and go without keeping anybody from writing: for migrations over long tables (docs/deploying.md, Migrations).

PostgreSQL builds them beside the running work (CREATE INDEX CONCURRENTLY), outside a transaction: the migration says `atomic = False`.
SQLite, which has one writer, makes them as it makes all others.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


def _beside(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


class AddIndexQuietly(AddIndexConcurrently):
    """Add an index; nobody waits for it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build it."""
        if _beside(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            super(AddIndexConcurrently, self).database_forwards(
                app_label, schema_editor, from_state, to_state
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take it away."""
        if _beside(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            super(AddIndexConcurrently, self).database_backwards(
                app_label, schema_editor, from_state, to_state
            )


class RemoveIndexQuietly(RemoveIndexConcurrently):
    """Remove an index; nobody waits for it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take it away."""
        if _beside(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            super(RemoveIndexConcurrently, self).database_forwards(
                app_label, schema_editor, from_state, to_state
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build it again."""
        if _beside(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            super(RemoveIndexConcurrently, self).database_backwards(
                app_label, schema_editor, from_state, to_state
            )
