"""Titles of measures and deadline rules in words, for pages and lists."""

from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.planning.rules import FROM_ISSUE, DueRule, find_last_day

#: Maximum length of a short title.
MAX_TITLE_CHARACTERS = 30
# A clause this short (一是, 要求：) says too little alone and takes the next one with it.
_MIN_CLAUSE_CHARACTERS = 5
_CLAUSE_END_RE = re.compile(r"[，；。：;:,！!？?]")
# The day by which, in front of the work itself: 2026年6月底前， and 各单位于12月31日前.
_LEADING_DEADLINE_PATTERN = re.compile(
    r"^(?:各[^，。；]{2,6}单位[于在])?[^，。；：、]{0,12}?(?:\d{1,2}月(?:\d{1,2}日|底|末|中旬|上旬|下旬)?|年底|年末|季度末|月底)"
    r"(?:以|之)?前[，,]?"
)
# The ground in front of the work itself: 按照统一要求，.
_LEADING_BASIS_PATTERN = re.compile(r"^(?:按照|根据|依据|依照|对照|围绕|结合|针对)[^，。；：]{2,20}[，,]")
_LIST_NUMBER_RE = re.compile(r"^\s*(?:\d{1,2}\s*[．.、]|[（(][一二三四五六七八九十\d]{1,3}[）)])\s*")
_PATH_TO_END_RE = re.compile(r"(?:[（(〔\[]|[，；;。]?\s*)公开(?:路径|渠道)[：:].*$", re.DOTALL)
_PATH_BRACKET_RE = re.compile(
    r"[（(〔\[]公开(?:路径|渠道)[：:](?:[^（(〔\[）)〕\]]|[（(〔\[][^（(〔\[）)〕\]]*[）)〕\]])*[）)〕\]]"
)
# A path without brackets: 公开路径：政府网站>政务公开>预算；其他渠道：政务新媒体。
_PATH_CLAUSE_RE = re.compile(
    r"[，；;。]?\s*公开(?:路径|渠道)[：:][^。；;\n]*[>＞][^。；;\n]*(?:[；;]\s*其[他它](?:公开)?渠道[：:][^。；;\n]*)?"
)


def make_short_title(text: str) -> str:
    """Return the first clause of a measure, at most 30 characters.

    List numbers, disclosure paths and the day in front are left out; of several numbered parts
    their number is added.
    """
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if not paragraphs:
        return ""
    numbered = sum(1 for line in paragraphs if _LIST_NUMBER_RE.match(line))
    first = _PATH_TO_END_RE.sub("", _LIST_NUMBER_RE.sub("", paragraphs[0])).strip().rstrip("；;。")
    first = _get_first_clause(first or paragraphs[0].strip())
    tail = f"等{numbered}项" if numbered > 1 else ""
    room = MAX_TITLE_CHARACTERS - len(tail)
    return (first if len(first) <= room else first[: room - 1] + "…") + tail


def _get_first_clause(text: str) -> str:
    """Return the first clause of a text that is long enough and closes its brackets."""
    body = _LEADING_BASIS_PATTERN.sub("", _LEADING_DEADLINE_PATTERN.sub("", text, count=1), count=1)
    body = body if len(body) >= _MIN_CLAUSE_CHARACTERS else text
    for end in _CLAUSE_END_RE.finditer(body):
        if end.start() >= _MIN_CLAUSE_CHARACTERS and not _has_open_bracket(body[: end.start()]):
            return body[: end.start()]
    return body


def _has_open_bracket(text: str) -> bool:
    """Return true if a text ends inside brackets or quotation marks."""
    return any(text.count(opening) > text.count(closing) for opening, closing in ("（）", "〔〕", "“”", "《》"))


def remove_paths(text: str) -> str:
    """Return a text without its disclosure paths, or unchanged if it consists of paths alone."""
    return _remove_path_words(text) or text


