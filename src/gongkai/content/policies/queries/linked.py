"""Policy documents that belong to an item which is none: what a guide or list rests on (L-09), what a response answers about (P-20)."""

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries.plain import plain_numbers
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.policies.actions.responses import RESPONDING
from gongkai.content.policies.models import Kind, PolicyRecord, Relation

#: Kinds of items that may rest on policies: guides and lists (L-09).
USING = frozenset({ItemKind.GUIDE, ItemKind.ORGANISATION, ItemKind.LIVELIHOOD, ItemKind.OTHER})


def bases_of(document: Document) -> list[int]:
    """Return the documents that a guide or list rests on; who may see them is asked where they are shown."""
    return _targets(document, Kind.USES) if document.kind in USING else []


def answered_by(document: Document) -> list[int]:
    """Return the documents that a response answers about."""
    return _targets(document, Kind.RESPONDS) if document.kind in RESPONDING else []


def named_on(document: Document) -> list[int]:
    """Return the documents that rest on a policy or answer about it."""
    rows = Relation.objects.filter(target__document=document, kind__in=(Kind.USES, Kind.RESPONDS))
    return [number for number in rows.values_list("user", flat=True) if number]


def _targets(document: Document, kind: Kind) -> list[int]:
    # Asked for each document that is read.
    named = plain_numbers(Relation, "target", order="id", kind=kind.value, user=document.pk)
    if not named:
        return []
    rows = PolicyRecord.objects.filter(pk__in=named, document__isnull=False)
    found = dict(rows.values_list("pk", "document_id"))
    return [number for one in named if (number := found.get(one))]
