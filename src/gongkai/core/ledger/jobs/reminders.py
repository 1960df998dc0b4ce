"""Job: send reminders and escalations.

An entry that reached a step (warning, overdue, …) and has no `Told` row for step and due date is
reported, and the row is written in the same transaction. Its unique key prevents a second message,
even with parallel runs. For a new due date all steps are sent again.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.entry_action import limit_to_readers
from gongkai.core.ledger.jobs.steps import REMINDER_CHAINS, REMINDER_STEPS, ReminderStep
from gongkai.core.ledger.kinds import get_kind, list_inner_kinds
from gongkai.core.ledger.models import Audience, Entry, Told
from gongkai.core.ledger.queries import make_turn_filter
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders, find_unstaffed, write_messages
from gongkai.core.units.models import Role
from gongkai.core.widgets.templatetags.ui import days_left, due

#: Maximum number of entries listed in one message; the rest is counted.
MAX_LISTED_ENTRIES = 20
#: Characters of a title in such a list.
MAX_LINE_TITLE_CHARACTERS = 60


class Recipients(TypedDict, total=False):
    """Recipients of a reminder as arguments of `Notification`: ids of persons, and posts as (role, body id)."""

    persons: tuple[int, ...]
    posts: tuple[tuple[str, int], ...]


def build_message(
    step: ReminderStep, entries: Sequence[Entry], *, above: bool = False, **to: Unpack[Recipients]
) -> Notification:
    """Build one message about entries that reached a step; its key is that of the first entry.

    `above` is true for the office over several units: lines name the unit, and the link shows all units.
    """
    first_entry = entries[0]
    assert first_entry.due_at is not None
    count = len(entries)
    subject = f"{step.label}：{first_entry.title[:60]}" if count == 1 else f"{count}项工作{step.label}"
    lines = [describe_entry(entry, unit=above) for entry in entries[:MAX_LISTED_ENTRIES]]
    if count > MAX_LISTED_ENTRIES:
        lines.append(f"……共{count}项，其余请在台账中查看。")
    light = "red" if step.name.startswith("red") else "yellow"
    return Notification(
        subject=subject,
        body="\n".join(lines),
        link=first_entry.url
        if count == 1
        else f"{reverse('ledger_list')}?{'' if above else 'mine=body&'}light={light}",
        key=f"remind:{step.name}:{'above' if above else 'unit'}:{first_entry.pk}:{first_entry.due_at:%Y%m%d%H%M%S}",
        urgent=step.urgent,
        by_post=True,
        **to,
    )


def describe_entry(entry: Entry, *, unit: bool = False) -> str:
    """Return a line on an entry with a due date: number, title, due date, days left; with `unit` its unit first."""
    assert entry.due_at is not None
    body = f"{entry.body.label} " if unit else ""
    return f"{body}{entry.number} {entry.title[:MAX_LINE_TITLE_CHARACTERS]}（{due(entry.due_at)}到期，{days_left(entry.due_at)}）"


#: Entries per transaction; ids loaded at once.
ENTRIES_PER_TRANSACTION, MAX_IDS_READ = 400, 20_000
#: Time limit of one run in seconds, so that a large ledger (a province reminds of 800,000) does
#: not delay other jobs.
REMINDER_TIMEOUT_SECONDS = 20.0
_STEP_BY_NAME = {step.name: step for step in REMINDER_STEPS}


def send_reminders(now: datetime | None = None, *, seconds: float = REMINDER_TIMEOUT_SECONDS) -> dict[str, int]:
    """Send due reminders; return the number of entries by step.

    Args:
        now: the current moment.
        seconds: time limit; the next run does the rest. Each of `REMINDER_CHAINS` gets its share, so that an old
            backlog does not delay tomorrow's due dates.
    """
    moment, end = now or timezone.now(), time.monotonic() + seconds
    counts = dict.fromkeys((step.name for step in REMINDER_STEPS), 0)
    remaining_chains = list(REMINDER_CHAINS)
    for _ in range(2):
        waiting_still = []
        for place, chain in enumerate(remaining_chains):
            started_at = time.monotonic()
            if not _send_reminder_chain(
                chain, moment, started_at + (end - started_at) / (len(remaining_chains) - place), counts
            ):
                waiting_still.append(chain)
        remaining_chains = waiting_still
    return counts


def _send_reminder_chain(names: tuple[str, ...], now: datetime, end: float, counts: dict[str, int]) -> bool:
    """Send reminder steps in order, add to `counts`, and return true if all were sent before `end` (monotonic)."""
    for name in names:
        sent_count, is_complete = _send_portions(_STEP_BY_NAME[name], now, end)
        counts[name] += sent_count
        if not is_complete:
            return False
    return True


def filter_entries_to_remind(step: ReminderStep, now: datetime) -> QuerySet[Entry]:
    """Return entries that reached a step and were not reminded for their present due date.

    Entries that the unit has submitted and others must judge are excluded.
    """
    sent_reminders = Told.objects.filter(entry=OuterRef("pk"), step=step.name, due_at=OuterRef("due_at"))
    return step.reached(Entry.objects.filter(make_turn_filter()), now).filter(~Exists(sent_reminders))


def _send_portions(step: ReminderStep, now: datetime, end: float) -> tuple[int, bool]:
    """Send a reminder step in portions until `end` (monotonic seconds); return the number sent, and true if all."""
    if time.monotonic() > end:
        return 0, False
    total, numbers = 0, _list_entry_ids(step, now)
    while numbers:
        for index in range(0, len(numbers), ENTRIES_PER_TRANSACTION):
            if time.monotonic() > end:
                return total, False
            rows = _load_entries(step, now, numbers[index : index + ENTRIES_PER_TRANSACTION])
            try:
                with transaction.atomic():
                    _send_messages(step, rows)
            except IntegrityError:
                # A parallel run was faster with one of these; it sends them, and
                # the next run does the rest.
                return total, False
            total += len(rows)
        has_more = len(numbers) == MAX_IDS_READ
        if has_more and time.monotonic() > end:
            return total, False
        numbers = _list_entry_ids(step, now) if has_more else []
    return total, True


def _list_entry_ids(step: ReminderStep, now: datetime) -> list[int]:
    """Return the ids of at most `MAX_IDS_READ` entries to remind, by unit and due date."""
    rows = filter_entries_to_remind(step, now).order_by("body_id", "due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:MAX_IDS_READ])


def _load_entries(step: ReminderStep, now: datetime, numbers: list[int]) -> list[Entry]:
    rows = filter_entries_to_remind(step, now).filter(pk__in=numbers).select_related("body", "office")
    return list(rows.order_by("due_at", "pk"))


def _send_messages(step: ReminderStep, entries: list[Entry]) -> None:
    """Record the step and the steps that it covers as sent for these entries, and write the messages."""
    if not entries:
        return
    Told.objects.bulk_create([_make_step_mark(entry, step.name) for entry in entries], batch_size=500)
    for covered in step.covers:
        Told.objects.bulk_create(
            [_make_step_mark(entry, covered, sent=False) for entry in entries],
            batch_size=500,
            ignore_conflicts=True,
        )
    write_messages(
        [*_build_unit_messages(step, entries), *(_build_office_messages(step, entries) if step.above else ())]
    )


def _make_step_mark(entry: Entry, step: str, *, sent: bool = True) -> Told:
    """Return the row that marks a step of an entry as done; `sent` is false if no message was sent."""
    assert entry.due_at is not None
    return Told(entry=entry, step=step, due_at=entry.due_at, said=sent)


class _Group(NamedTuple):
    """The entries of one message to a unit or office. `inside`: work between a unit and its offices; `restricted`:
    id of an entry reserved for the 政务公开办, which is reported alone."""

    unit: int
    office: int | None
    inside: bool
    restricted: int | None


def _build_unit_messages(step: ReminderStep, entries: list[Entry]) -> Iterable[Notification]:
    """Yield a message to the recipients of each group of entries, named by the step's roles."""
    groups: dict[_Group, list[Entry]] = defaultdict(list)
    inner = set(list_inner_kinds())
    unstaffed = find_unstaffed(entry.body_id for entry in entries if entry.kind in inner)
    for entry in entries:
        groups[_get_message_group(entry, unstaffed, inside=entry.kind in inner)].append(entry)
    posts = {(key, role): NotifiedPost(role, key.unit, key.office) for key in groups for role in step.roles}
    holders = PostHolders.read(posts.values())
    for key, rows in groups.items():
        recipients = set[int]().union(*(holders.persons(posts[key, role], inside=key.inside) for role in step.roles))
        message = build_message(step, rows, persons=tuple(sorted(recipients)))
        yield message if key.restricted is None else limit_to_readers(rows[0], message)


def _get_message_group(entry: Entry, unstaffed: Collection[int], *, inside: bool) -> _Group:
    """Return the group of entries with which this one shares a message. `inside`: a kind of work between a unit and
    its offices; the giver is notified if the entry's unit has no staff."""
    unit = get_kind(entry.kind).giver(entry) if entry.body_id in unstaffed and inside else entry.body_id
    office = entry.office_id if unit == entry.body_id else None
    return _Group(unit, office, inside, entry.pk if entry.audience == Audience.CHIEF else None)


def _build_office_messages(step: ReminderStep, entries: list[Entry]) -> Iterable[Notification]:
    """Yield a message to the 政务公开办 of each government; inner entries are left out."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    inner = set(list_inner_kinds())
    for entry in (candidate for candidate in entries if candidate.kind not in inner):
        groups[entry.body.parent_id or entry.body_id].append(entry)
    for government, rows in groups.items():
        yield build_message(step, rows, posts=((Role.CHIEF, government),), above=True)
