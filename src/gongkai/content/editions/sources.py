"""Publishable sources: objects with a lasting identity and revisions that can be frozen.

An item of the editor's, an answer of the Q&A base, a masked message, a gathered text, an issue of the gazette: a Django model with the
members of `Source`. Its room enters it with `register_source("answer", find)`; reviews, checks, columns, search and portal take it from there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar, cast

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.models import Address, Column, Document, Edition, Placement
from gongkai.core.units.models import Body

Answer = TypeVar("Answer")


class Writers(NamedTuple):
    """Who wrote something, by account and by person, each as far as known: they do not sign it."""

    accounts: set[int]
    people: set[int]


class Source(Protocol):
    """Where a document's texts come from. Revisions are whole numbers that only grow."""

    @property
    def pk(self) -> object:
        """Its number in its own table."""

    @property
    def stream(self) -> str:
        """Its lasting identity and the name of its stream in the log, such as `item/12`."""

    @property
    def unit(self) -> Body:
        """Return whose it is."""

    @property
    def kind(self) -> str:
        """Return what kind of information it is (`vocabulary.ItemKind`)."""

    @property
    def latest_revision_id(self) -> int | None:
        """The number of its last revision; None where nothing was written yet."""

    def frozen(self, revision: int) -> Frozen:
        """Return what an edition of this revision says, as it is stored (`frozen.freeze_text` makes one).

        Raises:
            Refused: there is no such revision, or it is another source's.
        """

    def writers(self, after: int, upto: int) -> Writers:
        """Return everybody who wrote revisions later than `after`, up to and including `upto`."""

    def publication_blockers(self, frozen: Frozen) -> list[str]:
        """Return what its own rules still ask before this text may be published, a Chinese sentence each."""


#: The name before the number (`item`) → how a source is found by its number.
_FINDERS: dict[str, Callable[[int], Source | None]] = {}


#: The same name → how it is read and held until the end of a transaction; for kinds whose room says how.
_HOLDERS: dict[str, Callable[[int], Source | None]] = {}


#: The same name → which of many numbers are there still, asked at once; for kinds whose room says how.
_THOSE_THERE: dict[str, Callable[[Collection[int]], set[int]]] = {}


def register_source(
    name: str,
    find: Callable[[int], Source | None],
    *,
    there: Callable[[Collection[int]], set[int]] | None = None,
    holding: Callable[[int], Source | None] | None = None,
) -> None:
    """Enter a kind of source by the name that stands in its `stream` before the number."""
    _FINDERS[name] = find
    if there is not None:
        _THOSE_THERE[name] = there
    if holding is not None:
        _HOLDERS[name] = holding


def those_there(name: str, numbers: Collection[int]) -> set[int]:
    """Return those numbers under which there is such a source still."""
    if name in _THOSE_THERE:
        return _THOSE_THERE[name](numbers)
    return {number for number in numbers if source_named(f"{name}/{number}") is not None}


def source_named(stream: str) -> Source | None:
    """Return the source of this identity; None where it is gone, or no room knows it."""
    name, _, number = stream.partition("/")
    find = _FINDERS.get(name)
    return find(int(number)) if find and number.isdecimal() else None


def held_source(stream: str) -> tuple[Source | None, bool]:
    """Return the source of this identity for an act that goes on to change it, and whether it is held: not every kind can be at once."""
    name, _, number = stream.partition("/")
    if name in _HOLDERS and number.isdecimal():
        return _HOLDERS[name](int(number)), True
    return source_named(stream), False


def is_item(source: Source) -> bool:
    """Return true if a source is an item of the editor's desk, with its pages there."""
    return source.stream.startswith("item/")


def item_number(stream: str) -> int:
    """Return the number of an item by its identity; 0 for other sources."""
    name, _, number = stream.partition("/")
    return int(number) if name == "item" and number.isdecimal() else 0


def document_of(source: Source) -> Document:
    """Return a source's document, made at its first use."""
    document, _ = Document.objects.select_related("body").get_or_create(
        source=source.stream,
        defaults={
            "item_number": item_number(source.stream) or None,
            "body": source.unit,
            "kind": source.kind,
        },
    )
    return document


def columns_of(document: Document) -> list[Column]:
    """Return the columns a document stands in or waits for: those that decide who signs and whose texts they take."""
    return [placement.intended or placement.column for placement in placements_of(document)]


def placements_of(document: Document) -> list[Placement]:
    """Return where a document stands or waits to stand, with the columns and their sites."""
    return list(_with_columns(Placement.objects.filter(document=document)))


def _with_columns(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    return rows.select_related("column__website", "column__parent__website", "intended")


@dataclass(frozen=True)
class Places:
    """Where a document stands or waits to stand, whether it ever went out, and its current address on each site where it stands."""

    rows: Sequence[Placement]
    went_out: bool
    addresses: dict[int, str]


def places_of(stream: str) -> Places:
    """Read where the document of a source stands, with one query; it went out for all that is known where it stands nowhere."""
    went_out = Edition.objects.filter(document=OuterRef("document"))
    address = Address.objects.filter(document=OuterRef("document"), website=OuterRef("column__website"), current=True)
    read = _with_columns(Placement.objects.filter(document__source=stream)).select_related("document__body")
    rows = list(read.annotate(went_out=Exists(went_out), address=Subquery(address.values("path"))))
    for other in rows[1:]:
        other.document = rows[0].document
    addresses = {row.column.website_id: row.address for row in rows if row.address}
    return Places(rows, not rows or rows[0].went_out, addresses)


@dataclass
class OutgoingText:
    """One revision of a source on its way to the public: its frozen text, its document, its columns.

    Gates, reviews and `publish` work on this one object, so an action reads each part once.
    """

    source: Source
    revision: int
    frozen: Frozen
    #: Whether the act that read it holds the source.
    held: bool = False
    #: From when it is to be public, in the act that publishes it; None in every earlier one.
    start: datetime | None = None
    #: What was asked about it already: question → answer.
    answers: dict[str, object] = field(default_factory=dict)

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """Return what `ask` gives, asked once for this text."""
        if question not in self.answers:
            self.answers[question] = ask()
        return cast(Answer, self.answers[question])

    @cached_property
    def document(self) -> Document:
        """The document whose next edition this text becomes."""
        return self.placements[0].document if self.placements else document_of(self.source)

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions that it has by now, without their contents."""
        return list(Edition.objects.filter(document=self.document)) if self._places.went_out else []

    @cached_property
    def columns(self) -> list[Column]:
        """The columns it goes into."""
        return [placement.intended or placement.column for placement in self.placements]

    @property
    def placements(self) -> Sequence[Placement]:
        """Return where its document stands or waits to stand; all of them know the one document."""
        return self._places.rows

    @property
    def addresses(self) -> dict[int, str]:
        """Its current address on each site where it stands."""
        return self._places.addresses

    @cached_property
    def _places(self) -> "Places":
        return places_of(self.source.stream)

    @property
    def column_numbers(self) -> list[int]:
        """Their numbers in order, as a review keeps them."""
        return sorted({column.pk for column in self.columns})


def outgoing(source: Source, revision: int, *, held: bool = False) -> OutgoingText:
    """Return a revision of a source (held by whoever asks or not) as it is stored.

    Raises:
        Refused: there is no such revision, or it is another source's.
    """
    return OutgoingText(source, revision, source.frozen(revision), held)
