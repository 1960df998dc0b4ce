"""Count views and searches of the library and the site (L-09) as sums.

No persons, addresses or times of day are stored. Each process buffers counts and writes them every
minute in a thread (`enable_background_writes`), and when it ends. Only a killed process loses its
buffer. Counts that cannot be written are dropped, so that counting never blocks a reader.
"""

import atexit
import contextlib
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Container
from datetime import date
from multiprocessing.util import Finalize

from django.db import DatabaseError, connections, transaction
from django.db.models import F, Sum
from django.utils import timezone

from gongkai.content.policies.models import Asked, PolicyRecord, Use
from gongkai.core.acts.rows import split_into_batches
from gongkai.lib.law import add_months

#: Written when so many are waiting, or so many seconds have passed since the last time.
MAX_WAITING_COUNTS, WRITE_INTERVAL_SECONDS = 200, 60
MAX_SEARCH_CHARACTERS = 60
#: Months for which counts are stored by day.
MONTHS_WITH_DAILY_COUNTS = 13
#: Key in a request's META set by our own programs (the mirror), whose requests are not counted.
UNCOUNTED_COOKIE = "gongkai.uncounted"


class _CountBuffer:
    """Counts that are not written to the database yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.views: Counter[tuple[int, date]] = Counter()
        self.words: Counter[tuple[str, date]] = Counter()
        self.misses: Counter[tuple[str, date]] = Counter()
        self.written = time.monotonic()

    def add(self, count: Callable[[], None]) -> None:
        """Run `count` under the lock, and write the buffer if it is full or old."""
        with self.lock:
            count()
            waiting = self.views.total() + self.words.total()
            due = waiting >= MAX_WAITING_COUNTS or time.monotonic() - self.written > WRITE_INTERVAL_SECONDS
            _start_writer()
        if due:
            write_counts()


_buffer = _CountBuffer()
#: True if this program writes counts from a thread; the id of the process that started the thread.
_serving, _watched = False, 0


def enable_background_writes() -> None:
    """Write counts in a background thread of each server process; called at server start."""
    global _serving  # noqa: PLW0603 - one answer for the whole process
    _serving = True


def _start_writer() -> None:
    """Start this process's writer thread at its first count (after a fork). The caller has locked the buffer."""
    global _watched  # noqa: PLW0603 - one thread for the whole process
    if not _serving or _watched == os.getpid():
        return
    _watched = os.getpid()
    atexit.register(_write_in_thread)
    Finalize(None, _write_in_thread, exitpriority=1)  # children of multiprocessing end without atexit
    threading.Thread(target=_write_counts_forever, name="policy-use", daemon=True).start()


def _write_counts_forever() -> None:
    """Write the counts at intervals, in the writer thread."""
    while True:
        time.sleep(WRITE_INTERVAL_SECONDS)
        _write_in_thread()


def _write_in_thread() -> None:
    """Write the counts from the background thread and close its database connection."""
    try:
        write_counts()
    finally:
        connections.close_all()


def count_view(record_id: int) -> None:
    """Count a view of a document today."""
    key = (record_id, timezone.localdate())
    _buffer.add(lambda: _buffer.views.update([key]))


def count_search(words: str, hits: int) -> None:
    """Count one search for these words in this month; `hits`: its number of results.

    Searches with more than ten digits are not counted, as they may be personal.
    """
    text = " ".join(words.split())[:MAX_SEARCH_CHARACTERS]
    if not text or sum(char.isdigit() for char in text) > 10:
        return  # long numbers may identify a person
    key = (text, timezone.localdate().replace(day=1))

    def count() -> None:
        """Count the search, and separately if it found nothing."""
        _buffer.words.update([key])
        if not hits:
            _buffer.misses.update([key])

    _buffer.add(count)


def write_counts() -> dict[str, int]:
    """Write buffered counts to the database; drop them on a database error. Also a job for the worker; returns counts."""
    with _buffer.lock:
        views, counts, misses = _buffer.views, _buffer.words, _buffer.misses
        _buffer.views, _buffer.words, _buffer.misses = Counter(), Counter(), Counter()
        _buffer.written = time.monotonic()
    if not views and not counts:
        return {"views": 0, "searches": 0}
    with contextlib.suppress(DatabaseError), transaction.atomic():
        existing_ids = set(PolicyRecord.objects.filter(pk__in={pk for pk, _ in views}).values_list("pk", flat=True))
        for (record, day), count in views.items():
            if record not in existing_ids:
                continue  # taken away since it was looked at
            Use.objects.get_or_create(record_id=record, day=day)
            Use.objects.filter(record_id=record, day=day).update(views=F("views") + count)
        for (text, month), count in counts.items():
            Asked.objects.get_or_create(words=text, month=month)
            Asked.objects.filter(words=text, month=month).update(
                times=F("times") + count, misses=F("misses") + misses[text, month]
            )
    return {"views": views.total(), "searches": counts.total()}


#: Words that were looked for less often in this and the last month are nobody's business; and how many are offered.
MIN_SEARCHES, MAX_FREQUENT_SEARCHES = 3, 10


def list_frequent_searches(*, public_words: Container[str]) -> list[str]:
    """Return up to ten frequent successful searches of this and the last month, most frequent first.

    Args:
        public_words: words in public titles; other typed words are never shown to others.
    """
    since = add_months(timezone.localdate().replace(day=1), -1)
    rows = Asked.objects.filter(month__gte=since).values("words").annotate(n=Sum("times"), gone=Sum("misses"))
    often = rows.filter(n__gte=MIN_SEARCHES, gone__lt=F("n")).order_by("-n", "words")[: MAX_FREQUENT_SEARCHES * 5]
    return [row["words"] for row in often if row["words"] in public_words][:MAX_FREQUENT_SEARCHES]


def list_missed_words(limit: int) -> list[tuple[str, int]]:
    """Return up to `limit` (words, times) of searches without results in this and the last month, by frequency."""
    since = add_months(timezone.localdate().replace(day=1), -1)
    rows = Asked.objects.filter(month__gte=since).values("words").annotate(n=Sum("times"), gone=Sum("misses"))
    return list(rows.filter(gone__gte=F("n")).order_by("-n", "words").values_list("words", "n")[:limit])


def write_and_sum_up() -> dict[str, int]:
    """Job: write this process's buffered counts, and sum up the days of an old month; return counts."""
    return {**write_counts(), "folded": sum_up_oldest_month()}


def sum_up_oldest_month() -> int:
    """Sum up the days of the oldest month before `MONTHS_WITH_DAILY_COUNTS` months into one row a document; return
    by how many rows the table shrank.

    Display and export are by month, so no shown figure changes. One month is processed per run; concurrent runs
    do it once.
    """
    bound = add_months(timezone.localdate().replace(day=1), -MONTHS_WITH_DAILY_COUNTS)
    old = Use.objects.filter(day__lt=bound).exclude(day__day=1).order_by("day").first()
    if old is None:
        return 0
    first = old.day.replace(day=1)
    with contextlib.suppress(DatabaseError), transaction.atomic():
        month = Use.objects.filter(day__gte=first, day__lt=add_months(first, 1))
        rows = list(month.select_for_update().order_by("pk"))
        sums: Counter[int] = Counter()
        for row in rows:
            sums[row.record_id] += row.views
        for some in split_into_batches(row.pk for row in rows):
            Use.objects.filter(pk__in=some).delete()
        uses = [Use(record_id=record, day=first, views=views) for record, views in sums.items()]
        Use.objects.bulk_create(uses, batch_size=500)
        return len(rows) - len(uses)
    return 0
