"""Read 任务分工 notices from files into data.

`notice.read_notice(path_or_bytes)` returns a `Notice` of rows, units, duties and limits;
whatever was guessed or not read becomes a warning.
"""

from gongkai.lib.reading.model import (
    CitedBasis,
    CountPart,
    DueLimit,
    Duty,
    Notice,
    NoticeRow,
    ReadingError,
    ReadingWarning,
    RowSource,
)

__all__ = [
    "CitedBasis",
    "CountPart",
    "DueLimit",
    "Duty",
    "Notice",
    "NoticeRow",
    "ReadingError",
    "ReadingWarning",
    "RowSource",
]
