"""Write the next packages on the inner side.

A package is complete on disk before the database records it, and gets its name afterwards. After a kill, the next
export removes an unrecorded file or names a recorded one.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from gongkai.content.packages import applying, container, state
from gongkai.content.packages.actions import export_package
from gongkai.content.packages.collecting import PackageExport, RowGroup, read_snapshot
from gongkai.content.packages.models import Package
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.files.storage import get_files_storage, get_store_path

#: Rows of one package, about.
MAX_PACKAGE_ROWS = 5000
#: Total size of the files in one package, about.
MAX_PACKAGE_BYTES = 1_000_000_000


def get_export_folder() -> Path:
    """Return the folder of exported packages."""
    place = Path(settings.DATA) / "packages"
    place.mkdir(parents=True, exist_ok=True)
    return place


def export_packages(
    by: Actor,
    *,
    whole: bool = False,
    limited: bool = False,
    everything: bool = False,
    max_rows: int = MAX_PACKAGE_ROWS,
    now: datetime | None = None,
) -> list[Package]:
    """Write the changes since the last export as packages of about `max_rows` rows, or one whole package; return them.

    Args:
        by: the user.
        whole: export everything again, for an outer side that lost a package or starts anew.
        limited: include limited items (限定范围公开); the outer side must accept them.
        everything: compare everything, not only what the log names; happens weekly by itself.
        max_rows: approximate number of rows in a package.
        now: the moment of the export (default: now).
    """
    if settings.GONGKAI_OUTER:
        raise Refused("本系统是外网端，只应用交换包，不导出。")
    finish_interrupted_export()
    packages: list[Package] = []
    moment = now or timezone.now()
    last = applying.find_last_export_window()
    with read_snapshot():
        chosen = None if whole or everything else applying.list_changed_documents(moment, last, limited=limited)
        found = PackageExport(moment, chosen, limited=limited, whole=whole)
        drafts = list(_iterate_drafts(found, 0 if whole else max_rows, by.name))

    for package, changes, part in drafts:
        packages.append(export_package(package, by=by, changes=changes))
        part.replace(get_export_folder() / package.file)
    applying.record_window(moment, last, everything=chosen is None, limited=limited)
    return packages


def finish_interrupted_export() -> None:
    """Finish an interrupted export: name recorded packages, remove unrecorded files."""
    for part in get_export_folder().glob(".*.part"):
        package = Package.objects.filter(file=part.name[1:].removesuffix(".part")).first()
        if (
            package
            and not (get_export_folder() / package.file).exists()
            and _get_manifest_digest(part) == package.digest
        ):
            part.replace(get_export_folder() / package.file)
        else:
            part.unlink()


def _get_manifest_digest(path: Path) -> str:
    """Return the digest of a package's manifest, or "" if the file is missing or damaged."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return digest(bundle.read("manifest.json"))
    except (OSError, zipfile.BadZipFile, KeyError):
        return ""


def _iterate_drafts(export: PackageExport, max_rows: int, by: str) -> Iterator[tuple[Package, state.Changes, Path]]:
    """Yield (unsaved package, changes, file) after each `max_rows` rows or so (0: no limit).

    Each package names the one before it.
    """
    last_package = state.find_last_package()
    sequence, previous, total = (
        (last_package.sequence, last_package.digest, last_package.state) if last_package else (0, "", "")
    )
    for draft in _split_into_drafts(export.groups(), max_rows):
        changes = draft.changes
        if export.whole:
            state.add_removals_of_others(changes, state.load_carried_digests())
        total = state.compute_digest_after(total, changes)
        sequence += 1
        previous_digest, counts = previous, dict(draft.counts)
        manifest: dict[str, object] = {
            "format": container.FORMAT_VERSION,
            "digest": settings.GONGKAI_DIGEST,
            "sequence": sequence,
            "previous": previous_digest,
            "state": total,
            "whole": export.whole,
            "limited": export.limited,
            "made_at": utc_timestamp(export.now),
            "by": by,
            "files": dict(draft.files),
            "counts": counts,
        }
        path = get_export_folder() / f".{container.make_package_file_name(sequence)}.part"
        previous = _write_file(path, manifest, draft)
        yield (
            Package(
                sequence=sequence,
                digest=previous,
                previous=previous_digest,
                state=total,
                whole=export.whole,
                made_at=export.now,
                counts=counts,
                file=container.make_package_file_name(sequence),
            ),
            changes,
            path,
        )


class _PackageDraft:
    """A package under construction: rows go to a temporary file, memory holds keys and digests."""

    def __init__(self) -> None:
        self.rows = tempfile.TemporaryFile(dir=get_export_folder())  # noqa: SIM115 - closed after the package is written
        self.seen, self.size = hashlib.new(settings.GONGKAI_DIGEST), 0
        self.changes: state.Changes = {}
        self.files: list[tuple[str, int]] = []
        self.counts: Counter[str] = Counter()

    def add(self, group: RowGroup) -> None:
        """Add a group of rows with its files to the package."""
        for op in group.ops:
            line = json.dumps(op.as_json(), ensure_ascii=False).encode() + b"\n"
            self.seen.update(line)
            self.size += len(line)
            self.rows.write(line)
            self.changes[op.part, op.key] = op.digest or None
            self.counts[op.part if op.row else f"-{op.part}"] += 1
        self.files += group.files


def _split_into_drafts(groups: Iterator[RowGroup], max_rows: int) -> Iterator[_PackageDraft]:
    """Yield drafts of at most `max_rows` rows (0: no limit) and `MAX_PACKAGE_BYTES`; a larger group is not split."""
    draft = _PackageDraft()
    size = 0
    for group in groups:
        length = sum(length for _, length in group.files)
        full = draft.size and (len(draft.changes) + len(group.ops) > max_rows or size + length > MAX_PACKAGE_BYTES)
        if max_rows and full:
            yield draft
            draft, size = _PackageDraft(), 0
        draft.add(group)
        size += length
    if draft.size:
        yield draft


def _write_file(path: Path, manifest: Mapping[str, object], draft: _PackageDraft) -> str:
    """Write a package to disk with its signature; return the digest of its manifest."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as bundle:
        for file_digest, _ in draft.files:
            with (
                get_files_storage().open(get_store_path(file_digest)) as source,
                bundle.open(f"files/{file_digest}", "w") as out,
            ):
                while block := source.read(1 << 20):
                    out.write(block)
        with draft.rows, bundle.open("rows.jsonl", "w", force_zip64=True) as out:
            draft.rows.seek(0)
            shutil.copyfileobj(draft.rows, out, 1 << 20)
        raw = canonical_json({**manifest, "rows": draft.seen.hexdigest(), "size": draft.size}).encode()
        bundle.writestr("manifest.json", raw)
        bundle.writestr("signature", container.sign_manifest(raw))
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return digest(raw)
