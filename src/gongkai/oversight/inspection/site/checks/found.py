"""The result type of checks of a single page."""

from typing import NamedTuple


class Found(NamedTuple):
    """A fault on a page: indicator, message, deduplication key (default: message) and evidence."""

    indicator: str
    what: str
    key: str = ""
    shown: str = ""
