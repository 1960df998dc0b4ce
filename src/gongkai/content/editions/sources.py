"""Registry of sources: objects with revisions that can be published.

Sources are items of the editor, answers of the Q&A base, masked messages, gathered texts and
gazette issues: Django models with the members of `Source`. An app registers its source with
`register_source("answer", find)`; reviews, checks, columns, search and portal then use it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar, cast

from django.db.models import Exists, OuterRef, QuerySet

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Column, Document, Edition, Placement
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_once

Answer = TypeVar("Answer")


class TextWriters(NamedTuple):
    """The authors of a text, by keys of accounts and of people; they may not sign it."""

    accounts: set[int]
    people: set[int]


class Source(Protocol):
    """An object whose texts are published. Revisions are increasing integers."""

    @property
    def pk(self) -> object:
        """Return the source's primary key."""

    @property
    def stream(self) -> str:
        """Return the source's permanent name, which is also its log stream, such as `item/12`."""

    @property
    def unit(self) -> Body:
        """Return the body responsible for the source."""

    @property
    def kind(self) -> str:
        """Return the kind of the source (an `ItemKind`)."""

    @property
    def latest_revision_id(self) -> int | None:
        """Return the primary key of the source's last revision, or None if it has none."""

    def frozen(self, revision: int) -> FrozenContent:
        """Return the content of a future edition made from this revision (by `frozen.freeze_text`).

        Raises:
            Refused: the revision does not exist, or belongs to another source.
        """

    def writers(self, after: int, upto: int) -> TextWriters:
        """Return the writers of revisions after `after`, up to and including `upto`."""

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return the source's own reasons against publishing this text, in Chinese."""


#: Name of a kind (`item`) → function that returns a source by primary key.
_SOURCE_FINDERS: dict[str, Callable[[int], Source | None]] = {}


#: Name of a kind → function that reads a source and locks it until the transaction ends, if the kind has one.
_LOCKING_FINDERS: dict[str, Callable[[int], Source | None]] = {}


#: Name of a kind → function that returns which of many primary keys exist, if the kind has one.
_EXISTING_KEY_FINDERS: dict[str, Callable[[Collection[int]], set[int]]] = {}


def register_source(
    name: str,
    find: Callable[[int], Source | None],
    *,
    find_existing: Callable[[Collection[int]], set[int]] | None = None,
    find_locked: Callable[[int], Source | None] | None = None,
) -> None:
    """Register a kind of source (a draft that can be published) by the name used in `stream`.

    `find` returns a source by primary key, `find_existing` filters existing keys, `find_locked` locks a source.
    """
    _SOURCE_FINDERS[name] = find
    if find_existing is not None:
        _EXISTING_KEY_FINDERS[name] = find_existing
    if find_locked is not None:
        _LOCKING_FINDERS[name] = find_locked


def filter_existing(name: str, numbers: Collection[int]) -> set[int]:
    """Return the primary keys in `numbers` of existing sources; `name` is their kind, as `item`."""
    if name in _EXISTING_KEY_FINDERS:
        return _EXISTING_KEY_FINDERS[name](numbers)
    return {number for number in numbers if find_source(f"{name}/{number}") is not None}


def find_source(stream: str) -> Source | None:
    """Return the source with this identity, or None."""
    name, _, number = stream.partition("/")
    find = _SOURCE_FINDERS.get(name)
    return find(int(number)) if find and number.isdecimal() else None


def lock_source(stream: str) -> tuple[Source | None, bool]:
    """Lock a source if its kind has locks; return (source or None if it does not exist, whether its kind has locks)."""
    name, _, number = stream.partition("/")
    if name in _LOCKING_FINDERS and number.isdecimal():
        return _LOCKING_FINDERS[name](int(number)), True
    return find_source(stream), False


def is_item(source: Source) -> bool:
    """Return true if a source is an item of the editor, which has office pages."""
    return source.stream.startswith("item/")


def get_item_number(stream: str) -> int:
    """Return the key of an item from its identity, or 0 for other sources."""
    name, _, number = stream.partition("/")
    return int(number) if name == "item" and number.isdecimal() else 0


def ensure_document(source: Source) -> Document:
    """Return the document of a source; it is created at first use."""
    return ask_once(("document", source.stream), lambda: _get_or_create_document(source))


