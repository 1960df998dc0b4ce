"""Notices written out by hand, as they come off other cities' pages: text and how each row should be read.

A row is `section | item | beginning…end of the measure | lead | responsible | limits | paths`; names and paths are parted
by spaces, limits by `；`. An empty line of limits says that none must be read; `?` that the row must be flagged.
"""

from lib.reading.by_hand.drawn import DRAWN
from lib.reading.by_hand.elsewhere import ELSEWHERE
from lib.reading.by_hand.further import MORE
from lib.reading.by_hand.outlines import OUTLINES
from lib.reading.by_hand.prose import PROSE
from lib.reading.by_hand.records import RECORDS
from lib.reading.by_hand.saved import SAVED
from lib.reading.by_hand.tables import TABLES
from lib.reading.by_hand.torn import TORN
from lib.reading.by_hand.ways import WAYS

BY_HAND: dict[str, tuple[str, str | None]] = {
    **PROSE,
    **TABLES,
    **MORE,
    **WAYS,
    **RECORDS,
    **OUTLINES,
    **DRAWN,
    **SAVED,
    **TORN,
    **ELSEWHERE,
}
