"""Check in one SQL statement which parts of a page have any rows to show.

Most home page blocks are empty for most people, and compiling their queries costs more than
running them. `RowCondition` names required rows by columns of one table; a false positive only costs a
query.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import connections, models, router

#: A value of a column that a condition may name.
Value = str | int
#: Stands for any value of a column in a `RowCondition`.
ANY_VALUE = object()


@dataclass(frozen=True)
class RowCondition:
    """A condition on rows of one table: each field has a value, one of several, none (`None`) or any (`ANY_VALUE`).

    `also`: rows of another table that must exist, too.
    """

    model: type[models.Model]
    where: Mapping[str, object]
    also: "RowCondition | None" = None

    @property
    def possible(self) -> bool:
        """Return false if no row can match because a field has an empty collection of values."""
        is_possible = all(value or not _is_many(value) for value in self.where.values())
        return is_possible and (self.also is None or self.also.possible)


def check_existence(conditions: Sequence[RowCondition]) -> list[bool]:
    """Return for each condition if a row meets it, in one statement."""
    possible = [rows for rows in conditions if rows.possible]
    if not possible:
        return [False] * len(conditions)
    connection = connections[router.db_for_read(possible[0].model)]
    sql_texts: list[str] = []
    values: list[Value] = []
    for rows in possible:
        text, sql_values = _build_exists_sql(rows, connection.ops.quote_name)
        sql_texts.append(text)
        values += sql_values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql_texts)}", values)
        row_values = iter(cursor.fetchone())
    return [rows.possible and bool(next(row_values)) for rows in conditions]


def _build_exists_sql(rows: RowCondition, quote: Callable[[str], str]) -> tuple[str, list[Value]]:
    """Return the SQL condition that such rows (and those of `also`) exist, and its parameters."""
    meta, texts = rows.model._meta, []
    values: list[Value] = []
    for name, value in rows.where.items():
        column = quote(str(meta.get_field(name).column))  # type: ignore[union-attr]
        if value is None or value is ANY_VALUE:
            texts.append(f"{column} IS {'NOT ' if value is ANY_VALUE else ''}NULL")
            continue
        options = (
            [_unwrap_enum(option) for option in value]
            if isinstance(value, Collection) and _is_many(value)
            else [_unwrap_enum(value)]
        )
        texts.append(f"{column} IN ({', '.join(['%s'] * len(options))})")
        values += options
    # Table and column names come from models; values are passed as parameters.
    text = f"EXISTS(SELECT 1 FROM {quote(meta.db_table)} WHERE {' AND '.join(texts)})"  # noqa: S608
    if rows.also is None:
        return text, values
    also_sql, also_values = _build_exists_sql(rows.also, quote)
    return f"({text} AND {also_sql})", [*values, *also_values]


def _is_many(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)


def _unwrap_enum(value: object) -> Value:
    """Return the value of an enum member, or the value itself.

    Raises:
        TypeError: it is no text or number.
    """
    plain_value = value.value if isinstance(value, Enum) else value
    if not isinstance(plain_value, str | int):
        raise TypeError(f"no value to look for: {plain_value!r}")
    return plain_value
