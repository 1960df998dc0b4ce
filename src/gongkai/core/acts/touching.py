"""Track covered rows written since the last log record.

`config/covered.toml` names the covered tables; `covering.declare_covered_tables` loads it into
`COVERED_TABLES`. The database backends (`acts.backends`) note each covered row that Django inserts, updates
or deletes, also in bulk and by cascade. `chain.append_record` covers the noted rows by its record, and
`commit` writes a record for the remaining ones (`COVERED_TABLES.settle`). Hand-written SQL is not noted, so
it must not write covered tables.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model


@dataclass
class CoveredColumns:
    """The covered tables with their columns, and the function that logs uncovered rows."""

    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    settle: Callable[[], object] = lambda: None


#: The covered tables, set at start-up.
COVERED_TABLES = CoveredColumns()
#: Connection attribute that stores its written covered rows.
TOUCHED_ROWS_ATTRIBUTE = "_gongkai_touched"
#: Rows by table, in the order they were written.
Touched = dict[str, dict[int, None]]


def note_written_rows(connection: BaseDatabaseWrapper, table: str, rows: Iterable[int]) -> None:
    """Note written rows of a table, if the table is covered."""
    if table not in COVERED_TABLES.fields or connection.alias != DEFAULT_DB_ALIAS:
        return
    if numbers := dict.fromkeys(int(row) for row in rows):
        noted: Touched = connection.__dict__.setdefault(TOUCHED_ROWS_ATTRIBUTE, {})
        noted.setdefault(table, {}).update(numbers)


def noted_rows() -> Touched:
    """Return the written rows of this connection by table."""
    found: Touched = connections[DEFAULT_DB_ALIAS].__dict__.get(TOUCHED_ROWS_ATTRIBUTE, {})
    return found


def take_noted_rows() -> Touched:
    """Return the written rows of this connection by table, and clear them."""
    found: Touched = connections[DEFAULT_DB_ALIAS].__dict__.pop(TOUCHED_ROWS_ATTRIBUTE, {})
    return found


def is_covered(model: type[Model], names: Iterable[str]) -> bool:
    """Return true if one of these columns of a model is covered."""
    return not COVERED_TABLES.fields.get(model._meta.db_table, frozenset()).isdisjoint(names)
