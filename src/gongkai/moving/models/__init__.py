"""State of the moving room."""

from gongkai.moving.models.packages import Carried, Package, Textless
from gongkai.moving.models.runs import RUNNING, MoveRow, MoveRun, RowState, RunKind, RunState

__all__ = [
    "RUNNING",
    "Carried",
    "MoveRow",
    "MoveRun",
    "Package",
    "RowState",
    "RunKind",
    "RunState",
    "Textless",
]
