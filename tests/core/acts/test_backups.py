import gzip
import hashlib
import io
import json
import os
import tarfile
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from gongkai.core.acts.backups import BackupError, BackupSummary, archive, backup, restoration, unpack
from gongkai.core.acts.backups.encryption import (
    CHUNK_BYTES,
    FILE_SIGNATURE,
    BackupKey,
    read_passphrase,
    read_private_key,
    read_public_key,
    write_key_pair,
)
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.upkeep import primary
from gongkai.ops.upkeep.models import BackupMade


def accept_all(_folder: Path, _summary: BackupSummary) -> str:
    return ""


def restore(source: Path, check: restoration.BackupCheck = accept_all, **given: object) -> BackupSummary:
    return restoration.restore(source, check, lambda: None, **given)[0]  # type: ignore[arg-type]


@pytest.fixture
def stored_city(transactional_db: None, tmp_path: Path, settings: object) -> Path:
    """A small stored city: SQLite in its own file, and one file in the storage."""
    settings.FILES_ROOT = str(tmp_path / "files")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "附件.txt").write_text("附件内容")
    append_record("entry/1", action="test.act", by=SYSTEM, words="第一次")
    return tmp_path


@pytest.fixture
def sqlite_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load copies through SQLite's backup API, because the test database has an open transaction."""
    import sqlite3

    from django.db import connection

    from gongkai.core.acts import insert_only
    from gongkai.core.acts.backups import database

    if connection.vendor != "sqlite":
        pytest.skip("the file copy is SQLite's; PostgreSQL uses its own tools")

    def dump(folder: Path) -> Path:
        target = folder / database.DUMP_FILE_NAMES["sqlite"]
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        return target

    def load(source: Path) -> None:
        connection.ensure_connection()
        with sqlite3.connect(source) as copy:
            copy.backup(connection.connection)
        insert_only.install_triggers()

    monkeypatch.setattr(database, "dump_database", dump)
    monkeypatch.setattr(database, "load_database", load)


def test_restored_backup_has_the_same_seal(stored_city: Path, sqlite_copies: None) -> None:
    made = backup(stored_city / "b.tar")
    assert (made.movements, made.files) == (1, 1)
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    (stored_city / "files" / "附件.txt").write_text("改过")
    assert restore(stored_city / "b.tar", force=True) == made
    assert Movement.objects.count() == 1
    row = BackupMade.objects.get()  # written after the copy was taken, so the backup does not hold it
    assert (row.place, row.seal, row.encrypted) == (str(stored_city / "b.tar"), made.seal, False)
    assert (Path(settings.FILES_ROOT) / "附件.txt").read_text() == "附件内容"
    assert [p.read_text() for p in stored_city.glob("files/.before-*/before/files/附件.txt")] == [
        "改过"
    ]  # nothing is lost
    assert backup(stored_city / "c.tar").files == 1, "what a restore left is in no backup"


@pytest.mark.parametrize("age", [0, 7200])
def test_files_that_are_deleted_or_changed_during_a_backup_leave_it_whole(
    stored_city: Path, sqlite_copies: None, monkeypatch: pytest.MonkeyPatch, age: int
) -> None:
    file = stored_city / "files" / "附件.txt"
    os.utime(file, (time.time() - age,) * 2)
    compute_digest = archive._compute_file_digest

    def change_after_digest(path: Path) -> str:
        digest = compute_digest(path)
        if path.name == file.name:
            file.unlink() if age else file.write_text("还在写")
        return digest

    monkeypatch.setattr(archive, "_compute_file_digest", change_after_digest)
    killed = stored_city / "files" / ".backup-killed"
    killed.mkdir()
    os.utime(killed, (1, 1))
    made = backup(stored_city / "b.tar")
    monkeypatch.undo()
    (stored_city / "out").mkdir()
    assert unpack(stored_city / "b.tar", stored_city / "out") == made
    assert (stored_city / "out" / "files" / "附件.txt").read_text() == "附件内容"
    assert not list((stored_city / "files").glob(".backup-*"))


