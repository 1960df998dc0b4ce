"""What can be published: anything with a lasting identity that can say what an edition of one of its revisions would read.

An item of the editor's, an answer of the Q&A base, a masked message, a gathered text, an issue of the gazette: a Django model with the
members of `Source`. Its room enters it with `register_source("answer", find)`; reviews, checks, columns, search and portal take it from there.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from gongkai.editions.frozen import Frozen
from gongkai.editions.models import Column, Document, Placement
from gongkai.units.models import Body


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
        """Whose it is."""

    @property
    def kind(self) -> str:
        """What kind of information it is (`vocabulary.ItemKind`)."""

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


#: The same name → which of many numbers are there still, asked at once; for kinds whose room says how.
_THOSE_THERE: dict[str, Callable[[Collection[int]], set[int]]] = {}


def register_source(
    name: str,
    find: Callable[[int], Source | None],
    *,
    there: Callable[[Collection[int]], set[int]] | None = None,
) -> None:
    """Enter a kind of source by the name that stands in its `stream` before the number."""
    _FINDERS[name] = find
    if there is not None:
        _THOSE_THERE[name] = there


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


def is_item(source: Source) -> bool:
    """Whether a source is an item of the editor's desk, with its pages there."""
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
    placements = Placement.objects.filter(document=document).select_related("column", "intended")
    return [placement.intended or placement.column for placement in placements]


@dataclass
class OutgoingText:
    """One revision of a source on its way to the public: its frozen text, its document, its columns.

    Gates, reviews and `publish` work on this one object, so an action reads each part once.
    """

    source: Source
    revision: int
    frozen: Frozen

    @cached_property
    def document(self) -> Document:
        """The document whose next edition this text becomes."""
        return document_of(self.source)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns it goes into."""
        return columns_of(self.document)

    @property
    def column_numbers(self) -> list[int]:
        """Their numbers in order, as a review keeps them."""
        return sorted({column.pk for column in self.columns})


def outgoing(source: Source, revision: int) -> OutgoingText:
    """Return a revision of a source as it is stored.

    Raises:
        Refused: there is no such revision, or it is another source's.
    """
    return OutgoingText(source, revision, source.frozen(revision))