def _get_or_create_document(source: Source) -> Document:
    """Return the source's document, created if it has none yet."""
    document, _ = Document.objects.select_related("body").get_or_create(
        source=source.stream,
        defaults={
            "item_number": get_item_number(source.stream) or None,
            "body": source.unit,
            "kind": source.kind,
        },
    )
    return document


def list_editions(document: Document | int) -> list[Edition]:
    """Return the stored editions of a document by number, without their contents; read once a page."""
    number = document if isinstance(document, int) else document.pk
    return ask_once(("editions", number), lambda: list(Edition.objects.filter(document=number).order_by("number")))


def list_document_columns(document: Document) -> list[Column]:
    """Return the columns that list a document now, or will list it once they open.

    They determine signers and permitted units.
    """
    return [placement.intended or placement.column for placement in list_placements(document)]


def list_placements(document: Document) -> list[Placement]:
    """Return the current or pending placements of a document, with columns and sites."""
    return sorted(_load_columns(Placement.objects.filter(document=document)), key=attrgetter("pk"))


def _load_columns(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    """Return the placements with their columns, sites and parents loaded, in no order."""
    # Joins that are seldom needed would double the time: most of it goes into the names of a hundred columns,
    # and an order compares each of them.
    return rows.select_related("column__website", "column__parent").prefetch_related("intended").order_by()


@dataclass(frozen=True)
class DocumentPlacements:
    """Placements (`rows`) of a document; `went_out`: ever published; `addresses`: site key → current path."""

    rows: Sequence[Placement]
    went_out: bool
    addresses: dict[int, str]


def load_placements(stream: str) -> DocumentPlacements:
    """Load the placements of a source's document; without placements it counts as published."""
    editions = Edition.objects.filter(document=OuterRef("document"))
    read = _load_columns(Placement.objects.filter(document__source=stream)).select_related("document__body")
    rows = sorted(read.annotate(went_out=Exists(editions)), key=attrgetter("pk"))
    for other in rows[1:]:
        other.document = rows[0].document
    if not rows:
        return DocumentPlacements(rows, True, {})
    current = rows[0].document.addresses.filter(current=True)
    return DocumentPlacements(rows, rows[0].went_out, dict(current.values_list("website_id", "path")))


@dataclass
class OutgoingText:
    """A revision of a source that is about to be published: frozen text, document, columns.

    Gates, reviews and `publish` share this object, so each part is loaded once.
    """

    source: Source
    revision: int
    frozen: FrozenContent
    #: True if the action has locked the source.
    held: bool = False
    #: Publication time during submission or publication, else None.
    start: datetime | None = None
    #: Cache of `once`: question → answer.
    answers: dict[str, object] = field(default_factory=dict)

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """Return the result of `ask`, computed once for this text and name (`question`)."""
        if question not in self.answers:
            self.answers[question] = ask()
        return cast(Answer, self.answers[question])

    @cached_property
    def document(self) -> Document:
        """Return the document of the next edition."""
        return self.placements[0].document if self.placements else ensure_document(self.source)

    @cached_property
    def editions(self) -> list[Edition]:
        """Return the existing editions, without their contents."""
        return list_editions(self.document) if self._placements.went_out else []

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns in which the text is to be published."""
        return [placement.intended or placement.column for placement in self.placements]

    @property
    def placements(self) -> Sequence[Placement]:
        """Return the placements of the text's document as one shared list."""
        return self._placements.rows

    @property
    def addresses(self) -> dict[int, str]:
        """Return {site: current URL path}."""
        return self._placements.addresses

    @cached_property
    def _placements(self) -> "DocumentPlacements":
        return load_placements(self.source.stream)

    @property
    def column_numbers(self) -> list[int]:
        """Return the sorted keys of the target columns, as stored in a review."""
        return sorted({column.pk for column in self.columns})


def load_outgoing_text(source: Source, revision: int, *, locked: bool = False) -> OutgoingText:
    """Return a stored revision of a source; `locked`: the caller has locked the source.

    Raises:
        Refused: the revision does not exist, or belongs to another source.
    """
    return OutgoingText(source, revision, source.frozen(revision), locked)
