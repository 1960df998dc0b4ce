"""Move all files between folder and bucket: copy, verify by digest, keep the source until complete.

A journal in the data folder lets an interrupted run continue. Settings choose the active store
(`GONGKAI_FILES`); this module never switches it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from gongkai.core.files.bucket_backup import write_under_name
from gongkai.core.files.integrity import sha256_of_file
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import STORE_FOLDERS, STORED_FILES_FOLDER, FileStore, get_storage, get_store_path

#: Name of a store → name of the other one.
OPPOSITE_STORE = {"folder": "bucket", "bucket": "folder"}


class TransferredFile(NamedTuple):
    """A file verified in both stores: size and digest."""

    size: int
    digest: str


@dataclass
class TransferReport:
    """Result of a run: number of copied files and bytes and of files already present (`there`), names of files damaged
    at the source (`broken`), digests that the target lacks (`missing`)."""

    copied: int = 0
    bytes: int = 0
    there: int = 0
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Return true if no file is damaged and the target has the file of every row."""
        return not self.broken and not self.missing


class IncompleteTransfer(Exception):
    """Raised when the source of a transfer may not be deleted; the message gives the reason."""


def get_journal_path(target: str) -> Path:
    """Return the path of the journal of transfers to a store."""
    return Path(settings.DATA) / f"files-to-{target}.jsonl"


def read_journal(path: Path) -> dict[str, TransferredFile]:
    """Return name → verified file from a journal; a truncated line is ignored."""
    journal: dict[str, TransferredFile] = {}
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    name, size, digest = json.loads(line)
                except ValueError:
                    continue
                journal[name] = TransferredFile(size, digest)
    return journal


def transfer_files(target_name: str, report_progress: Callable[[str], object] = lambda words: None) -> TransferReport:
    """Copy every file to the store `target_name` (`folder` or `bucket`) and verify it; skip verified ones.

    While the source is the active store, delete files from the target that the source lacks (they were
    erased by law). Once the target is active, files deleted there are not copied again.

    Raises:
        StoreUnavailable: a store is unreachable; the journal records the copied files.
    """
    source, target = get_storage(OPPOSITE_STORE[target_name]), get_storage(target_name)
    done, existing = read_journal(get_journal_path(target_name)), dict(target.everything())
    used, report = target_name == settings.GONGKAI_FILES, TransferReport()
    with get_journal_path(target_name).open("a", encoding="utf-8") as journal:
        journal.write("\n")  # behind a line that a kill cut
        for name, size in _iterate_files_to_copy(source, existing):
            if name in done and (used or done[name].size == size == existing.get(name)):
                report.there += 1
                continue
            if (moved := _copy_file(source, target, name, name in existing)) is None:
                report.broken.append(name)
                continue
            journal.write(json.dumps([name, *moved]) + "\n")
            journal.flush()
            report.copied, report.bytes = report.copied + 1, report.bytes + moved.size
            if report.copied % 100 == 0:
                report_progress(f"已复制 {report.copied} 个文件……")
    if not used:
        _delete_erased(source, target)
    report.missing = list_missing_digests(target)
    return report


def _iterate_files_to_copy(source: FileStore, sizes: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield (name, size) of the files of a store, also of unlisted ones that a row needs and that the target (`sizes`)
    lacks."""
    listed: set[str] = set()
    for name, size in source.everything():
        listed.add(name)
        yield name, size
    for digest in _iterate_rows_without_file(sizes):
        if get_store_path(digest) not in listed and source.exists(get_store_path(digest)):
            yield get_store_path(digest), int(source.size(get_store_path(digest)))


def _delete_erased(source: FileStore, target: FileStore) -> None:
    """Delete the files of the target that the source does not have any more."""
    source_names = {name for name, _ in source.everything()}
    for name in [name for name, _ in target.everything()]:
        if name.split("/")[0] in STORE_FOLDERS and name not in source_names:
            target.delete(name)


def _copy_file(source: FileStore, target: FileStore, name: str, exists: bool) -> TransferredFile | None:
    """Copy a file unless the target has it (`exists`: with this name); None if damaged, size 0 if it was deleted
    meanwhile."""
    try:
        with source.open(name) as file:
            digest = sha256_of_file(file)
            if name.startswith(f"{STORED_FILES_FOLDER}/") and name != get_store_path(digest):
                return None
            file.seek(0)
            if not exists or _get_digest(target, name) != digest:
                write_under_name(target, name, file)
            size = int(source.size(name))
    except FileNotFoundError:  # deleted meanwhile: a draft, a file of nobody
        return TransferredFile(0, "")
    return TransferredFile(size, digest) if _get_digest(target, name) == digest else None


def _get_digest(storage: FileStore, name: str) -> str:
    """Return the digest of a file; empty if it does not exist."""
    try:
        with storage.open(name) as file:
            return sha256_of_file(file)
    except FileNotFoundError:
        return ""


def _iterate_rows_without_file(sizes: dict[str, int]) -> Iterator[str]:
    """Yield the digests of rows whose file is not in `sizes` (size by path) with the right size."""
    for digest, size in StoredFile.objects.order_by("pk").values_list("pk", "size").iterator(5000):
        if sizes.get(get_store_path(digest)) != size:
            yield digest


def list_missing_digests(storage: FileStore) -> list[str]:
    """Return the digests of stored files that a store lacks, comparing only names and sizes."""
    return list(_iterate_rows_without_file(dict(storage.everything())))


def delete_source_files(target: str) -> int:
    """Delete the verified files from the source of a transfer to the store `target`; return their number.

    Raises:
        IncompleteTransfer: the other store is active, or something is not verified.
    """
    if target != settings.GONGKAI_FILES:
        raise IncompleteTransfer(f"系统现在用的还是原来的存储：请先设置 GONGKAI_FILES={target} 并重新启动，再清理原处")
    report = transfer_files(target)
    if not report.whole:
        raise IncompleteTransfer(f"还有 {len(report.broken) + len(report.missing)} 个文件没有搬完整，原处没有改动")
    source, done = get_storage(OPPOSITE_STORE[target]), read_journal(get_journal_path(target))
    names = [name for name, _ in source.everything() if name in done]
    for name in names:
        source.delete(name)
    get_journal_path(target).unlink(missing_ok=True)
    return len(names)
