"""Documents with editions, texts and files, read in batches on the inner side."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db.models import Exists, Model, OuterRef

from gongkai.content.editions.models import Address, Document, Edition, EditionContent, Erasure, Placement
from gongkai.content.editions.models.editions import Audience, EditionEffect
from gongkai.content.editions.parts import PackagePartRow, ReceivedDocuments, make_part_row
from gongkai.core.files.models import StoredFile

# Select public editions, and texts that may leave the inner network. Pure.


class EditionFacts(NamedTuple):
    """The facts of an edition on which its export depends."""

    pk: int
    number: int
    act: str
    visible_from: datetime
    audience: str


class PublicPart(NamedTuple):
    """The part of a document that is exported: its editions, and those with their text."""

    editions: list[int]
    texts: set[int]


def select_public_part(
    editions: Sequence[EditionFacts], now: datetime, *, carried: bool, sent: Collection[int], limited: bool
) -> PublicPart | None:
    """Return the part of a document to export, or None if the other installation does not need it.

    Editions up to the last effective one are exported, without scheduled ones. Their rows are
    needed without gaps (digests, history); texts only if they were public and may be read now. A
    document that nobody may read now is exported only if the other installation has it, so that its
    withdrawal arrives.

    Args:
        editions: all editions of the document.
        now: the moment of the export.
        carried: True if the other installation has the document.
        sent: editions whose text the other installation has.
        limited: include limited items (限定范围公开).
    """
    come = [e.number for e in editions if e.visible_from <= now]
    if not come:
        return None
    rows = sorted((e for e in editions if e.number <= max(come)), key=lambda e: e.number)
    audiences = {Audience.ALL.value, Audience.LIMITED.value} if limited else {Audience.ALL.value}
    shown = rows[-1]
    live = shown.act == EditionEffect.PUBLISH and shown.audience in audiences
    if not live and not carried:
        return None
    had = {
        e.pk
        for e in rows
        if e.act == EditionEffect.PUBLISH and e.audience in audiences and _was_ever_shown(e, rows, now)
    }
    kept = {e.pk for e in rows if e.pk in sent}
    return PublicPart([e.pk for e in rows], had | kept if live else kept)


def _was_ever_shown(edition_facts: EditionFacts, rows: Sequence[EditionFacts], now: datetime) -> bool:
    """Return true if an edition was public by `now`: no later one replaced it before its time."""
    later = (e for e in rows if e.number > edition_facts.number)
    return edition_facts.visible_from <= now and all(e.visible_from > edition_facts.visible_from for e in later)


M = TypeVar("M", bound=Model)
#: Documents read together.
BATCH_SIZE = 500
_DOCUMENT_FIELDS = (
    *("source", "item_number", "body_id", "kind", "index_number", "published_at", "formed_on"),
    *("standing", "standing_on", "standing_note"),
)
_EDITION_FIELDS = (
    *("pk", "number", "act", "visible_from", "made_at", "made_by", "audience", "circle"),
    *("approvals", "content_digest", "digest"),
)


@dataclass
class ExportSelection:
    """The part of a batch of documents to export.

    `parts` by document key; `texts`: {edition key: (document key, digest)}; `carries`: {edition key: file digests}.
    """

    parts: dict[int, PublicPart] = field(default_factory=dict)
    texts: dict[int, tuple[int, str]] = field(default_factory=dict)
    carries: dict[int, list[str]] = field(default_factory=dict)


def list_document_batches(chosen: Sequence[int] | None) -> Iterator[list[int]]:
    """Yield primary keys of documents in batches: the `chosen` ones, or all that have an edition."""
    if chosen is None:
        rows = Document.objects.filter(Exists(Edition.objects.filter(document=OuterRef("pk"))))
        chosen = list(rows.order_by("pk").values_list("pk", flat=True).iterator(5000))
    for start in range(0, len(chosen), BATCH_SIZE):
        yield list(chosen[start : start + BATCH_SIZE])


def select_exported_part(
    numbers: list[int], now: datetime, carried: dict[str, dict[str, str]], *, limited: bool, whole: bool = False
) -> ExportSelection:
    """Choose the exported part of a batch of documents, in a few queries.

    Texts of documents that nobody may read now are not changed; a whole package does not send them again.

    Args:
        numbers: primary keys of documents.
        now: the moment of the export.
        carried: what the other installation has of these documents.
        limited: include limited items.
        whole: export everything again.
    """
    documents = {int(key) for key in carried.get("documents", {})}
    sent = set() if whole else {int(key) for key in carried.get("texts", {})}
    editions_by_document: dict[int, list[EditionFacts]] = defaultdict(list)
    rows = Edition.objects.filter(document__in=numbers).order_by("document_id", "number")
    for document, pk, number, act, start, audience in rows.values_list(
        "document_id", "pk", "number", "act", "visible_from", "audience"
    ):
        editions_by_document[document].append(EditionFacts(pk, number, act, start, audience))
    selection = ExportSelection()
    for document, editions in editions_by_document.items():
        part = select_public_part(editions, now, carried=document in documents, sent=sent, limited=limited)
        if part:
            selection.parts[document] = part
    wanted = {pk: document for document, part in selection.parts.items() for pk in part.texts}
    texts = EditionContent.objects.filter(edition__document__in=numbers)
    for pk, mark, files in texts.values_list("pk", "edition__content_digest", "files"):
        if pk in wanted:
            selection.texts[pk] = (wanted[pk], mark)
            if files:
                selection.carries[pk] = [file["digest"] for file in files]
    return selection


def iterate_document_rows(selection: ExportSelection) -> Iterator[PackagePartRow]:
    """Yield the row of every chosen document: facts, editions, erasures, placements, URLs."""
    yield from _make_document_rows(sorted(selection.parts), selection)


def _make_document_rows(numbers: list[int], selection: ExportSelection) -> Iterator[PackagePartRow]:
    """Yield the row of each document: facts, public editions, erasures, columns, addresses."""
    document_editions = Edition.objects.filter(document__in=numbers).order_by("number")
    editions = _group_by_document(document_editions, lambda row: row.document_id)
    erasures = _group_by_document(
        Erasure.objects.filter(edition__document__in=numbers).select_related("edition").order_by("pk"),
        lambda row: row.edition.document_id,
    )
    placed = Placement.objects.filter(document__in=numbers, column__opened_at__isnull=False).order_by("pk")
    placements = _group_by_document(placed, lambda row: row.document_id)
    address_rows = Address.objects.filter(document__in=numbers).order_by("website", "path")
    addresses = _group_by_document(address_rows, lambda row: row.document_id)
    for document in Document.objects.filter(pk__in=numbers).order_by("pk"):
        edition_numbers = set(selection.parts[document.pk].editions)
        data = {name: getattr(document, name) for name in _DOCUMENT_FIELDS}
        data["editions"] = [
            {name: getattr(edition, name) for name in _EDITION_FIELDS}
            for edition in editions[document.pk]
            if edition.pk in edition_numbers
        ]
        data["erasures"] = [
            {"edition": erasure.pk, "at": erasure.at}
            for erasure in erasures[document.pk]
            if erasure.pk in edition_numbers
        ]
        data["placements"] = [{"column": p.column_id, "at": p.at} for p in placements[document.pk]]
        data["addresses"] = [
            {"website": a.website_id, "path": a.path, "current": a.current, "since": a.since}
            for a in addresses[document.pk]
        ]
        yield make_part_row(document.pk, data)


def _group_by_document(rows: Iterable[M], document: Callable[[M], int]) -> dict[int, list[M]]:
    by_document: dict[int, list[M]] = defaultdict(list)
    for row in rows:
        by_document[document(row)].append(row)
    return by_document


def iterate_text_rows(selection: ExportSelection) -> Iterator[PackagePartRow]:
    """Yield the row of every text; its digest is the signed one, and the text is loaded when it is written."""
    for pk, (document, mark) in selection.texts.items():
        yield PackagePartRow(str(pk), mark, _make_loader(pk, document))


def _make_loader(pk: int, document: int) -> Callable[[], dict[str, object]]:
    """Return a function that loads the content of an edition when it is written."""

    def load() -> dict[str, object]:
        """Return the facts of the edition's text, read from the database at this call."""
        text = EditionContent.objects.get(pk=pk)
        return {
            "document": document,
            "title": text.title,
            "html": text.html,
            "facts": text.facts,
            "files": text.files,
        }

    return load


def iterate_file_rows(selection: ExportSelection) -> Iterator[PackagePartRow]:
    """Yield the row of every file of the chosen texts."""
    marks = {mark for listed in selection.carries.values() for mark in listed}
    for mark, size, kind in StoredFile.objects.filter(pk__in=marks).values_list("pk", "size", "type"):
        yield make_part_row(mark, {"digest": mark, "size": size, "type": kind})


def find_unused_files(documents: ReceivedDocuments, carried: Iterable[str]) -> set[str]:
    """Return the digests of `carried` files on the other installation that no text uses any more."""
    remaining = set(carried)
    for pk, files in EditionContent.objects.values_list("pk", "files").iterator(5000):
        if pk in documents.texts and files:
            remaining -= {file["digest"] for file in files}
    return remaining


def iterate_successor_rows(documents: ReceivedDocuments) -> Iterator[PackagePartRow]:
    """Yield a row for each exported document that was replaced by another exported one."""
    rows = Document.objects.exclude(successor=None).order_by("pk").values_list("pk", "successor_id")
    for number, successor in rows:
        if number in documents.documents and successor in documents.documents:
            yield make_part_row(number, {"successor": successor})
