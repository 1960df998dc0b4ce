"""A query that was written before is not written again: its SQL, columns and converters come from memory, its values from the query.

Tests ask the database a few thousand kinds of questions some hundred thousand times, and by samples a fifth of what they take is Django's
writing of the SQL for them. What a plain query comes to depends on its shape alone: table, joins, columns, comparisons, order,
bounds. A query of a shape that is known gets the SQL of that one, and its own values in the same order. Whatever is not plain
(annotations, inner queries, expressions, unions) Django writes each time, and so does a shape of which the values did not come in the order in
which they stand in the query. `GONGKAI_REPLAY=off` (so does `make test-all`) lets Django write everything; `check` does both and compares.
"""

import os
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Value, lookups
from django.db.models.expressions import Col, Star
from django.db.models.fields import related_lookups
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

#: How Django does it.
WRITE, CONVERTERS = SQLCompiler.as_sql, SQLCompiler.get_converters
#: How many shapes are known at most, and how long a list of values may be to be part of one.
MANY, LONGEST = 20_000, 200
#: What `count()` counts: all rows, without a filter.
COUNTED = [Star, type(None)]
#: Comparisons whose words depend on their kind and column alone, where they compare with a value.
PLAIN = frozenset(
    kind
    for module in (lookups, related_lookups)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, lookups.BuiltinLookup)
    and not issubclass(kind, (lookups.YearLookup, lookups.UUIDTextMixin, lookups.Range))
)


class NotPlain(Exception):
    """A query that Django writes."""


@dataclass
class Known:
    """What writing a query of this shape came to; `query` keeps the columns of the key alive, whose numbers no others may get."""

    sql: str
    facts: dict[str, Any]
    query: Query
    converters: dict[int, Any] | None = None


KNOWN: dict[Any, Known | None] = {}
#: What `_made` keeps of the compiler: what those who read the answer look at.
FACTS = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select", "_meta_ordering")


def shape(compiler: SQLCompiler, *flags: bool) -> tuple[Any, list[Any]]:
    """Return the shape of a plain query and its values."""
    query = compiler.query
    if (
        type(query) is not Query
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.combinator
        or query.explain_info
        or query.select_for_update
        or query.distinct_fields
        or query.group_by is not None
        or query.subquery
        or query.external_aliases
        or query._filtered_relations
    ):
        raise NotPlain
    values: list[Any] = []
    related, selected, added = query.select_related, query.selected, query.annotations
    return (
        query.model,
        compiler.using,
        compiler.elide_empty,
        flags,
        tuple(_joined(query)),
        tuple(map(_column, query.select)),
        None if selected is None else tuple(selected.items()),
        bool(added) and (tuple(_added(added, values)), tuple(query.annotation_select)),
        query.default_cols,
        (frozenset(query.deferred_loading[0]), query.deferred_loading[1]),
        related if isinstance(related, bool) else repr(related),
        query.max_depth,
        query.distinct,
        tuple(_ordered(query)),
        query.default_ordering,
        query.standard_ordering,
        query.low_mark,
        query.high_mark,
        query.alias_prefix,
        _compared(query.where, compiler, values),
    ), values


def _joined(query: Query) -> Any:
    for alias, table in query.alias_map.items():
        asked = query.alias_refcount[alias] > 0
        if type(table) is BaseTable:
            yield alias, asked, table.table_name
        elif type(table) is Join and table.filtered_relation is None:
            yield (
                alias,
                asked,
                table.table_name,
                table.parent_alias,
                table.join_type,
                id(table.join_field),
                table.join_cols,
            )
        else:
            raise NotPlain


def _column(one: Any) -> Any:
    if type(one) is not Col:
        raise NotPlain
    return one.alias, id(one.target), id(one.output_field)


def _added(added: dict[str, Any], values: list[Any]) -> Any:
    """What `exists` and `count` add."""
    for name, one in added.items():
        if type(one) is Value and type(one.value) is int:
            values.append(one.value)
            yield name, Value
        elif (
            type(one) is Count and [*map(type, one.get_source_expressions())] == COUNTED and not one.distinct
        ):
            yield name, Count
        else:
            raise NotPlain


def _ordered(query: Query) -> Any:
    """What is asked for; where nothing is, the order of the model, which stays the same."""
    for one in query.order_by:
        if not isinstance(one, str) or one == "?":
            raise NotPlain
        yield one


