"""Charts of the shares that were settled in time, with the sentence that states their finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from gongkai.core.widgets.charts import Bar, BarRow, bar_rows


@dataclass(frozen=True)
class Share:
    """The percentage of one row that was settled in time; `late` if something is overdue now."""

    label: str
    rate: int
    late: bool


def draw_shares(title: str, shares: Sequence[Share]) -> SafeString:
    """Draw shares as bars up to the target of all in time, with a red mark where something is overdue now."""
    rows = [BarRow(one.label, [Bar(one.rate, f"{one.rate}%", late=one.late)]) for one in shares]
    return bar_rows(title, rows, most=100, target=(100, "应当全部按期"))


def describe_shares(shares: Sequence[Share], *, counted: str, late: str) -> str:
    """Return the finding of a chart of shares.

    Args:
        shares: the shares, at least one.
        counted: the classifier and name of a row (个部门).
        late: the words for overdue matters (逾期没有办结的).
    """
    behind, best = sum(one.late for one in shares), max(shares, key=lambda one: one.rate)
    said = (
        f"{len(shares)}{counted}中，{behind}{counted[0]}现在有{late}"
        if behind
        else f"{len(shares)}{counted}现在都没有逾期的"
    )
    return f"{said}；{best.label}按期比例最高，{best.rate}%"
