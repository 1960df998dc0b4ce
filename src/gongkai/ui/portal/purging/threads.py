"""Lanes of telling: each cache has a thread for what takes something away, and one for the rest, in every process that serves pages.

So no request of a reader or an editor waits for a cache, a page that is slow to be made anew holds up no withdrawal, and a cache that cannot be
reached none of another's. What a process left that was killed, and what is due again, workers find within a second (`begin(watch=True)`).
Commands and tests have no lanes: there what an act changed is told right behind its commit.
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
#: Addresses told right behind a change where there are no lanes, and the seconds for it; what is more is left to the job.
AT_ONCE, AT_MOST = 200, 10.0
#: Seconds that an act waits at most, until it is answered, for files that are to be gone by then.
BEFORE = 1.0
#: Seconds between two looks of a watching process, and after a failure.
EVERY, PAUSE = 1.0, 5.0


class Lane(threading.Thread):
    """Tells one cache of what is urgent, or of what is not."""

    def __init__(self, cache: str, *, urgent: bool) -> None:
        super().__init__(name=f"caches{'-urgent' if urgent else ''}-{cache}"[:60], daemon=True)
        self.cache, self.urgent, self.of = cache, urgent, Q(cache=cache, urgent=urgent)
        self.woken = threading.Event()
        self.waiting: list[tuple[Sequence[Purge], threading.Event]] = []

    def first(self, rows: Sequence[Purge]) -> threading.Event:
        """Have rows told that were just committed, before all else; return what is set once the cache was asked."""
        asked = threading.Event()
        self.waiting.append((rows, asked))
        self.woken.set()
        return asked

    def run(self) -> None:
        """Wait to be woken, tell, wait again."""
        while self.woken.wait():
            self.woken.clear()
            try:
                while self.waiting:
                    tell_first(*self.waiting.pop(0))
                close_old_connections()
                send_due(of=self.of)
            except Exception:  # a database that is away comes back, and the rows are still there
                LOG.exception("caches could not be told; tried again")
                self.woken.wait(PAUSE)
            finally:
                connections.close_all()


LANES: list[Lane] = []


def wake(first: Sequence[Purge] = ()) -> None:
    """Let what is due be told: by the lanes of this process, or here where there are none.

    Args:
        first: rows that were just written and take files away (`AT_ONE_WORD`). They are told before an act is answered, to all web servers side by
            side: one that stands still holds up no other. What the database, its clock or another process says of these rows is not waited for.
    """
    if not LANES:
        send_due(most=AT_ONCE, seconds=AT_MOST)
    rows: dict[str, list[Purge]] = defaultdict(list)
    for row in first:
        rows[row.cache].append(row)
    asked = [lane.first(rows[lane.cache]) for lane in LANES if lane.urgent and lane.cache in rows]
    until = time.monotonic() + BEFORE
    for one in asked:
        one.wait(max(until - time.monotonic(), 0.0))
    for lane in LANES:
        lane.woken.set()


def begin(*, watch: bool = False) -> list[Lane]:
    """Start the lanes of this process; nothing where there is no cache.

    Args:
        watch: look each second for what others left.
    """
    if LANES:
        return LANES
    LANES.extend(
        Lane(f"{way}={address}", urgent=urgent) for way, address in receivers() for urgent in (True, False)
    )
    for lane in LANES:
        lane.start()
    if watch and LANES:
        threading.Thread(target=_watch, name="caches-watch", daemon=True).start()
    return LANES


def _watch() -> None:
    """Look each second; the connection is kept, since each new one is a login at PgBouncer."""
    while True:
        time.sleep(EVERY)
        try:
            close_old_connections()
            look()
        except Exception:
            LOG.exception("it could not be looked for what caches are to be told; tried again")
            connections.close_all()
            time.sleep(PAUSE)


def look() -> bool:
    """Wake the lanes where anything is due that nobody holds; whether there was."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lte=now)
    due = Purge.objects.filter(free, due_at__lte=now).exists()
    if due:
        wake()
    return due
