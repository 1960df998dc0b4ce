"""Purge threads: two per cache, for urgent and other rows, in every serving process.

No request waits for a cache, a slow page delays no withdrawal, and an unreachable cache affects
no other. Workers pick up leftovers of dead processes within a second (`begin(watch=True)`).
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence

from django.db import close_old_connections, connections
from django.db.models import Q
from django.utils import timezone

from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging.sending import send_due, tell_first
from gongkai.ui.portal.purging.ways import receivers

LOG = logging.getLogger("gongkai.portal")
#: Without threads: URLs purged right after a change, and the time limit in seconds; the job does
#: the rest.
MAX_IMMEDIATE_URLS, IMMEDIATE_TIMEOUT_SECONDS = 200, 10.0
#: Maximum seconds that an action waits for files to be deleted before its response.
MAX_ACTION_WAIT_SECONDS = 1.0
#: Seconds between two checks, and after a failure.
EVERY, FAILURE_PAUSE_SECONDS = 1.0, 5.0


class Lane(threading.Thread):
    """Thread that sends urgent or other purges to one cache."""

    def __init__(self, cache: str, *, urgent: bool) -> None:
        super().__init__(name=f"caches{'-urgent' if urgent else ''}-{cache}"[:60], daemon=True)
        self.cache, self.urgent, self.of = cache, urgent, Q(cache=cache, urgent=urgent)
        self.woken = threading.Event()
        self.waiting: list[tuple[Sequence[Purge], threading.Event]] = []

    def first(self, rows: Sequence[Purge]) -> threading.Event:
        """Send committed rows first; return the event set once the cache was asked."""
        asked = threading.Event()
        self.waiting.append((rows, asked))
        self.woken.set()
        return asked

    def run(self) -> None:
        """Wait for a wake-up, send, repeat."""
        while self.woken.wait():
            self.woken.clear()
            try:
                while self.waiting:
                    tell_first(*self.waiting.pop(0))
                close_old_connections()
                send_due(of=self.of)
            except Exception:  # a database that is away comes back, and the rows are still there
                LOG.exception("caches could not be told; tried again")
                self.woken.wait(FAILURE_PAUSE_SECONDS)
            finally:
                connections.close_all()


PURGE_THREADS: list[Lane] = []


def wake(first: Sequence[Purge] = ()) -> None:
    """Send what is due, by the threads or, without threads, here.

    Args:
        first: rows just written that delete files (`AT_ONE_WORD`). They are sent to all web
            servers in parallel before the action's response, without waiting for the database.
    """
    if not PURGE_THREADS:
        send_due(most=MAX_IMMEDIATE_URLS, seconds=IMMEDIATE_TIMEOUT_SECONDS)
    rows: dict[str, list[Purge]] = defaultdict(list)
    for row in first:
        rows[row.cache].append(row)
    asked = [lane.first(rows[lane.cache]) for lane in PURGE_THREADS if lane.urgent and lane.cache in rows]
    until = time.monotonic() + MAX_ACTION_WAIT_SECONDS
    for one in asked:
        one.wait(max(until - time.monotonic(), 0.0))
    for lane in PURGE_THREADS:
        lane.woken.set()


def begin(*, watch: bool = False) -> list[Lane]:
    """Start the threads of this process, if there are caches.

    Args:
        watch: also check every second for leftovers.
    """
    if PURGE_THREADS:
        return PURGE_THREADS
    PURGE_THREADS.extend(
        Lane(f"{way}={address}", urgent=urgent) for way, address in receivers() for urgent in (True, False)
    )
    for lane in PURGE_THREADS:
        lane.start()
    if watch and PURGE_THREADS:
        threading.Thread(target=_watch_outbox, name="caches-watch", daemon=True).start()
    return PURGE_THREADS


def _watch_outbox() -> None:
    while True:
        time.sleep(EVERY)
        try:
            close_old_connections()
            look()
        except Exception:
            LOG.exception("it could not be looked for what caches are to be told; tried again")
            connections.close_all()
            time.sleep(FAILURE_PAUSE_SECONDS)


def look() -> bool:
    """Wake the threads if rows are due; return true if so."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lte=now)
    due = Purge.objects.filter(free, due_at__lte=now).exists()
    if due:
        wake()
    return due
