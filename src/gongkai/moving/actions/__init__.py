"""Everything that changes state in this room."""

from gongkai.moving.actions.deciding import decide, include
from gongkai.moving.actions.runs import change_columns, discard, order, read_again, start, undo

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