def remove_list_number(text: str) -> str:
    """Return a text without its list number."""
    return _LIST_NUMBER_RE.sub("", text, count=1)


def _remove_path_words(text: str) -> str:
    return _PATH_CLAUSE_RE.sub("", _PATH_BRACKET_RE.sub("", text)).strip()


def remove_paths_and_numbers(text: str) -> str:
    """Return a text without list numbers and disclosure paths."""
    return "".join(_LIST_NUMBER_RE.sub("", _remove_path_words(line)) for line in text.splitlines())


def make_public_text(text: str) -> str:
    """Return the text of a measure for the public, without paths and list number."""
    lines = [_remove_path_words(line) for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line.strip("。；;，, ")]
    if sum(1 for line in lines if _LIST_NUMBER_RE.match(line)) == 1:
        lines = [_LIST_NUMBER_RE.sub("", line) for line in lines]
    return "\n".join(lines) or text


PERIOD_WORDS = {
    "year": "每年",
    "half_year": "每半年",
    "quarter": "每季度",
    "month": "每月",
    "week": "每周",
    "unspecified": "定期",
}
NO_DEADLINE_LABEL = "未写明时限，按年底前完成"


def describe_rule(rule: DueRule) -> str:
    """Return one sentence for a rule; an incomplete rule gives a request."""
    writer = _DESCRIPTIONS_BY_KIND.get(str(rule.get("kind", "")))
    if writer is None:
        return NO_DEADLINE_LABEL
    try:
        return writer(rule)
    except (KeyError, TypeError, ValueError):
        return "时限不完整，请补充"


def describe_rule_with_day(rule: DueRule, issued: date | None) -> str:
    """Return the sentence of a rule with its date if it runs from the issue of the notice."""
    day = find_last_day(rule, issued.year, issued=issued) if issued and rule.get("counts_from") == FROM_ISSUE else None
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


def _describe_required_count(rule: DueRule) -> str:
    text = f"{PERIOD_WORDS[rule['period']]}{'不少于' if rule.get('least') else ''}{rule['count']}次"
    counts = [f"{count_part['who']}不少于{count_part['count']}次" for count_part in rule.get("of_which", ())]
    return f"{text}，其中{'、'.join(counts)}" if counts else text


def _describe_recurring(rule: DueRule) -> str:
    """Return a recurrence in Chinese, such as 每月10日前."""
    period, day = rule["period"], rule.get("day")
    if rule.get("workdays"):
        return f"{PERIOD_WORDS[period]}{_describe_workdays(rule)}"
    if not day:
        return PERIOD_WORDS[period]
    if period == "week":
        return f"每周{'一二三四五六日'[int(day) - 1]}前"
    following = "次期" if rule.get("of_period") == "following" else ""
    following = (
        {"month": "次月", "quarter": "下季度", "half_year": "下半年度"}.get(period, following) if following else ""
    )
    by = "底前" if int(day) == 31 else f"{day}日前"
    if period == "month":
        return f"{PERIOD_WORDS[period]}{following}{'月' if int(day) == 31 else ''}{by}"
    first_month = int(rule.get("month") or 1)
    if period == "half_year" and not following:
        return f"每年{first_month}月、{first_month + 6}月{by}"
    return f"{PERIOD_WORDS[period]}{following}第{first_month}个月{'月' if int(day) == 31 else ''}{by}"


def _describe_workdays(rule: DueRule) -> str:
    count = int(rule["workdays"])
    if count > 0:
        return f"{'结束后' if rule.get('of_period') == 'following' else '前'}{count}个工作日内"
    return f"{'最后一个' if count == -1 else f'倒数第{-count}个'}工作日前"


def _describe_ongoing(rule: DueRule) -> str:
    """Return a continuous duty in Chinese, perhaps with its first day."""
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
    "times": _describe_required_count,
    "recurring": _describe_recurring,
    "ongoing": _describe_ongoing,
}
