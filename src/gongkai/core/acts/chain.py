"""Append to the hash-chained log, and read its streams."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongkai.core.acts import covering, tail
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.acts.generation import SEEN_GENERATION, refuse_older_database
from gongkai.core.acts.models import Cover, ErasedWords, Movement, MovementWords
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.acts.together import write_queued_records


class LoggedActor(Protocol):
    """Protocol of an actor: the name and person id that the log stores."""

    @property
    def name(self) -> str:
        """Return the actor's name as logged."""

    @property
    def person_id(self) -> int | None:
        """Return the person's id; None for a job or an installation command."""


class PrecedingRecord(Protocol):
    """Protocol of a preceding log record in a stream."""

    @property
    def seq(self) -> int:
        """Return the record's sequence number in the stream."""

    @property
    def hash(self) -> str:
        """Return the record's digest."""


class StreamHead(NamedTuple):
    """Sequence number and digest of the last log record of a stream."""

    seq: int
    hash: str


def head_of(stream: str) -> StreamHead | None:
    """Return the head of a stream from the primary database; None for a new stream."""
    last = (
        Movement.objects.using(DEFAULT_DB_ALIAS)
        .filter(stream=stream)
        .order_by("-seq")
        .values_list("seq", "hash")
        .first()
    )
    return StreamHead(*last) if last else None


def record_digest(movement: Movement) -> str:
    """Return the digest of a log record over all its other fields."""
    return digest(
        canonical_json(
            {
                "stream": movement.stream,
                "seq": movement.seq,
                "at": utc_timestamp(movement.at),
                "action": movement.action,
                "actor": movement.actor,
                "person": movement.person_id,
                "from": movement.from_state,
                "to": movement.to_state,
                "facts": movement.facts,
                "words": movement.words_digest,
                "prev": movement.prev_hash,
            }
        )
    )


def build_record(
    stream: str,
    before: PrecedingRecord | None,
    *,
    action: str,
    by: LoggedActor,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
) -> Movement:
    """Return the next log record of a stream, unsaved, for bulk writing by `append_records`."""
    movement = Movement(
        stream=stream,
        seq=before.seq + 1 if before else 1,
        at=at or timezone.now(),
        action=action,
        actor=by.name,
        person_id=by.person_id,
        from_state=from_state,
        to_state=to_state,
        facts=dict(facts or {}),
        words_digest=digest(words) if words else "",
        prev_hash=before.hash if before else "",
    )
    movement.hash = record_digest(movement)
    return movement


def append_record(
    stream: str,
    *,
    action: str,
    by: LoggedActor,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
    covers: Sequence[Cover] = (),
) -> Movement:
    """Append a log record to a stream.

    The record also covers all covered rows written since the previous one (`acts.covering`).

    Two writers at once: the unique constraint on (stream, seq) lets one win; the other's transaction fails whole.
    """
    write_queued_records()
    # No savepoint of its own: where this row is refused, the whole act is.
    with transaction.atomic(savepoint=False):
        if SEEN_GENERATION.newest:
            refuse_older_database()
        answered = [*covering.gather_covers(), *covers]
        if answered:
            facts = {**(facts or {}), covering.FACT: covering.digest_of_covers(answered)}
        movement = build_record(
            stream,
            head_of(stream),
            action=action,
            by=by,
            at=at,
            from_state=from_state,
            to_state=to_state,
            words=words,
            facts=facts,
        )
        Movement.objects.bulk_create([movement])
        if words:
            MovementWords.objects.bulk_create([MovementWords(movement=movement, text=words)])
        if answered:
            covering.save_covers(movement, answered)
        tail.note_records([movement])
    return movement


def last_records(streams: Iterable[str]) -> dict[str, Movement]:
    """Return the last log record of each stream from the primary database; new streams are missing."""
    later = Movement.objects.filter(stream=OuterRef("stream"), seq__gt=OuterRef("seq"))
    found: dict[str, Movement] = {}
    for some in split_into_batches(dict.fromkeys(streams)):
        rows = Movement.objects.using(DEFAULT_DB_ALIAS).filter(~Exists(later), stream__in=some)
        found |= {row.stream: row for row in rows}
    return found


def append_records(pairs: list[tuple[Movement, str]], *, answered: list[Cover] | None = None) -> None:
    """Write many log records (from `build_record`) with their words in two statements.

    The last one covers all covered rows written.

    Those behind which others wait (`together`) are written behind these, except where it says itself which rows these answer for.
    """
    if SEEN_GENERATION.newest:
        refuse_older_database()
    if answered is None:
        write_queued_records()
        answered = covering.gather_covers() if pairs else []
    if answered:
        last = pairs[-1][0]
        last.facts = {**last.facts, covering.FACT: covering.digest_of_covers(answered)}
        last.hash = record_digest(last)
    made = Movement.objects.bulk_create([movement for movement, _ in pairs], batch_size=500)
    MovementWords.objects.bulk_create(
        [
            MovementWords(movement=movement, text=words)
            for movement, (_, words) in zip(made, pairs, strict=True)
            if words
        ],
        batch_size=500,
    )
    if answered:
        covering.save_covers(made[-1], answered)
    tail.note_records(made)


def erase_words(words: QuerySet[MovementWords]) -> None:
    """Delete the texts of log records as law requires, after recording the erasure."""
    gone = list(words.values_list("pk", flat=True))
    ErasedWords.objects.bulk_create([ErasedWords(movement_id=number) for number in gone], batch_size=500)
    words.filter(pk__in=gone).delete()


def read_stream(stream: str) -> Iterator[Movement]:
    """Return a stream's log records with their words, oldest first."""
    return Movement.objects.filter(stream=stream).select_related("kept_words").order_by("seq").iterator(200)
