"""Moving all files from one store to the other: copied, read back and held against their digests; what was there stays until it is whole.

What is done stands line by line in a journal in the data folder, so that a run that was killed goes on where it was. Which store is used
the settings say (`GONGKAI_FILES`), never this module: nothing changes for anybody while files are copied.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from gongkai.core.files.bucket_backup import write_as
from gongkai.core.files.models import StoredFile
from gongkai.core.files.place import OURS, ROOT, Store, place_of, storage_called
from gongkai.core.files.whole import digest_of

#: The other one of the two stores.
OTHER = {"folder": "bucket", "bucket": "folder"}


class Moved(NamedTuple):
    """A file that stands in both stores: its size and its digest, read in both."""

    size: int
    digest: str


@dataclass
class Report:
    """What a run found: copied now, there already, what is broken at its source, what rows name and no store has."""

    copied: int = 0
    bytes: int = 0
    there: int = 0
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every file of the one store stands in the other, and every row has its file."""
        return not self.broken and not self.missing


class NotWhole(Exception):
    """What is left is not dropped: the message says why, in words for whoever moves."""


def journal_of(to: str) -> Path:
    """Return where is written down what stands in the store that is moved to."""
    return Path(settings.DATA) / f"files-to-{to}.jsonl"


def read_journal(path: Path) -> dict[str, Moved]:
    """Return what a journal holds; a line that a kill cut is passed over."""
    found: dict[str, Moved] = {}
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    name, size, digest = json.loads(line)
                except ValueError:
                    continue
                found[name] = Moved(size, digest)
    return found


def move(to: str, said: Callable[[str], object] = lambda words: None) -> Report:
    """Copy every file of the other store into this one (`folder`, `bucket`), each verified; what stands there verified is passed over.

    While the other store is the one in use, what it does not have any more (law erased it, a draft was dropped) goes here, too. Once this one is
    in use, what was brought once and is gone was erased here, and is not brought again.

    Raises:
        StoreAway: a store cannot be reached; what was done stays done.
    """
    source, target = storage_called(OTHER[to]), storage_called(to)
    done, there = read_journal(journal_of(to)), dict(target.everything())
    used, report = to == settings.GONGKAI_FILES, Report()
    with journal_of(to).open("a", encoding="utf-8") as journal:
        journal.write("\n")  # behind a line that a kill cut
        for name, size in _wanted(source, there):
            if name in done and (used or done[name].size == size == there.get(name)):
                report.there += 1
                continue
            if (moved := _carry(source, target, name, name in there)) is None:
                report.broken.append(name)
                continue
            journal.write(json.dumps([name, *moved]) + "\n")
            journal.flush()
            report.copied, report.bytes = report.copied + 1, report.bytes + moved.size
            if report.copied % 100 == 0:
                said(f"已复制 {report.copied} 个文件……")
    if not used:
        _drop_erased(source, target)
    report.missing = not_here(target)
    return report


def _wanted(source: Store, there: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the files to bring: those listed, then those that rows named meanwhile."""
    listed: set[str] = set()
    for name, size in source.everything():
        listed.add(name)
        yield name, size
    for mark in _rows_without(there):
        if place_of(mark) not in listed and source.exists(place_of(mark)):
            yield place_of(mark), int(source.size(place_of(mark)))


def _drop_erased(source: Store, target: Store) -> None:
    """Delete from a store that is not in use what the one in use does not have (any more)."""
    kept = {name for name, _ in source.everything()}
    for name in [name for name, _ in target.everything()]:
        if name.split("/")[0] in OURS and name not in kept:
            target.delete(name)


def _carry(source: Store, target: Store, name: str, there: bool) -> Moved | None:
    """Bring one file over and read it back; None where its bytes are not those of its name, or did not arrive."""
    try:
        with source.open(name) as file:
            digest = digest_of(file)
            if name.startswith(f"{ROOT}/") and name != place_of(digest):
                return None
            file.seek(0)
            if not there or _digest(target, name) != digest:
                write_as(target, name, file)
            size = int(source.size(name))
    except FileNotFoundError:  # deleted meanwhile: a draft, a file of nobody
        return Moved(0, "")
    return Moved(size, digest) if _digest(target, name) == digest else None


def _digest(storage: Store, name: str) -> str:
    try:
        with storage.open(name) as file:
            return digest_of(file)
    except FileNotFoundError:
        return ""


def _rows_without(there: dict[str, int]) -> Iterator[str]:
    """Yield the digests of rows whose file is not in the store, or has another size."""
    for mark, size in StoredFile.objects.order_by("pk").values_list("pk", "size").iterator(5000):
        if there.get(place_of(mark)) != size:
            yield mark


def not_here(storage: Store) -> list[str]:
    """Return the digests of stored files that a store lacks, by its list of names and sizes; no file is read."""
    return list(_rows_without(dict(storage.everything())))


def drop_left(to: str) -> int:
    """Delete from the other store what stands verified in this one, which must be the one that is used; return how many.

    Raises:
        NotWhole: the other store is the one in use, or something in it does not stand here.
    """
    if to != settings.GONGKAI_FILES:
        raise NotWhole(f"系统现在用的还是原来的存储：请先设置 GONGKAI_FILES={to} 并重新启动，再清理原处")
    report = move(to)
    if not report.whole:
        raise NotWhole(f"还有 {len(report.broken) + len(report.missing)} 个文件没有搬完整，原处没有改动")
    source, done = storage_called(OTHER[to]), read_journal(journal_of(to))
    names = [name for name, _ in source.everything() if name in done]
    for name in names:
        source.delete(name)
    journal_of(to).unlink(missing_ok=True)
    return len(names)
