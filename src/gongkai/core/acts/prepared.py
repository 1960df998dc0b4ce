"""Statements that every act sends, compiled once for each connection: its target, the head of its stream, the rows it covers.

Django takes several times as long to compile such a query as SQLite to answer it. `acts` alone uses this module; everything else is a plain
queryset (what a search saved by it: decision 0039).
A `Prepared` makes its queryset once with placeholders; later calls hand over values.

    HEAD = Prepared(lambda stream: Movement.objects.filter(stream=stream).order_by("-seq").values_list("seq", "hash")[:1], Movement)
    HEAD(stream="entry/12")

Only the words are kept, never an answer. Whatever changes from one call to the next must be an argument: the function that makes the queryset
is called once, so a moment that it took from the clock would stand still; such a query is refused where it is made. Arguments are numbers,
texts, days, moments or several of one kind; no booleans, and None never (it is another question).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar, cast

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import (
    ModelIterable,
    QuerySet,
    ValuesListIterable,
)
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from gongkai.core.acts import touching

Row_co = TypeVar("Row_co", covariant=True)
Value = int | str | date
#: What stands for the n-th value while a query is made: no constant of any query looks like these. The numbers fit the smallest of columns:
#: of one that does not, Django knows without asking that no row has it.
NUMBER, TEXT, DAY, MOMENT = (
    31_357,
    "\ufdd0prepared",
    date(2913, 1, 1),
    datetime(2914, 1, 1, tzinfo=UTC),
)
#: So many statements a connection keeps in words; a server lives for months.
MOST = 500
#: What reads rows as a database gives them.
Read = Callable[[Iterable[Sequence[object]]], list[Row_co]]
#: The name of one value among the arguments: which argument, and which of several.
Slot = tuple[str, int]


#: A statement in words, its parameters, what reads its rows, how many columns they have.
Compiled = tuple[str, Sequence[Value], Read[Row_co], int]


@dataclass(frozen=True)
class Written(Generic[Row_co]):
    """A statement in words: each of its parameters is a constant or the slot of a value."""

    sql: str
    parameters: tuple[tuple[Slot | None, Value], ...]
    read: Read[Row_co]
    #: How many columns it reads.
    width: int

    def values(self, connection: BaseDatabaseWrapper, given: Mapping[str, Sequence[Value]]) -> list[Value]:
        """Return the parameters with the values of one call."""
        return [
            fixed if slot is None else _adapted(connection, given[slot[0]][slot[1]])
            for slot, fixed in self.parameters
        ]


class _Statement(Generic[Row_co]):
    """What queries and changes have in common: words by connection and shape."""

    def _written(
        self, connection: BaseDatabaseWrapper, given: Mapping[str, Sequence[Value]], single: Collection[str]
    ) -> Written[Row_co]:
        shape = (id(self), *((name, len(values), type(values[0])) for name, values in given.items()))
        kept: dict[object, tuple[object, Written[Row_co]]] = connection.__dict__.setdefault(
            "_gongkai_written", {}
        )
        if shape not in kept:
            if (
                len(kept) >= MOST
            ):  # lists come in any length, each is a shape: what was written down first goes
                del kept[next(iter(kept))]
            kept[shape] = (self, self._write(connection, given, single))
        return kept[shape][1]

    def _write(
        self, connection: BaseDatabaseWrapper, given: Mapping[str, Sequence[Value]], single: Collection[str]
    ) -> Written[Row_co]:
        slots: dict[object, Slot] = {}
        stand_ins: dict[str, Value | list[Value]] = {}
        for name, values in given.items():
            made = [_stand_in(one, len(slots) + n) for n, one in enumerate(values)]
            slots |= {_adapted(connection, one): (name, n) for n, one in enumerate(made)}
            stand_ins[name] = made[0] if name in single else made
        sql, parameters, read, width = self._compile(connection.alias, stand_ins)
        placed = tuple(
            (slots.get(parameter) if isinstance(parameter, int | str | date) else None, parameter)
            for parameter in parameters
        )
        if missing := set(slots.values()) - {slot for slot, _ in placed}:
            raise AssertionError(f"not asked for by the query: {sorted(missing)}")
        for slot, one in placed:
            # SQLite gets moments as texts.
            if slot is None and (isinstance(one, date) or _is_today(one)):
                raise AssertionError(f"a moment would stand still in: {sql}")
        return Written(sql, placed, read, width)

    def _compile(self, using: str, stand_ins: Mapping[str, object]) -> "Compiled[Row_co]":
        raise NotImplementedError


class Prepared(_Statement[Row_co]):
    """A query of one shape; called with its arguments it returns the rows. An argument of no values finds nothing.

    Args:
        ask: makes the queryset: of a model (with `select_related`), or `values_list`.
        model: whose database is asked.
        locks: whether it holds the rows (`select_for_update`): then the primary is asked.
    """

    def __init__(
        self,
        ask: Callable[..., QuerySet[models.Model, Row_co]],
        model: type[models.Model],
        *,
        locks: bool = False,
    ) -> None:
        self.ask, self.model, self.locks = ask, model, locks

    def __call__(self, **given: Value | Collection[Value]) -> list[Row_co]:
        """Return the rows for these values."""
        choose = router.db_for_write if self.locks else router.db_for_read
        connection = connections[choose(self.model)]
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("rows are held until the end of a transaction")
        if any(isinstance(one, Collection) and not one for one in given.values()):
            return []
        written, values = self.words(connection, **given)
        with connection.cursor() as cursor:
            cursor.execute(written.sql, values)
            return written.read(cursor.fetchall())

    def words(
        self, connection: BaseDatabaseWrapper, **given: Value | Collection[Value]
    ) -> tuple[Written[Row_co], list[Value]]:
        """Return the statement for these values, and its parameters."""
        several, single = _listed(given)
        written = self._written(connection, several, single)
        return written, written.values(connection, several)

    def first(self, **given: Value | Collection[Value]) -> Row_co | None:
        """Return the first row for these values; None where there is none."""
        return next(iter(self(**given)), None)

    def _compile(self, using: str, stand_ins: Mapping[str, object]) -> "Compiled[Row_co]":
        asked = self.ask(**stand_ins).using(using)
        assert not asked._prefetch_related_lookups, "further queries cannot be prepared with this one"  # type: ignore[attr-defined]
        compiler = asked.query.get_compiler(using)
        sql, parameters = compiler.as_sql()
        columns = [one for one, _, _ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        make = _maker(asked, compiler, using)

        def read(rows: Iterable[Sequence[object]]) -> list[Row_co]:
            if converters:
                rows = compiler.apply_converters(rows, converters)
            return [make(row) for row in rows]

        return sql, parameters, read, len(columns)


#: A query with its values.
Asked = tuple[Prepared[Sequence[object]], Mapping[str, Value]]


def side_by_side(asked: Sequence[Asked]) -> list[Sequence[object] | None]:
    """Return the row that each of these queries finds, asked in one statement; None where it finds none.

    They are of tables in one database, hold nothing, and find one row at most; its first column is never empty.
    """
    if len(asked) < 2:
        return [query.first(**given) for query, given in asked]
    connection = connections[router.db_for_write(asked[0][0].model)]
    parts = [query.words(connection, **given) for query, given in asked]
    joined = " ".join(f"LEFT JOIN ({part.sql}) AS t{n} ON 1 = 1" for n, (part, _) in enumerate(parts))
    sql = f"SELECT * FROM (SELECT 1) AS one {joined}"  # noqa: S608 - Django's own words; values are handed over as values
    with connection.cursor() as cursor:
        cursor.execute(sql, [one for _, values in parts for one in values])
        (row,) = cursor.fetchall()
    found: list[Sequence[object] | None] = []
    at = 1
    for part, _ in parts:
        own = row[at : at + part.width]
        at += part.width
        found.append(None if own[0] is None else part.read([own])[0])
    return found


class Change(_Statement[int]):
    """An UPDATE of one shape: `ask` makes the queryset, `sets` what its rows get. Called, it returns how many rows there were."""

    def __init__(
        self,
        ask: Callable[..., QuerySet[models.Model, object]],
        model: type[models.Model],
        sets: Callable[..., Mapping[str, object]],
    ) -> None:
        self.ask, self.model, self.sets = ask, model, sets

    def __call__(self, **given: Value | Collection[Value]) -> int:
        """Change the rows for these values."""
        connection = connections[router.db_for_write(self.model)]
        several, single = _listed(given)
        if not all(several.values()):
            return 0
        rows = self._covered(given)
        written = self._written(connection, several, single)
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.values(connection, several))
            count = int(cursor.rowcount)
        touching.note(connection, self.model._meta.db_table, rows)
        return count

    def _covered(self, given: Mapping[str, Value | Collection[Value]]) -> list[int]:
        """Return the numbers of the rows that change, where the log answers for what changes of them."""
        if self.model._meta.db_table not in touching.HEARD.fields or not touching.covers(
            self.model, self.sets(**given)
        ):
            return []
        number = given.get("pk")
        if isinstance(number, int):
            return [number]
        return list(self.ask(**given).values_list("pk", flat=True))

    def _compile(self, using: str, stand_ins: Mapping[str, object]) -> "Compiled[int]":
        query = self.ask(**stand_ins).using(using).query.chain(UpdateQuery)
        assert isinstance(query, UpdateQuery)
        query.add_update_values(dict(self.sets(**stand_ins)))
        assert not query.get_related_updates(), "a change of one table only"
        sql, parameters = query.get_compiler(using).as_sql()
        return sql, parameters, lambda _: [], 0


def insert(row: models.Model) -> None:
    """Write a new row without asking the columns anew, and give it its number. No signal is sent: for what nobody waits for."""
    connection = connections[router.db_for_write(type(row))]
    before, fields, key = _insertion(connection, type(row))
    sql = f"{before} {_marks(fields)}" + (f" RETURNING {key}" if key else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(row, fields, connection))
        if key:
            row.pk = cursor.fetchone()[0]
    touching.note(connection, type(row)._meta.db_table, [row.pk])
    row._state.adding, row._state.db = False, connection.alias


def insert_new(rows: Sequence[models.Model], *, most: int = 100) -> None:
    """Write new rows of one table likewise, leaving out those that are there already; none gets its number."""
    assert not rows or rows[0]._meta.db_table not in touching.HEARD.fields, "covered rows need their numbers"
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        connection = connections[router.db_for_write(type(some[0]))]
        before, fields, _ = _insertion(connection, type(some[0]))
        sql = f"{before} {', '.join([_marks(fields)] * len(some))} ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for row in some for value in _values(row, fields, connection)])


def _marks(fields: Sequence[object]) -> str:
    return f"({', '.join(['%s'] * len(fields))})"


def _values(
    row: models.Model, fields: Sequence["models.Field[object, object]"], connection: BaseDatabaseWrapper
) -> list[Value]:
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]


def _insertion(
    connection: BaseDatabaseWrapper, model: type[models.Model]
) -> tuple[str, list["models.Field[object, object]"], str]:
    """Return how a row of a table is written: the words before its values, its columns, and that of its number where the database gives it."""
    kept = connection.__dict__.setdefault("_gongkai_inserts", {})
    if model not in kept:
        meta, quote = model._meta, connection.ops.quote_name
        assert not meta.parents, "a row of one table only"
        numbered = isinstance(meta.pk, models.AutoField)
        fields = [field for field in meta.concrete_fields if not (numbered and field.primary_key)]
        columns = ", ".join(quote(str(field.column)) for field in fields)
        # Names of tables and columns are the models'; values are handed over as values.
        words = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES"
        kept[model] = words, fields, quote(str(meta.pk.column)) if numbered else ""
    return kept[model]


def _listed(given: Mapping[str, Value | Collection[Value]]) -> tuple[dict[str, list[Value]], set[str]]:
    """Return all values as lists, and which of them were single ones."""
    single = {name for name, value in given.items() if isinstance(value, int | str | date)}
    several = {
        name: [value] if isinstance(value, int | str | date) else list(value) for name, value in given.items()
    }
    return several, single


def _adapted(connection: BaseDatabaseWrapper, value: Value) -> Value:
    """Return a value as the database takes it: SQLite has days and moments as texts."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value) or value
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value) or value
    return str(value) if isinstance(value, str) else value


def _stand_in(value: object, number: int) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | str | date):
        raise TypeError(f"no value for a prepared query: {value!r}")
    if isinstance(value, int):
        return NUMBER + number
    if isinstance(value, datetime):
        return MOMENT + timedelta(days=number)
    return DAY + timedelta(days=number) if isinstance(value, date) else f"{TEXT}{number}"


def _is_today(value: object) -> bool:
    return isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-" and len(value) >= 10


def _maker(
    asked: QuerySet[models.Model, Row_co], compiler: SQLCompiler, using: str
) -> Callable[[Sequence[object]], Row_co]:
    """Return what makes of a row what the queryset would."""
    how = asked._iterable_class
    if how is ValuesListIterable:
        assert not compiler.query.extra_select, "columns in the order they are named"
        return lambda row: cast(Row_co, tuple(row))
    assert how is ModelIterable, f"cannot be prepared: {how.__name__}"
    info = compiler.klass_info
    assert not info.get("related_klass_infos"), "rows of one table"
    names = [compiler.select[place][0].target.attname for place in info["select_fields"]]
    return lambda row: cast(Row_co, info["model"].from_db(using, names, row))
