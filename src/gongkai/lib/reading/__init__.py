"""Reading: documents in. From a file that holds a 任务分工 notice to the notice as data.

`notice.read_notice(path_or_bytes)` gives a `Notice`; `to_json()` its documented form (docs/reading.md). The way there has
stages, each a small module: `containers` (bytes → paragraphs and grids, by format), `layouts` (text that lost its
table → grids), `tables` (heads, columns, merged cells, page breaks → rows), `words` (numbering, units, paths, limits,
duties), `front` (what stands around the table), `checks` (what was read adds up to the source).

The rule over all: exact or flagged. What had to be guessed carries a warning with its row.
"""

from gongkai.lib.reading.model import (
    Basis,
    Due,
    Duty,
    Notice,
    OfWhich,
    ReadingError,
    Row,
    Source,
    Warning_,
)

__all__ = [
    "Basis",
    "Due",
    "Duty",
    "Notice",
    "OfWhich",
    "ReadingError",
    "Row",
    "Source",
    "Warning_",
]
