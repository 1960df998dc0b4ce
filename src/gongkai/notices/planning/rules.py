"""Due rules as data (the kinds of docs/notices.md): which rhythm, which last day, is it right."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from gongkai.law.periods import add_months
from gongkai.notices.planning.periods import HALF_YEAR, MONTH, QUARTER, WEEK, YEAR

Rule = Mapping[str, Any]

#: The rhythms that make entries of their own.
OWN_TRACKS = frozenset({HALF_YEAR, QUARTER, MONTH, WEEK})
PERIODS = ("year", "half_year", "quarter", "month", "week", "unspecified")
KINDS = (
    "by_date",
    "yearly_by",
    "working_days",
    "calendar_days",
    "months",
    "times",
    "recurring",
    "ongoing",
)


def track_of(rule: Rule) -> str:
    """Return the rhythm whose entry carries a duty: its own for per-quarter duties and the like, else the year's."""
    if rule.get("kind") in {"recurring", "times"} and rule.get("period") in OWN_TRACKS:
        return str(rule["period"])
    return YEAR


def is_vague(rule: Rule) -> bool:
    """Whether a rule gives no figure at all, so that a default is checked in cycles (及时、定期、动态更新)."""
    return rule.get("kind") == "ongoing" or (
        rule.get("kind") == "recurring" and rule.get("period") == "unspecified"
    )


def last_day(rule: Rule, year: int, awaited: date | None = None) -> date | None:
    """Return the last day allowed, None where the rule names none (yet).

    Args:
        rule: the rule.
        year: the notice's year.
        awaited: the date of the act that a `months` rule waits for, where it has been entered. Months end on the same day or on
            the month's last one (民法典第二百零二条): 11-30 and 3 months is 02-28. The day stays where it falls on a rest day: it is an ordered date.
    """
    kind = rule.get("kind")
    if kind == "by_date":
        return date.fromisoformat(rule["date"]) if rule.get("date") else None
    if kind == "yearly_by":
        month, day = (int(part) for part in rule["month_day"].split("-"))
        of = year + (rule.get("of_year") == "following")
        return date(of, month, min(day, monthrange(of, month)[1]))
    if kind == "months" and awaited:
        return add_months(awaited, int(rule["count"]))
    return None


def problems(rule: Rule) -> list[str]:
    """Return why a rule cannot be used, a sentence each; [] for {} (no limit said) and for what is right."""
    kind = rule.get("kind")
    if not rule:
        return []
    if kind not in KINDS:
        return ["请选择一种时限。"]
    try:
        return _CHECKS[str(kind)](rule)
    except (KeyError, TypeError, ValueError):
        return ["时限的内容不完整。"]


def _by_date(rule: Rule) -> list[str]:
    date.fromisoformat(rule["date"])
    return []


def _yearly(rule: Rule) -> list[str]:
    date.fromisoformat(f"2024-{rule['month_day']}")
    return [] if rule["of_year"] in {"same", "following"} else ["请说明是当年还是次年。"]


def _count(rule: Rule) -> list[str]:
    return [] if int(rule["count"]) >= 1 else ["数量应不小于1。"]


def _months(rule: Rule) -> list[str]:
    return _count(rule) + ([] if rule.get("after") else ["请写明从什么事项起算。"])


def _times(rule: Rule) -> list[str]:
    return _count(rule) + _period(rule)


def _period(rule: Rule) -> list[str]:
    return [] if rule["period"] in PERIODS else ["请选择周期。"]


def _mode(rule: Rule) -> list[str]:
    return [] if rule["mode"] else ["请写明用语，如“及时”。"]


_CHECKS = {
    "by_date": _by_date,
    "yearly_by": _yearly,
    "working_days": _count,
    "calendar_days": _count,
    "months": _months,
    "times": _times,
    "recurring": _period,
    "ongoing": _mode,
}