@pytest.mark.parametrize("way", ["check", "folder", "space"])
def test_unfit_backup_or_installation_is_refused_unchanged(
    stored_city: Path, sqlite_copies: None, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    backup(stored_city / "b.tar")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    given: dict[str, object] = {}
    if way == "check":
        given["check"] = lambda *_: "流水被改动"
    elif way == "folder":
        monkeypatch.setattr("os.access", lambda *_: False)
    else:
        monkeypatch.setattr("gongkai.core.acts.backups.database.max_database_copy_bytes", lambda: 1 << 60)
    with pytest.raises(BackupError, match=r"未作恢复"):
        restore(stored_city / "b.tar", force=True, **given)  # type: ignore[arg-type]
    assert Movement.objects.count() == 2
    assert [path.name for path in (stored_city / "files").iterdir()] == ["附件.txt"]
    assert restoration.describe_unfinished() == ""


def test_failed_step_names_the_ways_to_continue_or_undo(
    stored_city: Path, sqlite_copies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(stored_city / "b.tar")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")

    def full(_: object) -> None:
        raise OSError("磁盘已满")

    with monkeypatch.context() as patched:
        patched.setattr("gongkai.core.acts.backups.database.load_database", full)
        with pytest.raises(BackupError, match=r"换数据库没有成功：磁盘已满.*--resume.*--back"):
            restore(stored_city / "b.tar", force=True)
    assert "停在“换数据库”" in primary.check_primary()
    with (stored_city / "files" / ".restore" / "added").open("a") as added:
        added.write('"files/cut off by a power fail')
    restoration.undo_restore(lambda: None)
    assert primary.check_primary() == ""
    assert Movement.objects.count() == 2
    with pytest.raises(BackupError, match="没有停在一半"):
        restoration.resume_restore(lambda: None)


def test_existing_backup_or_data_is_not_overwritten(stored_city: Path, sqlite_copies: None) -> None:
    backup(stored_city / "b.tar")
    with pytest.raises(BackupError, match="已存在"):
        backup(stored_city / "b.tar")
    with pytest.raises(BackupError, match="没有文件夹"):
        backup(stored_city / "none" / "b.tar")
    with pytest.raises(BackupError, match="已有数据"):
        restore(stored_city / "b.tar")


def test_damaged_backup_is_refused_and_changes_nothing(stored_city: Path, sqlite_copies: None) -> None:
    backup(stored_city / "b.tar")
    with tarfile.open(stored_city / "b.tar") as tar:
        tar.extractall(stored_city / "out")  # ours; Debian 12 has no `filter` yet
    (stored_city / "out" / "files" / "附件.txt").write_text("被改")
    with tarfile.open(stored_city / "c.tar", "w") as tar:
        for name in ("manifest.json", "database/database.sqlite3", "files/附件.txt"):
            tar.add(stored_city / "out" / name, name)
    with pytest.raises(BackupError, match="已损坏"):
        restore(stored_city / "c.tar", force=True)
    assert (stored_city / "files" / "附件.txt").read_text() == "附件内容"


def test_encrypted_backup_opens_only_with_its_key(stored_city: Path, sqlite_copies: None) -> None:
    public = write_key_pair(stored_city / "key")
    (stored_city / "other.pub").write_text("")
    with pytest.raises(BackupError, match="已存在"):
        write_key_pair(stored_city / "other")
    assert not (stored_city / "other").exists()
    assert (stored_city / "key").stat().st_mode & 0o077 == 0
    (stored_city / "words").write_text("correct horse battery\n")
    recipient, private = read_public_key(public), read_private_key(stored_city / "key")
    words = read_passphrase(stored_city / "words")
    made = backup(stored_city / "k.gkb", recipient)
    backup(stored_city / "p.gkb", words)
    for name in ("k.gkb", "p.gkb"):
        assert "附件内容".encode() not in (stored_city / name).read_bytes()
    assert restore(stored_city / "k.gkb", force=True, secret=private) == made
    for number, (name, secret, said) in enumerate(
        [
            ("k.gkb", None, "备份私钥"),
            ("p.gkb", None, "备份密码"),
            ("p.gkb", BackupKey(passphrase=b"another passphrase"), "p.gkb 打不开：密码文件"),
            ("k.gkb", BackupKey(private=X25519PrivateKey.generate(), source="k2"), "k.gkb 不是给私钥 k2 的"),
        ]
    ):
        folder = stored_city / f"out{number}"
        folder.mkdir()
        with pytest.raises(BackupError, match=said):
            unpack(stored_city / name, folder, secret)
        assert not list(folder.iterdir())


def test_manipulated_encrypted_backup_is_refused(stored_city: Path, sqlite_copies: None) -> None:
    (stored_city / "files" / "大.bin").write_bytes(b"0" * 200_000)
    words = BackupKey(passphrase=b"correct horse battery")
    backup(stored_city / "p.gkb", words)
    accept_all = (stored_city / "p.gkb").read_bytes()
    start = accept_all.index(b"\n", len(FILE_SIGNATURE)) + 1
    size = CHUNK_BYTES + 16
    first, second = accept_all[start : start + size], accept_all[start + size : start + 2 * size]
    make_hostile_tar = {
        "cut": accept_all[: start + 2 * size],
        "end": accept_all[:-1],
        "more": accept_all + b"x",
        "changed": accept_all[: start + 99] + bytes([accept_all[start + 99] ^ 1]) + accept_all[start + 100 :],
        "swapped": accept_all[:start] + second + first + accept_all[start + 2 * size :],
        "header": accept_all.replace(b'"n": 65536', b'"n": 32768', 1),
        "greedy": accept_all.replace(b'"n": 65536', b'"n": 1073741824', 1),
        "nested": FILE_SIGNATURE + b"[" * 5000 + accept_all,
        "empty": FILE_SIGNATURE,
    }
    for name, data in make_hostile_tar.items():
        (stored_city / name).write_bytes(data)
        (stored_city / f"{name}.d").mkdir()
        with pytest.raises(BackupError, match=r"前 \d+\.\d MB 完好" if name in ("cut", "end") else f"{name} |损坏"):
            unpack(stored_city / name, stored_city / f"{name}.d", words)


def member(
    name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = (len(data) if kind == tarfile.REGTYPE else 0), kind, link
    return info, data


def make_hostile_tar(manifest: object, *members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for info, data in (member("manifest.json", json.dumps(manifest).encode()), *members):
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_hostile_backup_writes_only_listed_files_in_the_folder(stored_city: Path, sqlite_copies: None) -> None:
    mark = hashlib.sha256(b"x").hexdigest()
    facts = {"made_at": "2026", "version": "1", "vendor": "sqlite", "movements": 1, "seal": "", "files": 1}
    base = "database/database.sqlite3"

    def said(*names: str, **more: object) -> dict[str, object]:
        return {**facts, "digests": dict.fromkeys(names, mark), **more}

    ways = [
        make_hostile_tar(said(base), member(base), member("files/unnamed")),
        make_hostile_tar(said(base, "files/../../escaped"), member(base), member("files/../../escaped")),
        make_hostile_tar(said(base, "/etc/escaped"), member(base), member("/etc/escaped")),
        make_hostile_tar(
            said("files/link", base), member("files/link", kind=tarfile.SYMTYPE, link="/etc"), member(base)
        ),
        make_hostile_tar(
            said("files/hard", base), member("files/hard", kind=tarfile.LNKTYPE, link="manifest.json"), member(base)
        ),
        make_hostile_tar(said("files/pipe", base), member("files/pipe", kind=tarfile.FIFOTYPE), member(base)),
        make_hostile_tar(said(base), member(base), member(base)),
        make_hostile_tar(said(base)),
        make_hostile_tar(said("files/only"), member("files/only")),
        make_hostile_tar(said(base, vendor="oracle"), member(base)),
        make_hostile_tar(said(base, movements="many"), member(base)),
        make_hostile_tar(said(base, more=1), member(base)),
        make_hostile_tar({**facts, "digests": ["a"]}, member(base)),
        make_hostile_tar([1, 2]),
        make_hostile_tar("manifest"),
        gzip.compress(make_hostile_tar(said(base), member(base))),
        b"",
    ]
    for number, data in enumerate(ways):
        (stored_city / f"{number}.tar").write_bytes(data)
        (stored_city / "out" / str(number)).mkdir(parents=True)
        with pytest.raises(BackupError):
            unpack(stored_city / f"{number}.tar", stored_city / "out" / str(number))
    assert not list(stored_city.rglob("escaped"))
    assert not Path("/etc/escaped").exists()
    assert Movement.objects.count() == 1
