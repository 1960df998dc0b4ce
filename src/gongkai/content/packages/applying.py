"""Find what an export must compare (inner side); verify and apply a package in one transaction (outer side).

After a kill the outer side is unchanged; files without rows are removed by `orphans`.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.content.editions.models import (
    Column,
    Document,
    Edition,
    EditionContent,
    Erasure,
    Placement,
    Website,
)
from gongkai.content.editions.models.editions import EditionEffect
from gongkai.content.editions.parts import PARTS_BY_NAME
from gongkai.content.packages import state
from gongkai.content.packages.collecting import BODIES_PART, COLUMNS_PART, PARTS_NEVER_REMOVED, WEBSITES_PART
from gongkai.content.packages.container import OpenedPackage
from gongkai.content.packages.models import Package, Textless
from gongkai.content.packages.receiving import drop_files, receive_document, receive_site
from gongkai.content.packages.validation import DocumentRow, TextRow
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import write_content
from gongkai.core.ledger.models import Mark
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.widgets.responses import BINARY_CONTENT_TYPE

#: Name of the mark that stores the window of the last export.
EXPORT_WINDOW_MARK = "packages"
#: Interval after which an export compares all documents again.
FULL_COMPARISON_INTERVAL = timedelta(days=7)
#: Maximum duration of a transaction; rows added by one that was open at the last export are found
#: again.
MAX_TRANSACTION_DURATION = timedelta(hours=1)


@dataclass(frozen=True)
class ExportWindow:
    """The period whose changes the last export contained, ending at `upto`.

    `compared` is the time of the last full comparison; `limited`: items for limited circles were
    included.
    """

    upto: datetime
    compared: datetime
    limited: bool


def find_last_export_window() -> ExportWindow | None:
    """Return the window of the last export; None without a valid one."""
    mark = Mark.objects.filter(name=EXPORT_WINDOW_MARK).first()
    parts = mark.value.split() if mark else []
    times = [parse_datetime(part) for part in parts[:2]]
    return ExportWindow(times[0], times[1], parts[2] == "limited") if len(parts) == 3 and all(times) else None  # type: ignore[arg-type]


def record_window(moment: datetime, last_window: ExportWindow | None, *, everything: bool, limited: bool) -> None:
    """Record the period of an export; called when all its packages are complete."""
    compared = moment if everything or last_window is None else last_window.compared
    value = f"{moment.isoformat()} {compared.isoformat()} {'limited' if limited else 'open'}"
    Mark.objects.update_or_create(name=EXPORT_WINDOW_MARK, defaults={"value": value})


def list_changed_documents(now: datetime, last: ExportWindow | None, *, limited: bool) -> list[int] | None:
    """Return the keys of documents that may have changed since the last export, ascending; None means all."""
    if last is None or last.limited != limited or now - last.compared > FULL_COMPARISON_INTERVAL or now < last.upto:
        return None
    since = last.upto - MAX_TRANSACTION_DURATION
    found = set(_iterate_logged_documents(since))
    come = Edition.objects.filter(visible_from__gt=since, visible_from__lte=now)
    found |= set(come.values_list("document", flat=True))
    erased = Erasure.objects.filter(at__gte=since)
    found |= set(erased.values_list("edition__document", flat=True))
    return sorted(found & set(Document.objects.filter(pk__in=found).values_list("pk", flat=True)))


def _iterate_logged_documents(since: datetime) -> Iterator[int]:
    """Yield the keys of documents that log records since a moment name, directly or by an edition or column."""
    editions: set[int] = set()
    columns: set[int] = set()
    rows = Movement.objects.filter(at__gte=since).values_list("stream", "facts")
    for stream, facts in rows.iterator(5000):
        stream_kind, _, number = stream.partition("/")
        if stream_kind == "document" and number.isdecimal():
            yield int(number)
        elif stream_kind == "column" and number.isdecimal():
            columns.add(int(number))
        editions |= set(_merge_numbers(facts.get("edition"), facts.get("editions")))
        yield from _merge_numbers(facts.get("document"), facts.get("documents"))
    yield from Edition.objects.filter(pk__in=editions).values_list("document", flat=True)
    yield from Placement.objects.filter(column__in=columns).values_list("document", flat=True)


def _merge_numbers(number: object, numbers: object) -> list[int]:
    """Return the numbers among `number` and the list `numbers`; other values are dropped."""
    listed = numbers if isinstance(numbers, list) else []
    return [n for n in (number, *listed) if isinstance(n, int) and not isinstance(n, bool)]


LOG = logging.getLogger(__name__)
#: Errors raised by incomplete or malformed rows.
MALFORMED_ROW_ERRORS = (
    *(KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError),
    *(ValidationError, ObjectDoesNotExist, DatabaseError),
)
#: Maximum gap between a complete package and the last one; a larger number would block all later packages.
MAX_SEQUENCE_GAP = 100_000
RowsByPart = dict[str, list[tuple[str, dict[str, object]]]]
# Parts that are written while they are read, and the number of documents per batch.
STREAMED_PARTS, DOCUMENTS_PER_BATCH = {"documents", "texts"}, 200


@dataclass
class ArrivingDocument:
    """A document in a received package: its row if changed, and its new texts."""

    number: int
    data: DocumentRow | None = None
    texts: dict[int, TextRow] = field(default_factory=dict)


def apply_package_file(path: Path, by: Actor) -> tuple[Package, bool]:
    """Write the rows of a package into this installation; return (package, false if it was applied before).

    Raises:
        Refused: not trusted, altered, out of order, or this is no outer installation; no row was written.
    """
    if not settings.GONGKAI_OUTER:
        raise Refused("本系统不是外网端（GONGKAI_OUTER），不应用交换包。")
    with OpenedPackage(path) as opened:
        known = Package.objects.filter(digest=opened.digest).first()
        if known:
            return known, False
        require_next_package(opened)
        opened.check_rows()
        _store_package_files(opened)
        from gongkai.content.packages.actions import apply_package

        manifest = opened.manifest
        package = Package(
            sequence=manifest["sequence"],
            digest=opened.digest,
            previous=manifest["previous"],
            state=manifest["state"],
            whole=manifest["whole"],
            made_at=parse_datetime(manifest["made_at"]) or timezone.now(),
            counts=manifest["counts"],
            file=path.name[-120:],
        )
        try:
            made: Package = apply_package(package, by=by, opened=opened)
        except MALFORMED_ROW_ERRORS as error:  # Malformed rows: nothing was written.
            LOG.warning("package %s: %r", package.sequence, error)
            raise Refused("交换包中有不合规定的内容，未应用；请核对内网的数据后重新导出。") from error
    return made, True


def require_next_package(package: OpenedPackage) -> None:
    """Refuse a package that does not follow the last one, that the settings exclude, or where own documents exist.

    Raises:
        Refused: as above.
    """
    manifest, last = package.manifest, state.find_last_package()
    sequence = manifest["sequence"]
    if manifest["limited"] and not settings.GONGKAI_OUTER_LIMITED:
        raise Refused("交换包含限定范围公开的信息，本系统没有开放接收（GONGKAI_OUTER_LIMITED），未应用。")
    if last is None and Document.objects.exists():
        raise Refused("本系统已有自己的信息，不能作为外网端。")
    number = last.sequence if last else 0
    if sequence <= number and not Package.objects.filter(sequence=sequence).exists():
        raise Refused(f"第{sequence}号交换包早于已应用的第{number}号，内容已由后来的整包带来，不用再应用。")
    if sequence <= number:
        raise Refused(f"第{sequence}号交换包与已应用的不是同一个，未应用。")
    if sequence > number + MAX_SEQUENCE_GAP:
        raise Refused(f"第{sequence}号交换包与已应用的第{number}号相距太远，未应用。")
    if manifest["whole"]:
        return
    if sequence != number + 1:
        raise Refused(f"缺少第{number + 1}号交换包，不能先应用第{sequence}号。")
    if manifest["previous"] != (last.digest if last else ""):
        raise Refused(f"第{sequence}号交换包与已应用的第{number}号不相接，未应用。")


def _store_package_files(package: OpenedPackage) -> None:
    """Write the files of the package into the store."""
    for mark in package.files:
        with package.file(mark) as stream:
            write_content(stream)


def write_package_rows(package: Package, opened: OpenedPackage) -> dict[str, object]:
    """Write the rows of a package; return the facts for the log (Refused: malformed, or another resulting digest)."""
    puts, drops, changes = _sort_rows(opened)
    before = state.find_digest_before(package)
    if package.whole:  # Remove what it does not contain, except permanent rows and hidden texts.
        for name, key in state.add_removals_of_others(changes, state.load_carried_digests()):
            if name not in PARTS_NEVER_REMOVED | {"texts"}:
                drops[name].append(key)
    for part in (BODIES_PART, WEBSITES_PART, COLUMNS_PART):
        part.put(puts.pop(part.name, []))
    _register_files(opened.files, puts.pop("files", []))
    documents = _write_documents(package, opened, drops.pop("texts", []))
    for key, data in puts.pop("successors", []):
        Document.objects.filter(pk=int(key)).update(successor_id=data["successor"])
    _write_other_parts(puts, drops)
    Document.objects.filter(pk__in=[int(key) for key in drops.pop("successors", [])]).update(successor=None)
    COLUMNS_PART.drop(drops.pop("columns", []))
    drop_files(drops.pop("files", []))
    if state.record_changes(before, changes, opened.method) != package.state:
        raise Refused("应用之后的内容与内网不一致，未应用；请在内网导出全量包（--whole）。")
    if any(name in {"websites", "columns"} for name, _ in changes):
        for website in Website.objects.all():
            receive_site(website, by=SYSTEM, package=package.stream)
    return {"digest": package.digest, "state": package.state, "documents": documents, **package.counts}


def _sort_rows(package: OpenedPackage) -> tuple[RowsByPart, dict[str, list[str]], state.Changes]:
    """Return (rows to write by part, keys to remove by part, digests by part and key) of a package."""
    puts: RowsByPart = defaultdict(list)
    drops: dict[str, list[str]] = defaultdict(list)
    changes: state.Changes = {}
    for row in package.rows():
        if row["op"] == "put":
            if row["part"] not in STREAMED_PARTS:
                puts[row["part"]].append((row["key"], row["data"]))
            changes[row["part"], row["key"]] = row["digest"]
        else:
            drops[row["part"]].append(row["key"])
            changes[row["part"], row["key"]] = None
    return puts, drops, changes


def _register_files(carried: dict[str, int], rows: list[tuple[str, dict[str, object]]]) -> None:
    """Register the files of a package ({digest: size}; Refused: missing, of another size or of an unknown type)."""
    known_types = {*ACCEPTED_FILE_TYPES.values(), BINARY_CONTENT_TYPE}
    for file_digest, data in rows:
        size = carried.get(file_digest)
        if size is None or size != data["size"] or data["type"] not in known_types:
            raise Refused("交换包中有一份文件与它的登记不符，未应用。")
        StoredFile.objects.get_or_create(
            digest=file_digest,
            defaults={
                "size": size,
                "type": data["type"],
                "added_by": "交换包",
            },
        )


def _iterate_documents(package: OpenedPackage) -> Iterator[ArrivingDocument]:
    """Yield each document of a package with its texts, which follow each other in the file."""
    arriving: ArrivingDocument | None = None
    for row in package.rows():
        if row["part"] not in STREAMED_PARTS or row["op"] != "put":
            continue
        is_document_row = row["part"] == "documents"
        number = int(row["key"]) if is_document_row else int(cast(TextRow, row["data"])["document"])
        if arriving is None or arriving.number != number:
            if arriving:
                yield arriving
            arriving = ArrivingDocument(number)
        if is_document_row:
            arriving.data = cast(DocumentRow, row["data"])
        else:
            arriving.texts[int(row["key"])] = cast(TextRow, row["data"])
    if arriving:
        yield arriving


def _write_documents(package: Package, opened: OpenedPackage, gone: list[str]) -> int:
    """Write the documents in batches; return their number (Refused: unknown columns, unrecorded erasures)."""
    count = 0
    for some in split_into_batches(_iterate_documents(opened), DOCUMENTS_PER_BATCH):
        existing = {d.pk: d for d in Document.objects.filter(pk__in=[arriving.number for arriving in some])}
        for arriving in some:
            document = existing.get(arriving.number) or _create_document(arriving.number, arriving.data)
            receive_document(document, by=SYSTEM, package=package.stream, data=arriving.data, texts=arriving.texts)
        _sync_textless([arriving.number for arriving in some])
        _refuse_unknown_columns([arriving.number for arriving in some])
        count += len(some)
    remaining_contents = EditionContent.objects.filter(pk__in=[int(key) for key in gone])
    if not package.whole and remaining_contents.exclude(pk__in=Erasure.objects.values("pk")).exists():
        raise Refused("交换包要删除没有依法删除记录的内容，未应用。")
    return count


def _create_document(number: int, data: DocumentRow | None) -> Document:
    """Create and return a document with its number on the inner installation (Refused: its row is missing)."""
    if data is None:
        raise Refused(f"第{number}号信息的内容来到时，信息本身不在，未应用。")
    document = Document(pk=number, source=data["source"], body_id=data["body_id"], kind=data["kind"])
    document.save(force_insert=True)
    return document


def _sync_textless(documents: list[int]) -> None:
    """Store which published editions have not been received with their text."""
    editions = Edition.objects.filter(document__in=documents, act=EditionEffect.PUBLISH)
    bare = set(editions.filter(content=None, erasure=None).values_list("pk", flat=True))
    Textless.objects.filter(pk__in=editions.exclude(pk__in=bare).values("pk")).delete()
    Textless.objects.bulk_create([Textless(pk=number) for number in bare], ignore_conflicts=True)


def _refuse_unknown_columns(documents: list[int]) -> None:
    """Refuse documents that are placed in a column that does not exist here."""
    placed = Placement.objects.filter(document__in=documents)
    if lost := placed.exclude(column__in=Column.objects.all()).values_list("document_id", flat=True).first():
        raise Refused(f"信息{lost}放在没有的栏目中，未应用。")


def _write_other_parts(puts: RowsByPart, drops: dict[str, list[str]]) -> None:
    """Write and remove rows of all other parts, in the order of their dependence (Refused: unknown parts)."""
    unknown_names = {name for name in (*puts, *drops) if name not in PARTS_BY_NAME} - {
        "successors",
        "columns",
        "files",
        "texts",
    }
    if unknown_names:
        raise Refused(f"交换包含本系统不认识的内容（{'、'.join(sorted(unknown_names))}），未应用；请先升级。")
    parts = sorted(PARTS_BY_NAME.values(), key=lambda part: part.position)
    for part in reversed(parts):
        if drops.get(part.name):
            part.drop(drops.pop(part.name))
    for part in parts:
        if puts.get(part.name):
            part.put(puts.pop(part.name))
