"""Find what must go when an edition is erased by law: text, files, and copies stored by other apps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet

from gongkai.content.editions.models import BlankedRow, Document, Edition, EditionContent, EditionFile
from gongkai.core.acts.chain import erase_words
from gongkai.core.acts.digest import canonical, digest
from gongkai.core.acts.models import MovementWords
from gongkai.core.files.store import forget
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message

ERASED = "（内容已依法删除）"


@dataclass(frozen=True)
class Echoes:
    """The records that repeat a text.

    All words of its own log `streams` are erased, up to its edition. In `shared` streams, and in messages that link to
    one of `links`, only words with one of its `titles` are erased. `entries` of the ledger are named after it.
    """

    streams: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    entries: frozenset[int] = frozenset()

    def __or__(self, other: "Echoes") -> "Echoes":
        """Return both together."""
        return Echoes(
            self.streams | other.streams,
            self.shared | other.shared,
            self.links | other.links,
            self.titles | other.titles,
            self.entries | other.entries,
        )

    def erase(self, until: datetime) -> None:
        """Delete them; `until` is when the edition was made: later words of the text's own streams are about something else, save for its titles."""
        titles = [title for title in self.titles if title and title != ERASED]
        words = MovementWords.objects.filter(movement__stream__in=self.streams | self.shared)
        erase_words(words.filter(Q(movement__stream__in=self.streams, movement__at__lte=until) | _said("text", titles)))
        messages = Message.objects.filter(link__in=self.links)
        messages.filter(_said("subject", titles) | _said("body", titles)).update(subject=ERASED, body="")
        Entry.objects.filter(_said("title", titles), pk__in=self.entries).update(title=ERASED)


def _said(field: str, titles: Iterable[str]) -> Q:
    """Return the condition that a field holds one of these titles."""
    found = Q(pk__in=[])
    for title in titles:
        found |= Q(**{f"{field}__contains": title})
    return found


Row = TypeVar("Row", bound=Model)


class Keeper(Protocol):
    """A room that keeps something behind what is public: drafts, originals, signatures, results of checks."""

    @property
    def names(self) -> frozenset[str]:
        """The sources whose own words it deletes, by the names under which they are registered; each has one keeper at least."""

    #: Whether it keeps something behind the texts of every source (reviews), not of its own alone.
    every: bool

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return the private files behind these public ones, such as the original of a masked copy."""

    def carries(self, mark: str) -> bool:
        """Return true if the room still needs a file for something else."""

    def echoes(self, edition: Edition) -> Echoes:
        """Return where its words are repeated by others; asked before anything goes."""

    def erase(self, edition: Edition) -> None:
        """Delete the drafts and words that an edition came from; its text is gone already."""

    def forget_file(self, mark: str) -> None:
        """Delete what is known of a file that goes."""


class RoomKeeper:
    """A keeper of a room that keeps no files of its own behind its texts; a subclass says how its words are deleted (`erase`)."""

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)
        self.every = not names  # of no source's own: it keeps something of all

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return nothing: the files of a text are those of its edition."""
        return set()

    def carries(self, mark: str) -> bool:
        """Return true if the room still needs a file: no."""
        return False

    def echoes(self, edition: Edition) -> Echoes:
        """Return where its words are repeated by others: nowhere that is not known anyway (`echoes_of`)."""
        return Echoes()

    def erase(self, edition: Edition) -> None:
        """Delete the words that an edition came from."""
        raise NotImplementedError

    def forget_file(self, mark: str) -> None:
        """Do nothing: names of files go with the texts."""


#: Filled by the rooms above when they start.
ERASURE_HANDLERS: list[Keeper] = []


@dataclass(frozen=True)
class Behind:
    """The revisions behind an edition whose words go with it: all up to `last`, but those that other texts still stand on (`spared`)."""

    last: int
    spared: frozenset[int]

    def rows(self, revisions: QuerySet[Row], field: str = "pk") -> QuerySet[Row]:
        """Return these revisions; `field` holds their number."""
        return revisions.filter(**{f"{field}__lte": self.last}).exclude(**{f"{field}__in": self.spared})


