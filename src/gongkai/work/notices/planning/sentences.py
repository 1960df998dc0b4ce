"""Deadline rules in words, for pages and lists."""

from datetime import date

from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.planning.rules import ISSUE, Rule, last_day

EVERY = {
    "year": "每年",
    "half_year": "每半年",
    "quarter": "每季度",
    "month": "每月",
    "week": "每周",
    "unspecified": "定期",
}
NO_LIMIT = "未写明时限，按年底前完成"


def in_words(rule: Rule) -> str:
    """Return one sentence for a rule; for {} that there is no deadline."""
    writer = _WRITERS.get(str(rule.get("kind", "")))
    if writer is None:
        return NO_LIMIT
    try:
        return writer(rule)
    except (KeyError, TypeError, ValueError):
        return "时限不完整，请补充"


def with_day(rule: Rule, issued: date | None) -> str:
    """Return the sentence of a rule with its date if it runs from the issue of the notice."""
    day = last_day(rule, issued.year, issued=issued) if issued and rule.get("counts_from") == ISSUE else None
    return f"{in_words(rule)}（{day_in_words(day)}前）" if day else in_words(rule)


def _by_date(rule: Rule) -> str:
    day = date.fromisoformat(rule["date"])
    return f"{day_in_words(day)}前"


def _yearly(rule: Rule) -> str:
    month, day = (int(part) for part in rule["month_day"].split("-"))
    of = "次年" if rule.get("of_year") == "following" else "当年"
    return f"{of}{month}月{day}日前"


def _working_days(rule: Rule) -> str:
    return f"{_after(rule)}{_least(rule)}{rule['count']}个工作日{_within(rule)}"


def _calendar_days(rule: Rule) -> str:
    return f"{_after(rule)}{_least(rule)}{rule['count']}日{_within(rule)}"


def _months(rule: Rule) -> str:
    return f"{_after(rule)}{rule['count']}个月内"


def _times(rule: Rule) -> str:
    words = f"{EVERY[rule['period']]}{'不少于' if rule.get('least') else ''}{rule['count']}次"
    parts = [f"{part['who']}不少于{part['count']}次" for part in rule.get("of_which", ())]
    return f"{words}，其中{'、'.join(parts)}" if parts else words


def _recurring(rule: Rule) -> str:
    period, day = rule["period"], rule.get("day")
    if count := rule.get("workdays"):
        ended = rule.get("of_period") == "following"
        return f"{EVERY[period]}{'结束后' if ended else '前'}{count}个工作日内"
    if not day:
        return EVERY[period]
    if period == "week":
        return f"每周{'一二三四五六日'[int(day) - 1]}前"
    which = "次期" if rule.get("of_period") == "following" else ""
    which = (
        {"month": "次月", "quarter": "下季度", "half_year": "下半年度"}.get(period, which) if which else ""
    )
    by = "底前" if int(day) == 31 else f"{day}日前"
    if period == "month":
        return f"{EVERY[period]}{which}{'月' if int(day) == 31 else ''}{by}"
    first = int(rule.get("month") or 1)
    if period == "half_year" and not which:
        return f"每年{first}月、{first + 6}月{by}"
    return f"{EVERY[period]}{which}第{first}个月{'月' if int(day) == 31 else ''}{by}"


def _ongoing(rule: Rule) -> str:
    starts = rule.get("starts")
    since = ""
    if starts:
        day = date.fromisoformat(starts)
        since = f"自{day_in_words(day)}起"
    return since if since and str(rule["mode"]).endswith("起") else f"{since}{rule['mode']}"


def _after(rule: Rule) -> str:
    if rule.get("counts_from") == ISSUE:
        return "自本通知印发之日起"
    return f"{rule['after']}后" if rule.get("after") else ""


def _least(rule: Rule) -> str:
    return "不少于" if rule.get("least") else ""


def _within(rule: Rule) -> str:
    return "" if rule.get("least") else "内"


_WRITERS = {
    "by_date": _by_date,
    "yearly_by": _yearly,
    "working_days": _working_days,
    "calendar_days": _calendar_days,
    "months": _months,
    "times": _times,
    "recurring": _recurring,
    "ongoing": _ongoing,
}
