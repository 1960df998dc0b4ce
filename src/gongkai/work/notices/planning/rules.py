"""Deadline rules as data (docs/notices.md): last day, validation, vague words. Pure."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongkai.lib.chinese.typed_values import TypedValueError, parse_date, parse_month_day, parse_whole
from gongkai.lib.law import add_days, add_months, add_workdays, get_figures_in_force, is_workday
from gongkai.work.notices.planning.periods import HALF_YEAR, MONTH, QUARTER, WEEK, YEAR, TaskPeriod, get_next_period

DueRule = Mapping[str, Any]

#: Tracks whose duties have entries of their own, one a period.
OWN_TRACKS = frozenset({HALF_YEAR, QUARTER, MONTH, WEEK})
PERIOD_NAMES = ("year", "half_year", "quarter", "month", "week", "unspecified")
RULE_KINDS = ("by_date", "yearly_by", "working_days", "calendar_days", "months", "times", "recurring", "ongoing")


def find_track(rule: DueRule) -> str:
    """Return the track of the entry that contains a duty."""
    if rule.get("kind") in {"recurring", "times"} and rule.get("period") in OWN_TRACKS:
        return str(rule["period"])
    return YEAR


def is_vague(rule: DueRule) -> bool:
    """Return true if a rule has no figure (及时、定期、动态更新), so that it is checked in cycles."""
    return rule.get("kind") == "ongoing" or (rule.get("kind") == "recurring" and rule.get("period") == "unspecified")


# Value of `counts_from` for deadlines from the notice's own issue.
FROM_ISSUE = "issue"


def normalize_rule(rule: DueRule) -> dict[str, object]:
    """Return a rule without the words it was read from; equal deadlines are equal."""
    return {key: value for key, value in rule.items() if key not in {"text", "printed", "doubt", "source"} and value}


def find_last_day(rule: DueRule, year: int, awaited: date | None = None, issued: date | None = None) -> date | None:
    """Return the last day of a rule; None if it names no day or its start is not known.

    Days and months run from the awaited act or the issue of the notice; the first day does not count, and months end
    on the same day or the last one of the month (民法典第二百零一条、第二百零二条): 11-30 and 3 months is 02-28. Ordered dates on
    rest days stay.

    `year` is that of the notice; `awaited` the date of the awaited act; `issued` the date of issue.
    """
    kind = rule.get("kind")
    if kind == "by_date":
        return date.fromisoformat(rule["date"]) if rule.get("date") else None
    if kind == "yearly_by":
        return _get_date_in_year(rule, year, issued)
    start = issued if rule.get("counts_from") == FROM_ISSUE else awaited
    if start is None or rule.get("least") or kind not in _ADDERS_BY_KIND:
        return None
    return _ADDERS_BY_KIND[str(kind)](start, int(rule["count"]))


def _get_date_in_year(rule: DueRule, year: int, issued: date | None) -> date:
    """Return the rule's date in its year, or in the next one if it was before the date of issue."""
    month, day = (int(number) for number in rule["month_day"].split("-"))
    of = year + (rule.get("of_year") == "following")
    day_in_year = date(of, month, min(day, monthrange(of, month)[1]))
    if issued and day_in_year < issued:
        return date(of + 1, month, min(day, monthrange(of + 1, month)[1]))
    return day_in_year


_ADDERS_BY_KIND: Mapping[str, Callable[[date, int], date]] = {
    "months": add_months,
    "calendar_days": add_days,
    "working_days": lambda start, count: add_workdays(start, count).due,
}


def find_day_in_period(rule: DueRule, period: TaskPeriod) -> date | None:
    """Return the day that a recurring rule names in a period (每月10日前), or None."""
    dated = rule.get("day") or rule.get("workdays")
    if rule.get("kind") != "recurring" or not dated or rule.get("period") != period.track:
        return None
    of = get_next_period(period) if rule.get("of_period") == "following" else period
    if count := int(rule.get("workdays") or 0):
        return _count_from_end(of, -count) if count < 0 else add_workdays(of.first - timedelta(days=1), count).due
    day = int(rule["day"])
    if period.track == WEEK:
        return of.first + timedelta(days=day - 1)
    first = add_months(of.first, int(rule.get("month") or 1) - 1)
    return first.replace(day=min(day, monthrange(first.year, first.month)[1]))


def _count_from_end(period: TaskPeriod, count: int) -> date:
    """Return the count-th last working day of a period (每月最后一个工作日前), not before its first day."""
    day = period.last
    while day > period.first:
        count -= is_workday(day)
        if count <= 0:
            break
        day -= timedelta(days=1)
    return day


#: Largest number of days or months in a rule: no date in reach follows from a larger one.
MAX_COUNT = 999
#: Largest number of times in a rule (每年不少于1200条).
MAX_TIMES = 30_000