def revisions_behind(edition: Edition) -> Behind:
    """Return which revisions of its source an edition takes along: its own and the drafts before it.

    An urgent, signed or migrated text names its revision in its approvals; what another edition shows or showed is that one's to erase.
    """
    others = edition.document.editions.exclude(pk=edition.pk).filter(content__isnull=False)
    spared = {number for other in others for number in _revisions(other)}
    return Behind(max(_revisions(edition), default=0), frozenset(spared))


def _revisions(edition: Edition) -> set[int]:
    return {int(row["revision"]) for row in edition.approvals if row.get("revision")}


def by_law(edition: Edition) -> bool:
    """Whether an edition's content goes because law says so, as one person asked and another ordered; not because a migration is taken back."""
    order = getattr(edition, "erasure", None)
    return bool(order and order.asked_by)


def number_in(edition: Edition, name: str) -> int:
    """Return the number of an edition's source where it is of this name; 0 for other sources."""
    source, _, number = edition.document.source.partition("/")
    return int(number) if source == name else 0


def order_blanking(edition: Edition, table: str, left: Mapping[int, Mapping[str, object]]) -> None:
    """Put on record that law orders rows of a guarded table to be blanked; only then does the database let it happen (`blanked_if`).

    `left` is what each row says afterwards, by its number.
    """
    rows = [
        BlankedRow(table_name=table, number=number, digest=digest(canonical(said)), erasure_id=edition.pk)
        for number, said in left.items()
    ]
    BlankedRow.objects.bulk_create(rows, ignore_conflicts=True)


def blanked_if(table: str) -> str:
    """Return the condition under which a row of a guarded table may be blanked, for `acts.guards.insert_only`."""
    return f"EXISTS (SELECT 1 FROM editions_blankedrow WHERE table_name = '{table}' AND number = OLD.id)"  # noqa: S608


def erase_content(edition: Edition) -> None:
    """Delete the content of an edition (its `Erasure` must stand), files that nothing else carries, and what stands behind it."""
    content = EditionContent.objects.get(pk=edition.pk)
    marks = {file["digest"] for file in content.files}
    marks |= behind(edition.document, marks)
    echoes = echoes_of(edition)
    EditionContent.objects.filter(pk=edition.pk).delete()
    for keeper in _keepers_of(edition.document):
        keeper.erase(edition)
    echoes.erase(edition.made_at)
    for mark in marks:
        drop_unless_carried(mark)


def _keepers_of(document: Document) -> list[Keeper]:
    name = document.source.partition("/")[0]
    return [keeper for keeper in ERASURE_HANDLERS if keeper.every or name in keeper.names]


def echoes_of(edition: Edition) -> Echoes:
    """Return where an edition's words are repeated: in its source's stream and its document's, and where keepers know it."""
    document = edition.document
    found = Echoes(
        streams=frozenset({document.source}),
        shared=frozenset({edition.stream}),
        titles=frozenset({edition.content.title}),
    )
    for keeper in _keepers_of(document):
        found |= keeper.echoes(edition)
    return found


def behind(document: Document, marks: set[str]) -> set[str]:
    """Return the private files behind public ones: originals of masked copies, and what the text was made from."""
    return {mark for keeper in ERASURE_HANDLERS for mark in keeper.files_behind(document, marks)}


def carried() -> set[str]:
    """Return the digests of all files that editions carry; read from the editions themselves, not from what is derived of them."""
    rows = EditionContent.objects.exclude(files=[]).values_list("files", flat=True)
    return {str(file["digest"]) for files in rows.iterator(500) for file in files}


def is_carried(mark: str) -> bool:
    """Return true if an edition, or a draft or a signature of some room, carries a file."""
    if EditionFile.objects.filter(digest=mark).exists():
        return True
    return any(keeper.carries(mark) for keeper in ERASURE_HANDLERS)


def drop_unless_carried(mark: str) -> None:
    """Delete a file that no edition and no room carries any more; its bytes go when the transaction is committed."""
    if is_carried(mark):
        return
    for keeper in ERASURE_HANDLERS:
        keeper.forget_file(mark)
    forget(mark)
