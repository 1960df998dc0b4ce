"""Erase everything that repeats an edition: text, files, and copies stored by other apps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Replace

from gongkai.content.editions.models import BlankedRow, Document, Edition, EditionContent, EditionFile
from gongkai.core.acts.chain import erase_words
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.models import MovementWords
from gongkai.core.files.store import delete_stored
from gongkai.core.ledger.jobs.reminders import MAX_LINE_TITLE_CHARACTERS
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.outbox.models import Message

#: Replaces an erased text.
ERASED_TEXT = "（内容已依法删除）"


@dataclass(frozen=True)
class TextEchoes:
    """The log records, messages and ledger entries that repeat a text.

    All words in its own log `streams` are erased, up to the time of its edition. In `shared`
    streams, and in messages that link to one of `links`, only words with one of its `titles` are
    erased. `entries` are the keys of ledger entries with such a title. A reminder of several entries,
    among them one of these or a linked one, loses the title alone.
    """

    streams: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    entries: frozenset[int] = frozenset()

    def __or__(self, other: "TextEchoes") -> "TextEchoes":
        """Return both together."""
        return TextEchoes(
            self.streams | other.streams,
            self.shared | other.shared,
            self.links | other.links,
            self.titles | other.titles,
            self.entries | other.entries,
        )

    def erase(self, until: datetime) -> None:
        """Delete the repeated words.

        `until` is the time of the edition: later texts in its streams stay, except titles.
        """
        titles = [title for title in self.titles if title and title != ERASED_TEXT]
        words = MovementWords.objects.filter(movement__stream__in=self.streams | self.shared)
        erase_words(
            words.filter(
                Q(movement__stream__in=self.streams, movement__at__lte=until) | _make_title_condition("text", titles)
            )
        )
        messages = Message.objects.filter(link__in=self.links)
        messages.filter(_make_title_condition("subject", titles) | _make_title_condition("body", titles)).update(
            subject=ERASED_TEXT, body=""
        )
        self._erase_titles_in_list_messages(titles)
        Entry.objects.filter(_make_title_condition("title", titles), pk__in=self.entries).update(title=ERASED_TEXT)
        rectifications = Rectification.objects.filter(_make_title_condition("what", titles), pk__in=self.entries)
        rectifications.update(what=ERASED_TEXT, page="")

    def _erase_titles_in_list_messages(self, titles: list[str]) -> None:
        """Replace the titles of entries in messages that list several entries (`describe_entry`)."""
        linked = {int(number) for link in self.links if (number := link.strip("/").rpartition("/")[2]).isdigit()}
        entries = Entry.objects.filter(pk__in=self.entries | linked)
        lines = [
            (entry.number, printed)
            for entry in entries
            if entry.pk in self.entries or entry.url in self.links
            for printed in {*titles, *(entry.title for title in titles if title in entry.title)}
        ]
        for number, printed in lines:
            line = f"{number} {printed[:MAX_LINE_TITLE_CHARACTERS]}"
            erased = Replace("body", Value(line), Value(f"{number} {ERASED_TEXT}"))
            Message.objects.filter(body__contains=line).update(body=erased)


def _make_title_condition(field: str, titles: Iterable[str]) -> Q:
    """Return the condition that a field contains one of these titles."""
    query = Q(pk__in=[])
    for title in titles:
        query |= Q(**{f"{field}__contains": title})
    return query


Row = TypeVar("Row", bound=Model)


class ErasureHandler(Protocol):
    """Interface of an app that stores copies of public texts.

    Examples are drafts, originals of masked files, signatures and check results. Files are given by digest.
    """

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the sources whose text it erases."""

    #: True if it stores data on texts of every source (reviews); false: only on its own.
    every: bool

    def list_private_originals(self, document: Document, digests: set[str]) -> set[str]:
        """Return the digests of the private files from which the public files `digests` were made."""

    def uses_file(self, digest: str) -> bool:
        """Return true if the app still uses the file with this digest."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return where the app repeats the edition's title; called before anything is deleted."""

    def erase(self, edition: Edition) -> None:
        """Delete the drafts and words of an edition whose text is already deleted."""

    def forget_file(self, digest: str) -> None:
        """Delete data about the file with this digest, which was deleted."""


