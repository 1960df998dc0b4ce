"""What belongs to a document: rooms say which documents, the register says which of them a reader may see.

register_related(Relating("interpretation", "政策解读", 20, interpretations_of))

`find` gets the document and returns numbers of documents, in order; where they stand and whether this reader may see them is looked up here,
in one query for all rooms, so no room can show what is hidden.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gongkai.content.editions.models import Document, Shelf, Website
from gongkai.content.editions.queries.lists import shelf_visible_to

#: Documents shown of one relation.
MAX_RELATED = 8


@dataclass(frozen=True)
class Relating:
    """One way in which documents belong together. Lower positions stand higher.

    `named_on` returns the numbers of those whose pages name a document by it, where no other relation leads back: caches are told of them.
    """

    name: str
    label: str
    position: int
    find: Callable[[Document], Iterable[int]]
    named_on: Callable[[Document], Iterable[int]] | None = None


@dataclass(frozen=True)
class Related:
    """The documents that belong to another in one way, as a list shows them."""

    name: str
    label: str
    rows: list[Shelf]


RELATIONS: dict[str, Relating] = {}


def register_related(relating: Relating) -> None:
    """Enter a relation; the same name again replaces it."""
    RELATIONS[relating.name] = relating


def related_to(document: Document, user: object, website: Website | int) -> list[Related]:
    """Return what belongs to a document, as far as somebody may see it on this site."""
    ordered = sorted(RELATIONS.values(), key=lambda one: one.position)
    found = {relating.name: list(dict.fromkeys(relating.find(document)))[:MAX_RELATED] for relating in ordered}
    numbers = {number for some in found.values() for number in some if number != document.pk}
    if not numbers:
        return []
    shelf = shelf_visible_to(user).filter(website=website, column=None, document__in=numbers)
    rows = {row.document_id: row for row in shelf}
    groups = [
        Related(relating.name, relating.label, [rows[n] for n in found[relating.name] if n in rows])
        for relating in ordered
    ]
    return [group for group in groups if group.rows]


def naming(document: Document) -> set[int]:
    """Return the numbers of documents whose pages name this one, beside those that `related_to` finds."""
    return {number for one in RELATIONS.values() if one.named_on for number in one.named_on(document)}


def _successor(document: Document) -> list[int]:
    return [document.successor_id] if document.successor_id else []


def _replaced(document: Document) -> list[int]:
    """Return what this document replaces; asked only of what can be in force."""
    return list(document.replaces.values_list("pk", flat=True)[:MAX_RELATED]) if document.standing else []


register_related(Relating("successor", "替代本文件的文件", 10, _successor))
register_related(Relating("replaces", "本文件替代的文件", 11, _replaced))
