"""Queries on one document: its public edition, history and files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Address, Audience, Document, Edition, EditionContent, EditionEffect
from gongkai.content.editions.queries.prepared import fetch_row, fetch_rows, list_qualified_columns, read_rows
from gongkai.content.editions.shelves import list_spans
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import ANONYMOUS, get_actor
from gongkai.core.units.unit_filters import SUPERVISING_ROLES, list_working_units


def readable_q(user: object, *, body: str = "body") -> Q:
    """Return the condition for rows that the user may read, by `audience`, `circle` and `body`.

    Everyone sees public rows. Staff of bodies in the circle, and supervisors of the publishing
    body, also see limited ones. `body` is the name of the field with the publishing body.
    """
    actor = get_actor(user)
    if actor.system:
        return Q()
    condition = Q(audience=Audience.ALL)
    for number in list_working_units(actor):
        condition |= Q(audience=Audience.LIMITED, circle__contains=f"/{number}/")
    for reach in actor.reached_paths(*SUPERVISING_ROLES):
        condition |= Q(**{"audience": Audience.LIMITED, f"{body}__path__startswith": reach})
    return condition


def _make_ever_public_condition(now: datetime) -> Q:
    """Return the condition for editions that are or were public: no later number has an earlier or equal time."""
    overtaken = Edition.objects.filter(
        document=OuterRef("document"),
        number__gt=OuterRef("number"),
        visible_from__lte=OuterRef("visible_from"),
    )
    return Q(~Exists(overtaken), act=EditionEffect.PUBLISH, visible_from__lte=now)


def _make_hidden_condition(user: object, now: datetime) -> Exists:
    """Return the condition that the current edition is a withdrawal or hidden from the user, which
    hides all older ones."""
    later = Edition.objects.filter(document=OuterRef("document"), number__gt=OuterRef("number"), visible_from__lte=now)
    newest = later.filter(
        ~Exists(
            Edition.objects.filter(document=OuterRef("document"), number__gt=OuterRef("number"), visible_from__lte=now)
        )
    )
    return Exists(newest.exclude(Q(act=EditionEffect.PUBLISH) & readable_q(user, body="document__body")))


def visible_to(user: object, now: datetime | None = None) -> QuerySet[Edition]:
    """Return the editions that the user may read: current ones, and older ones of visible documents."""
    moment = now or timezone.now()
    return Edition.objects.filter(
        _make_ever_public_condition(moment),
        readable_q(user, body="document__body"),
        ~_make_hidden_condition(user, moment),
    )


def documents_visible_to(user: object, now: datetime | None = None) -> QuerySet[Document]:
    """Return the documents with an edition that the user may read."""
    return Document.objects.filter(Exists(visible_to(user, now).filter(document=OuterRef("pk"))))


@dataclass(frozen=True)
class ShownDocument:
    """A document on a page: the chosen edition, and all editions visible to the user, newest first.

    `latest`: the chosen edition is the newest.
    """

    document: Document
    edition: Edition
    editions: Sequence[Edition]
    latest: bool


def filter_public(newest_first: Iterable[Edition], now: datetime) -> list[Edition]:
    """Return the editions of a document that the public may read, as `visible_to` but without queries.

    A document has few editions; reading them all and deciding here costs a third of what the nested conditions do.
    """
    editions: list[Edition] = []
    earliest: datetime | None = None
    current: Edition | None = None
    for edition in newest_first:
        overtaken = earliest is not None and earliest <= edition.visible_from
        earliest = min(earliest or edition.visible_from, edition.visible_from)
        if edition.visible_from > now:
            continue
        open_to_all = edition.act == EditionEffect.PUBLISH and edition.audience == Audience.ALL
        if current is None:
            current = edition
            if not open_to_all:
                return []
        if open_to_all and not overtaken:
            editions.append(edition)
    return editions


def _read_content(edition: Edition) -> None:
    """Attach an edition's content, if it was not erased."""
    content = fetch_row(EditionContent, edition=edition.pk)
    if content is not None:
        edition.content = content


def find_document_at(website: int, path: str) -> Document | None:
    """Return the document that has this URL on a site now, or None.

    The caller checks access by `load_shown`.
    """
    table, addresses = (model._meta.db_table for model in (Document, Address))
    statement = (
        f"SELECT {list_qualified_columns(Document, 'd')} FROM {table} d "  # noqa: S608 names of tables
        f"JOIN {addresses} a ON a.document_id = d.id WHERE a.website_id = %s AND a.path = %s AND a.current"
    )
    return next(iter(read_rows(Document, statement, [website, path])), None)


def load_shown(
    user: object,
    document: Document | None = None,
    *,
    pk: int | None = None,
    number: int | None = None,
    on: datetime | None = None,
) -> ShownDocument | None:
    """Return a document as the user may read it now, in an edition by number, or at a time; None if not readable.

    Two queries, one more with only the key; `edition.content` is set unless erased.

    Args:
        user: the reader.
        document: the document.
        pk: its primary key instead.
        number: the number of an edition.
        on: the time at which the text was public.
    """
    found = document or (fetch_row(Document, id=pk) if pk is not None else None)
    if found is None:
        return None
    editions = _list_readable(user, found)
    if not editions:
        return None
    edition: Edition | None = editions[0]
    if number is not None:
        edition = next((e for e in editions if e.number == number), None)
    elif on is not None:
        edition = next((e for e in editions if e.visible_from <= on), None)
    if edition is None:
        return None
    _read_content(edition)
    return ShownDocument(found, edition, editions, edition is editions[0])


def _list_readable(user: object, document: Document) -> list[Edition]:
    """Return the editions of a document that the user may read, newest first."""
    if get_actor(user) is ANONYMOUS:
        every = fetch_rows(Edition, order="-number", document=document.pk)
        editions = filter_public(every, timezone.now())
    else:
        editions = list(visible_to(user).filter(document=document).order_by("-number"))
    for edition in editions:
        edition.document = document
    return editions


def find_withdrawal_time(website: int, path: str) -> datetime | None:
    """Return when a public document at a URL was withdrawn, or None.

    A text withdrawn before its scheduled time was never public.
    """
    address = Address.objects.filter(website=website, path=path).select_related("document").first()
    if address is None:
        return None
    editions = list(address.document.editions.order_by("-number"))
    now = timezone.now()
    current = next((edition for edition in editions if edition.visible_from <= now), None)
    if current is None or current.act != EditionEffect.WITHDRAW:
        return None
    was = any(span.edition.audience == Audience.ALL for span in list_spans(editions) if span.since <= now)
    return current.visible_from if was else None


def list_readable_editions(document: Document, user: object) -> list[Edition]:
    """Return the editions of a document that the user may read, newest first."""
    return list(visible_to(user).filter(document=document).order_by("-number"))


def find_edition_at(document: Document, moment: datetime, user: object) -> Edition | None:
    """Return the edition that was public at a time; None without one, or if the user may not see it now."""
    shown = load_shown(user, document, on=moment)
    return shown.edition if shown else None


@dataclass(frozen=True)
class EditionFilePart:
    """A file of an edition: its stored bytes, its name, and whether it is a picture of the text."""

    stored: StoredFile
    name: str
    picture: bool


def find_file(user: object, *, document: int, number: int, digest: str) -> EditionFilePart | None:
    """Return a file of an edition that the user may read, or None (files are private until publication)."""
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
    return EditionFilePart(stored, listed["name"], bool(listed["picture"]))
