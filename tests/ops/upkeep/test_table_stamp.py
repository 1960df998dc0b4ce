"""The stamp that shows at start-up whether migrations are needed."""

import sqlite3
from pathlib import Path

import pytest

from gongkai.ops.upkeep import table_stamp


def test_stamp_is_valid_for_one_program_and_table_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    table_stamp.write_table_stamp()
    assert not table_stamp.is_up_to_date(), "there are no tables"
    with sqlite3.connect(tmp_path / "gongkai.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO django_migrations VALUES (1), (2)")
        database.commit()
        table_stamp.write_table_stamp()
        assert table_stamp.is_up_to_date()
        monkeypatch.setattr(table_stamp, "_digest_program", lambda: "of another version")
        assert not table_stamp.is_up_to_date()
        monkeypatch.undo()
        monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))
        database.execute("DELETE FROM django_migrations WHERE id = 2")
        database.commit()
        assert not table_stamp.is_up_to_date(), "an earlier state was restored"
