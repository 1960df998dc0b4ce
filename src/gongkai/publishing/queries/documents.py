"""Reading one document: the edition that is shown, its history, its files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.publishing.models import Act, Audience, Document, Edition, EditionContent, StoredFile
from gongkai.publishing.queries.audience import audience_q
from gongkai.units.actors import ANONYMOUS, actor_of


def _ever_shown(now: datetime) -> Q:
    """The condition for editions that are or were the one shown: no later number came at or before their time."""
    overtaken = Edition.objects.filter(
        document=OuterRef("document"),
        number__gt=OuterRef("number"),
        visible_from__lte=OuterRef("visible_from"),
    )
    return Q(~Exists(overtaken), act=Act.PUBLISH, visible_from__lte=now)


def _hidden_now(user: Any, now: datetime) -> Exists:
    """Whether the edition shown now is a withdrawal, or one this reader may not see: then all older ones are hidden too."""
    later = Edition.objects.filter(
        document=OuterRef("document"), number__gt=OuterRef("number"), visible_from__lte=now
    )
    newest = later.filter(
        ~Exists(
            Edition.objects.filter(
                document=OuterRef("document"), number__gt=OuterRef("number"), visible_from__lte=now
            )
        )
    )
    return Exists(newest.exclude(Q(act=Act.PUBLISH) & audience_q(user, body="document__body")))


def visible_to(user: Any, now: datetime | None = None) -> QuerySet[Edition]:
    """Return the editions that somebody may read: those shown now, and older ones of documents shown now."""
    moment = now or timezone.now()
    return Edition.objects.filter(
        _ever_shown(moment), audience_q(user, body="document__body"), ~_hidden_now(user, moment)
    )


def documents_visible_to(user: Any, now: datetime | None = None) -> QuerySet[Document]:
    """Return the documents of which somebody may read an edition."""
    return Document.objects.filter(Exists(visible_to(user, now).filter(document=OuterRef("pk"))))


@dataclass(frozen=True)
class Shown:
    """What a page shows of a document: the chosen edition, and all that this reader may see, newest first."""

    document: Document
    edition: Edition
    editions: Sequence[Edition]
    latest: bool


def publicly(newest_first: Iterable[Edition], now: datetime) -> list[Edition]:
    """Return which of one document's editions everybody may read: `visible_to` for the public, without asking the database.

    A document has few editions; reading them all and deciding here costs a third of what the nested conditions do.
    """
    shown: list[Edition] = []
    earliest: datetime | None = None
    current: Edition | None = None
    for edition in newest_first:
        overtaken = earliest is not None and earliest <= edition.visible_from
        earliest = min(earliest or edition.visible_from, edition.visible_from)
        if edition.visible_from > now:
            continue
        open_to_all = edition.act == Act.PUBLISH and edition.audience == Audience.ALL
        if current is None:
            current = edition
            if not open_to_all:
                return []
        if open_to_all and not overtaken:
            shown.append(edition)
    return shown


def _read_content(edition: Edition) -> None:
    """Read an edition's text along, by one plain query: every page of a document needs it. Where it was erased, nothing is kept."""
    table = EditionContent._meta.db_table
    rows = EditionContent.objects.raw(f"SELECT * FROM {table} WHERE edition_id = %s", [edition.pk])  # noqa: S608
    for content in rows:
        edition.content = content


def show(
    user: Any,
    *,
    number: int | None = None,
    on: datetime | None = None,
    **which: Any,
) -> Shown | None:
    """Return a document as somebody may read it now (or one number of it, or as it was published on a day).

    Two queries; `edition.content` is there unless it was erased.

    Args:
        user: who reads.
        number: an older edition's number.
        on: the moment whose text is asked for (`as published on`).
        which: conditions on the document, such as `pk=12` or `addresses__path="/…"`.
    """
    document = {f"document__{name}": value for name, value in which.items()}
    if actor_of(user) is ANONYMOUS:
        every = Edition.objects.filter(**document).select_related("document__body", "erasure")
        editions = publicly(every.order_by("-number"), timezone.now())
    else:
        rows = visible_to(user).filter(**document).select_related("document__body", "erasure")
        editions = list(rows.order_by("-number"))
    if not editions:
        return None
    chosen: Edition | None = editions[0]
    if number is not None:
        chosen = next((e for e in editions if e.number == number), None)
    elif on is not None:
        chosen = next((e for e in editions if e.visible_from <= on), None)
    if chosen is None:
        return None
    _read_content(chosen)
    return Shown(chosen.document, chosen, editions, chosen is editions[0])


def history(document: Document, user: Any) -> list[Edition]:
    """Return the editions of a document that somebody may read, newest first."""
    return list(visible_to(user).filter(document=document).order_by("-number"))


def as_of(document: Document, moment: datetime, user: Any) -> Edition | None:
    """Return the edition that was public at a moment, as far as this reader may see it now."""
    shown = show(user, pk=document.pk, on=moment)
    return shown.edition if shown else None


@dataclass(frozen=True)
class StoredPart:
    """A file as one edition carries it."""

    stored: StoredFile
    name: str
    picture: bool


def file_of(user: Any, *, document: int, number: int, digest: str) -> StoredPart | None:
    """Return a file of an edition that somebody may read; None for everything else (private until published)."""
    edition = (
        visible_to(user)
        .filter(document=document, number=number)
        .select_related("content")
        .filter(content__isnull=False)
        .first()
    )
    if edition is None:
        return None
    listed = next((file for file in edition.content.files if file["digest"] == digest), None)
    stored = StoredFile.objects.filter(pk=digest).first() if listed else None
    if listed is None or stored is None:
        return None
    return StoredPart(stored, listed["name"], bool(listed["picture"]))
