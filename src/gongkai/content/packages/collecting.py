"""Collect the content of the next packages, with the units, sites and columns it needs. Read-only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from gongkai.content.editions.models import Column, Document, Edition, Website
from gongkai.content.editions.parts import PARTS_BY_NAME, PackagePartRow, ReceivedDocuments, TablePart
from gongkai.content.packages import documents, state
from gongkai.content.packages.documents import ExportSelection
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import read_number

if TYPE_CHECKING:
    from django.db.models import QuerySet


_BODY_FIELDS = (
    *("name", "short_name", "code", "kind", "level", "parent_id", "path", "position"),
    *("phone", "address", "hours", "active_from", "active_to", "merged_into_id"),
    *("disclosure_office", "postcode", "fax", "email"),
)
_WEBSITE_FIELDS = (
    *("name", "host", "other_hosts", "code", "icp", "police", "party_mark", "body_id", "sponsor", "undertaker"),
    *("contact", "accent", "is_default"),
)
_COLUMN_FIELDS = (
    *("website_id", "parent_id", "name", "key", "path", "kind", "link", "content", "owner_id", "cycle_days"),
    *("position", "fixed", "provisional", "opened_at", "archived_at", "archive_note"),
)


def list_exported_bodies(documents: ReceivedDocuments) -> Iterator[Body]:
    """Yield the units to export, after their parents and successors.

    They are the units of sites, those below, and the owners of columns and documents.
    """
    needed = set(Website.objects.values_list("body_id", flat=True))
    for path in Website.objects.values_list("body__path", flat=True):
        needed |= set(Body.objects.filter(path__startswith=path).values_list("pk", flat=True))
    needed |= set(list_exported_columns(documents).exclude(owner=None).values_list("owner_id", flat=True))
    owners = dict(Document.objects.values_list("pk", "body_id"))
    needed |= {owners[number] for number in documents.documents if number in owners}
    everybody = {body.pk: body for body in Body.objects.all()}
    bodies: dict[int, Body] = {}

    def add(number: int | None) -> None:
        """Add a unit after its parent and the unit it was merged into."""
        if number is None or number in bodies:
            return
        body = everybody[number]
        add(body.parent_id)
        add(body.merged_into_id)
        bodies[number] = body

    for needed_number in sorted(needed):
        add(needed_number)
    yield from bodies.values()


def list_exported_columns(documents: ReceivedDocuments) -> "QuerySet[Column]":
    """Return the open columns, parents first."""
    return Column.objects.filter(opened_at__isnull=False).order_by("path")


@dataclass(frozen=True)
class UniqueNamePart(TablePart):
    """The package part of a table with unique names, such as columns or bodies.

    Changed rows give up their names first, so that two rows may swap names.
    """

    unique: tuple[str, ...] = ()

    def put(self, rows: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Give the rows temporary unique values, then write them as received."""
        keys = [int(key) for key, _ in rows]
        for name in self.unique:
            number = Cast(F("pk"), CharField())
            self.model._base_manager.filter(pk__in=keys).update(**{name: Concat(Value("~"), number)})
        super().put(rows)


#: Part of the units; parts are written in this order and removed in reverse.
BODIES_PART = UniqueNamePart("bodies", "单位", 10, Body, _BODY_FIELDS, list_exported_bodies, unique=("name",))
#: Part of the sites.
WEBSITES_PART = UniqueNamePart(
    "websites", "网站", 20, Website, _WEBSITE_FIELDS, lambda _: Website.objects.order_by("pk"), unique=("name", "host")
)
#: Part of the columns.
COLUMNS_PART = UniqueNamePart("columns", "栏目", 30, Column, _COLUMN_FIELDS, list_exported_columns, unique=("key",))


#: Parts whose rows are never removed: editions are insert-only and refer to documents, units and sites.
PARTS_NEVER_REMOVED = {"bodies", "websites", "documents"}


@dataclass(frozen=True)
class RowOperation:
    """A row to write (`row`) or to remove on the other installation."""

    part: str
    key: str
    digest: str
    row: PackagePartRow | None = None

    def as_json(self) -> dict[str, object]:
        """Return the operation as a line of a package."""
        if self.row is None:
            return {"part": self.part, "key": self.key, "op": "drop"}
        return {"part": self.part, "key": self.key, "op": "put", "digest": self.digest, "data": self.row.load()}


@dataclass
class RowGroup:
    """Rows that must be in the same package, with their `files` (digest, size in bytes).

    The public never sees only some of the rows.
    """

    ops: list[RowOperation] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def read_snapshot() -> Iterator[None]:
    """Read from one snapshot of the database without blocking writers; inside a transaction use its snapshot."""
    if connection.in_atomic_block:
        yield
        return
    sql = resources.files("gongkai.content.packages").joinpath(f"sql/snapshot.{connection.vendor}.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")


