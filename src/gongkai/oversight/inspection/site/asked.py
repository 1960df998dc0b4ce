"""What an inspection is asked for, and how it may end without a report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gongkai.lib.outbound.crawling import Bounds
from gongkai.oversight.inspection.availability import Availability
from gongkai.oversight.inspection.site.indicators import Indicators, read_indicators
from gongkai.oversight.inspection.site.lists import Layout

#: Requests a second where nobody says otherwise.
POLITE = 2.0


class InspectionError(ValueError):
    """An inspection that cannot begin; the message is one Chinese line."""


class Unfinished(Exception):
    """Its time is over before the site was read; the next time goes on where it was."""

    def __init__(self, pages: int, ends: int) -> None:
        self.pages, self.ends = pages, ends
        super().__init__(f"{pages} pages")


@dataclass
class Inspection:
    """What an inspection is asked for.

    Attributes:
        address: of the home page.
        folder: where state, pages and report are kept, and where it goes on after a kill; nothing is left behind where there is none.
        bounds: how far and how fast.
        today: the day by which freshness is judged.
        indicators: the table.
        layouts: how the site writes its lists, where that was learnt.
        progress: told now and then: pages asked for, addresses waiting.
        pictures: whether pictures of pages are taken for evidence.
        week: visits of the last week, where somebody counted them.
        aside: marks of findings that somebody knows to be misreadings: they are not reported.
        inside: hosts of inner networks that may be asked, where not all of them may (somebody who works on this machine asks).
        whole: whether it is judged by what was read where its time (`bounds.run`) is over; else it is `Unfinished`.
    """

    address: str
    folder: Path | None = None
    bounds: Bounds = field(default_factory=lambda: Bounds(rate=POLITE))
    today: date = field(default_factory=date.today)
    indicators: Indicators = field(default_factory=read_indicators)
    layouts: list[Layout] = field(default_factory=list)
    progress: Callable[[int, int], None] = lambda pages, ends: None
    pictures: bool = True
    whole: bool = True
    inside: frozenset[str] | None = None
    week: Availability | None = None
    aside: frozenset[str] = frozenset()
