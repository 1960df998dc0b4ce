import tarfile
from pathlib import Path

import pytest
from django.conf import settings

from gongkai.acts.chain import append
from gongkai.acts.keeping import KeepingError, backup, restore
from gongkai.acts.models import Movement
from gongkai.units.actors import SYSTEM


@pytest.fixture
def city(transactional_db: None, tmp_path: Path, settings: object) -> Path:
    """A small stored city: SQLite in a file of its own, one file in the store."""
    settings.FILES_ROOT = str(tmp_path / "files")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "附件.txt").write_text("附件内容")
    append("entry/1", action="test.act", by=SYSTEM, words="第一次")
    return tmp_path


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run on a database in memory: loading a copy goes through SQLite's own backup instead of the file."""
    import sqlite3

    from django.db import connection

    from gongkai.acts import guards
    from gongkai.acts.keeping import database

    if connection.vendor != "sqlite":
        pytest.skip("the file copy is SQLite's; PostgreSQL uses its own tools")

    def dump(folder: Path) -> Path:
        target = folder / database.NAMES["sqlite"]
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        return target

    def load(source: Path) -> None:
        connection.ensure_connection()
        with sqlite3.connect(source) as copy:
            copy.backup(connection.connection)
        guards.install()

    monkeypatch.setattr(database, "dump", dump)
    monkeypatch.setattr(database, "load", load)


def test_a_backup_restores_to_the_same_seal(city: Path, copied: None) -> None:
    made = backup(city / "b.tar")
    assert (made.movements, made.files) == (1, 1)
    append("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    (city / "files" / "附件.txt").write_text("改过")
    assert restore(city / "b.tar", force=True) == made
    assert Movement.objects.count() == 1
    assert (Path(settings.FILES_ROOT) / "附件.txt").read_text() == "附件内容"
    assert [p.read_text() for p in city.glob("files-恢复前-*/附件.txt")] == ["改过"]  # nothing is lost


def test_a_backup_never_overwrites(city: Path, copied: None) -> None:
    backup(city / "b.tar")
    with pytest.raises(KeepingError, match="已存在"):
        backup(city / "b.tar")


def test_data_are_not_overwritten_without_force(city: Path, copied: None) -> None:
    backup(city / "b.tar")
    with pytest.raises(KeepingError, match="已有数据"):
        restore(city / "b.tar")


def test_a_damaged_backup_is_refused_and_changes_nothing(city: Path, copied: None) -> None:
    backup(city / "b.tar")
    with tarfile.open(city / "b.tar") as tar:
        tar.extractall(city / "out", filter="data")
    (city / "out" / "files" / "附件.txt").write_text("被改")
    with tarfile.open(city / "c.tar", "w") as tar:
        tar.add(city / "out", "")
    with pytest.raises(KeepingError, match="已损坏"):
        restore(city / "c.tar", force=True)
    assert (city / "files" / "附件.txt").read_text() == "附件内容"


def test_what_is_no_backup_is_one_clear_line(city: Path, copied: None) -> None:
    (city / "x.tar").write_bytes(b"not a tar")
    with pytest.raises(KeepingError, match="不是本系统的备份"):
        restore(city / "x.tar", force=True)
