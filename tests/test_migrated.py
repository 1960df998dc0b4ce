"""What tests begin with is what migrating would give: the copy is named after its makers, and brought up to date like any database."""

import weakref
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

import migrated
from gongkai.core.acts import guards


@pytest.mark.django_db
def test_nothing_is_left_to_apply_and_nothing_is_unguarded() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert guards.find_missing_triggers() == []


@pytest.mark.django_db
def test_every_table_has_the_columns_of_its_model() -> None:
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("gongkai.") and model._meta.managed and not model._meta.proxy:
                table = connection.introspection.get_table_description(cursor, model._meta.db_table)
                assert {column.name for column in table} == {
                    field.column for field in model._meta.local_concrete_fields
                }, model


@pytest.mark.parametrize("path", ["room/migrations/0001_first.py", "core/acts/guards.py"])
def test_another_source_is_another_copy(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    maker = tmp_path / "src" / "gongkai" / path
    maker.parent.mkdir(parents=True)
    names = {migrated.key()}
    for words in ("one", "two"):
        maker.write_text(words)
        names.add(migrated.key())
    assert len(names) == 3


def test_what_makes_no_database_leaves_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    before = migrated.key()
    (tmp_path / "src" / "gongkai" / "room").mkdir(parents=True)
    (tmp_path / "src" / "gongkai" / "room" / "views.py").write_text("pages")
    assert migrated.key() == before


def test_an_installation_begins_with_the_copy_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrated, "FOLDER", tmp_path / "copies")
    there = tmp_path / "data" / "gongkai.sqlite3"
    assert not migrated.give(there)
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / f"{migrated.key()}.sqlite3").write_text("copy")
    assert migrated.give(there)
    there.write_text("theirs")
    assert not migrated.give(there)
    assert there.read_text() == "theirs"


def test_everything_that_speaks_behind_a_migration_names_the_copy() -> None:
    source = migrated.ROOT / "src" / "gongkai"
    counted = {path for pattern in (*migrated.MAKERS, *migrated.ALSO) for path in source.glob(pattern)}
    speaking = {
        Path(function.__code__.co_filename) for function in map(unwrap, (kept[1] for kept in post_migrate.receivers))
    }
    ours = {path for path in speaking if path.is_relative_to(source)}
    assert ours
    assert ours <= counted


def unwrap(kept: object) -> object:
    """Return the function that a signal keeps weakly or as it is."""
    return kept() if isinstance(kept, weakref.ref) else kept
