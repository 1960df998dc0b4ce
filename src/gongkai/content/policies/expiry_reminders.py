"""Remind a unit some months before its document expires, once for each last day.

The number of months is a figure of `law` (six, local practice; an office may change it). The entry is due on
the last day itself; lights, reminders and escalation are those of the ledger. Extending or ending the
document closes the entry.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.content.editions.models import ValidityState
from gongkai.content.policies.actions.tasks import close_settled_entry, reopen_reminder
from gongkai.content.policies.models import PolicyRecord, Span, ValidityTask
from gongkai.content.policies.validity import ENDED_STANDINGS, VALID_STANDINGS, ValidityFacts, get_last_day, get_period
from gongkai.content.policies.validity_periods import map_validity_facts
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.lib import law


def get_notice_months() -> int:
    """Return how many months before its last day a document gets a ledger entry.

    It is the figure `validity.notice`, which an office may change.
    """
    return int(law.get_figures_in_force()["validity.notice"].value)


def list_expiring_records(today: date) -> list[tuple[PolicyRecord, date]]:
    """Return (record, last day) of documents that expire soon and have no ledger entry yet."""
    horizon = law.add_months(today, get_notice_months())
    rows = Span.objects.filter(state__in=VALID_STANDINGS, since__lte=today, until__gte=today, until__lte=horizon)
    records = PolicyRecord.objects.filter(pk__in=rows.values("record"))
    some = list(records.select_related("body").prefetch_related("decisions__actor", "validity_tasks"))
    lives = map_validity_facts(some)
    days = [(record, _get_last_day(lives[record.pk])) for record in some]
    return [(r, day) for r, day in days if day and day not in {t.ends_on for t in r.validity_tasks.all()}]


def _reopen_reminders(today: date) -> int:
    """Reopen the reminders of documents whose extension or repeal was undone; return their number."""
    closed = ValidityTask.objects.filter(ends_on__gte=today).exclude(entry__closed_at=None)
    tasks = list(closed.select_related("entry", "record").prefetch_related("record__decisions__actor"))
    lives = map_validity_facts([task.record for task in tasks])
    ahead = [task for task in tasks if _get_last_day(lives[task.record_id]) == task.ends_on]
    streams = Movement.objects.filter(stream__in=[task.entry.stream for task in ahead], action="validity.lapse")
    assessed = set(streams.values_list("stream", flat=True))
    undone = [task for task in ahead if task.entry.stream not in assessed]
    for task in undone:
        reopen_reminder(task.entry, by=SYSTEM, words="延长或者废止的决定已撤销，请重新评估")
    return len(undone)


def _get_last_day(life: ValidityFacts) -> date | None:
    """Return the last day, or None if a repeal ends the document earlier."""
    ends = get_last_day(life)
    ahead = ends and get_period(life, ends).state in VALID_STANDINGS
    return ends if ahead else None


def update_validity_entries() -> dict[str, int]:
    """Job: create or reopen entries for expiring documents, and close those settled elsewhere; return counts."""
    today = timezone.localdate()
    with transaction.atomic():
        entries = _create_entries(list_expiring_records(today), today) + _reopen_reminders(today)
        settled = _close_settled_reminders(today)
    return {"reminders": entries, "settled": settled}


def _create_entries(expiring_records: Sequence[tuple[PolicyRecord, date]], today: date) -> int:
    """Create a reminder entry for each (document, last day); return their number."""
    entries = [
        Entry(
            kind="validity",
            title=f"{record}有效期至{ends:%Y-%m-%d}，请评估后延长、修改、废止或到期失效"[:300],
            body=record.body,
            year=today.year,
            due_at=law.end_of_day(ends),
        )
        for record, ends in expiring_records
    ]
    make_entries(entries, by=SYSTEM, words=f"有效期届满前{get_notice_months()}个月提醒起草单位评估")
    ValidityTask.objects.bulk_create(
        ValidityTask(entry=entry, record=record, ends_on=ends)
        for entry, (record, ends) in zip(entries, expiring_records, strict=True)
    )
    return len(entries)


def _close_settled_reminders(today: date) -> int:
    """Close reminders of documents whose validity has been decided; returns their number."""
    rows = ValidityTask.objects.filter(entry__closed_at=None).select_related("entry", "record")
    tasks = list(rows.prefetch_related("record__decisions__actor"))
    lives = map_validity_facts([task.record for task in tasks])
    settlements = [(task, describe_settlement(task, lives[task.record_id], today)) for task in tasks]
    for task, text in settlements:
        if text:
            extended = get_period(lives[task.record_id], today).state not in ENDED_STANDINGS
            close_settled_entry(task.entry, by=SYSTEM, words=text, needless=not extended)
    return sum(1 for _, settlement in settlements if settlement)


def describe_settlement(task: ValidityTask, life: ValidityFacts, today: date) -> str:
    """Return the reason why a validity task needs no decision any more, or ""."""
    now = get_period(life, today)
    if now.state in ENDED_STANDINGS:
        return f"文件{ValidityState(now.state).label}。"
    ends = get_last_day(life)
    if ends != task.ends_on:
        return f"有效期已改为{f'至{ends:%Y-%m-%d}' if ends else '长期'}。"
    return ""
