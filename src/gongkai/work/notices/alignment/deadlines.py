"""Compare deadlines of two measures, and read cited measures (第3项, 三/2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.lib import matching
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int

_CITING_HEADING_PATTERN = re.compile(
    r"对应|对照|上级(?:任务|要求|条目)|^(?:国家|省|市|州)级?(?:任务|要点|条目)(?:编?号|序号)?$"
)
#: Matches a cited number: 第3项, 第（三）条.
CITED_NUMBER = re.compile(
    r"(?:第|(?<![\d年月]))\s*[（(]?(\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?\s*[项条款号]?(?![\d年月日])"
)
# 一/2, 第一类第2项: the second measure of the first section.
_CITED_IN_SECTION_RE = re.compile(
    r"第?[（(]?(?P<section>[一二三四五六七八九十]{1,3})[）)]?(?:\s*[/／—－–.．·-]\s*|[类部分章、]+第?)[（(]?(?P<number>\d{1,2})[）)]?[项条]?"
)


Extras = Iterable[tuple[str, str]]


def find_cited_numbers(extras: Extras) -> tuple[int, ...]:
    """Return the measure numbers that citing columns print, without those in a section.

    >>> find_cited_numbers([("对应市任务", "第3项、第5项")])
    (3, 5)
    """
    cells = [_CITED_IN_SECTION_RE.sub("", text) for head, text in extras if _CITING_HEADING_PATTERN.search(head)]
    found = (to_int(match[1]) for cell in cells for match in CITED_NUMBER.finditer(cell))
    return tuple(dict.fromkeys(number for number in found if number))


def find_cited_section_numbers(extras: Extras) -> tuple[tuple[int, int], ...]:
    """Return the (section, number) pairs in columns that cite upper tasks (对应市任务).

    >>> find_cited_section_numbers([("对应市任务", "一/2"), ("序号", "3")])
    ((1, 2),)
    """
    cells = [text for head, text in extras if _CITING_HEADING_PATTERN.search(head)]
    matches = (match for cell in cells for match in _CITED_IN_SECTION_RE.finditer(cell))
    return tuple(dict.fromkeys((to_int(match["section"]) or 0, int(match["number"])) for match in matches))


def number_within_sections(measures: Iterable[tuple[str, int]]) -> dict[tuple[int, int], int]:
    """Return {(section, place inside it): running number}, both from 1, of (section, running number) pairs."""
    sections: dict[str, list[int]] = {}
    for section, number in measures:
        sections.setdefault(section, []).append(number)
    return {
        (section, place): number
        for section, numbers in enumerate(sections.values(), 1)
        for place, number in enumerate(numbers, 1)
    }


Deadline = Mapping[str, Any]
UPPER, OWN, MISSING = "upper", "own", "missing"
#: Sentences by result; {0} is the other notice, {1} the own one.
DEADLINE_ADVICE = {
    UPPER: "{0}时限更严，建议采用{0}时限",
    OWN: "{1}时限更严，按{1}执行",
    MISSING: "{0}有时限，{1}没有，建议补上",
}
_LIST_NUMBER_RE = re.compile(r"\s*(?:\d{1,2}\s*[．.、](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)])\s*")
# Periods a year, and days of each.
_YEARLY_COUNT_AND_DAYS_BY_PERIOD = {
    "year": (1, 372),
    "half_year": (2, 186),
    "quarter": (4, 93),
    "month": (12, 31),
    "week": (52, 7),
}


@dataclass(frozen=True)
class ComparedDuty:
    """A duty as input of the comparison of deadlines."""

    pk: int
    text: str
    due: Deadline


@dataclass(frozen=True)
class DeadlineDifference:
    """An upper and an own deadline that differ; `kind` is the stricter side, or `MISSING` if the own duty has none.

    `upper_duty` and `own_duty` are keys, `sides` the labels of both notices, `own_text` is the text of the own duty.
    """

    kind: str
    upper_words: str
    own_words: str
    upper_duty: int
    own_duty: int | None
    sides: tuple[str, str] = ("上级", "本级")
    own_text: str = ""

    @property
    def rewritten_text(self) -> str:
        """Return the text of the own duty with the upper deadline, for review by a clerk."""
        return replace_deadline(self.own_text, self.own_words if self.kind == UPPER else "", self.upper_words)

    @property
    def words(self) -> str:
        """Return the proposal in words."""
        return DEADLINE_ADVICE[self.kind].format(*self.sides)


def rank_strictness(due: Deadline, year: int) -> tuple[tuple[str, ...], float] | None:
    """Return (key, rank) of a deadline; None if it has no figure to compare.

    Only deadlines with equal keys can be compared; the lower rank is the stricter one.
    """
    kind, count = due.get("kind"), due.get("count")
    if kind == "by_date" and due.get("date"):
        return ("date",), date.fromisoformat(str(due["date"])).toordinal()
    if kind == "yearly_by" and due.get("month_day"):
        month, day = map(int, str(due["month_day"]).split("-"))
        in_year = year + (1 if due.get("of_year") == "following" else 0)
        return ("date",), date(in_year, month, min(day, 28) if month == 2 else day).toordinal()
    if kind in {"working_days", "calendar_days", "months"} and count:
        least = bool(due.get("least"))
        return (str(kind), "least" if least else ""), -float(count) if least else float(count)
    if kind in {"times", "recurring"} and due.get("period") in _YEARLY_COUNT_AND_DAYS_BY_PERIOD:
        return ("rhythm",), _rank_recurrence(due)
    return None


def _rank_recurrence(due: Deadline) -> float:
    """Return how strict a rhythm is: how often a year, then how early in the period."""
    a_year, days = _YEARLY_COUNT_AND_DAYS_BY_PERIOD[str(due["period"])]
    day: float = (int(due.get("month") or 1) - 1) * 31 + int(due.get("day") or 0) if due.get("day") else days
    if due.get("of_period") == "following":
        day = days + (int(due["workdays"]) * 7 / 5 if due.get("workdays") else day)
    return -a_year * int(due.get("count") or 1) + day / 10_000


def compare_deadlines(
    upper: Sequence[ComparedDuty], own_duties: Sequence[ComparedDuty], year: int
) -> tuple[DeadlineDifference, ...]:
    """Return the upper deadlines that no own duty has, each with that of the corresponding own duty.

    Deadlines that cannot be compared with the own one are left out.
    """
    upper_deadlines = [(duty, strictness) for duty in upper if (strictness := rank_strictness(duty.due, year))]
    if not upper_deadlines or not own_duties:
        return ()
    strictness_by_duty = {duty.pk: rank_strictness(duty.due, year) for duty in own_duties}
    own_deadlines = set(strictness_by_duty.values())
    partner = _match_duties([duty.text for duty, _ in upper_deadlines], own_duties)
    differences = []
    for place, (duty, strictness) in enumerate(upper_deadlines):
        if strictness in own_deadlines:
            continue
        own_duty = partner.get(place)
        own_strictness = strictness_by_duty[own_duty.pk] if own_duty else None
        if own_strictness is None or own_strictness[0] != strictness[0]:
            matched_keys = {matched.pk for at, matched in partner.items() if at != place}
            rivals = [
                duty_side
                for duty_side in own_duties
                if duty_side.pk not in matched_keys
                and (is_ := strictness_by_duty[duty_side.pk])
                and is_[0] == strictness[0]
            ]
            if len(rivals) == 1:
                own_duty, own_strictness = rivals[0], strictness_by_duty[rivals[0].pk]
        if own_strictness and own_strictness[0] == strictness[0] and own_duty:
            kind = UPPER if strictness[1] < own_strictness[1] else OWN
        elif own_duty and not own_duty.due:
            kind = MISSING
        else:
            continue
        differences.append(
            DeadlineDifference(
                kind,
                _get_deadline_text(duty.due),
                _get_deadline_text(own_duty.due),
                duty.pk,
                own_duty.pk,
                own_text=own_duty.text,
            )
        )
    return tuple(differences)


def _match_duties(texts: list[str], own_duties: Sequence[ComparedDuty]) -> dict[int, ComparedDuty]:
    """Return the own duty that corresponds to each upper text, by index."""
    pairs = matching.align_measures(texts, [duty.text for duty in own_duties])
    return {pair.parent: own_duties[pair.child] for pair in pairs if pair.parent is not None and pair.child is not None}


def replace_deadline(text: str, own_deadline: str, upper_deadline: str) -> str:
    """Replace the deadline in the text of a duty, or insert it after the list number (1．)."""
    if own_deadline and own_deadline in text:
        return text.replace(own_deadline, upper_deadline, 1)
    number = _LIST_NUMBER_RE.match(text)
    position = number.end() if number else 0
    return f"{text[:position]}{upper_deadline}{text[position:]}"


def _get_deadline_text(due: Deadline) -> str:
    return str(due.get("text") or "") or "没有时限"
