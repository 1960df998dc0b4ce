"""Compute the content and digest of a migrated row's future edition, without writing.

The digest enters the list that a person orders.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models.editions import DisclosureAttribute, ItemKind
from gongkai.content.migration.models import MoveRow
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemAttachment, ItemPage
from gongkai.core.files.models import StoredFile

_DATE_FIELDS = ("formed_on", "written_on", "effective_on", "ends_on")
_MAX_FIELD_CHARACTERS = {
    "index_number": 60,
    "document_number": 80,
    "issuer": 120,
    "subject": 80,
    "genre": 40,
    "keywords": 120,
    "summary": 300,
    "source": 120,
}


def make_item_fields(row: MoveRow) -> dict[str, object]:
    """Return the fields of the future item.

    It counts as disclosable without a ground, because it was public already.
    """
    given = row.data.get("fields", {})
    fields = {
        "title": row.title[:255].strip(),
        "imported_html": given.get("imported_html", ""),
        "kind": given.get("kind") or ItemKind.OTHER.value,
        "attribute": DisclosureAttribute.PROACTIVE.value,
    }
    fields |= {name: str(given[name])[:most] for name, most in _MAX_FIELD_CHARACTERS.items() if given.get(name)}
    fields |= {name: date.fromisoformat(given[name]) for name in _DATE_FIELDS if given.get(name)}
    return fields


class AttachedFile(TypedDict):
    """A file of the old site that becomes an attachment, as stored in its row; `type` is its media type."""

    name: str
    digest: str
    size: int
    type: str


def list_row_attachments(row: MoveRow) -> list[AttachedFile]:
    """Return the files of an old text that become attachments."""
    return list(row.data.get("files", []))


def compute_edition_digest(row: MoveRow) -> str:
    """Return the digest of the row's future edition."""
    return make_frozen_content(row).digest


def make_frozen_content(row: MoveRow) -> FrozenContent:
    """Return the frozen content of the row's future edition."""
    assert row.body is not None
    page = ItemPage(**make_item_fields(row))
    files = list_row_attachments(row)
    known = {s.pk: s for s in StoredFile.objects.filter(pk__in=[facts["digest"] for facts in files])} if files else {}
    for place, facts in enumerate(files):
        stored = known.get(facts["digest"]) or StoredFile(
            digest=facts["digest"], size=facts["size"], type=facts["type"]
        )
        page.attachments.add(ItemAttachment(name=make_attachment_name(facts), stored=stored, sort_order=place))
    return freeze_page(page, row.body)


def make_attachment_name(facts: Mapping[str, object]) -> str:
    """Return the attachment name for a file with these facts."""
    return str(facts["name"])[-200:]
