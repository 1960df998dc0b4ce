"""Days of steps that follow each other: 报名 before 缴费 before 考试, and a deadline behind the beginning.

Each row of `data/stages.tsv` is a procedure with its steps in order. Where a sentence or paragraph dates two of them, the later
step may not end before the earlier one begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.tables import rows

_DAY = re.compile(
    r"(?:(?P<y>(?:19|20)[0-9]{2})年)?(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12][0-9]|0?[1-9])日"
    r"(?:\s?[（(][^（）()]{1,4}[）)])?(?:\s?(?:上午|下午|晚上)?\s?[0-9]{1,2}(?:[:：][0-9]{2}|时(?:[0-9]{1,2}分)?|点))?"
    r"(?:\s?起?\s?(?:至|到|—|－|-|~|——)\s?(?:(?P<y2>(?:19|20)[0-9]{2})年)?(?:(?P<m2>1[0-2]|0?[1-9])月)?(?P<d2>3[01]|[12][0-9]|0?[1-9])日)?"
)
_CLAUSE = re.compile(r"[^，,。；;：:\n]*$")
_CLOSING = re.compile(r"截止|逾期|止$|之前$")


@dataclass(frozen=True, slots=True)
class _Dated:
    """A day or period and what is said of it."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    label: str
    start: int
    end: int


@cache
def _procedures() -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(tuple(tuple(step.split("/")) for step in row[1].split()) for row in rows("stages"))


def _dated(text: str, begin: int, end: int) -> list[_Dated]:
    """Return the days of a paragraph with the words that lead to them; a year holds on until another is named."""
    found: list[_Dated] = []
    year, last = 0, begin
    for hit in _DAY.finditer(text, begin, end):
        year = int(hit["y"] or year)
        day = (year, int(hit["m"]), int(hit["d"]))
        until = (int(hit["y2"] or year), int(hit["m2"] or day[1]), int(hit["d2"])) if hit["d2"] else day
        words = _CLAUSE.search(text, max(last, hit.start() - 24), hit.start())
        label = (words[0] if words else "") or text[max(last, hit.start() - 12) : hit.start()]
        following = re.match(r"[^，,。；;：:\n0-9]{0,8}", text[hit.end() : end])
        label += "|" + (following[0] if following else "")
        found.append(_Dated(day, until, label, hit.start(), hit.end()))
        year, last = until[0], hit.end()
    return found


def _step(label: str, steps: tuple[tuple[str, ...], ...]) -> int:
    """Return which step of a procedure a label names, the last named one; -1 for none."""
    places = [
        (label.rfind(name), place) for place, names in enumerate(steps) for name in names if name in label
    ]
    return max(places)[1] if places else -1


def stages(frame: Frame) -> Iterator[Finding]:
    """Yield days of a step that lie before those of an earlier one."""
    for line in re.finditer(r"[^\n]+", frame.text):
        days = _dated(frame.text, *line.span())
        if len(days) < 2:
            continue
        wrong = _reversed(days)
        if wrong:
            why = f"日期有误：早于前面的“{wrong[1].label.partition('|')[0].strip('，：:（( ')}”"
            yield Finding(
                "date", wrong[0].start, wrong[0].end, frame.source[wrong[0].start : wrong[0].end], why
            )


def _reversed(days: list[_Dated]) -> tuple[_Dated, _Dated] | None:
    """Return the first day of a step that ends before an earlier step begins, and that step."""
    for steps in _procedures():
        known = [(day, _step(day.label, steps)) for day in days]
        for day, step in known:
            for other, before in known:
                # Periods of months without a year on one side may turn the year.
                alike = (day.last[0] == 0) == (other.first[0] == 0)
                if 0 <= before < step and alike and day.last < other.first and not _turns(day, other):
                    return (day, other) if day.start > other.start else (other, day)
    for period, close in pairwise(days):
        closing = _CLOSING.search(close.label) and period.first != period.last
        if (
            closing
            and close.last < period.first
            and period.first[0] == close.last[0]
            and not _turns(close, period)
        ):
            return close, period
    return None


def _turns(day: _Dated, other: _Dated) -> bool:
    """Return whether a day without a year may be one of the next year."""
    return day.last[0] == 0 and other.first[1] >= 10 and day.last[1] <= 3
