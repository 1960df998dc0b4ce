"""Indexes that come and go without keeping anybody from writing: for migrations over long tables (docs/deploying.md, Migrations).

PostgreSQL builds them beside the running work (CREATE INDEX CONCURRENTLY), outside a transaction: the migration says `atomic = False`.
SQLite, which has one writer, makes them as it makes all others.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently


def _beside(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


class AddIndexQuietly(AddIndexConcurrently):
    """Add an index; nobody waits for it."""

    def database_forwards(
        self, app_label: str, schema_editor: object, from_state: object, to_state: object
    ) -> None:
        """Build it."""
        way: Any = super() if _beside(schema_editor) else super(AddIndexConcurrently, self)
        way.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: object, from_state: object, to_state: object
    ) -> None:
        """Take it away."""
        way: Any = super() if _beside(schema_editor) else super(AddIndexConcurrently, self)
        way.database_backwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexQuietly(RemoveIndexConcurrently):
    """Remove an index; nobody waits for it."""

    def database_forwards(
        self, app_label: str, schema_editor: object, from_state: object, to_state: object
    ) -> None:
        """Take it away."""
        way: Any = super() if _beside(schema_editor) else super(RemoveIndexConcurrently, self)
        way.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: object, from_state: object, to_state: object
    ) -> None:
        """Build it again."""
        way: Any = super() if _beside(schema_editor) else super(RemoveIndexConcurrently, self)
        way.database_backwards(app_label, schema_editor, from_state, to_state)
