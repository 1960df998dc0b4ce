"""What a check of one page gives."""

from typing import NamedTuple


class Found(NamedTuple):
    """A fault on a page: the indicator, what is wrong, what makes it the same fault on another page (`what` where empty), and what stands there."""

    indicator: str
    what: str
    key: str = ""
    shown: str = ""