class BaseErasureHandler:
    """A handler for an app without its own files; subclasses implement `erase`."""

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)
        self.every = not names  # of no source's own: it keeps something of all

    def list_private_originals(self, document: Document, digests: set[str]) -> set[str]:
        """Return an empty set: the files of a text are those of its edition."""
        return set()

    def uses_file(self, digest: str) -> bool:
        """Return false: the app uses no files."""
        return False

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return no records beyond those of `find_edition_echoes`."""
        return TextEchoes()

    def erase(self, edition: Edition) -> None:
        """Delete the app's copies of an edition's text."""
        raise NotImplementedError

    def forget_file(self, digest: str) -> None:
        """Do nothing: file names are deleted with the texts."""


#: Handlers registered by higher layers.
ERASURE_HANDLERS: list[ErasureHandler] = []


@dataclass(frozen=True)
class ErasedRevisions:
    """The revisions that are erased with an edition: all up to `last`, except `spared`.

    The spared ones belong to other public texts.
    """

    last: int
    spared: frozenset[int]

    def rows(self, revisions: QuerySet[Row], field: str = "pk") -> QuerySet[Row]:
        """Return the rows of `revisions` up to `last`, without spared ones; `field` names their revision."""
        return revisions.filter(**{f"{field}__lte": self.last}).exclude(**{f"{field}__in": self.spared})


def find_erased_revisions(edition: Edition) -> ErasedRevisions:
    """Return the revisions erased with an edition: its own and the drafts before it.

    A revision that another edition shows or showed is erased with that edition.
    """
    editions = edition.document.editions.exclude(pk=edition.pk).filter(content__isnull=False)
    spared = {number for other in editions for number in _list_revision_numbers(other)}
    return ErasedRevisions(max(_list_revision_numbers(edition), default=0), frozenset(spared))


def _list_revision_numbers(edition: Edition) -> set[int]:
    """Return the numbers of the revisions that an edition's approvals name."""
    return {int(row["revision"]) for row in edition.approvals if row.get("revision")}


def is_erased_by_law(edition: Edition) -> bool:
    """Return true if an edition was erased by law, not by undoing a migration."""
    order = getattr(edition, "erasure", None)
    return bool(order and order.asked_by)


def get_source_number(edition: Edition, name: str) -> int:
    """Return the primary key of an edition's source of the kind `name`, or 0."""
    source, _, number = edition.document.source.partition("/")
    return int(number) if source == name else 0


def order_blanking(edition: Edition, table: str, remaining: Mapping[int, Mapping[str, object]]) -> None:
    """Permit the database to blank rows of a insert-only table (`blanking_condition`); the edition must have an `Erasure`.

    `remaining` maps the primary key of each row to the values that it has afterwards.
    """
    rows = [
        BlankedRow(table_name=table, number=number, digest=digest(canonical_json(values)), erasure_id=edition.pk)
        for number, values in remaining.items()
    ]
    BlankedRow.objects.bulk_create(rows, ignore_conflicts=True)


def blanking_condition(table: str) -> str:
    """Return the SQL condition under which the database allows blanking a row.

    Pass it to `acts.insert_only.register_insert_only` for the insert-only table.
    """
    return f"EXISTS (SELECT 1 FROM editions_blankedrow WHERE table_name = '{table}' AND number = OLD.id)"  # noqa: S608


def erase_content(edition: Edition) -> None:
    """Delete an edition's content, its unused files, and other apps' copies.

    An `Erasure` of the edition must exist.
    """
    content = EditionContent.objects.get(pk=edition.pk)
    digests = {file["digest"] for file in content.files}
    digests |= find_private_files(edition.document, digests)
    echoes = find_edition_echoes(edition)
    EditionContent.objects.filter(pk=edition.pk).delete()
    for handler in _list_handlers(edition.document):
        handler.erase(edition)
    echoes.erase(edition.made_at)
    for file_digest in digests:
        delete_unused_file(file_digest)


def _list_handlers(document: Document) -> list[ErasureHandler]:
    """Return the erasure handlers of a document's source, and those of every source."""
    name = document.source.partition("/")[0]
    return [handler for handler in ERASURE_HANDLERS if handler.every or name in handler.names]


def find_edition_echoes(edition: Edition) -> TextEchoes:
    """Return where the words of an edition are repeated, in its own streams and in other apps."""
    document = edition.document
    echoes = TextEchoes(
        streams=frozenset({document.source}),
        shared=frozenset({edition.stream}),
        titles=frozenset({edition.content.title}),
    )
    for handler in _list_handlers(document):
        echoes |= handler.find_echoes(edition)
    return echoes


def find_private_files(document: Document, digests: set[str]) -> set[str]:
    """Return the digests of the private files from which these public files of a document were made."""
    return {
        private_digest
        for handler in ERASURE_HANDLERS
        for private_digest in handler.list_private_originals(document, digests)
    }


def list_used_digests() -> set[str]:
    """Return the digests of all files in editions, read from the contents, not from the index."""
    rows = EditionContent.objects.exclude(files=[]).values_list("files", flat=True)
    return {str(file["digest"]) for files in rows.iterator(500) for file in files}


def is_file_used(digest: str) -> bool:
    """Return true if an edition, draft or signature uses the file with this digest."""
    if EditionFile.objects.filter(digest=digest).exists():
        return True
    return any(handler.uses_file(digest) for handler in ERASURE_HANDLERS)


def delete_unused_file(digest: str) -> None:
    """Delete the file with this digest if nothing uses it.

    Its bytes are deleted after the commit.
    """
    if is_file_used(digest):
        return
    for handler in ERASURE_HANDLERS:
        handler.forget_file(digest)
    delete_stored(digest)
