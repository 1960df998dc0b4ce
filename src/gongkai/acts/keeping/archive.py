"""A backup is one tar file: the database, every file, and a manifest with digests, counts and the seal."""

import hashlib
import json
import shutil
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from gongkai import __version__
from gongkai.acts.keeping import database
from gongkai.acts.models import Movement, Seal
from gongkai.acts.seal import seal_now, verify

MANIFEST = "manifest.json"


class KeepingError(Exception):
    """A backup that cannot be made or restored; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds: when, of which database, the last seal and how many movements it covers, how many files."""

    made_at: str
    version: str
    vendor: str
    movements: int
    seal: str
    files: int


def _roots() -> dict[str, Path]:
    return {"files": Path(settings.FILES_ROOT), "media": Path(settings.MEDIA_ROOT)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backup(target: Path) -> Summary:
    """Write a backup. The log is sealed first, so that the way back can be checked against the seal.

    Raises:
        KeepingError: the target exists, cannot be written, or the database's tool is missing.
    """
    if target.exists():
        raise KeepingError(f"{target} 已存在：为免覆盖旧备份，请换一个文件名")
    seal_now()
    try:
        with tempfile.TemporaryDirectory(dir=target.parent if target.parent.is_dir() else None) as name:
            folder = Path(name)
            members = {f"database/{(dumped := database.dump(folder)).name}": dumped}
            for root, path in _roots().items():
                members |= {
                    f"{root}/{p.relative_to(path).as_posix()}": p
                    for p in sorted(path.rglob("*"))
                    if p.is_file()
                }
            summary = _summary(len(members) - 1)
            part = folder / "backup.part"
            _write(part, members, summary)
            shutil.move(part, target)
    except (OSError, database.DatabaseToolError) as error:
        raise KeepingError(f"备份没有完成：{error}") from error
    return summary


def _summary(files: int) -> Summary:
    seal = Seal.objects.order_by("-at").first()
    return Summary(
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        version=__version__,
        vendor=connection.vendor,
        movements=seal.movements if seal else 0,
        seal=seal.hash if seal else "",
        files=files,
    )


def _write(target: Path, members: dict[str, Path], summary: Summary) -> None:
    digests = {name: _digest(path) for name, path in members.items()}
    manifest = target.with_name(MANIFEST)
    manifest.write_text(json.dumps({**asdict(summary), "digests": digests}, ensure_ascii=False, indent=1))
    with tarfile.open(target, "w") as tar:
        tar.add(manifest, MANIFEST)
        for name, path in members.items():
            tar.add(path, name)


def restore(source: Path, *, force: bool = False) -> Summary:
    """Put a backup in the place of this installation's data, and check it against its seal.

    Raises:
        KeepingError: not a backup, damaged, of the other database, this installation is not empty (without `force`), or the
            restored log does not match the seal.
    """
    if not force and _has_data():
        raise KeepingError("本系统已有数据，为免覆盖未作恢复；确需覆盖请加 --force（会先把现有文件移到一旁）")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        summary = _unpack(source, folder)
        if summary.vendor != connection.vendor:
            raise KeepingError(
                f"备份来自 {summary.vendor}，本系统使用 {connection.vendor}：请换用相同的数据库再恢复"
            )
        try:
            database.load(folder / "database" / database.NAMES[summary.vendor])
        except database.DatabaseToolError as error:
            raise KeepingError(str(error)) from error
        for root, path in _roots().items():
            _replace(folder / root, path)
    _check(summary)
    return summary


def _has_data() -> bool:
    tables = connection.introspection.table_names()
    return Movement._meta.db_table in tables and Movement.objects.exists()


def _unpack(source: Path, folder: Path) -> Summary:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        digests = manifest.pop("digests")
        summary = Summary(**manifest)
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError) as error:
        raise KeepingError(f"{source} 不是本系统的备份，或已损坏") from error
    for name, expected in digests.items():
        path = folder / name
        if not path.is_file() or _digest(path) != expected:
            raise KeepingError(f"备份已损坏：{name} 的摘要值不符，未作恢复")
    return summary


def _replace(source: Path, target: Path) -> None:
    if target.exists():
        aside = target.with_name(f"{target.name}-恢复前-{timezone.localtime():%Y%m%d%H%M%S}")
        target.rename(aside)
    if source.exists():
        shutil.copytree(source, target)


def _check(summary: Summary) -> None:
    verdict = verify()
    if not verdict.ok:
        raise KeepingError(f"已恢复，但流水核验不通过：{verdict.broken}")
    if summary.seal and not Seal.objects.filter(hash=summary.seal, movements=summary.movements).exists():
        raise KeepingError("已恢复，但找不到备份时的封存值：请换用另一份备份")
