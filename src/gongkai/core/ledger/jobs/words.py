"""Texts of reminders."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.jobs.steps import ReminderStep
from gongkai.core.ledger.models import Entry
from gongkai.core.widgets.templatetags.ui import days_left, due

#: Maximum number of entries listed in one message; the rest is counted.
MAX_LISTED_ENTRIES = 20


class Recipients(TypedDict, total=False):
    """Recipients, as arguments of `Notification`."""

    persons: tuple[int, ...]
    posts: tuple[tuple[str, int], ...]


def build_message(
    step: ReminderStep, entries: Sequence[Entry], *, above: bool = False, **to: Unpack[Recipients]
) -> Notification:
    """Build one message about entries that reached a step; its key is that of the first entry."""
    first = entries[0]
    assert first.due_at is not None
    count = len(entries)
    subject = f"{step.label}：{first.title[:60]}" if count == 1 else f"{count}项工作{step.label}"
    lines = [entry_line(entry, unit=above) for entry in entries[:MAX_LISTED_ENTRIES]]
    if count > MAX_LISTED_ENTRIES:
        lines.append(f"……共{count}项，其余请在台账中查看。")
    light = "red" if step.name.startswith("red") else "yellow"
    return Notification(
        subject=subject,
        body="\n".join(lines),
        link=first.url if count == 1 else f"{reverse('ledger_list')}?{'' if above else 'mine=body&'}light={light}",
        key=f"remind:{step.name}:{'above' if above else 'unit'}:{first.pk}:{first.due_at:%Y%m%d%H%M%S}",
        urgent=step.urgent,
        **to,
    )


def entry_line(entry: Entry, *, unit: bool = False) -> str:
    """Return one line about an entry: number, title, due date, days left."""
    assert entry.due_at is not None
    body = f"{entry.body.label} " if unit else ""
    return f"{body}{entry.number} {entry.title[:60]}（{due(entry.due_at)}到期，{days_left(entry.due_at)}）"
