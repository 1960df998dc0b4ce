"""The first tables of an app are created together, as the last migration leaves them."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddConstraint, AddField, CreateModel
from django.db.migrations.state import ProjectState

from gongkai.core.acts.migration_operations import FirstTables

KEY = models.BigAutoField(primary_key=True)
#: Two tables with foreign keys to each other, and a constraint added by a later step.
TABLES = FirstTables(
    [
        CreateModel("First", [("id", KEY), ("words", models.TextField())]),
        CreateModel("Second", [("id", KEY), ("first", models.ForeignKey("ledger.first", models.CASCADE))]),
        AddField("first", "second", models.ForeignKey("ledger.second", models.CASCADE, null=True)),
        AddConstraint("first", models.UniqueConstraint(fields=["words"], name="words_once")),
    ]
)


@pytest.mark.postgres
def test_tables_are_created_in_final_form_and_removed(django_db_setup: None, django_db_blocker: Any) -> None:
    """On a separate connection, as in a migration."""
    before, after = ProjectState(), ProjectState()
    TABLES.state_forwards("ledger", after)
    with django_db_blocker.unblock():
        own = connection.copy()
        own.settings_dict["NAME"] = own.settings_dict["NAME"] if own.vendor == "postgresql" else ":memory:"
        try:
            with own.schema_editor() as editor:
                TABLES.database_forwards("ledger", editor, before, after)
            with own.cursor() as cursor:
                columns = own.introspection.get_table_description(cursor, "ledger_first")
                rules = own.introspection.get_constraints(cursor, "ledger_first")
                keys = own.introspection.get_relations(cursor, "ledger_second")
            assert {one.name for one in columns} == {"id", "words", "second_id"}
            assert rules["words_once"]["unique"]
            assert keys == {"first_id": ("id", "ledger_first")}
        finally:
            with own.schema_editor() as editor:
                TABLES.database_backwards("ledger", editor, after, before)
            left = {"ledger_first", "ledger_second"} & set(own.introspection.table_names())
            own.close()
        assert not left
