"""Write and unpack backups: one tar file with manifest, database and files, also those of an outside file store."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone

from gongkai import __version__
from gongkai.core.acts.backups import database
from gongkai.core.acts.backups.encryption import FILE_SIGNATURE, BackupError, BackupKey, DecryptingFile, EncryptingFile
from gongkai.core.acts.models import Movement, Seal
from gongkai.core.acts.seal import seal_now
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.errors import describe_os_error

if TYPE_CHECKING:
    from typing import IO


class OutsideFileStore(Protocol):
    """Protocol of a file store outside the data folder."""

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield (name, size) of each file."""

    def open(self, name: str) -> "IO[bytes]":
        """Open a file to be read in blocks, as a context manager."""

    def take(self, folder: Path) -> None:
        """Move the files of an unpacked backup from a folder into the store."""


#: Functions that return the outside file store, registered by `core.files`; without one all files are in the data
#: folder.
STORE_FINDERS: list[Callable[[], OutsideFileStore | None]] = []


def find_outside_store() -> OutsideFileStore | None:
    """Return the file store outside the data folder, or None."""
    return next((store for store_finder in STORE_FINDERS if (store := store_finder())), None)


@dataclass(frozen=True)
class OutsideFile:
    """A file in an outside store (its name there, size in bytes), as a member of a backup."""

    store: OutsideFileStore
    name: str
    size: int

    def open(self) -> "IO[bytes]":
        """Open the file to be read in blocks, as a context manager."""
        return self.store.open(self.name)


def map_outside_members(folder: str) -> dict[str, OutsideFile]:
    """Return member name (below `folder`) → file of the outside store; {} without a store."""
    store = find_outside_store()
    return {f"{folder}/{name}": OutsideFile(store, name, size) for name, size in store.everything()} if store else {}


#: Name of the manifest, the first member of a backup.
MANIFEST_FILE_NAME = "manifest.json"
#: The largest manifest that is read: enough for some millions of files.
MAX_MANIFEST_BYTES = 1 << 30
#: Names allowed for members of an archive; nothing else is extracted.
_MEMBER_NAME_PATTERN = re.compile(
    r"(?:database/(?:database\.sqlite3|database\.pgdump)|(?:files|media)/(?!\.restore|\.before-).+)",
    re.DOTALL,
)
#: Data folders included in a backup.
ARCHIVED_FOLDERS = ("files", "media")
#: The folder in `files` of a restore that is running, and the beginning of the name of the folder of earlier data that it leaves (`restoration`).
RESTORE_FOLDER_NAME, REPLACED_FOLDER_PREFIX = ".restore", ".before-"
#: Beginning of the names of the folders with the links and the dump of a running backup, and with a rehearsal.
SCRATCH_FOLDER_PREFIX = ".backup-"
OMITTED_FOLDER_PREFIXES = (RESTORE_FOLDER_NAME, REPLACED_FOLDER_PREFIX, SCRATCH_FOLDER_PREFIX)
#: A file that was written in the last hour may still change in place; age from which a scratch folder belongs to a
#: killed backup.
MAX_UNSETTLED_SECONDS, MAX_BACKUP_SECONDS = 3600, 2 * 86_400
#: Functions called after a backup is made and after a restore, with the file, its manifest and true if it is
#: encrypted.
ON_BACKUP: list[Callable[[Path, "BackupSummary", bool], object]] = []


@dataclass(frozen=True)
class BackupSummary:
    """A backup's manifest: time (`made_at`, ISO 8601), program version, database vendor, number of log records
    (`movements`) and hash of the last seal, number of files."""

    made_at: str
    version: str
    vendor: str
    movements: int
    seal: str
    files: int


def backup_folders() -> dict[str, Path]:
    """Return the folders included in a backup, by their names in it."""
    return dict(zip(ARCHIVED_FOLDERS, (Path(settings.FILES_ROOT), Path(settings.MEDIA_ROOT)), strict=True))


def list_files_to_back_up(folder: Path) -> list[Path]:
    """Return the files of a data folder, sorted, except those in the folders of restores and backups."""
    files: list[Path] = []
    for parent, subfolders, names in os.walk(folder):
        if Path(parent) == folder:
            subfolders[:] = [name for name in subfolders if not name.startswith(OMITTED_FOLDER_PREFIXES)]
        files += [path for name in names if (path := Path(parent) / name).is_file()]
    return sorted(files)


class _DigestingReader:
    """A readable file that computes the SHA-256 of what is read from another file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Read from the other file."""
        block = self.file.read(size)
        self.sha.update(block)
        return block


def _compute_file_digest(path: Path | OutsideFile) -> str:
    with path.open("rb") if isinstance(path, Path) else path.open() as file:
        reader = _DigestingReader(file)
        while reader.read(1 << 20):
            pass
        return reader.sha.hexdigest()


