"""Appending to the log, and recomputing it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongkai.core.acts import covering, tail
from gongkai.core.acts.digest import canonical, digest, moment
from gongkai.core.acts.generation import SEEN, refuse_older
from gongkai.core.acts.models import Cover, ErasedWords, Movement, MovementWords
from gongkai.core.acts.rows import portions
from gongkai.core.acts.together import write_waiting


class By(Protocol):
    """Somebody who acts: what the log needs to know of an actor."""

    @property
    def name(self) -> str:
        """The name as it shall stand in the log."""

    @property
    def person_id(self) -> int | None:
        """The person's number; None for a job or an installation command."""


class Behind(Protocol):
    """What the next movement of a stream stands behind."""

    @property
    def seq(self) -> int:
        """Its number in the stream."""

    @property
    def hash(self) -> str:
        """Its digest."""


class Head(NamedTuple):
    """What an act needs to know of the last movement of its stream."""

    seq: int
    hash: str


def head_of(stream: str) -> Head | None:
    """Return the head of a stream, asked of the database that is written; None where the stream begins."""
    last = (
        Movement.objects.using(DEFAULT_DB_ALIAS)
        .filter(stream=stream)
        .order_by("-seq")
        .values_list("seq", "hash")
        .first()
    )
    return Head(*last) if last else None


def link(movement: Movement) -> str:
    """Return the digest that a movement must carry, computed from everything else it says."""
    return digest(
        canonical(
            {
                "stream": movement.stream,
                "seq": movement.seq,
                "at": moment(movement.at),
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


def build(
    stream: str,
    before: Behind | None,
    *,
    action: str,
    by: By,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
) -> Movement:
    """Return the next movement of a stream, not saved; for bulk writing by `append_many`."""
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
    movement.hash = link(movement)
    return movement


def append(
    stream: str,
    *,
    action: str,
    by: By,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
    covers: Sequence[Cover] = (),
) -> Movement:
    """Write one movement behind the last of its stream. It answers for all covered rows written since the one before (`acts.covering`).

    Two writers at once: the unique constraint on (stream, seq) lets one win; the other's transaction fails whole.
    """
    write_waiting()
    # No savepoint of its own: where this row is refused, the whole act is.
    with transaction.atomic(savepoint=False):
        if SEEN.newest:
            refuse_older()
        answered = [*covering.gather(), *covers]
        if answered:
            facts = {**(facts or {}), covering.FACT: covering.mark_of(answered)}
        movement = build(
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
            covering.keep(movement, answered)
        tail.note([movement])
    return movement


def heads(streams: Iterable[str]) -> dict[str, Movement]:
    """Return the last movement of each of these streams, asked of the database that is written; those without any are missing."""
    later = Movement.objects.filter(stream=OuterRef("stream"), seq__gt=OuterRef("seq"))
    found: dict[str, Movement] = {}
    for some in portions(dict.fromkeys(streams)):
        rows = Movement.objects.using(DEFAULT_DB_ALIAS).filter(~Exists(later), stream__in=some)
        found |= {row.stream: row for row in rows}
    return found


def append_many(pairs: list[tuple[Movement, str]], *, answered: list[Cover] | None = None) -> None:
    """Write many movements (from `build`) with their words in two statements; the last one answers for all covered rows.

    Those behind which others wait (`together`) are written behind these, except where it says itself which rows these answer for.
    """
    if SEEN.newest:
        refuse_older()
    if answered is None:
        write_waiting()
        answered = covering.gather() if pairs else []
    if answered:
        last = pairs[-1][0]
        last.facts = {**last.facts, covering.FACT: covering.mark_of(answered)}
        last.hash = link(last)
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
        covering.keep(made[-1], answered)
    tail.note(made)


def erase_words(words: QuerySet[MovementWords]) -> None:
    """Delete the words of movements as law orders; that it did is on record first, else the database keeps them."""
    gone = list(words.values_list("pk", flat=True))
    ErasedWords.objects.bulk_create([ErasedWords(movement_id=number) for number in gone], batch_size=500)
    words.filter(pk__in=gone).delete()


def history(stream: str) -> Iterator[Movement]:
    """Return a stream's movements with their words, oldest first."""
    return Movement.objects.filter(stream=stream).select_related("kept_words").order_by("seq").iterator(200)
