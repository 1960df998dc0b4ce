"""Migrations that `make check` refuses, and indexes that are created without locking."""

from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from tools.migrations import BASELINE, GROWING_TABLES, check_migration, load_migrations, read_baseline

from gongkai.core.acts.index_operations import AddIndexQuietly, RemoveIndexQuietly
from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables

TEXT_FIELD = models.TextField()
INDEX = models.Index(fields=["words"], name="by_words")


def make_state() -> ProjectState:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("words", models.CharField(max_length=20, null=True)),
    ]
    for app, name in (("ledger", "Entry"), ("ledger", "Small")):
        state.add_model(ModelState(app, name, fields=[(key, field.clone()) for key, field in fields]))
    return state


def find_faults(*steps: Any, **said: Any) -> list[str]:
    return check_migration(
        type("Migration", (Migration,), {"operations": list(steps), **said})("0099_x", "ledger"), make_state()
    )


def add_small_field(**more: Any) -> operations.AddField:
    return operations.AddField("small", "more", models.CharField(max_length=9, **more))


def alter_small_field(**more: Any) -> operations.AlterField:
    return operations.AlterField("small", "words", models.CharField(**{"max_length": 20, "null": True} | more))


RUN_WITHOUT_REVERSE = operations.RunPython(lambda apps, editor: None)
RUN_WITH_REVERSE = operations.RunPython(lambda apps, editor: None, operations.RunPython.noop)
REMOVE_FIELD = operations.RemoveField("small", "words")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([add_small_field()], "db_default"),
        ([add_small_field(default="")], "db_default"),
        ([REMOVE_FIELD], "still asks for it"),
        ([operations.DeleteModel("Small")], "still asks for it"),
        ([operations.RenameField("small", "words", "text")], "old name"),
        ([operations.RenameModel("Small", "Other")], "old name"),
        ([alter_small_field(null=False)], "may write none"),
        ([alter_small_field(max_length=10)], "another type"),
        ([operations.AlterField("small", "words", models.IntegerField(null=True))], "another type"),
        ([operations.AddIndex("entry", INDEX)], "long table"),
        ([AddIndexQuietly("entry", INDEX)], "atomic = False"),
        ([AddIndexConcurrently("entry", INDEX)], "SQLite"),
        (
            [operations.AddField("entry", "more", models.CharField(max_length=9, null=True, db_index=True))],
            "index locks",
        ),
        (
            [operations.AlterField("entry", "words", models.CharField(max_length=20, null=True, unique=True))],
            "index locks",
        ),
        ([RUN_WITHOUT_REVERSE], "way back"),
        ([operations.RunSQL("SELECT 1")], "way back"),
        ([operations.RunSQL("ALTER TABLE x DROP COLUMN y", "SELECT 1")], "takes away"),
        ([operations.RunSQL("CREATE INDEX x ON y (z)", "SELECT 1")], "CONCURRENTLY"),
        ([add_small_field(null=True), RUN_WITH_REVERSE], "data and tables"),
        ([operations.SeparateDatabaseAndState(database_operations=[REMOVE_FIELD])], "still asks for it"),
        ([FirstTables([REMOVE_FIELD])], "still asks for it"),
    ],
)
def test_locking_or_incompatible_migration_is_refused(steps: list[Any], said: str) -> None:
    (found,) = find_faults(*steps)
    assert said in found


@pytest.mark.parametrize(
    "steps",
    [
        [add_small_field(null=True)],
        [add_small_field(db_default="")],
        [alter_small_field(max_length=40)],
        [operations.AlterField("small", "words", models.TextField(null=True))],
        [operations.AddIndex("small", INDEX)],
        [
            operations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))]),
            operations.AddField("fresh", "more", TEXT_FIELD),
        ],
        [RUN_WITH_REVERSE],
        [operations.SeparateDatabaseAndState(state_operations=[REMOVE_FIELD])],
    ],
)
def test_compatible_migration_is_accepted(steps: list[Any]) -> None:
    assert find_faults(*steps) == []


def test_quiet_index_and_declared_removal_are_accepted() -> None:
    assert find_faults(AddIndexQuietly("entry", INDEX), atomic=False) == []
    assert find_faults(REMOVE_FIELD, contracts="0.3: not read since 0.2") == []


def test_long_tables_and_baseline_migrations_exist() -> None:
    from django.apps import apps

    assert {one._meta.label_lower for one in apps.get_models()} >= GROWING_TABLES
    assert read_baseline() <= set(load_migrations()[1]), f"{BASELINE.name} names what is not there"


def test_first_migrations_create_tables_together_after_libraries() -> None:
    """Any other order renders all models again for each migration of a library."""
    graph = MigrationLoader(None).graph
    apps = {app for app, _ in load_migrations()[1]} - {"vault"}  # `acts`, which defines FirstTables, imports it
    first = [graph.nodes[key] for app in sorted(apps) for key in graph.root_nodes(app)]
    assert len(first) == len(apps)
    assert [one for one in first if not isinstance(one.operations[0], FirstTables)] == []
    leaves = {key for key in graph.leaf_nodes() if key[0] not in {"vault", *apps}}
    assert leaves == set(LIBRARY_MIGRATIONS)
    plans = [set(graph.forwards_plan((one.app_label, one.name))) for one in first]
    assert all(leaves <= plan for plan in plans)


def test_squashed_migrations_are_not_nested() -> None:
    """Otherwise a database that has recorded only the oldest of them cannot be migrated."""
    migrations = load_migrations()[0].disk_migrations
    replaced = {key for migration in migrations.values() for key in migration.replaces if key in migrations}
    assert replaced
    assert [key for key in replaced if migrations[key].replaces] == []


@pytest.mark.postgres
def test_quiet_index_is_created_and_removed_on_both_databases(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test uses its own connection and table: PostgreSQL creates such an index outside a transaction."""
    state = ProjectState()
    state.add_model(
        ModelState("ledger", "Quiet", [("id", models.BigAutoField(primary_key=True)), ("words", models.TextField())])
    )
    indexed = state.clone()
    add, remove = AddIndexQuietly("quiet", INDEX), RemoveIndexQuietly("quiet", "by_words")
    add.state_forwards("ledger", indexed)
    with django_db_blocker.unblock():
        own = connection.copy()
        own.settings_dict["NAME"] = own.settings_dict["NAME"] if own.vendor == "postgresql" else ":memory:"
        model = state.apps.get_model("ledger", "Quiet")

        def run(way: Any, old: ProjectState, new: ProjectState) -> bool:
            with own.schema_editor(atomic=False) as editor:
                way("ledger", editor, old, new)
            with own.cursor() as cursor:
                return "by_words" in own.introspection.get_constraints(cursor, model._meta.db_table)

        try:
            with own.schema_editor(atomic=False) as editor:
                editor.create_model(model)
            assert run(add.database_forwards, state, indexed)
            assert not run(add.database_backwards, indexed, state)
            assert run(add.database_forwards, state, indexed)
            assert not run(remove.database_forwards, indexed, state)
        finally:
            with own.schema_editor(atomic=False) as editor:
                editor.delete_model(model)
            own.close()


@pytest.mark.django_db
def test_models_match_migrations() -> None:
    """A field or setting that changed without a migration (such as the type of all keys) fails here, not at installation."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