class PackageExport:
    """All rows of one export in order: units, sites, columns, documents, tables of other apps, removals.

    Memory use is bounded by the numbers of documents and texts on the other installation and one batch of documents.

    Args:
        now: the moment of the export.
        chosen: documents that may have changed; None compares all.
        limited: include limited items.
        whole: include everything, as if the other installation were empty.
    """

    def __init__(self, now: datetime, chosen: Sequence[int] | None, *, limited: bool, whole: bool) -> None:
        self.now, self.chosen = now, None if whole else chosen
        self.limited, self.whole = limited, whole
        self.carried = state.load_carried_digests(without=state.PARTS_READ_BY_KEY)
        self.gone: list[RowOperation] = []
        self.sent: set[str] = set()
        self.texts_went = False

    def groups(self) -> Iterator[RowGroup]:
        """Yield the row groups in order of export."""
        received_documents = self._list_outer_texts()
        first_group = RowGroup()
        for place in (BODIES_PART, WEBSITES_PART, COLUMNS_PART):
            first_group.ops += self._list_changed_rows(
                place.name, place.rows(received_documents), self.carried.get(place.name, {})
            )
        yield first_group
        for some in documents.list_document_batches(self.chosen):
            yield from self._iterate_changes(some)
        last_group = RowGroup()
        successors = documents.iterate_successor_rows(received_documents)
        last_group.ops += self._list_changed_rows("successors", successors, self.carried.get("successors", {}))
        for part in sorted(PARTS_BY_NAME.values(), key=lambda one: one.position):
            last_group.ops += self._list_changed_rows(
                part.name, part.rows(received_documents), self.carried.get(part.name, {})
            )
        self._delete_unused_files(received_documents)
        last_group.ops += reversed(self.gone)
        yield last_group

    def _list_outer_texts(self) -> ReceivedDocuments:
        """Return the documents and texts that the outer installation has after this package."""
        numbers = {int(key) for key in state.iterate_keys("documents")}
        texts = set() if self.whole else {int(key) for key in state.iterate_keys("texts")}
        for some in documents.list_document_batches(self.chosen):
            selection, has = self._select_documents(some)
            numbers |= set(selection.parts)
            texts -= {int(key) for key in has["texts"]}
            texts |= set(selection.texts)
        return ReceivedDocuments(frozenset(numbers), frozenset(texts))

    def _select_documents(self, document_numbers: list[int]) -> tuple[ExportSelection, dict[str, dict[str, str]]]:
        """Return (the documents selected, digests already exported of "documents" and "texts")."""
        editions = Edition.objects.filter(document__in=document_numbers).values_list("pk", flat=True)
        has = {
            "documents": state.map_carried_digests("documents", document_numbers),
            "texts": state.map_carried_digests("texts", editions),
        }
        return documents.select_exported_part(
            document_numbers, self.now, has, limited=self.limited, whole=self.whole
        ), has

    def _list_changed_rows(
        self, name: str, rows: Iterator[PackagePartRow], carried: dict[str, str]
    ) -> list[RowOperation]:
        """Return the rows of part `name` that differ from `carried` ({key: digest}); add removed ones to `self.gone`."""
        seen_keys, operations = set(), []
        for row in rows:
            seen_keys.add(row.key)
            if self.whole or carried.get(row.key) != row.digest:
                operations.append(RowOperation(name, row.key, row.digest, row))
        if name not in PARTS_NEVER_REMOVED:
            self.gone += [RowOperation(name, key, "") for key in sorted(carried) if key not in seen_keys]
        return operations

    def _iterate_changes(self, document_numbers: list[int]) -> Iterator[RowGroup]:
        """Yield a group (files, document, texts) for each document of a batch that has changes."""
        selection, has = self._select_documents(document_numbers)
        gone_before = len(self.gone)
        texts: dict[int, list[RowOperation]] = {}
        for op in self._list_changed_rows("texts", documents.iterate_text_rows(selection), has["texts"]):
            texts.setdefault(selection.texts[int(op.key)][0], []).append(op)
        self.texts_went |= len(self.gone) > gone_before
        files = self._find_file_changes(selection)
        for row in documents.iterate_document_rows(selection):
            document = int(row.key)
            needed = [
                file_digest for pk in selection.parts[document].texts for file_digest in selection.carries.get(pk, [])
            ]
            ops = [files.pop(file_digest) for file_digest in dict.fromkeys(needed) if file_digest in files]
            group = RowGroup(ops, [(op.key, read_number(op.row.load(), "size")) for op in ops if op.row])
            if self.whole or has["documents"].get(row.key) != row.digest:
                group.ops.append(RowOperation("documents", row.key, row.digest, row))
            group.ops += texts.get(document, [])
            if group.ops:
                yield group

    def _find_file_changes(self, chosen: ExportSelection) -> dict[str, RowOperation]:
        """Return {key: new or changed file} of files not sent yet, and mark them as sent."""
        rows = {row.key: row for row in documents.iterate_file_rows(chosen) if row.key not in self.sent}
        has = {} if self.whole else state.map_carried_digests("files", rows)
        found = {
            key: RowOperation("files", key, row.digest, row) for key, row in rows.items() if has.get(key) != row.digest
        }
        self.sent |= set(found)
        return found

    def _delete_unused_files(self, received: ReceivedDocuments) -> None:
        """Add the deletion of files that no exported text uses any more, if texts were removed or all was compared."""
        if self.texts_went or self.chosen is None:
            unused_files = documents.find_unused_files(received, state.iterate_keys("files"))
            self.gone += [RowOperation("files", key, "") for key in sorted(unused_files)]
