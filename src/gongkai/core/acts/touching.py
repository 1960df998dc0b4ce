"""Which covered rows were written since the log was last appended to: heard at the one place where Django sends its statements.

`config/covered.toml` names the tables (`covering.declare` reads it into `HEARD`). Whatever inserts, updates or deletes rows of them through Django
(saves, bulk statements, cascades) is noted with the connection; `chain.append` takes the note and has the movement answer for
the rows. Where a transaction ends with rows noted and no movement behind them, `commit` has one written (`HEARD.settle`). SQL written by hand is not
heard: covered tables are never written so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.lookups import Exact, In
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler
from django.db.models.sql.where import AND


@dataclass
class Heard:
    """What is listened to: covered table → its covered columns as Django names them, and who writes the movement for what nobody else answers for."""

    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    settle: Callable[[], object] = lambda: None


HEARD = Heard()
_KEY = "_gongkai_touched"
#: Rows by table, in the order they were written.
Touched = dict[str, dict[int, None]]


def note(connection: BaseDatabaseWrapper, table: str, rows: Iterable[int]) -> None:
    """Note that rows of a table were written; nothing where the table is not covered."""
    if table not in HEARD.fields or connection.alias != DEFAULT_DB_ALIAS:
        return
    if numbers := dict.fromkeys(int(row) for row in rows):
        noted: Touched = connection.__dict__.setdefault(_KEY, {})
        noted.setdefault(table, {}).update(numbers)


def noted() -> Touched:
    """Return what was noted."""
    found: Touched = connections[DEFAULT_DB_ALIAS].__dict__.get(_KEY, {})
    return found


def take() -> Touched:
    """Return what was noted, and forget it: a movement answers for it now."""
    found: Touched = connections[DEFAULT_DB_ALIAS].__dict__.pop(_KEY, {})
    return found


def covers(model: type[Model], names: Iterable[str]) -> bool:
    """Whether any of these columns of a model is covered."""
    return not HEARD.fields.get(model._meta.db_table, frozenset()).isdisjoint(names)


#: A statement, ready to be sent; an INSERT may be asked for columns of its rows.
Send = Callable[..., object]


def _inserted(compiler: SQLInsertCompiler, send: Send, fields: Sequence[object]) -> object:
    meta = compiler.query.get_meta()
    numbers = [model.pk for model in compiler.query.objs]
    if meta.pk not in fields and None in numbers:
        # Rows that are left out where they are there already get no numbers from Django: the database names those that it took.
        taken = cast("list[tuple[int]]", send([meta.pk]))
        note(compiler.connection, meta.db_table, [row[0] for row in taken if row])
        return []
    rows = send()
    if meta.pk in fields:
        assert isinstance(rows, list)
        numbers = [row[fields.index(meta.pk)] for row in rows]
    note(compiler.connection, meta.db_table, numbers)
    return rows


def _updated(compiler: SQLUpdateCompiler, send: Send, _: Sequence[object]) -> object:
    table = compiler.query.get_meta().db_table
    if HEARD.fields[table].isdisjoint(one.name for one, _, _ in compiler.query.values):  # type: ignore[attr-defined]
        return send()
    if (only := _of_one_row(compiler.query)) is not None:
        if done := send():  # how many rows there were: none where what else was asked of it does not hold
            note(compiler.connection, table, [only])
        return done
    numbers = _chosen(compiler)
    done = send()
    note(compiler.connection, table, numbers)
    return done


def _of_one_row(query: Query) -> int | None:
    """Return the number of the one row that a statement can be about, whatever else it asks of it; None where it names none."""
    where = query.where
    if where.negated or where.connector != AND:
        return None
    pk = query.get_meta().pk
    named = [
        one.rhs
        for one in where.children
        if isinstance(one, Exact) and getattr(one.lhs, "target", None) is pk and isinstance(one.rhs, int)
    ]
    return named[0] if named else None


def _deleted(compiler: SQLDeleteCompiler, send: Send, _: Sequence[object]) -> object:
    numbers = _chosen(compiler)
    done = send()
    note(compiler.connection, compiler.query.get_meta().db_table, numbers)
    return done


def _chosen(compiler: SQLCompiler) -> list[int]:
    """Return the numbers of the rows that a statement is about: read off its condition, or asked of the database."""
    where = compiler.query.where
    if len(where.children) == 1 and not where.negated:
        [only] = where.children
        target = getattr(getattr(only, "lhs", None), "target", None)
        if target is compiler.query.get_meta().pk and isinstance(only, Exact | In):
            named = list(only.rhs) if isinstance(only.rhs, list | tuple | set) else [only.rhs]
            if all(isinstance(one, int) for one in named):
                return named
    query = compiler.query.chain(klass=Query)
    query.select_related = False
    query.clear_ordering(force=True)
    query.extra = {}
    query.select = ()
    query.add_fields([query.get_meta().pk.name])
    return [row[0] for row in query.get_compiler(compiler.using).results_iter()]


@contextmanager
def _within(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """See to it that a statement and the movement behind it are one transaction."""
    if connection.in_atomic_block:
        yield
    else:
        with transaction.atomic(connection.alias):
            yield


def _hear(owner: type[SQLCompiler], react: Callable[..., object]) -> None:
    original = owner.execute_sql

    def execute_sql(self: SQLCompiler, *given: object, **named: object) -> object:
        def send(columns: Sequence[object] = ()) -> object:
            return original(self, columns) if columns else original(self, *given, **named)  # type: ignore[call-overload]

        if self.query.get_meta().db_table not in HEARD.fields:
            return send()
        fields = given[0] if given else named.get("returning_fields")
        with _within(self.connection):
            return react(self, send, fields if isinstance(fields, list | tuple) else ())

    setattr(owner, "execute_sql", execute_sql)  # noqa: B010 - Django's own method is meant to be replaced


def listen() -> None:
    """Hear every statement that Django's compilers send, and the ends of transactions; called once, when the program starts."""
    _hear(SQLInsertCompiler, _inserted)
    _hear(SQLUpdateCompiler, _updated)
    _hear(SQLDeleteCompiler, _deleted)
    commit, rollback = BaseDatabaseWrapper.commit, BaseDatabaseWrapper.rollback

    def settled(self: BaseDatabaseWrapper) -> None:
        if self.__dict__.get(_KEY) and self.alias == DEFAULT_DB_ALIAS:
            try:
                HEARD.settle()
            except BaseException:
                self.rollback()
                raise
        commit(self)

    def forgotten(self: BaseDatabaseWrapper) -> None:
        self.__dict__.pop(_KEY, None)
        rollback(self)

    BaseDatabaseWrapper.commit, BaseDatabaseWrapper.rollback = settled, forgotten  # type: ignore[method-assign]
