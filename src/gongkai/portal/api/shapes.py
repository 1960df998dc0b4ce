"""What the API says of things, as plain dictionaries. A fact stands here only if the public page shows it, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from gongkai.editions.frozen import FACTS
from gongkai.editions.models import Document, Edition, EditionContent, Shelf, Standing
from gongkai.editions.vocabulary import ItemKind
from gongkai.portal.tree import Node, SiteTree
from gongkai.richtext import FILE_SCHEME, plain
from gongkai.units.models import Body

_KINDS = {str(value): str(label) for value, label in ItemKind.choices}
_STANDINGS = {str(value): str(label) for value, label in Standing.choices}


def listed(row: Shelf, root: str) -> dict[str, Any]:
    """A document in a list."""
    return {
        "id": row.document_id,
        "title": row.title,
        "document_number": row.number,
        "kind": row.kind,
        "kind_label": _KINDS.get(row.kind, ""),
        "standing": row.standing,
        "standing_label": _STANDINGS.get(row.standing, "") if row.standing else "",
        "unit_id": row.body_id,
        "published_at": timezone.localtime(row.published_at).isoformat(),
        "changed_at": timezone.localtime(row.from_at).isoformat(),
        "url": root + row.path,
        "api": f"{root}/api/v1/documents/{row.document_id}/",
    }


def whole(
    shelf: Shelf, document: Document, editions: Sequence[Edition], columns: Sequence[Node], root: str
) -> dict[str, Any]:
    """One document: its present text, facts, files, and all its editions that are public."""
    current = editions[0]
    content: EditionContent | None = getattr(current, "content", None)
    return {
        **listed(shelf, root),
        "unit": document.body.name,
        "index_number": document.index_number,
        "standing_since": document.standing_on.isoformat() if document.standing_on else "",
        "standing_note": document.standing_note,
        "facts": _facts(content.facts) if content else {},
        "html": _html(content, document.pk, current.number, root) if content else "",
        "text": plain(content.html) if content else "",
        "files": files(content, document.pk, current.number, root) if content else [],
        "columns": [column(node, root) for node in columns],
        "editions": [edition(one, shelf, root) for one in editions],
    }


def _facts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(facts[name]) for name in FACTS if facts.get(name)}


def _html(content: EditionContent, document: int, number: int, root: str) -> str:
    return content.html.replace(f'src="{FILE_SCHEME}:', f'src="{root}/files/{document}/{number}/')


def files(content: EditionContent, document: int, number: int, root: str) -> list[dict[str, Any]]:
    """The files of an edition: names, sizes, digests, where to fetch them."""
    return [
        {
            "name": file["name"],
            "size": file["size"],
            "sha256": file["digest"],
            "picture": bool(file["picture"]),
            "url": f"{root}/files/{document}/{number}/{file['digest']}",
        }
        for file in content.files
    ]


def edition(one: Edition, shelf: Shelf, root: str) -> dict[str, Any]:
    """One edition in the history of a document."""
    return {
        "number": one.number,
        "visible_from": timezone.localtime(one.visible_from).isoformat(),
        "digest": one.digest,
        "url": f"{root}{shelf.path}?version={one.number}",
    }


def column(node: Node, root: str) -> dict[str, Any]:
    """One open column."""
    return {
        "id": node.pk,
        "name": node.name,
        "path": [step.name for step in node.line],
        "parent_id": node.parent.pk if node.parent else None,
        "content": node.content,
        "owner": node.owner,
        "cycle": node.cycle,
        "archived": node.archived is not None,
        "url": node.link if node.leads_away else root + node.url,
    }


def columns_of(tree: SiteTree, numbers: Sequence[int]) -> list[Node]:
    """Return the open columns of these numbers."""
    return [tree.nodes[number] for number in numbers if number in tree.nodes]


def unit(body: Body, root: str) -> dict[str, Any]:
    """One unit, as its public page shows it."""
    return {
        "id": body.pk,
        "name": body.name,
        "code": body.code,
        "address": body.address,
        "hours": body.hours,
        "phone": body.phone,
        "url": f"{root}/units/{body.pk}/",
    }
