"""The stamp that a start asks before it migrates."""

import sqlite3
from pathlib import Path

import pytest

from gongkai.ops.upkeep import migrating


def test_a_stamp_holds_for_one_program_and_one_state_of_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    migrating.write_table_stamp()
    assert not migrating.is_up_to_date(), "there are no tables"
    with sqlite3.connect(tmp_path / "gongkai.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO django_migrations VALUES (1), (2)")
        database.commit()
        migrating.write_table_stamp()
        assert migrating.is_up_to_date()
        monkeypatch.setattr(migrating, "_program", lambda: "of another version")
        assert not migrating.is_up_to_date()
        monkeypatch.undo()
        monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))
        database.execute("DELETE FROM django_migrations WHERE id = 2")
        database.commit()
        assert not migrating.is_up_to_date(), "an earlier state was restored"
