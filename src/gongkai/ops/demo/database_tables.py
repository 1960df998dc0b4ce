"""Create the sample database directly from the models instead of running all migrations.

Running the migrations takes twenty seconds of processor time, this a small part of it. It creates
the tables, what Django does after a migration (triggers, groups, permissions), and the few rows and
the one table that only Wagtail's migrations create. All migrations are then recorded as applied.
`tests/ops/demo/test_database_tables.py` checks that both ways give the same database. Real installations
migrate.
"""

from importlib import import_module

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from gongkai.ops.upkeep.migrating import migrate_database

#: Table that Wagtail's migration creates by hand → that migration.
TABLES_BY_MIGRATION = {"wagtailsearch_indexentry_fts": "wagtail.search.migrations.0006_customise_indexentry"}


def migrate_sample() -> None:
    """Create the tables directly in an empty SQLite file; else run the migrations."""
    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        create_all_tables()
    else:
        migrate_database()


def create_all_tables() -> None:
    """Create all tables and rows that migrations would create, and record all migrations as applied."""
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and model._meta.db_table not in TABLES_BY_MIGRATION:
                editor.create_model(model)
    _run_migration_operations()
    _record_migrations()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    with transaction.atomic():
        _create_root_rows()


def _run_migration_operations() -> None:
    """Run the database operations of the migrations of `TABLES_BY_MIGRATION`."""
    with connection.schema_editor() as editor:
        for name in TABLES_BY_MIGRATION.values():
            for operation in import_module(name).Migration.operations:
                if hasattr(operation, "database_operations"):
                    operation.database_forwards("wagtailsearch", editor, ProjectState(), ProjectState())


def _record_migrations() -> None:
    """Record all migrations, and those that they replace, as applied."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    graph = MigrationLoader(connection).graph
    plan = dict.fromkeys(name for leaf in graph.leaf_nodes() for name in graph.forwards_plan(leaf))
    names = dict.fromkeys(replaced for name in plan for replaced in (*graph.nodes[name].replaces, name))
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in names)


def _create_root_rows() -> None:
    """Create Wagtail's initial rows: locale, root page, root collection.

    Its two groups and their workflow are omitted, because roles of units/ replace them.
    """
    from wagtail.models import Collection, Locale, Page

    locale = Locale.objects.create(language_code="zh-hans")
    Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    Collection.add_root(name="Root")
