"""Making entries, one or hundreds, with their first movements."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.acts.chain import By, append_many, build
from gongkai.ledger.clock import warn_from
from gongkai.ledger.entry_action import begin
from gongkai.ledger.models import Entry
from gongkai.ledger.numbers import numbers


def make_entries(
    drafts: list[Entry],
    *,
    by: By,
    words: str | Callable[[Entry], str] = "",
    facts: Callable[[Entry], Mapping[str, Any]] | None = None,
    verb: str = "open",
) -> list[Entry]:
    """Store new entries with their numbers and first movements, in a number of statements that does not grow with each entry.

    Call it from an action. A draft needs kind, title, body, year; what it leaves open is filled in: number, state (the machine's
    `initial`), opened_at, warn_at (from due_at and the kind's warning), provisional.

    Args:
        drafts: entries not stored yet, of any kinds.
        by: who makes them, for the log.
        words: the words of each first movement.
        facts: the facts of each first movement.
        verb: the movement is called `kind.verb`.

    Returns:
        The same entries, stored, in the same order.
    """
    with transaction.atomic():
        _number(drafts)
        for entry in drafts:
            _complete(entry)
        Entry.objects.bulk_create(drafts, batch_size=500)
        append_many(
            [_first(entry, by, words(entry) if callable(words) else words, facts, verb) for entry in drafts]
        )
    return drafts


def _number(drafts: list[Entry]) -> None:
    wanted: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in drafts:
        if not entry.number:
            wanted[entry.kind, entry.year].append(entry)
    for (kind, year), entries in sorted(wanted.items()):
        for entry, number in zip(entries, numbers(kind, year, len(entries)), strict=True):
            entry.number = number


def _complete(entry: Entry) -> None:
    begin(entry)
    entry.opened_at = entry.opened_at or timezone.now()
    entry.moved_at = entry.moved_at or entry.opened_at
    if entry.due_at and not entry.warn_at:
        entry.warn_at, entry.provisional = warn_from(entry)


def _first(
    entry: Entry, by: By, words: str, facts: Callable[[Entry], Mapping[str, Any]] | None, verb: str
) -> tuple[Any, str]:
    movement = build(
        entry.stream,
        None,
        action=f"{entry.kind}.{verb}",
        by=by,
        at=entry.opened_at,
        to_state=entry.state,
        words=words,
        facts=facts(entry) if facts else {},
    )
    return movement, words
