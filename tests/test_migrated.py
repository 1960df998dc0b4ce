"""The copied test database equals a migrated one; its name changes with everything that determines the schema."""

import weakref
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

import migrated
from gongkai.core.acts import insert_only


@pytest.mark.django_db
def test_no_migration_and_no_trigger_is_missing() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert insert_only.find_missing_triggers() == []


@pytest.mark.django_db
def test_every_table_has_the_columns_of_its_model() -> None:
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("gongkai.") and model._meta.managed and not model._meta.proxy:
                table = connection.introspection.get_table_description(cursor, model._meta.db_table)
                assert {column.name for column in table} == {
                    field.column for field in model._meta.local_concrete_fields
                }, model


@pytest.mark.parametrize("path", ["app/migrations/0001_first.py", "core/acts/insert_only.py"])
def test_changed_schema_source_changes_the_name(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    maker = tmp_path / "src" / "gongkai" / path
    maker.parent.mkdir(parents=True)
    names = {migrated.compute_name()}
    for words in ("one", "two"):
        maker.write_text(words)
        names.add(migrated.compute_name())
    assert len(names) == 3


def test_other_sources_do_not_change_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    before = migrated.compute_name()
    (tmp_path / "src" / "gongkai" / "app").mkdir(parents=True)
    (tmp_path / "src" / "gongkai" / "app" / "views.py").write_text("pages")
    assert migrated.compute_name() == before


def test_sources_of_post_migrate_receivers_are_listed() -> None:
    source = migrated.ROOT / "src" / "gongkai"
    counted = {
        path for pattern in (*migrated.SCHEMA_FILES, *migrated.POST_MIGRATE_FILES) for path in source.glob(pattern)
    }
    receivers = {
        Path(function.__code__.co_filename)
        for function in map(unwrap, (receiver[1] for receiver in post_migrate.receivers))
    }
    ours = {path for path in receivers if path.is_relative_to(source)}
    assert ours
    assert ours <= counted


def unwrap(receiver: object) -> object:
    """Return the function of a receiver that a signal may hold by a weak reference."""
    return receiver() if isinstance(receiver, weakref.ref) else receiver
