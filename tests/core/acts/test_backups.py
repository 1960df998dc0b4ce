import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from gongkai.core.acts.backups import BackupError, BackupSummary, backup, restoration, unpack
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


def whole(_folder: Path, _summary: BackupSummary) -> str:
    return ""


def restore(source: Path, check: restoration.BackupCheck = whole, **given: object) -> BackupSummary:
    return restoration.restore(source, check, lambda: None, **given)[0]  # type: ignore[arg-type]


@pytest.fixture
def city(transactional_db: None, tmp_path: Path, settings: object) -> Path:
    """A small stored city: SQLite in a file of its own, one file in the store."""
    settings.FILES_ROOT = str(tmp_path / "files")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "附件.txt").write_text("附件内容")
    append_record("entry/1", action="test.act", by=SYSTEM, words="第一次")
    return tmp_path


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load copies through SQLite's own backup: the file of the tests has an open transaction."""
    import sqlite3

    from django.db import connection

    from gongkai.core.acts import guards
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
        guards.install_triggers()

    monkeypatch.setattr(database, "dump_database", dump)
    monkeypatch.setattr(database, "load_database", load)


def test_a_backup_restores_to_the_same_seal(city: Path, copied: None) -> None:
    made = backup(city / "b.tar")
    assert (made.movements, made.files) == (1, 1)
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    (city / "files" / "附件.txt").write_text("改过")
    assert restore(city / "b.tar", force=True) == made
    assert Movement.objects.count() == 1
    row = BackupMade.objects.get()  # written after the copy was taken, so the backup does not hold it
    assert (row.place, row.seal, row.encrypted) == (str(city / "b.tar"), made.seal, False)
    assert (Path(settings.FILES_ROOT) / "附件.txt").read_text() == "附件内容"
    assert [p.read_text() for p in city.glob("files/.before-*/before/files/附件.txt")] == ["改过"]  # nothing is lost
    assert backup(city / "c.tar").files == 1, "what a restore left is in no backup"


