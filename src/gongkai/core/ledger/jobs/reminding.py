"""Reminding and escalating by the table of steps.

An entry that reached a step and has no `Told` row for it (and its due date) is told, with the row written in the same transaction: the row's
uniqueness makes a second telling impossible, whoever runs the job and how often. A new due date begins anew.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.jobs.steps import CHAINS, STEPS, Step
from gongkai.core.ledger.jobs.words import message
from gongkai.core.ledger.kinds import inner_kinds
from gongkai.core.ledger.models import Entry, Told
from gongkai.core.ledger.queries import waiting_for_others
from gongkai.core.outbox.outbox import tell
from gongkai.core.outbox.recipients import Post, Roster, told_in
from gongkai.core.units.models import Role

#: Entries told of in one transaction; numbers read at a time.
PORTION, READ = 400, 20_000
#: Seconds that one run may take, so that the first of a large ledger holds up no other due work (a province reminds of 800,000).
SECONDS = 20.0
_STEP = {step.name: step for step in STEPS}


def remind(now: datetime | None = None, *, seconds: float = SECONDS) -> dict[str, int]:
    """Tell of every entry that reached a step and was not told of; return how many entries by step.

    Args:
        now: the moment that counts.
        seconds: what is left then is told by the next run: it has no `Told` row yet. Each of `CHAINS` has its share of what is left, so that a
            backlog of what is late for years holds up nothing that is due tomorrow; time that others did not need goes to it in the end.
    """
    moment, end = now or timezone.now(), time.monotonic() + seconds
    counts = dict.fromkeys((step.name for step in STEPS), 0)
    left = list(CHAINS)
    for _ in range(2):
        waiting_still = []
        for place, chain in enumerate(left):
            at = time.monotonic()
            if not _chain(chain, moment, at + (end - at) / (len(left) - place), counts):
                waiting_still.append(chain)
        left = waiting_still
    return counts


def _chain(names: tuple[str, ...], now: datetime, end: float, counts: dict[str, int]) -> bool:
    """Tell of steps one behind the other, count them; False where something is left."""
    for name in names:
        told, through = _take(_STEP[name], now, end)
        counts[name] += told
        if not through:
            return False
    return True


def waiting(step: Step, now: datetime) -> QuerySet[Entry]:
    """Return the entries that reached a step and were not told of it at their present due date.

    What the owing body has handed in waits for somebody else: nobody is reminded of what is not theirs to do.
    """
    told = Told.objects.filter(entry=OuterRef("pk"), step=step.name, due_at=OuterRef("due_at"))
    return step.reached(Entry.objects.exclude(waiting_for_others()), now).filter(~Exists(told))


def _take(step: Step, now: datetime, end: float) -> tuple[int, bool]:
    """Tell of one step; return of how many entries, and whether none is left."""
    if time.monotonic() > end:
        return 0, False
    total, numbers = 0, _numbers(step, now)
    while numbers:
        for at in range(0, len(numbers), PORTION):
            if time.monotonic() > end:
                return total, False
            rows = _portion(step, now, numbers[at : at + PORTION])
            try:
                with transaction.atomic():
                    _tell(step, rows)
            except IntegrityError:
                # Another run was quicker with one of these; it tells them, and what is left is found by the next run.
                return total, False
            total += len(rows)
        more = len(numbers) == READ
        if more and time.monotonic() > end:
            return total, False
        numbers = _numbers(step, now) if more else []
    return total, True


def _numbers(step: Step, now: datetime) -> list[int]:
    """Return whom to tell of next, units together: many entries of one unit are one message however many units there are.

    Many at a time: what was told is passed over in the index each time that is asked.
    """
    rows = waiting(step, now).order_by("body_id", "due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:READ])


def _portion(step: Step, now: datetime, numbers: list[int]) -> list[Entry]:
    """Return what still waits of some that did when they were asked for: what moved meanwhile is left alone."""
    rows = waiting(step, now).filter(pk__in=numbers).select_related("body__parent", "office")
    return list(rows.order_by("due_at", "pk"))


def _tell(step: Step, entries: list[Entry]) -> None:
    if not entries:
        return
    Told.objects.bulk_create([_told(entry, step.name) for entry in entries], batch_size=500)
    for covered in step.covers:
        Told.objects.bulk_create(
            [_told(entry, covered, said=False) for entry in entries], batch_size=500, ignore_conflicts=True
        )
    tell([*_to_units(step, entries), *(_to_chiefs(step, entries) if step.above else ())])


def _told(entry: Entry, step: str, *, said: bool = True) -> Told:
    assert entry.due_at is not None
    return Told(entry=entry, step=step, due_at=entry.due_at, said=said)


def _to_units(step: Step, entries: list[Entry]) -> Iterable[Notification]:
    """One message for each office (处室) of each body, to its clerks (and head); what stands inside a unit goes no further up than that unit."""
    groups: dict[tuple[int, int | None, bool], list[Entry]] = defaultdict(list)
    inner = set(inner_kinds())
    for entry in entries:
        groups[_told_at(entry, inside=entry.kind in inner)].append(entry)
    posts = {(key, role): Post(role, *key[:2]) for key in groups for role in step.roles}
    roster = Roster.read(posts.values())
    for key, rows in groups.items():
        told = (roster.persons(posts[key, role], inside=key[2]) for role in step.roles)
        yield message(step, rows, persons=tuple(sorted(set().union(*told))))


def _told_at(entry: Entry, *, inside: bool) -> tuple[int, int | None, bool]:
    """Return the unit and office that are told, and whether nobody beyond the unit is."""
    unit = told_in(entry.body) if inside else entry.body_id
    return unit, entry.office_id if unit == entry.body_id else None, inside


def _to_chiefs(step: Step, entries: list[Entry]) -> Iterable[Notification]:
    """One message to the 政务公开办 of the government above, over all its units; what stands inside a unit is told to its head alone."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    inner = set(inner_kinds())
    for entry in (one for one in entries if one.kind not in inner):
        groups[entry.body.parent_id or entry.body_id].append(entry)
    for government, rows in groups.items():
        yield message(step, rows, posts=((Role.CHIEF, government),), above=True)
