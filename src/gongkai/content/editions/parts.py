"""Registries of related documents, and of public tables in packages for another network.

register_part(TablePart("policies", "政策库", 300, PolicyRecord, fields=("title", …), rows=lambda shown: PolicyRecord.objects.filter(…)))

A package transports the public content of one installation to another. A row is identified by a key and a digest of
its content; only rows whose digest changed are transported. All rows must be public.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Model

from gongkai.content.editions.models import Document, Shelf, Website
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp

#: Documents shown of one relation, and those looked at, some of which a reader may not see.
MAX_RELATED_DOCUMENTS, MAX_CANDIDATES = 8, 100


@dataclass(frozen=True)
class DocumentRelation:
    """A relation between documents, ordered by position.

    `find` returns the keys of the documents related to one. `named_on` returns the keys of documents whose pages name
    a document by this relation only, so that their cached pages are refreshed.
    """

    name: str
    label: str
    position: int
    find: Callable[[Document], Iterable[int]]
    named_on: Callable[[Document], Iterable[int]] | None = None


@dataclass(frozen=True)
class RelatedDocuments:
    """The documents that have one kind of relation to another document, as rows of the site's list."""

    name: str
    label: str
    rows: list[Shelf]


#: Relation's name → relation.
RELATIONS_BY_NAME: dict[str, DocumentRelation] = {}


def register_related(relating: DocumentRelation) -> None:
    """Register a kind of relation between documents, replacing one of the same name."""
    RELATIONS_BY_NAME[relating.name] = relating


def list_related_documents(document: Document, user: object, website: Website | int) -> list[RelatedDocuments]:
    """Return the documents related to a document that the user may see on this site, at most eight of each relation."""
    ordered = sorted(RELATIONS_BY_NAME.values(), key=lambda one: one.position)
    found = {one.name: list(dict.fromkeys(one.find(document)))[:MAX_CANDIDATES] for one in ordered}
    numbers = {number for some in found.values() for number in some if number != document.pk}
    if not numbers:
        return []
    shelf = shelf_visible_to(user).filter(website=website, column=None, document__in=numbers)
    rows = {row.document_id: row for row in shelf}
    groups = [
        RelatedDocuments(one.name, one.label, [rows[n] for n in found[one.name] if n in rows][:MAX_RELATED_DOCUMENTS])
        for one in ordered
    ]
    return [group for group in groups if group.rows]


def find_naming_documents(document: Document) -> set[int]:
    """Return the keys of documents whose pages name this one; those of `list_related_documents` are left out."""
    return {number for one in RELATIONS_BY_NAME.values() if one.named_on for number in one.named_on(document)}


def _list_successors(document: Document) -> list[int]:
    return [document.successor_id] if document.successor_id else []


def _list_replaced_documents(document: Document) -> list[int]:
    """Return the keys of documents that this one replaces; [] for a document without validity."""
    return list(document.replaces.values_list("pk", flat=True)[:MAX_CANDIDATES]) if document.standing else []


register_related(DocumentRelation("successor", "替代本文件的文件", 10, _list_successors))
register_related(DocumentRelation("replaces", "本文件替代的文件", 11, _list_replaced_documents))


@dataclass(frozen=True)
class PackagePartRow:
    """A row of a table in a package: key, digest, and a function that loads its data."""

    key: str
    digest: str
    load: Callable[[], dict[str, object]]


@dataclass(frozen=True)
class ReceivedDocuments:
    """Keys of `documents` and of editions with text (`texts`) that the receiving side has after this package."""

    documents: frozenset[int]
    texts: frozenset[int]


class PackagePart(Protocol):
    """A part of an exchange package, for example one table.

    Parts are written in the order of `position` and deleted in reverse.
    """

    @property
    def name(self) -> str:
        """Return the part's name inside a package."""

    @property
    def label(self) -> str:
        """Return the part's displayed name."""

    @property
    def position(self) -> int:
        """Return the part's position in the order of writing."""

    def rows(self, shown: ReceivedDocuments) -> Iterator[PackagePartRow]:
        """Yield every public row of the part."""

    def put(self, rows: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Write new or changed rows, as (key, data), on the receiving side; may be repeated."""

    def drop(self, keys: Sequence[str]) -> None:
        """Delete rows on the receiving side."""


#: Registered parts by name.
PARTS_BY_NAME: dict[str, PackagePart] = {}


def register_part(part: PackagePart) -> None:
    """Register a part of exchange packages, replacing one of the same name."""
    PARTS_BY_NAME[part.name] = part


def make_part_row(key: object, data: Mapping[str, object]) -> PackagePartRow:
    """Return a package row with this key and data."""
    plain = make_canonical_data(data)
    return PackagePartRow(str(key), digest(canonical_json(plain)), lambda: plain)


def make_canonical_data(data: Mapping[str, object]) -> dict[str, object]:
    """Return data as JSON: times to the microsecond (used by digests), dates as 2019-03-05."""
    done: dict[str, object] = json.loads(json.dumps(data, default=_to_text))
    return done


def _to_text(value: object) -> str:
    return utc_timestamp(value) if isinstance(value, datetime) else str(value)


@dataclass(frozen=True)
class TablePart:
    """A package part that consists of one table, with equal primary keys on both sides.

    `fields` are the public columns (`attname`s, such as `body_id`). Other columns get the value in `fixed`, as (column,
    value), or their default. `select` returns the rows to send.
    """

    name: str
    label: str
    position: int
    model: type[Model]
    fields: Sequence[str]
    select: Callable[[ReceivedDocuments], Iterable[Model]]
    fixed: Sequence[tuple[str, object]] = ()

    def rows(self, shown: ReceivedDocuments) -> Iterator[PackagePartRow]:
        """Yield the public rows of the table, as chosen by `select`."""
        for model in self.select(shown):
            yield make_part_row(model.pk, {name: getattr(model, name) for name in self.fields})

    def put(self, rows: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Write rows with their primary keys."""
        manager = self.model._base_manager
        existing = set(manager.filter(pk__in=[int(key) for key, _ in rows]).values_list("pk", flat=True))
        for key, data in rows:
            values = {name: self._convert_value(name, data[name]) for name in self.fields if name in data}
            if int(key) in existing:
                manager.filter(pk=int(key)).update(**values, **dict(self.fixed))
            else:
                manager.bulk_create([self.model(pk=int(key), **values, **dict(self.fixed))])

    def drop(self, keys: Sequence[str]) -> None:
        """Delete rows."""
        self.model._base_manager.filter(pk__in=[int(key) for key in keys]).delete()

    def _convert_value(self, name: str, value: object) -> object:
        """Return a value converted for its field.

        Raises:
            ValidationError: the field does not accept it.
        """
        field = next(f for f in self.model._meta.concrete_fields if f.attname == name)
        if field.is_relation:
            return value
        found = field.to_python(value)
        field.run_validators(found)
        return found
