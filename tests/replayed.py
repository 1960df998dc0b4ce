"""What factories do to the database, done once by the product and repeated from what it wrote.

Most tests begin alike: a unit, a clerk, a draft that was submitted and signed. The first test lets the product do it, and what it
sent to the database is kept; a later test, of this module or another one, that asks for the same, of the same rows, gets these statements again in a
fraction of the time, and copies of the objects. What a test itself calls, its acts and pages, always runs.

Something is repeated only where all that it could depend on is the same: since the test began nothing but such calls wrote, nothing was
patched or set, no page was fetched, the last numbers of all tables are those of then, the arguments and the room's gates are equal, it is
the same day, and the clock of the test moved five minutes at most. Else the product does it again. A call that was refused or took
something back is never kept.

`GONGKAI_REPLAY=off` (so does `make test-all`, and whatever runs on PostgreSQL) lets the product do everything each time.
"""

import functools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from replayed_marks import Unlike, mark, restore

F = TypeVar("F", bound=Callable[..., Any])
#: How much older than the test what is repeated may be, by the test's own clock.
MOST = timedelta(minutes=5)
#: How many calls are kept: those that were repeated last.
MANY = 2_000
READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
TAKES_BACK = re.compile(r"\s*ROLLBACK\b", re.IGNORECASE)
numbers = count(1)


@dataclass
class Kept:
    """What a call wrote, what it returned, what it did to its arguments."""

    number: int
    statements: list[tuple[str, Any, bool]]
    behind: list[tuple[Any, Any]]
    #: Covered rows for which no movement answered yet (`acts.written_rows`).
    noted: dict[str, dict[int, None]]
    given: Any
    ended: datetime


@dataclass
class State:
    """Where the running test stands."""

    on: bool = os.environ.get("GONGKAI_REPLAY") != "off"
    #: Number of the last repeatable call since the rows that the module keeps; None: something else happened.
    at: int | None = None
    #: The rows that the module keeps, innermost last.
    bases: list[int] = field(default_factory=lambda: [0])
    #: Covered rows among those for which no movement answered yet.
    noted: list[dict[str, dict[int, None]]] = field(default_factory=lambda: [{}])
    changes: int = -1
    #: What is patched or set, now and when the rows were made.
    patches: set[int] = field(default_factory=set)
    usual: frozenset[int] = frozenset()
    #: Whose gates are not asked: those of rooms above.
    gates: frozenset[str] = frozenset()
    busy: bool = False
    kept: dict[Any, Kept] = field(default_factory=dict)
    module: str = ""
    repeated: int = 0
    made: int = 0


NOW = State()


def _connection() -> Any:
    from django.db import connection

    return connection


def _changes() -> int:
    raw = _connection().connection
    return getattr(raw, "total_changes", -1)  # only SQLite counts them, and only there is anything repeated


def _noted() -> dict[str, dict[int, None]]:
    return {table: dict(rows) for table, rows in _connection().__dict__.get("_gongkai_touched", {}).items()}


def _note(noted: dict[str, dict[int, None]]) -> None:
    _connection().__dict__["_gongkai_touched"] = {table: dict(rows) for table, rows in noted.items()}


def spoil() -> None:
    """Say that something happened on which later calls may depend."""
    if not NOW.busy:
        NOW.at = None


def begin(item: Any) -> None:
    """Begin a test: what the module keeps is there, nothing else."""
    NOW.module = item.nodeid.partition("::")[0]
    NOW.usual = frozenset(NOW.patches)
    off = {"transactional_db", "django_db_reset_sequences"} & set(getattr(item, "fixturenames", []))
    NOW.at = None if off else NOW.bases[-1]
    _note(NOW.noted[-1])
    NOW.changes = _changes()


def forget() -> None:
    """Keep nothing any more: the database was emptied and does not begin as it did."""
    NOW.kept.clear()
    NOW.bases[0] = next(numbers)


@contextmanager
def setting_up(fixture: Any) -> Iterator[None]:
    """Count what a fixture of more than one test patched or set as usual: it is there for all of them. So is what Django's own sets for each."""
    django_s = fixture.argname == "_django_db_helper"
    NOW.busy |= django_s
    try:
        yield
    finally:
        if django_s:
            NOW.busy = False
        elif fixture.scope != "function":
            NOW.usual = frozenset(NOW.patches)


