"""Columns that list documents by validity: 现行有效 and 失效/废止 (L-04).

A document placed in either list, or in the column above them, belongs to the policy library. Its
validity decides which of the two shows it, so a document that expires moves without an action.
"""

from collections.abc import Iterable, Sequence

from gongkai.content.editions.models import Column, Document, Placement
from gongkai.content.editions.shelves import listed_standings
from gongkai.content.editions.sources import OutgoingText, source_named
from gongkai.content.editions.vocabulary import POLICY_KINDS, ItemKind


def find_unsuitable_kinds(documents: Iterable[Document], columns: Sequence[Column]) -> list[str]:
    """Return reasons against adding other documents than policy documents to library lists.

    Documents that are listed already stay.
    """
    lists = [column for column in columns if listed_standings(column.name)]
    if not lists:
        return []
    others = [document for document in documents if _get_kind(document) not in POLICY_KINDS]
    rows = Placement.objects.filter(document__in=others)
    has = {(d, c) for d, *both in rows.values_list("document", "column", "intended") for c in both}
    labels = dict(ItemKind.choices)
    found = [
        f"栏目“{column.title}”按有效性列出政策库中的文件，不能放入“{labels.get(_get_kind(document), '其他信息')}”。"
        "请改选与这一类别相应的栏目；确是政策文件的，请先把类别改为政策文件或者行政规范性文件，并入库。"
        for document in others
        for column in lists
        if (document.pk, column.pk) not in has
    ]
    return list(dict.fromkeys(found))


def check_library_kind(text: OutgoingText) -> list[str]:
    """Publication gate: return a reason against a text in a library list that is no longer a policy document."""
    kind = text.frozen.facts["kind"]
    if kind in POLICY_KINDS:
        return []
    if text.document.published_at and text.document.kind not in POLICY_KINDS:
        return []
    lists = [column for column in text.columns if listed_standings(column.name)]
    label = dict(ItemKind.choices).get(str(kind), "其他信息")
    return [
        f"栏目“{column.title}”按有效性列出政策库中的文件，这条信息的类别现在是“{label}”，不能留在那里。"
        "请把类别改回政策文件或者行政规范性文件，或者改放与这一类别相应的栏目。"
        for column in lists
    ]


def _get_kind(document: Document) -> str:
    """Return the kind of a document: of its public edition, else of its draft."""
    source = None if document.published_at else source_named(document.source)
    return source.kind if source is not None else document.kind
