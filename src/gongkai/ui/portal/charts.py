"""Charts of the public pages, with the sentence that states their finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from gongkai.core.widgets.charts import GREY_COLOUR, RED, SOFT, Bar, BarRow, Series, draw_bar_rows, draw_columns
from gongkai.work.notices.queries.public import PublicMonth

#: Columns that have room for labels with their unit.
MAX_LABELLED_MONTHS = 12


@dataclass(frozen=True)
class SettledShare:
    """A bar of a chart: percentage closed in time; `late` if some are overdue now."""

    label: str
    rate: int
    late: bool


def draw_shares(title: str, shares: Sequence[SettledShare]) -> SafeString:
    """Draw the shares of entries closed in time as bars; red marks overdue ones."""
    rows = [BarRow(share.label, [Bar(share.rate, f"{share.rate}%", late=share.late)]) for share in shares]
    return draw_bar_rows(title, rows, maximum=100, target=(100, "应当全部按期"))


def describe_shares(shares: Sequence[SettledShare], *, counted: str, late: str) -> str:
    """Return the finding of a chart of shares.

    Args:
        shares: the shares, at least one.
        counted: the classifier and name of a row (个部门).
        late: the words for overdue matters (逾期没有办结的).
    """
    late_count, best = sum(share.late for share in shares), max(shares, key=lambda one: one.rate)
    text = (
        f"{len(shares)}{counted}中，{late_count}{counted[0]}现在有{late}"
        if late_count
        else f"{len(shares)}{counted}现在都没有逾期的"
    )
    return f"{text}；{best.label}按期比例最高，{best.rate}%"


@dataclass(frozen=True)
class TaskTimeline:
    """The tasks of a year by month, as a chart with its main finding."""

    months: Sequence[PublicMonth]

    @property
    def finding(self) -> str:
        """Return the title: numbers closed and overdue, and when most other tasks are due."""
        closed_count, late_count = (sum(getattr(month, name) for month in self.months) for name in ("closed", "late"))
        text = f"办结{closed_count}项，" + (f"{late_count}项逾期没有办结" if late_count else "没有逾期的")
        busiest = max(self.months, key=lambda month: month.open)
        return f"{text}；{busiest.first.month}月到期最多，{busiest.open}项" if busiest.open else text

    @property
    def chart(self) -> SafeString:
        """Return the months as stacked columns; red is overdue."""
        unit = "月" if len(self.months) <= MAX_LABELLED_MONTHS else ""
        series = [
            Series("办结", SOFT, [month.closed for month in self.months]),
            Series("逾期", RED, [month.late for month in self.months]),
            Series("还没到期", GREY_COLOUR, [month.open for month in self.months], hatched=True),
        ]
        labels = [f"{month.first.month}{unit}" for month in self.months]
        return draw_columns(self.finding, labels, series, width=380, height=190)