@contextmanager
def base() -> Iterator[None]:
    """Let the rows that a fixture of the module or the class just made be what its tests begin with.

    Where nothing but factories made them they are those of another module that made the same.
    """
    alike = NOW.at is not None and _usual()
    NOW.bases.append(NOW.at if alike and NOW.at is not None else next(numbers))
    NOW.noted.append(_noted())
    NOW.at, NOW.changes, NOW.usual = NOW.bases[-1], _changes(), frozenset(NOW.patches)
    try:
        yield
    finally:
        NOW.bases.pop()
        NOW.noted.pop()
        NOW.at = None


def repeatable(function: F) -> F:
    """Let what a factory did be repeated."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not NOW.on or NOW.busy or NOW.at is None or not _usual():
            return function(*args, **kwargs)
        try:
            key = (
                NOW.at,
                NOW.usual,
                NOW.gates,
                function.__module__,
                function.__qualname__,
                mark(args),
                mark(kwargs),
                _last(),
            )
        except Unlike:
            spoil()
            return function(*args, **kwargs)
        known = NOW.kept.get(key)
        if known is not None and _young(known):
            NOW.kept[key] = NOW.kept.pop(key)  # the last to go
            return _repeat(known, args, kwargs)
        return _keep(key, function, args, kwargs)

    return call  # type: ignore[return-value]


def _usual() -> bool:
    """Whether nothing else wrote and nothing else is patched than when the rows were made."""
    connection = _connection()
    if connection.vendor != "sqlite" or connection.connection is None or not connection.in_atomic_block:
        return False
    if NOW.changes != _changes() or NOW.patches != NOW.usual:
        NOW.at = None
    return NOW.at is not None


def _last() -> int:
    """Return a mark of the last numbers of all tables."""
    return hash(tuple(_connection().connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY 1").fetchall()))


def _young(known: Kept) -> bool:
    from django.utils import timezone

    now = timezone.now()
    age = now - known.ended
    if timezone.localdate(now) != timezone.localdate(known.ended):
        return False
    return timedelta(0) <= age < MOST or (age > -MOST and _travelling() is not None)


def _travelling() -> Any:
    """Return who set the clock of the test, where somebody did."""
    import time_machine

    return time_machine.traveller_stack[-1] if time_machine.traveller_stack else None


def _keep(key: Any, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Let the product do it, and keep what it wrote where nothing was taken back."""
    from django.utils import timezone

    connection = _connection()
    statements: list[tuple[str, Any, bool]] = []
    whole = True

    def write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal whole
        if TAKES_BACK.match(sql):
            whole = False
        elif not READS.match(sql):
            statements.append((sql, [*params] if many else params, many))
        return execute(sql, params, many, context)

    waiting = len(connection.run_on_commit)
    NOW.busy = True
    try:
        with connection.execute_wrapper(write):
            given = function(*args, **kwargs)
    except BaseException:
        NOW.at = None
        raise
    finally:
        NOW.busy = False
    behind = [(func, robust) for _, func, robust in connection.run_on_commit[waiting:]]
    try:
        copied = deepcopy((given, args, kwargs)) if whole else None
    except Exception:
        whole = False
    if not whole or NOW.patches != NOW.usual:
        NOW.at = None
        return given
    known = Kept(next(numbers), [_raw(one) for one in statements], behind, _noted(), copied, timezone.now())
    if len(NOW.kept) > MANY:
        del NOW.kept[next(iter(NOW.kept))]
    NOW.kept[key], NOW.at, NOW.changes = known, known.number, _changes()
    NOW.made += 1
    return given


def _raw(statement: tuple[str, Any, bool]) -> tuple[str, Any, bool]:
    """Return a statement as SQLite takes it."""
    sql, params, many = statement
    if params is None:
        return sql, (), many
    return re.sub("%%", "%", re.sub(r"(?<!%)%s", "?", sql)), params, many


def _repeat(known: Kept, args: Any, kwargs: Any) -> Any:
    connection = _connection()
    raw = connection.connection
    for sql, params, many in known.statements:
        if many:
            raw.executemany(sql, params)
        else:
            raw.execute(sql, params).fetchall()
    now = set(connection.savepoint_ids)
    connection.run_on_commit.extend((now, func, robust) for func, robust in known.behind)
    _note(known.noted)
    _catch_up(known.ended)
    given, was_args, was_kwargs = deepcopy(known.given)
    restore(args, was_args)
    restore(kwargs, was_kwargs)
    NOW.at, NOW.changes = known.number, _changes()
    NOW.repeated += 1
    return given


def _catch_up(ended: datetime) -> None:
    """Let a clock that was set for the test go on to where it stood behind the call."""
    from django.utils import timezone

    behind = ended - timezone.now()
    if behind > timedelta(0):
        _travelling().shift(behind)
