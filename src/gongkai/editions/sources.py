"""What can be published: anything with a lasting identity that can say what an edition of one of its revisions would read.

An item of the editor's, an answer of the Q&A base, a masked message, a gathered text, an issue of the gazette: a Django model with the
members of `Source`. Its room enters it with `register_source("answer", find)`; reviews, checks, columns, search and portal take it from there.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from gongkai.acts.prepared import Prepared
from gongkai.editions.frozen import Frozen
from gongkai.editions.models import Document
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


#: The document of a source, with its unit.
DOCUMENT: Prepared[Document] = Prepared(
    lambda source: Document.objects.select_related("body").filter(source=source).order_by(), Document
)


def document_of(source: Source) -> Document:
    """Return a source's document, made at its first use."""
    if (there := DOCUMENT.first(source=source.stream)) is not None:
        return there
    document, _ = Document.objects.select_related("body").get_or_create(
        source=source.stream,
        defaults={
            "item_number": item_number(source.stream) or None,
            "body": source.unit,
            "kind": source.kind,
        },
    )
    return document
