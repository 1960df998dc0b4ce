"""Database routing: anonymous public pages read from a replica, all else from the primary.

Pages are spread over the usable replicas. The lag is measured: the primary's log position is
noted at most once a second, and the replica's log shows which of these positions it has
reached. A replica that lags more than `GONGKAI_REPLICA_LAG`, is down or was promoted is not
read. While the primary is down nothing can be withdrawn, so any replica may be read.

A replica with another data generation than the primary (`acts.generation`) is never read: after
a point-in-time restore it contains abandoned data. Until the primary has begun the generation
of its timeline, no replica is read.
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

from gongkai.core.acts.generation import NEWEST_GENERATION_SQL, decode_facts, is_of_timeline, read_last_seen_generation
from gongkai.ui.portal.page_file_upkeep import get_query_watchdog

#: Database alias of the primary.
PRIMARY_DATABASE = "default"
#: Seconds between two measurements, and between two attempts to reach a failed replica.
CHECK_SECONDS, RETRY_SECONDS = 1.0, 5.0
#: Seconds between two measurements while waiting for a change.
REPLICA_POLL_SECONDS = 0.02
#: Database alias for reads of this request.
CURRENT_READ_DATABASE: ContextVar[str] = ContextVar("gongkai_reads", default=PRIMARY_DATABASE)
#: Exceptions of a failed database.
DATABASE_ERRORS = (DatabaseError, InterfaceError)
_REPLICA_CHOICE_COUNTER = count()


def list_replicas() -> list[str]:
    """Return the configured replicas (config/databases.py)."""
    return [alias for alias in settings.DATABASES if alias.startswith("replica")]


class ReplicaRouter:
    """Reads from `CURRENT_READ_DATABASE`, except in transactions and after a write."""

    def db_for_read(self, model: object, **hints: object) -> str:
        """Return the database for a query: the request's, in transactions the primary."""
        reads = CURRENT_READ_DATABASE.get()
        return PRIMARY_DATABASE if reads == PRIMARY_DATABASE or connections[PRIMARY_DATABASE].in_atomic_block else reads

    def db_for_write(self, model: object, **hints: object) -> str:
        """Return the primary, and use it for later reads of the request."""
        if CURRENT_READ_DATABASE.get() != PRIMARY_DATABASE:
            CURRENT_READ_DATABASE.set(PRIMARY_DATABASE)
        return PRIMARY_DATABASE

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        """Return true: rows of primary and replica are the same."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Return true for the primary only."""
        return db == PRIMARY_DATABASE


def parse_log_position(text: str) -> int:
    """Return a PostgreSQL log position as an integer.

    >>> parse_log_position("1/0000000A")
    4294967306
    """
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


class LogPosition(NamedTuple):
    """The position that a database server has `reached` in its log (-1: it is no replica), and its data's
    generation.
    """

    reached: int
    generation: str = ""


_NEWEST_GENERATION_JOIN_SQL = f"FROM (VALUES (1)) AS one LEFT JOIN ({NEWEST_GENERATION_SQL}) AS newest ON true"
_WAL_TIMELINE_SQL = "('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"


def _fetch_row(alias: str, query: str) -> tuple[object, ...]:
    """Return the row of a query on a database, watched so that a slow one is cancelled."""
    with connections[alias].cursor() as cursor, get_query_watchdog().watch(connections[alias].connection):
        cursor.execute(query)
        return tuple(cursor.fetchone() or ())


def read_primary_position() -> LogPosition:
    """Return the primary's log position and, if begun on its timeline, its generation."""
    columns = f"pg_current_wal_lsn()::text, {_WAL_TIMELINE_SQL}, newest.hash, newest.facts"
    reached, timeline, name, facts = _fetch_row(PRIMARY_DATABASE, f"SELECT {columns} {_NEWEST_GENERATION_JOIN_SQL}")
    begun = is_of_timeline(decode_facts(facts), int(str(timeline)))
    return LogPosition(parse_log_position(str(reached)), str(name or "") if begun else "")


def read_replica_position(alias: str) -> LogPosition:
    """Return a replica's log position and generation."""
    columns = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END, newest.hash"
    reached, name = _fetch_row(alias, f"SELECT {columns} {_NEWEST_GENERATION_JOIN_SQL}")
    return LogPosition(parse_log_position(str(reached)) if reached else -1, str(name or ""))


def get_max_lag_seconds() -> float:
    """Return the seconds after which no process reads from a lagging replica."""
    return settings.GONGKAI_REPLICA_LAG + 2 * CHECK_SECONDS


