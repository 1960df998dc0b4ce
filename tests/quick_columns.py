"""What Django asks of columns again and again, answered the same in a fraction of the time.

Half of what tests with a database take is Django putting queries together. It does that anew for each one, and most of it is the same for all
queries of a table:

- Each query that is sorted compares all columns that it selects. Django asks the signature of a column's constructor for each of them (`identity`);
  where all that it sorts by are names, none is compared with a column, and Django need not ask (`pairs`).
- Which columns a plain query selects and how they are spelled is the table's (`select`); so is what is read out of a row (`converters`).
- SQLite wants `?` where Django writes `%s`: it goes through all words of each statement, most of which were sent before (`spelled`).

`test_quick_columns.py` holds that the answers are the same; `make test-all` (`GONGKAI_REPLAY=off`) goes Django's own way.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models import Field
from django.db.models.expressions import Col, Expression
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import cached_property

#: How Django answers it.
DJANGO_S = Expression.identity.func
DJANGOS = {name: vars(SQLCompiler)[name] for name in ("compile", "get_select", "_order_by_pairs", "get_converters")}
COMPILES, SELECTS, SORTS, READS = DJANGOS.values()
SPELLS = SQLiteCursorWrapper.convert_query
#: (database, model) → the columns of a plain query of its table.
SELECTED: dict[tuple[str, type], tuple[list[Any], dict[str, Any] | None]] = {}
#: (database, field) → what makes values of what stands in its column.
CONVERTERS: dict[tuple[str, int], tuple[Field[Any, Any], list[Any]]] = {}


def _said(alias: Any, target: Any, output_field: Any = None) -> tuple[Any, ...]:
    known = Expression._identity
    return (Col, ("alias", alias), ("target", known(target)), ("output_field", known(output_field)))


def identity(column: Col) -> tuple[Any, ...]:
    """Return what makes a column this column."""
    if type(column) is not Col:
        return DJANGO_S(column)  # type: ignore[no-any-return]
    args, kwargs = column._constructor_args
    return _said(*args, **kwargs)


def compile_(compiler: SQLCompiler, node: Any) -> tuple[str, Any]:
    """Spell a column without asking whether the database has a way of its own to do it: none has."""
    if type(node) is not Col:
        return COMPILES(compiler, node)  # type: ignore[no-any-return]
    quote, column = compiler.quote_name_unless_alias, node.target.column
    return (f"{quote(node.alias)}.{quote(column)}" if node.alias else quote(column)), []


def _plain(query: Any) -> bool:
    """Whether a query selects all columns of one table and nothing else."""
    meta = query.model and query.model._meta
    return bool(
        meta
        and query.default_cols
        and query.selected is None
        and not (query.select_related or query.annotations or query.extra or query.deferred_loading[0])
        and meta.apps is apps
        and not meta.parents
        and not meta.proxy
        and query.get_initial_alias() == meta.db_table
    )


def select(compiler: SQLCompiler, with_col_aliases: bool = False) -> tuple[Any, ...]:
    """Return the columns of a plain query as they were spelled the first time."""
    query = compiler.query
    if with_col_aliases or not _plain(query):
        return SELECTS(compiler, with_col_aliases)  # type: ignore[no-any-return]
    name = compiler.connection.vendor, query.model
    if name not in SELECTED:
        columns, made, _ = SELECTS(compiler, with_col_aliases)
        SELECTED[name] = columns, made
    columns, made = SELECTED[name]
    return [*columns], made and {**made}, {}


def pairs(compiler: SQLCompiler) -> Iterator[Any]:
    """Sort by names without a look at the columns: a name is held against names alone, and where none is selected there is nothing to find."""
    query, selected = compiler.query, compiler.select
    meta = query.get_meta()
    asked = [*query.extra_order_by, *query.order_by, *(meta.ordering if meta else ())]
    names = all(isinstance(one, str) for one in asked)
    if not names or query.combinator or any(alias for _, _, alias in selected or ()):
        return SORTS(compiler)  # type: ignore[no-any-return]
    compiler.select = None
    try:
        return iter(list(SORTS(compiler)))
    finally:
        compiler.select = selected


def converters(compiler: SQLCompiler, expressions: Sequence[Any]) -> dict[int, Any]:
    """Return what makes values of what stands in the columns; of a column it is always the same."""
    if any(type(one) is not Col or one.target is not one.output_field for one in expressions):
        return READS(compiler, expressions)  # type: ignore[no-any-return]
    vendor, made = compiler.connection.vendor, {}
    for number, one in enumerate(expressions):
        name = vendor, id(one.target)
        if name not in CONVERTERS:
            found = READS(compiler, [one])
            CONVERTERS[name] = (
                one.target,
                found[0][0] if found else [],
            )  # with the field, that its number stays its own
        if known := CONVERTERS[name][1]:
            made[number] = known, one
    return made


@lru_cache(maxsize=20_000)
def _spelled(sql: str) -> str:
    return SPELLS(None, sql)  # type: ignore[no-any-return]


def spelled(cursor: Any, sql: str, *, param_names: list[str] | None = None) -> str:
    """Return a statement as SQLite takes it; values that have names are Django's."""
    return SPELLS(cursor, sql, param_names=param_names) if param_names is not None else _spelled(sql)


def use() -> None:
    """Let columns answer like this in this process."""
    Col.identity = quick = cached_property(identity)
    quick.__set_name__(Col, "identity")
    SQLCompiler.compile, SQLCompiler.get_select = compile_, select
    SQLCompiler._order_by_pairs, SQLCompiler.get_converters = pairs, converters
    SQLiteCursorWrapper.convert_query = spelled
