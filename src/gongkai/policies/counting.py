"""Use of the library (L-09): views by document and day, searches by words and month. Sums only: no person, no address, no time of day.

Counts gather in this process and are written now and then in one go, with the next view. What cannot be written is dropped: counting never stands
in a reader's way.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from gongkai.policies.models import Asked, PolicyRecord, Use

#: Written when so many are waiting, or so many seconds have passed since the last time.
MOST_WAITING, SECONDS = 200, 60
MOST_WORDS = 60


class _Buffer:
    """What was counted and is not written yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.views: Counter[tuple[int, Any]] = Counter()
        self.words: Counter[tuple[str, Any]] = Counter()
        self.misses: Counter[tuple[str, Any]] = Counter()
        self.written = time.monotonic()

    def add(self, count: Callable[[], None]) -> None:
        with self.lock:
            count()
            waiting = self.views.total() + self.words.total()
            due = waiting >= MOST_WAITING or time.monotonic() - self.written > SECONDS
        if due:
            flush()


_buffer = _Buffer()


def viewed(record_id: int) -> None:
    """Count that a document was opened today."""
    key = (record_id, timezone.localdate())
    _buffer.add(lambda: _buffer.views.update([key]))


def looked_for(words: str, hits: int) -> None:
    """Count that words were looked for this month, and that nothing was found."""
    said = " ".join(words.split())[:MOST_WORDS]
    if not said or sum(char.isdigit() for char in said) > 10:
        return  # long numbers may be somebody's
    key = (said, timezone.localdate().replace(day=1))

    def count() -> None:
        _buffer.words.update([key])
        if not hits:
            _buffer.misses.update([key])

    _buffer.add(count)


def flush() -> dict[str, int]:
    """Write what waits; what cannot be written is dropped. Also the job that writes what a quiet hour left."""
    with _buffer.lock:
        views, words, misses = _buffer.views, _buffer.words, _buffer.misses
        _buffer.views, _buffer.words, _buffer.misses = Counter(), Counter(), Counter()
        _buffer.written = time.monotonic()
    if not views and not words:
        return {"views": 0, "searches": 0}
    with contextlib.suppress(DatabaseError), transaction.atomic():
        there = set(PolicyRecord.objects.filter(pk__in={pk for pk, _ in views}).values_list("pk", flat=True))
        for (record, day), times in views.items():
            if record not in there:
                continue  # taken away since it was looked at
            Use.objects.get_or_create(record_id=record, day=day)
            Use.objects.filter(record_id=record, day=day).update(views=F("views") + times)
        for (said, month), times in words.items():
            Asked.objects.get_or_create(words=said, month=month)
            Asked.objects.filter(words=said, month=month).update(
                times=F("times") + times, misses=F("misses") + misses[said, month]
            )
    return {"views": views.total(), "searches": words.total()}