def _protect_files(root: Path, snapshot: Path) -> dict[str, Path]:
    """Return name → path of the files of a data folder, so that deletions and writes leave a running backup unharmed.

    Files are linked into the folder `snapshot`, or copied if they may still change. Where the disk has no links, the
    path is that of the file itself.
    """
    protected: dict[str, Path] = {}
    for path in list_files_to_back_up(root):
        name = path.relative_to(root).as_posix()
        target = snapshot / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            settled = True
            try:
                settled = path.stat().st_mtime < time.time() - MAX_UNSETTLED_SECONDS
                (os.link if settled else shutil.copyfile)(path, target)
            except FileNotFoundError:  # deleted since it was listed
                continue
            except OSError:
                if not settled:
                    raise
                target = path  # the disk has no links
        protected[name] = target
    return protected


def backup(target: Path, secret: BackupKey | None = None) -> BackupSummary:
    """Write a backup; seals the log first, so that a restore can be verified against the seal.

    With a `secret` it is encrypted; then plain text is only in a temporary folder next to the files, until it is done.

    Raises:
        BackupError: the target exists, cannot be written, or the database's tool is missing.
    """
    if target.exists():
        raise BackupError(f"{target} 已存在：为免覆盖旧备份，请换一个文件名")
    if not target.parent.is_dir():
        raise BackupError(f"没有文件夹 {target.parent}：请先建立它、挂上备份的盘，或者改正备份文件的位置")
    seal_now()
    place = Path(settings.FILES_ROOT).parent if secret else target.parent
    temporary_path = target.with_name(f"{target.name}.part")
    try:
        with ExitStack() as stack:
            dump_folder = stack.enter_context(open_scratch_folder(place))
            snapshots = {
                root: stack.enter_context(open_scratch_folder(path)) for root, path in backup_folders().items()
            }
            _list_members(snapshots)  # files that the dump refers to may be deleted while it is written
            dump_path = database.dump_database(dump_folder)
            members = {f"database/{dump_path.name}": dump_path, **_list_members(snapshots)}
            members |= map_outside_members("files")
            summary = _make_summary(len(members) - 1)
            with temporary_path.open("xb") as file:
                _write_members(file, members, summary, secret)
                file.flush()
                os.fsync(file.fileno())
            temporary_path.rename(target)
    except (OSError, database.DatabaseToolError) as error:
        temporary_path.unlink(missing_ok=True)
        raise BackupError(f"备份没有完成：{error}") from error
    run_backup_hooks(target, summary)
    return summary


@contextmanager
def open_scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a scratch folder in a folder, after deleting those of killed backups, which hold plain text; delete it at
    the end."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in parent.glob(f"{SCRATCH_FOLDER_PREFIX}*"):
        if leftover.stat().st_mtime < time.time() - MAX_BACKUP_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=SCRATCH_FOLDER_PREFIX) as name:
        yield Path(name)


def _list_members(snapshots: dict[str, Path]) -> dict[str, Path | OutsideFile]:
    """Return the name in the backup → path of each file in the data folders, protected in the folder's snapshot."""
    return {
        f"{root}/{name}": path
        for root, snapshot in snapshots.items()
        for name, path in _protect_files(backup_folders()[root], snapshot).items()
    }


def run_backup_hooks(path: Path, summary: BackupSummary) -> None:
    """Call the functions of `ON_BACKUP` with a backup that was made or restored."""
    for hook in ON_BACKUP:
        hook(path, summary, is_encrypted(path))


def is_encrypted(path: Path) -> bool:
    """Return True if a backup is encrypted."""
    with path.open("rb") as file:
        return file.read(len(FILE_SIGNATURE)) == FILE_SIGNATURE


def _make_summary(files: int) -> BackupSummary:
    """Return the summary of a backup made now: version, database vendor, last seal and number of files."""
    seal = Seal.objects.order_by("-at").first()
    return BackupSummary(
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        version=__version__,
        vendor=connection.vendor,
        movements=seal.movements if seal else 0,
        seal=seal.hash if seal else "",
        files=files,
    )


def _write_members(
    stream: IO[bytes], members: dict[str, Path | OutsideFile], summary: BackupSummary, secret: BackupKey | None
) -> None:
    """Write a tar archive: the manifest with the digests of all members, then these; encrypted if `secret` is given."""
    digests = {name: _compute_file_digest(member) for name, member in members.items()}
    manifest = json.dumps({**asdict(summary), "digests": digests}, ensure_ascii=False, indent=1).encode()
    target_stream = EncryptingFile(stream, secret) if secret else stream
    with tarfile.open(fileobj=target_stream, mode="w|") as tar:
        head = tarfile.TarInfo(MANIFEST_FILE_NAME)
        head.size, head.mode = len(manifest), 0o600
        tar.addfile(head, io.BytesIO(manifest))
        for name, member in members.items():
            _add_member(tar, name, member, digests[name])
    if secret:
        target_stream.close()


