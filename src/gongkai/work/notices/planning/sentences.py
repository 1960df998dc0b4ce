"""Deadline rules in words, for pages and lists."""

from datetime import date

from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.planning.rules import FROM_ISSUE, DueRule, find_last_day

PERIOD_WORDS = {
    "year": "每年",
    "half_year": "每半年",
    "quarter": "每季度",
    "month": "每月",
    "week": "每周",
    "unspecified": "定期",
}
NO_DEADLINE = "未写明时限，按年底前完成"


def describe_rule(rule: DueRule) -> str:
    """Return one sentence for a rule; for {} that there is no deadline."""
    writer = _DESCRIPTIONS_BY_KIND.get(str(rule.get("kind", "")))
    if writer is None:
        return NO_DEADLINE
    try:
        return writer(rule)
    except (KeyError, TypeError, ValueError):
        return "时限不完整，请补充"


def describe_rule_with_day(rule: DueRule, issued: date | None) -> str:
    """Return the sentence of a rule with its date if it runs from the issue of the notice."""
    day = (
        find_last_day(rule, issued.year, issued=issued)
        if issued and rule.get("counts_from") == FROM_ISSUE
        else None
    )
    return f"{describe_rule(rule)}（{day_in_words(day)}前）" if day else describe_rule(rule)


def _describe_date(rule: DueRule) -> str:
    day = date.fromisoformat(rule["date"])
    return f"{day_in_words(day)}前"


def _describe_yearly(rule: DueRule) -> str:
    month, day = (int(part) for part in rule["month_day"].split("-"))
    of = "次年" if rule.get("of_year") == "following" else "当年"
    return f"{of}{month}月{day}日前"


def _describe_working_days(rule: DueRule) -> str:
    return f"{_describe_start(rule)}{_describe_minimum(rule)}{rule['count']}个工作日{_describe_end(rule)}"


def _describe_calendar_days(rule: DueRule) -> str:
    return f"{_describe_start(rule)}{_describe_minimum(rule)}{rule['count']}日{_describe_end(rule)}"


def _describe_months(rule: DueRule) -> str:
    return f"{_describe_start(rule)}{rule['count']}个月内"


def _describe_times(rule: DueRule) -> str:
    words = f"{PERIOD_WORDS[rule['period']]}{'不少于' if rule.get('least') else ''}{rule['count']}次"
    parts = [f"{part['who']}不少于{part['count']}次" for part in rule.get("of_which", ())]
    return f"{words}，其中{'、'.join(parts)}" if parts else words


def _describe_recurring(rule: DueRule) -> str:
    period, day = rule["period"], rule.get("day")
    if count := rule.get("workdays"):
        ended = rule.get("of_period") == "following"
        return f"{PERIOD_WORDS[period]}{'结束后' if ended else '前'}{count}个工作日内"
    if not day:
        return PERIOD_WORDS[period]
    if period == "week":
        return f"每周{'一二三四五六日'[int(day) - 1]}前"
    which = "次期" if rule.get("of_period") == "following" else ""
    which = (
        {"month": "次月", "quarter": "下季度", "half_year": "下半年度"}.get(period, which) if which else ""
    )
    by = "底前" if int(day) == 31 else f"{day}日前"
    if period == "month":
        return f"{PERIOD_WORDS[period]}{which}{'月' if int(day) == 31 else ''}{by}"
    first = int(rule.get("month") or 1)
    if period == "half_year" and not which:
        return f"每年{first}月、{first + 6}月{by}"
    return f"{PERIOD_WORDS[period]}{which}第{first}个月{'月' if int(day) == 31 else ''}{by}"


def _describe_ongoing(rule: DueRule) -> str:
    starts = rule.get("starts")
    since = ""
    if starts:
        day = date.fromisoformat(starts)
        since = f"自{day_in_words(day)}起"
    return since if since and str(rule["mode"]).endswith("起") else f"{since}{rule['mode']}"


def _describe_start(rule: DueRule) -> str:
    if rule.get("counts_from") == FROM_ISSUE:
        return "自本通知印发之日起"
    return f"{rule['after']}后" if rule.get("after") else ""


def _describe_minimum(rule: DueRule) -> str:
    return "不少于" if rule.get("least") else ""


def _describe_end(rule: DueRule) -> str:
    return "" if rule.get("least") else "内"


_DESCRIPTIONS_BY_KIND = {
    "by_date": _describe_date,
    "yearly_by": _describe_yearly,
    "working_days": _describe_working_days,
    "calendar_days": _describe_calendar_days,
    "months": _describe_months,
    "times": _describe_times,
    "recurring": _describe_recurring,
    "ongoing": _describe_ongoing,
}
