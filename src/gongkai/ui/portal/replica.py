"""Which database a query reads: a replica for public pages asked by anybody, the primary for all else.

There may be several replicas: pages are spread over those that may be read, each is watched by itself. A replica follows the primary a moment later.
How far it is behind is measured, not believed: where the primary's log stood at which moment is noted (at most once a second), and the replica's log
says which of those moments it has reached. A replica that is further behind than `GONGKAI_REPLICA_LAG`, is away, or is none any more (promoted)
is not read. While the primary is away nothing can be withdrawn, so a replica is read however old it is.

A replica whose record is of another generation than the primary's (`acts.generation`) is never read: after a restore to a moment it holds a future
that was abandoned, and is ahead. Until the primary has begun the generation of its timeline, no replica is read.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, partial
from itertools import count
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from gongkai.core.acts.generation import NEWEST, facts_of, is_of_timeline, last_seen
from gongkai.ui.portal.patience import cutter

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


class Position(NamedTuple):
    """How far a server has come in PostgreSQL's log (-1: it is no replica), and the generation of its record ("": not begun)."""

    reached: int
    generation: str = ""


_BESIDE_NEWEST = f"FROM (VALUES (1)) AS one LEFT JOIN ({NEWEST}) AS newest ON true"
_TIMELINE = "('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"


def _asked(alias: str, query: str) -> tuple[object, ...]:
    """Return the one row that a query gives."""
    with connections[alias].cursor() as cursor, cutter().over(connections[alias].connection):
        cursor.execute(query)
        return tuple(cursor.fetchone() or ())


def written() -> Position:
    """Return how far the primary's log has come, and its generation where that was begun on its present timeline."""
    columns = f"pg_current_wal_lsn()::text, {_TIMELINE}, newest.hash, newest.facts"
    reached, timeline, name, facts = _asked(PRIMARY, f"SELECT {columns} {_BESIDE_NEWEST}")
    begun = is_of_timeline(facts_of(facts), int(str(timeline)))
    return Position(place(str(reached)), str(name or "") if begun else "")


def followed(alias: str) -> Position:
    """Return how far a replica has followed, and the generation of its record."""
    columns = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END, newest.hash"
    reached, name = _asked(alias, f"SELECT {columns} {_BESIDE_NEWEST}")
    return Position(place(str(reached)) if reached else -1, str(name or ""))


def bound() -> float:
    """Return the seconds after which no process reads a replica that does not follow."""
    return settings.GONGKAI_REPLICA_LAG + 2 * EVERY


class Watch:
    """How far one replica is behind, as this process last saw it."""

    def __init__(
        self,
        at_replica: Callable[[], Position],
        clock: Callable[[], float] = time.monotonic,
        at_primary: Callable[[], Position] = written,
        *,
        aside: bool = False,
    ) -> None:
        self.clock, self.at_primary, self.at_replica, self.aside = clock, at_primary, at_replica, aside
        self.moments: deque[tuple[float, int]] = deque(maxlen=600)
        self.next, self.good = 0.0, False
        #: The generation of the primary's record, as this machine last saw it.
        self.generation = last_seen()
        #: Whether the replica's record is of another one.
        self.abandoned = False
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

    def _primary(self) -> Position | None:
        """Ask the primary; None where it is away."""
        try:
            found = self.at_primary()
        except FAULTS:
            return None
        self.generation = found.generation
        if (
            self.moments and found.reached < self.moments[-1][1]
        ):  # restored: earlier places are another history's
            self.moments.clear()
        return found

    def _reached(self, primary: Position | None) -> int:
        """Return how far the replica has followed this primary; -1 where it does not follow it.

        A replica that is ahead of the primary, however often that is asked, follows another history.
        """
        found = self.at_replica()
        self.abandoned = found.reached >= 0 and (not self.generation or found.generation != self.generation)
        if primary and found.reached > primary.reached:
            again = self._primary()
            self.abandoned = self.abandoned or (again is not None and found.reached > again.reached)
        return -1 if self.abandoned else found.reached

    def _look(self) -> None:
        now, primary = self.clock(), self._primary()
        if primary:
            self.moments.append((now, primary.reached))
        try:
            reached = self._reached(primary)
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
            primary = self.at_primary()
            self.generation = primary.generation
            while (reached := self._reached(primary)) < primary.reached:
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
