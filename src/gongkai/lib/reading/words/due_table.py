"""Base of all time rules: the rule table, patterns for numbers, days and periods."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.model import DueLimit

#: A number in Arabic or Chinese digits.
NUMBER_REGEX = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
#: A month, without 月.
MONTH_REGEX = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
#: A day of the month, without 日.
DAY_REGEX = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
#: A year, printed (group `year`) or relative (group `rel`).
YEAR_REGEX = r"(?:(?P<year>20\d\d|二[〇○零]\w{2})\s?年|(?P<rel>今年|本年|明年|次年|翌年|当年|下一?年)(?:度)?)"
#: Words for "before".
BEFORE_WORDS = r"(?:以前|之前|前)"
#: Words for "at least".
MINIMUM_WORDS = r"(?:不少于|不得少于|至少|不低于|最少|应少于|以上)"
#: Word of a period → value of `Due.period`.
PERIODS_BY_WORD = {"年": "year", "半年": "half_year", "季": "quarter", "月": "month", "周": "week", "星期": "week"}
#: Events from which days count.
EVENT_WORDS = (
    r"印发|出台|公布|发布|下发|施行|实施|形成|变更|收到|受理|作出|签发|制定|结束|之日|批准|通过|审定|完成|产生|发生|办结|届满|获取|审核"
    r"|即日|(?:收|接)到"
)


@dataclass(frozen=True, slots=True)
class ReferenceYears:
    """The years that complete dates without a year.

    Attributes:
        year: the year the notice was issued in, where known.
        month: the month it was issued in.
        of: the year the notice is for (in its title) where that is a later one: a notice of November for the year to come.
        issued: the day of issue, where it is printed.
    """

    year: int | None = None
    month: int = 1
    of: int | None = None
    issued: date | None = None

    @property
    def january(self) -> "ReferenceYears":
        """Return these years from January on, for words such as 年底 or 上半年."""
        return replace(self, month=1)


def make_reference_years(issued: date, named: int | None) -> ReferenceYears:
    """Return the reference years of a day of issue; `named`, the year in the title, counts only if it is the next."""
    return ReferenceYears(issued.year, issued.month, named if named == issued.year + 1 else None, issued)


#: Type of a rule: returns a time limit, several of the same words (每年3月、7月、11月底前), or None.
TimeRule = Callable[[re.Match[str], ReferenceYears], DueLimit | tuple[DueLimit, ...] | None]
R = TypeVar("R", bound=TimeRule)
#: Patterns with their rules, in order of precedence.
TIME_RULES: list[tuple[re.Pattern[str], TimeRule]] = []


def add_time_rule(pattern: str) -> Callable[[R], R]:
    """Return a decorator that adds a function to the rules for times; earlier rules take precedence."""

    def add(function: R) -> R:
        TIME_RULES.append((re.compile(pattern), function))
        return function

    return add


def parse_whole_number(text: str) -> int:
    """Return the value of digits or of a Chinese numeral; 0 for anything else."""
    return to_int(text) or 0


def make_iso_day(year: int, month: int, day: int) -> str | None:
    """Return the day in ISO form, or None if it does not exist."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