def _compared(node: WhereNode, compiler: SQLCompiler, values: list[Any]) -> Any:
    said: list[Any] = [node.connector, node.negated]
    for one in node.children:
        kind = type(one)
        if kind is WhereNode:
            said.append(_compared(one, compiler, values))
        elif kind in PLAIN and not one.bilateral_transforms:
            said.append((kind, _column(one.lhs), _value(one, compiler, values)))
        else:
            raise NotPlain
    return tuple(said)


def _value(one: Any, compiler: SQLCompiler, values: list[Any]) -> Any:
    """Add what a column is compared with to the values; return what the words of the comparison depend on."""
    rhs = one.rhs
    if isinstance(rhs, bool):
        bare = isinstance(one, lookups.Exact) and one.lhs.conditional  # the column itself is what is asked
        if not bare and not isinstance(one, lookups.IsNull):
            values.extend(one.process_rhs(compiler, compiler.connection)[1])
        return rhs
    if hasattr(rhs, "resolve_expression") or hasattr(rhs, "as_sql"):
        raise NotPlain
    if isinstance(one, lookups.In) and len(rhs) > LONGEST:
        raise NotPlain
    words, given = one.process_rhs(compiler, compiler.connection)
    values.extend(given)
    return words


def write(self: SQLCompiler, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, Any]:
    """Return SQL and values of a query, from memory where its shape is known."""
    if type(self) is not SQLCompiler:
        return WRITE(self, with_limits, with_col_aliases)  # type: ignore[no-any-return]
    try:
        key, values = shape(self, with_limits, with_col_aliases)
        known = KNOWN.get(key)
    except Exception:  # what is not plain; what Django refuses it refuses itself
        return WRITE(self, with_limits, with_col_aliases)  # type: ignore[no-any-return]
    if known is not None:
        self.__dict__.update(known.facts)
        self._gongkai_known = known
        return known.sql, tuple(values)
    asked = self.query.clone() if key not in KNOWN else None
    sql, given = WRITE(self, with_limits, with_col_aliases)
    if asked is not None and len(KNOWN) < MANY:
        made = Known(sql, {name: getattr(self, name) for name in FACTS}, asked)
        KNOWN[key] = made if list(given) == values else None
    return sql, given


def converters(self: SQLCompiler, expressions: Any) -> dict[int, Any]:
    """Return how the columns of an answer become Python's, from memory where the shape is known."""
    known = self.__dict__.get("_gongkai_known")
    mine = known is not None and type(expressions) is list and len(expressions) == known.facts["col_count"]
    if known is None or not mine or (expressions and expressions[0] is not known.facts["select"][0][0]):
        return CONVERTERS(self, expressions)  # type: ignore[no-any-return]
    if known.converters is None:
        known.converters = CONVERTERS(self, expressions)
    return known.converters


def checked(self: SQLCompiler, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, Any]:
    """Write it both ways and compare (`GONGKAI_REPLAY=check`)."""
    other = SQLCompiler(self.query.clone(), self.connection, self.using, self.elide_empty)
    made = WRITE(self, with_limits, with_col_aliases)
    quick = write(other, with_limits, with_col_aliases) if type(self) is SQLCompiler else None
    if quick is not None:
        assert (quick[0], list(quick[1])) == (made[0], list(made[1]))
        for name in FACTS[2:]:
            assert getattr(other, name) == getattr(self, name), name
        assert [(one[1:], str(one[0])) for one in other.select] == [
            (one[1:], str(one[0])) for one in self.select
        ]
        assert _plain(other.klass_info) == _plain(self.klass_info)
    return made  # type: ignore[no-any-return]


def _plain(info: Any) -> Any:
    """Return what is known of a class, without the functions that set it."""
    if info is None:
        return None
    below = [_plain(one) for one in info.get("related_klass_infos", ())]
    return [info.get(name) for name in ("model", "select_fields", "field", "reverse", "from_parent")], below


def use() -> None:
    """Let queries be written like this in this process."""
    asked = os.environ.get("GONGKAI_REPLAY")
    if asked == "check":
        SQLCompiler.as_sql = checked
    elif asked != "off":
        SQLCompiler.as_sql, SQLCompiler.get_converters = write, converters
