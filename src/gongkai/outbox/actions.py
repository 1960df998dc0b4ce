"""What people do with their messages. Reading is no business of the log: nothing is recorded but the time."""

from collections.abc import Iterable

from django.utils import timezone

from gongkai.outbox.queries import unread


def mark_read(user: object, numbers: Iterable[int] | None = None) -> int:
    """Mark one's own messages as read: those named, or all; return how many."""
    rows = unread(user)
    if numbers is not None:
        rows = rows.filter(pk__in=list(numbers))
    return rows.update(read_at=timezone.now())