def list_rule_faults(rule: DueRule) -> list[str]:
    """Return objections to a rule, one sentence each; none for {} (no deadline)."""
    kind = rule.get("kind")
    if not rule:
        return []
    if kind not in RULE_KINDS:
        return ["请选择一种时限。"]
    try:
        return _CHECKS_BY_KIND[str(kind)](rule)
    except (KeyError, TypeError, ValueError):
        return ["时限的内容不完整。"]


def _list_date_faults(rule: DueRule) -> list[str]:
    return _find_parse_errors(parse_date, rule["date"])


def _list_yearly_faults(rule: DueRule) -> list[str]:
    reasons = _find_parse_errors(parse_month_day, rule["month_day"])
    return reasons + ([] if rule["of_year"] in {"same", "following"} else ["请说明是当年还是次年。"])


def _find_parse_errors(parse: Callable[[str], object], value: object) -> list[str]:
    """Return reasons if a value cannot be parsed, or is not written in the canonical form."""
    try:
        return [] if str(parse(str(value))) == str(value) else ["时限的内容不完整。"]
    except TypedValueError as wrong:
        return [f"{wrong}。"]


def _list_count_faults(rule: DueRule) -> list[str]:
    if unread := _find_parse_errors(parse_whole, rule["count"]):
        return unread
    most = MAX_TIMES if rule["kind"] == "times" else MAX_COUNT
    return [] if 1 <= int(rule["count"]) <= most else [f"数量应为1至{most}。"]


def _list_month_faults(rule: DueRule) -> list[str]:
    return _list_count_faults(rule) + ([] if rule.get("after") else ["请写明从什么事项起算。"])


def _list_times_faults(rule: DueRule) -> list[str]:
    return _list_count_faults(rule) + _list_period_faults(rule)


def _list_period_faults(rule: DueRule) -> list[str]:
    return [] if rule["period"] in PERIOD_NAMES else ["请选择周期。"]


def _list_recurrence_faults(rule: DueRule) -> list[str]:
    """Return reasons against a recurring deadline whose period, day or month is impossible."""
    numbers = [rule[name] for name in ("day", "month") if rule.get(name)]
    if unread := [reason for number in numbers for reason in _find_parse_errors(parse_whole, number)]:
        return unread
    last_day = 7 if rule.get("period") == WEEK else 31
    right = 1 <= int(rule.get("day") or 1) <= last_day and 1 <= int(rule.get("month") or 1) <= 6
    right = right and 1 <= abs(int(rule.get("workdays") or 1)) <= 60
    return _list_period_faults(rule) + ([] if right else ["请写明每期的哪一天。"])


def _list_mode_faults(rule: DueRule) -> list[str]:
    return [] if rule["mode"] else ["请写明用语，如“及时”。"]


_CHECKS_BY_KIND = {
    "by_date": _list_date_faults,
    "yearly_by": _list_yearly_faults,
    "working_days": _list_count_faults,
    "calendar_days": _list_count_faults,
    "months": _list_month_faults,
    "times": _list_times_faults,
    "recurring": _list_recurrence_faults,
    "ongoing": _list_mode_faults,
}


#: Author shown for the preset meanings of vague words.
PRESET_AUTHOR = "系统预设"


@dataclass(frozen=True)
class VagueMeaning:
    """The meaning of a vague deadline word.

    `days` are working days after the event (None: no deadline), `cycle` is the interval of checks.
    """

    word: str
    days: int | None
    cycle: str
    note: str
    set_by: str = PRESET_AUTHOR


_PRESET_MEANINGS = (
    VagueMeaning("动态更新", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    VagueMeaning("动态", 5, "quarter", "变更后5个工作日内更新，每季度核查"),
    VagueMeaning("实时", 1, "month", "变更后1个工作日内更新，每月核查"),
    VagueMeaning("持续", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("长期", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("常态化", None, "quarter", "全年持续，每季度核查"),
    VagueMeaning("定期", None, "quarter", "每季度一次"),
    VagueMeaning("适时", None, "half_year", "每半年核查"),
)
#: Meaning of words without a row of their own.
OTHER_MEANING = VagueMeaning("", None, "quarter", "全年持续，每季度核查")


def list_preset_meanings() -> tuple[VagueMeaning, ...]:
    """Return the preset rows; 及时 is the period of proactive publication in force today."""
    period = get_figures_in_force()["disclosure.publish"]
    note = f"自形成或者变更之日起{period.words}内（政府信息公开{period.source}），每季度核查"
    return (VagueMeaning("及时", period.count, "quarter", note), *_PRESET_MEANINGS)


def find_vague_meaning(word: str, own_meanings: Mapping[str, VagueMeaning] | None = None) -> VagueMeaning:
    """Return the meaning of a vague word: own, preset, or quarterly."""
    table = {row.word: row for row in list_preset_meanings()} | dict(own_meanings or {})
    if word in table:
        return table[word]
    inside = [key for key in table if key and key in word]
    return table[max(inside, key=len)] if inside else OTHER_MEANING