class ReplicaWatch:
    """Measures how far one replica lags, for this process."""

    def __init__(
        self,
        at_replica: Callable[[], LogPosition],
        clock: Callable[[], float] = time.monotonic,
        at_primary: Callable[[], LogPosition] = read_primary_position,
        *,
        aside: bool = False,
    ) -> None:
        self.clock, self.at_primary, self.at_replica, self.aside = clock, at_primary, at_replica, aside
        self.moments: deque[tuple[float, int]] = deque(maxlen=600)
        self.next, self.good = 0.0, False
        #: Generation of the primary's data, as last seen.
        self.generation = read_last_seen_generation()
        #: True if the replica's data are of another generation.
        self.abandoned = False
        #: True if it failed and was not reached since.
        self.lost = False
        #: Time since which it is known to be promoted.
        self.promoted: float | None = None
        #: Lag in seconds at the last measurement; None: unknown (down, promoted or never
        #: seen).
        self.behind: float | None = None
        self.lock = threading.Lock()

    def fresh(self) -> bool:
        """Return true if the replica may be read; measured at most once a second by one reader.

        A failed replica is checked in another thread.
        """
        if self.clock() >= self.next and self.lock.acquire(blocking=False):
            if self.aside and self.lost:
                threading.Thread(target=self._measure_in_thread, name="replica-look", daemon=True).start()
            else:
                try:
                    self._measure_lag()
                finally:
                    self.lock.release()
        return self.good

    def _measure_in_thread(self) -> None:
        """Measure the lag in a thread of its own; releases the lock and closes its connections."""
        try:
            self._measure_lag()
        finally:
            self.lock.release()
            connections.close_all()

    def stop_reading(self) -> None:
        """Stop reading from the replica for a while."""
        self.good, self.behind, self.next, self.lost = False, None, self.clock() + RETRY_SECONDS, True

    def _read_primary(self) -> LogPosition | None:
        """Return the primary's log position, None if it is down."""
        try:
            position = self.at_primary()
        except DATABASE_ERRORS:
            return None
        self.generation = position.generation
        if self.moments and position.reached < self.moments[-1][1]:  # restored: earlier places are another history's
            self.moments.clear()
        return position

    def _measure_replica(self, primary: LogPosition | None) -> int:
        """Return the replica's log position, -1 if it is none or of another generation."""
        position = self.at_replica()
        self.abandoned = position.reached >= 0 and (not self.generation or position.generation != self.generation)
        if primary and position.reached > primary.reached:
            newer_primary = self._read_primary()
            self.abandoned = self.abandoned or (newer_primary is not None and position.reached > newer_primary.reached)
        return -1 if self.abandoned else position.reached

    def _measure_lag(self) -> None:
        """Measure the lag and decide whether the replica may be read."""
        moment, primary = self.clock(), self._read_primary()
        if primary:
            self.moments.append((moment, primary.reached))
        try:
            reached = self._measure_replica(primary)
        except DATABASE_ERRORS:
            return self.stop_reading()
        self.lost = False
        while len(self.moments) > 1 and self.moments[1][1] <= reached:
            self.moments.popleft()
        is_known = bool(self.moments) and self.moments[0][1] <= reached
        self.behind = moment - self.moments[0][0] if is_known else None
        is_within_limit = self.behind is not None and self.behind <= settings.GONGKAI_REPLICA_LAG
        self.good, self.next = reached >= 0 and (is_within_limit or not primary), moment + CHECK_SECONDS
        self._record_promotion(reached)
        return None

    def _record_promotion(self, replica_log_position: int) -> None:
        """Record since when the replica is promoted (negative position), or that it is not."""
        promoted_at = self.clock() if self.promoted is None else self.promoted
        self.promoted = promoted_at if replica_log_position < 0 else None

    def wait_until_current(
        self, age: float = 0.0, timeout_seconds: float | None = None, *, wait: Callable[[float], object] = time.sleep
    ) -> bool:
        """Wait until no reader gets old data: the replica has caught up or is not read.

        Args:
            age: seconds since the commit; old commits need no wait.
            timeout_seconds: maximum wait in seconds; default: until the replica is excluded.

        Returns:
            False if `timeout_seconds` ran out.
        """
        began = self.clock()
        end = began + max(get_max_lag_seconds() - age, 0)
        until = end if timeout_seconds is None else min(end, began + timeout_seconds)
        try:
            primary = self.at_primary()
            self.generation = primary.generation
            while (reached := self._measure_replica(primary)) < primary.reached:
                self._record_promotion(reached)
                if self.promoted is not None:  # each process sees that at its next look
                    end = min(end, self.promoted + 2 * CHECK_SECONDS)
                    until = min(until, end)
                if self.clock() >= until:
                    return self.clock() >= end
                wait(REPLICA_POLL_SECONDS)
        except DATABASE_ERRORS:
            wait(max(until - self.clock(), 0))
            return self.clock() >= end
        return True


@cache
def get_replica_watch(alias: str) -> ReplicaWatch:
    """Return the watch of a replica, one per process."""
    return ReplicaWatch(partial(read_replica_position, alias), aside=True)


def choose_database() -> str:
    """Return the database of the next public page: a fresh replica in turn, or the primary."""
    fresh = [alias for alias in list_replicas() if get_replica_watch(alias).fresh()]
    return fresh[next(_REPLICA_CHOICE_COUNTER) % len(fresh)] if fresh else PRIMARY_DATABASE


def wait_for_replicas(age: float = 0.0, timeout_seconds: float | None = None) -> bool:
    """Wait until all replicas have the committed data, before caches are purged.

    Args:
        age: seconds since the commit.
        timeout_seconds: maximum wait in seconds for all replicas.

    Returns:
        True if readers now get it.
    """
    began, have_followed = time.monotonic(), True
    for alias in list_replicas():
        waited = time.monotonic() - began
        remaining_seconds = None if timeout_seconds is None else max(timeout_seconds - waited, 0.0)
        have_followed = get_replica_watch(alias).wait_until_current(age + waited, remaining_seconds) and have_followed
    return have_followed
