"""Everything that changes state in this room."""

from gongkai.moving.actions.deciding import decide, include
from gongkai.moving.actions.packages import apply_package, export_package
from gongkai.moving.actions.runs import change_columns, discard, order, read_again, start, undo

__all__ = [
    "apply_package",
    "change_columns",
    "decide",
    "discard",
    "export_package",
    "include",
    "order",
    "read_again",
    "start",
    "undo",
]
