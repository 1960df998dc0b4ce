"""What Django asks of columns again and again, answered the same in a fraction of the time.

Each query selects all columns of a table, most often the same ones as a thousand queries before it. Django puts the list together anew, asks
each column for its SQL, for what turns its values into Python's, and, in sorted queries, for the signature of its constructor: some
four per cent of what tests with a database take. `test_quick_columns.py` holds that the answers are the same; `make test-all` does without.
"""

import os
from typing import Any

from django.apps import apps
from django.db.models.expressions import Col, Expression
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import cached_property

#: How Django answers it.
DJANGO_S = Expression.identity.func
SELECT, COMPILE, CONVERTERS = SQLCompiler.get_select, SQLCompiler.compile, SQLCompiler.get_converters
#: What a table's own columns are, by vendor and model; what turns a column's values, by connection and column.
selects: dict[Any, list[Any]] = {}
turned: dict[Any, Any] = {}


def _said(alias: Any, target: Any, output_field: Any = None) -> tuple[Any, ...]:
    known = Expression._identity
    return (Col, ("alias", alias), ("target", known(target)), ("output_field", known(output_field)))


def identity(column: Col) -> tuple[Any, ...]:
    """Return what makes a column this column."""
    if type(column) is not Col:
        return DJANGO_S(column)  # type: ignore[no-any-return]
    args, kwargs = column._constructor_args
    return _said(*args, **kwargs)


def get_select(compiler: SQLCompiler, with_col_aliases: bool = False) -> Any:
    """Return what is selected: kept for a table's own columns, all of them and nothing else, under the table's own name."""
    query = compiler.query
    model = query.model
    if (
        with_col_aliases
        or model is None
        or not query.default_cols
        or query.select_related
        or query.selected is not None
        or query.extra_select
        or query.annotation_select
        or query.deferred_loading != (frozenset(), True)
        or model._meta.parents
        or model._meta.apps is not apps
        or query.get_initial_alias() != model._meta.db_table
        or model._meta.db_table in query.external_aliases
    ):
        return SELECT(compiler, with_col_aliases)
    key = compiler.connection.vendor, model
    if key not in selects:
        selects[key] = SELECT(compiler)[0]
    kept = selects[key]
    return kept[:], {"model": model, "select_fields": list(range(len(kept)))}, {}


def compiled(compiler: SQLCompiler, node: Any) -> Any:
    """Return the SQL of a part of a query; a column whose names were quoted before is put together from them."""
    if type(node) is Col:
        quoted = compiler.quote_cache
        table, name = quoted.get(node.alias), quoted.get(node.target.column)
        if table is not None and name is not None:
            return f"{table}.{name}", []
    return COMPILE(compiler, node)


def get_converters(compiler: SQLCompiler, expressions: Any) -> Any:
    """Return what turns values, by the place of their column."""
    expressions = list(expressions)
    if any(type(one) is not Col or one.target is not one.output_field for one in expressions):
        return CONVERTERS(compiler, expressions)
    ops, found = compiler.connection.ops, {}
    for place, one in enumerate(expressions):
        key = ops, id(one.target)
        if key not in turned:
            asked = CONVERTERS(compiler, [one])
            turned[key] = one.target, [*asked[0][0]] if asked else None
        known = turned[key][1]
        if known is not None:
            found[place] = known[:], one
    return found


def use() -> None:
    """Let queries be answered like this in this process, unless all is to be as in production."""
    if os.environ.get("GONGKAI_REPLAY") == "off":
        return
    Col.identity = quick = cached_property(identity)
    quick.__set_name__(Col, "identity")
    SQLCompiler.get_select, SQLCompiler.compile, SQLCompiler.get_converters = (
        get_select,
        compiled,
        get_converters,
    )
