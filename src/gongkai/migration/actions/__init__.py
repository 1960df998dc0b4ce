"""Everything that changes state in this room."""

from gongkai.migration.actions.deciding import decide, include
from gongkai.migration.actions.runs import change_columns, discard, order, read_again, start, undo

__all__ = [
    "change_columns",
    "decide",
    "discard",
    "include",
    "order",
    "read_again",
    "start",
    "undo",
]
