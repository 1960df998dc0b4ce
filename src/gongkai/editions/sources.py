"""What can be published: anything with a lasting identity, whose it is, and a kind."""

from typing import Protocol

from gongkai.editions.models import Document
from gongkai.units.models import Body


class Source(Protocol):
    """Where a document's texts come from: an item of the editor's, an answer, a masked message, an issue of the gazette."""

    @property
    def pk(self) -> int:
        """Its number among its kind."""

    @property
    def stream(self) -> str:
        """Its lasting identity and the name of its stream in the log, such as `item/12`."""

    @property
    def unit(self) -> Body:
        """Whose it is."""

    @property
    def kind(self) -> str:
        """What kind of information it is (`vocabulary.ItemKind`)."""


def document_of(source: Source) -> Document:
    """Return a source's document, made at its first use."""
    name, _, number = source.stream.partition("/")
    document, _ = Document.objects.select_related("body").get_or_create(
        source=source.stream,
        defaults={
            "item_number": int(number) if name == "item" else None,
            "body": source.unit,
            "kind": source.kind,
        },
    )
    return document
