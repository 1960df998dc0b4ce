"""Which database a query reads: a replica for public pages asked by anybody, the primary for all else.

There may be several replicas: pages are spread over those that may be read, each is watched by itself. A replica follows the primary a moment later.
How far it is behind is measured, not believed: where the primary's log stood at which moment is noted (at most once a second), and the replica's log
says which of those moments it has reached. A replica that is further behind than `GONGKAI_REPLICA_LAG`, is away, or is none any more (promoted)
is not read. While the primary is away nothing can be withdrawn, so a replica is read however old it is.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, partial
from itertools import count

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from gongkai.portal.patience import cutter

PRIMARY = "default"
#: Seconds between two looks, and between two tries to reach a replica that was away.
EVERY, AGAIN = 1.0, 5.0
#: Seconds between two looks while a change is waited for.
STEP = 0.02
#: Which database this request reads.
READS: ContextVar[str] = ContextVar("gongkai_reads", default=PRIMARY)
FAULTS = (DatabaseError, InterfaceError)
_TURN = count()


def replicas() -> list[str]:
    """Return the replicas that the settings name (config/databases.py)."""
    return [alias for alias in settings.DATABASES if alias.startswith("replica")]


class Router:
    """Reads as `READS` says, but in a transaction; whoever writes reads what was written from then on."""

    def db_for_read(self, model: object, **hints: object) -> str:
        """Return the database of a query."""
        reads = READS.get()
        return PRIMARY if reads == PRIMARY or connections[PRIMARY].in_atomic_block else reads

    def db_for_write(self, model: object, **hints: object) -> str:
        """Return the primary; the rest of the request reads it, too."""
        if READS.get() != PRIMARY:
            READS.set(PRIMARY)
        return PRIMARY

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        """Rows of both are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Only the primary is brought up to date; the replica follows."""
        return db == PRIMARY


def place(text: str) -> int:
    """Return a place in PostgreSQL's log as a number.

    >>> place("1/0000000A")
    4294967306
    """
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def _asked(alias: str, query: str) -> str:
    """Return the one value that a query gives; empty where it gives none."""
    with connections[alias].cursor() as cursor, cutter().over(connections[alias].connection):
        cursor.execute(query)
        return str((cursor.fetchone() or [""])[0] or "")


def written() -> int:
    """Return how far the primary's log has come."""
    return place(_asked(PRIMARY, "SELECT pg_current_wal_lsn()"))


def followed(alias: str) -> int:
    """Return how far a replica has followed; -1 where it is no replica (any more)."""
    found = _asked(alias, "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END")
    return place(found) if found else -1


def bound() -> float:
    """Return the seconds after which no process reads a replica that does not follow."""
    return settings.GONGKAI_REPLICA_LAG + 2 * EVERY


class Watch:
    """How far one replica is behind, as this process last saw it."""

    def __init__(
        self,
        at_replica: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        at_primary: Callable[[], int] = written,
        *,
        aside: bool = False,
    ) -> None:
        self.clock, self.at_primary, self.at_replica, self.aside = clock, at_primary, at_replica, aside
        self.moments: deque[tuple[float, int]] = deque(maxlen=600)
        self.next, self.good = 0.0, False
        #: Whether it failed, and was not reached since.
        self.lost = False
        #: Since when this process knows that it is no replica any more.
        self.promoted: float | None = None
        #: Seconds behind at the last look; None: unknown (away, promoted, or never seen).
        self.behind: float | None = None
        self.lock = threading.Lock()

    def fresh(self) -> bool:
        """Whether the replica may be read; looked at most once a second, by one reader, while the others take what was last seen.

        Whether one that was away is there again nobody waits for: that is looked for aside, where the watch is told so.
        """
        if self.clock() >= self.next and self.lock.acquire(blocking=False):
            if self.aside and self.lost:
                threading.Thread(target=self._look_aside, name="replica-look", daemon=True).start()
            else:
                try:
                    self._look()
                finally:
                    self.lock.release()
        return self.good

    def _look_aside(self) -> None:
        try:
            self._look()
        finally:
            self.lock.release()
            connections.close_all()

    def away(self) -> None:
        """Read it no more for a while: it failed."""
        self.good, self.behind, self.next, self.lost = False, None, self.clock() + AGAIN, True

    def _look(self) -> None:
        now, primary = self.clock(), True
        try:
            self.moments.append((now, self.at_primary()))
        except FAULTS:
            primary = False
        try:
            reached = self.at_replica()
        except FAULTS:
            return self.away()
        self.lost = False
        while len(self.moments) > 1 and self.moments[1][1] <= reached:
            self.moments.popleft()
        has_one = bool(self.moments) and self.moments[0][1] <= reached
        self.behind = now - self.moments[0][0] if has_one else None
        in_bound = self.behind is not None and self.behind <= settings.GONGKAI_REPLICA_LAG
        self.good, self.next = reached >= 0 and (in_bound or not primary), now + EVERY
        self._note(reached)
        return None

    def _note(self, reached: int) -> None:
        """Note since when it is known to be no replica any more."""
        known = self.clock() if self.promoted is None else self.promoted
        self.promoted = known if reached < 0 else None

    def settle(
        self, age: float = 0.0, patience: float | None = None, *, wait: Callable[[float], object] = time.sleep
    ) -> bool:
        """Return when no reader meets what stood before: the replica has all that is committed now, or nobody reads it for being late.

        Args:
            age: seconds since it was committed: what is so old that any process must have seen how late the replica is waits for nothing.
            patience: seconds to wait at most; without, as long as some process might still read it.
            wait: how it is waited.

        Returns:
            Whether that is so; False where patience ended before.
        """
        began = self.clock()
        end = began + max(bound() - age, 0)
        until = end if patience is None else min(end, began + patience)
        try:
            wanted = self.at_primary()
            while (reached := self.at_replica()) < wanted:
                self._note(reached)
                if self.promoted is not None:  # each process sees that at its next look
                    end = min(end, self.promoted + 2 * EVERY)
                    until = min(until, end)
                if self.clock() >= until:
                    return self.clock() >= end
                wait(STEP)
        except FAULTS:
            wait(max(until - self.clock(), 0))
            return self.clock() >= end
        return True


@cache
def watch_of(alias: str) -> Watch:
    """Return the watch over a replica: one for the process."""
    return Watch(partial(followed, alias), aside=True)


def chosen() -> str:
    """Return the database that the next public page reads: in turn one of the replicas that may be read; the primary where none may."""
    fresh = [alias for alias in replicas() if watch_of(alias).fresh()]
    return fresh[next(_TURN) % len(fresh)] if fresh else PRIMARY


def settle(age: float = 0.0, patience: float | None = None) -> bool:
    """Wait until what was committed is what readers get, of every replica; nothing where there is none. Before caches are told to ask again.

    Args:
        age: seconds since it was committed.
        patience: seconds to wait at most, for all of them together.

    Returns:
        Whether it is what readers get now.
    """
    began, settled = time.monotonic(), True
    for alias in replicas():
        waited = time.monotonic() - began
        left = None if patience is None else max(patience - waited, 0.0)
        settled = watch_of(alias).settle(age + waited, left) and settled
    return settled
