"""Remedies of an applicant (救济): review before a lawsuit, or either."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.errors import LawError

#: Kind of reply: refused, also in part (不予公开), or the agency does not hold the information.
ReplyResult = Literal["refused", "not_held"]
#: Both kinds of reply.
REMEDY_RESULTS: tuple[ReplyResult, ...] = ("refused", "not_held")


@dataclass(frozen=True, slots=True)
class _RemedyRule:
    """Remedies from a day: results that need review first, and the provisions on these (`rule`) and on others."""

    since: date
    review_first: frozenset[ReplyResult]
    rule: str
    otherwise: str


#: The newest first; the day of the reply chooses. 法释〔2025〕8号: a refusal is one under 条例第十四条、第十五条、第十六条.
_REMEDY_RULES = (
    _RemedyRule(
        date(2024, 1, 1), frozenset({"refused"}), "行政复议法（2023）第二十三条", "行政诉讼法（2017）第四十四条"
    ),
    _RemedyRule(date(2017, 7, 1), frozenset(), "", "行政诉讼法（2017）第四十四条"),
    _RemedyRule(date(2015, 5, 1), frozenset(), "", "行政诉讼法（2014）第四十四条"),
    _RemedyRule(date(2008, 5, 1), frozenset(), "", "条例（2007）第三十三条、行政诉讼法（1989）第三十七条"),
)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The order of remedies (`review_first`: administrative review before a lawsuit), and its provision."""

    review_first: bool
    rule: str


def find_remedy(replied: date, result: ReplyResult) -> Remedy:
    """Return the order of remedies against a reply, by the day of the reply.

    Raises:
        LawError: a day before any regulation on open government.
    """
    for row in _REMEDY_RULES:
        if replied >= row.since:
            first = result in row.review_first
            return Remedy(first, row.rule if first else row.otherwise)
    raise LawError(f"{day_in_words(replied)}没有规定：条例自{day_in_words(_REMEDY_RULES[-1].since)}起施行")