def _add_member(tar: tarfile.TarFile, name: str, member: Path | OutsideFile, digest: str) -> None:
    """Add a file to a backup; raise OSError if it is not the one with this digest any more."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = member.stat().st_size if isinstance(member, Path) else member.size, 0o600
    with member.open("rb") if isinstance(member, Path) else member.open() as file:
        reader = _DigestingReader(file)
        tar.addfile(info, reader)  # type: ignore[arg-type]
    if reader.sha.hexdigest() != digest:
        raise OSError(f"{name} 在备份时有改动，请再运行一次")


def has_data() -> bool:
    """Return true if the log has a record, so that a restore would replace data."""
    tables = connection.introspection.table_names()
    return Movement._meta.db_table in tables and Movement.objects.exists()


@contextmanager
def _open_backup(source: Path, secret: BackupKey | None) -> Iterator[IO[bytes]]:
    """Open a backup for reading, decrypted where it is encrypted."""
    is_backup_encrypted = is_encrypted(source)
    with source.open("rb") as file:
        if is_backup_encrypted:
            file.seek(len(FILE_SIGNATURE))
            yield io.BufferedReader(DecryptingFile(file, secret))
        else:
            yield file


def unpack(source: Path, folder: Path, secret: BackupKey | None = None) -> BackupSummary:
    """Unpack a backup into an empty folder and return its manifest; verify every digest, refuse unlisted files.

    Raises:
        BackupError: the file is no backup, is damaged, is of the other kind of database, contains unexpected files,
            or the disk is too small.
    """
    not_ours = f"{source} 不是本系统的备份，或已损坏"
    try:
        with _open_backup(source, secret) as stream:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                summary, digests = _read_manifest(tar)
                _unpack_members(tar, folder, digests)
            while stream.read(1 << 20):  # to the last chunk of an encrypted one: it says that nothing was cut
                pass
    except OSError as error:
        raise BackupError(f"备份展不开（{describe_os_error(error)}），未作恢复") from error
    except (EOFError, tarfile.TarError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupError(not_ours) from error
    if summary.vendor != connection.vendor:
        raise BackupError(f"备份来自 {summary.vendor}，本系统使用 {connection.vendor}：请换用相同的数据库再恢复")
    if f"database/{database.DUMP_FILE_NAMES[summary.vendor]}" not in digests:
        raise BackupError(not_ours)
    return summary


def _read_manifest(tar: tarfile.TarFile) -> tuple[BackupSummary, dict[str, str]]:
    """Return (summary, member name → digest) from the archive's first member.

    Raises:
    ValueError: it is no valid manifest; also KeyError or TypeError.
    """
    head = tar.next()
    file = tar.extractfile(head) if head and head.name == MANIFEST_FILE_NAME and head.isreg() else None
    if head is None or file is None or head.size > MAX_MANIFEST_BYTES:
        raise ValueError("no manifest")
    facts = json.loads(file.read())
    digests = facts.pop("digests")
    summary = BackupSummary(**facts)
    datetime.fromisoformat(summary.made_at)
    texts = (summary.made_at, summary.version, summary.vendor, summary.seal)
    has_valid_facts = all(isinstance(text, str) for text in texts) and isinstance(summary.movements, int)
    has_valid_names = isinstance(digests, dict) and all(_MEMBER_NAME_PATTERN.fullmatch(name) for name in digests)
    if not has_valid_facts or not has_valid_names or summary.vendor not in database.DUMP_FILE_NAMES:
        raise ValueError("manifest")
    return summary, digests


def _unpack_members(tar: tarfile.TarFile, folder: Path, digests: dict[str, str]) -> None:
    """Unpack the plain files that the manifest lists, each once; refuse any other member."""
    missing_members = dict(digests)
    root = folder.resolve()
    while (member := tar.next()) is not None:
        expected_digest = missing_members.pop(member.name, None)
        path = (folder / member.name).resolve()
        if expected_digest is None or not member.isreg() or not path.is_relative_to(root):
            raise BackupError(f"备份中有不应有的内容：{member.name[:80]}，未作恢复")
        if member.size > shutil.disk_usage(folder).free:
            raise BackupError(f"磁盘空间不够，展不开备份中的 {member.name[:80]}")
        path.parent.mkdir(parents=True, exist_ok=True)
        file = tar.extractfile(member)
        assert file is not None  # a plain file
        with path.open("xb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
        if _compute_file_digest(path) != expected_digest:
            raise BackupError(f"备份已损坏：{member.name} 的摘要值不符，未作恢复")
    if missing_members:
        raise BackupError(f"备份已损坏：缺少 {next(iter(missing_members))[:80]}，未作恢复")


def contains_seal(summary: BackupSummary) -> bool:
    """Return true if the database contains the seal named in the backup's manifest, or the manifest names none."""
    seal = Seal.objects.filter(hash=summary.seal, movements=summary.movements)
    return not summary.seal or seal.exists()