@pytest.mark.parametrize("way", ["check", "folder", "space"])
def test_an_unfit_backup_or_installation_is_refused_unchanged(
    city: Path, copied: None, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    backup(city / "b.tar")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    given: dict[str, object] = {}
    if way == "check":
        given["check"] = lambda *_: "流水被改动"
    elif way == "folder":
        monkeypatch.setattr("os.access", lambda *_: False)
    else:
        monkeypatch.setattr("gongkai.core.acts.backups.database.max_database_copy_bytes", lambda: 1 << 60)
    with pytest.raises(BackupError, match=r"未作恢复"):
        restore(city / "b.tar", force=True, **given)  # type: ignore[arg-type]
    assert Movement.objects.count() == 2
    assert [path.name for path in (city / "files").iterdir()] == ["附件.txt"]
    assert restoration.describe_unfinished() == ""


def test_a_failed_step_names_the_ways_out_and_nothing_serves_meanwhile(
    city: Path, copied: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(city / "b.tar")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")

    def full(_: object) -> None:
        raise OSError("磁盘已满")

    with monkeypatch.context() as patched:
        patched.setattr("gongkai.core.acts.backups.database.load_database", full)
        with pytest.raises(BackupError, match=r"换数据库没有成功：磁盘已满.*--resume.*--back"):
            restore(city / "b.tar", force=True)
    assert "停在“换数据库”" in primary.check_primary()
    restoration.undo_restore(lambda: None)
    assert primary.check_primary() == ""
    assert Movement.objects.count() == 2
    with pytest.raises(BackupError, match="没有停在一半"):
        restoration.resume_restore(lambda: None)


def test_neither_a_backup_nor_data_are_overwritten(city: Path, copied: None) -> None:
    backup(city / "b.tar")
    with pytest.raises(BackupError, match="已存在"):
        backup(city / "b.tar")
    with pytest.raises(BackupError, match="已有数据"):
        restore(city / "b.tar")


def test_a_damaged_backup_is_refused_and_changes_nothing(city: Path, copied: None) -> None:
    backup(city / "b.tar")
    with tarfile.open(city / "b.tar") as tar:
        tar.extractall(city / "out")  # ours; Debian 12 has no `filter` yet
    (city / "out" / "files" / "附件.txt").write_text("被改")
    with tarfile.open(city / "c.tar", "w") as tar:
        for name in ("manifest.json", "database/database.sqlite3", "files/附件.txt"):
            tar.add(city / "out" / name, name)
    with pytest.raises(BackupError, match="已损坏"):
        restore(city / "c.tar", force=True)
    assert (city / "files" / "附件.txt").read_text() == "附件内容"


def test_an_encrypted_backup_opens_with_its_key_alone(city: Path, copied: None) -> None:
    public = write_key_pair(city / "key")
    assert (city / "key").stat().st_mode & 0o077 == 0
    (city / "words").write_text("correct horse battery\n")
    recipient, private = read_public_key(public), read_private_key(city / "key")
    words = read_passphrase(city / "words")
    made = backup(city / "k.gkb", recipient)
    backup(city / "p.gkb", words)
    for name in ("k.gkb", "p.gkb"):
        assert "附件内容".encode() not in (city / name).read_bytes()
    assert restore(city / "k.gkb", force=True, secret=private) == made
    for number, (name, secret, said) in enumerate(
        [
            ("k.gkb", None, "备份私钥"),
            ("p.gkb", None, "备份密码"),
            ("p.gkb", BackupKey(passphrase=b"another passphrase"), "p.gkb 打不开：密码文件"),
            ("k.gkb", BackupKey(private=X25519PrivateKey.generate(), source="k2"), "k.gkb 不是给私钥 k2 的"),
        ]
    ):
        folder = city / f"out{number}"
        folder.mkdir()
        with pytest.raises(BackupError, match=said):
            unpack(city / name, folder, secret)
        assert not list(folder.iterdir())


def test_a_cut_changed_or_reordered_encrypted_backup_is_refused(city: Path, copied: None) -> None:
    (city / "files" / "大.bin").write_bytes(b"0" * 200_000)
    words = BackupKey(passphrase=b"correct horse battery")
    backup(city / "p.gkb", words)
    whole = (city / "p.gkb").read_bytes()
    start = whole.index(b"\n", len(FILE_SIGNATURE)) + 1
    size = CHUNK_BYTES + 16
    first, second = whole[start : start + size], whole[start + size : start + 2 * size]
    hostile = {
        "cut": whole[: start + 2 * size],
        "end": whole[:-1],
        "more": whole + b"x",
        "changed": whole[: start + 99] + bytes([whole[start + 99] ^ 1]) + whole[start + 100 :],
        "swapped": whole[:start] + second + first + whole[start + 2 * size :],
        "header": whole.replace(b'"n": 65536', b'"n": 32768', 1),
        "greedy": whole.replace(b'"n": 65536', b'"n": 1073741824', 1),
        "nested": FILE_SIGNATURE + b"[" * 5000 + whole,
        "empty": FILE_SIGNATURE,
    }
    for name, data in hostile.items():
        (city / name).write_bytes(data)
        (city / f"{name}.d").mkdir()
        with pytest.raises(BackupError, match=r"前 \d+\.\d MB 完好" if name in ("cut", "end") else f"{name} |损坏"):
            unpack(city / name, city / f"{name}.d", words)


def member(
    name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = (len(data) if kind == tarfile.REGTYPE else 0), kind, link
    return info, data


def hostile(manifest: object, *members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for info, data in (member("manifest.json", json.dumps(manifest).encode()), *members):
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_a_well_formed_hostile_backup_writes_nothing_outside_and_nothing_unnamed(city: Path, copied: None) -> None:
    mark = hashlib.sha256(b"x").hexdigest()
    facts = {"made_at": "2026", "version": "1", "vendor": "sqlite", "movements": 1, "seal": "", "files": 1}
    base = "database/database.sqlite3"

    def said(*names: str, **more: object) -> dict[str, object]:
        return {**facts, "digests": dict.fromkeys(names, mark), **more}

    ways = [
        hostile(said(base), member(base), member("files/unnamed")),
        hostile(said(base, "files/../../escaped"), member(base), member("files/../../escaped")),
        hostile(said(base, "/etc/escaped"), member(base), member("/etc/escaped")),
        hostile(said("files/link", base), member("files/link", kind=tarfile.SYMTYPE, link="/etc"), member(base)),
        hostile(
            said("files/hard", base), member("files/hard", kind=tarfile.LNKTYPE, link="manifest.json"), member(base)
        ),
        hostile(said("files/pipe", base), member("files/pipe", kind=tarfile.FIFOTYPE), member(base)),
        hostile(said(base), member(base), member(base)),
        hostile(said(base)),
        hostile(said("files/only"), member("files/only")),
        hostile(said(base, vendor="oracle"), member(base)),
        hostile(said(base, movements="many"), member(base)),
        hostile(said(base, more=1), member(base)),
        hostile({**facts, "digests": ["a"]}, member(base)),
        hostile([1, 2]),
        gzip.compress(hostile(said(base), member(base))),
        b"",
    ]
    for number, data in enumerate(ways):
        (city / f"{number}.tar").write_bytes(data)
        (city / "out" / str(number)).mkdir(parents=True)
        with pytest.raises(BackupError):
            unpack(city / f"{number}.tar", city / "out" / str(number))
    assert not list(city.rglob("escaped"))
    assert not Path("/etc/escaped").exists()
    assert Movement.objects.count() == 1
