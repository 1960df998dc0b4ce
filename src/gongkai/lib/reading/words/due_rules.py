"""Rules that turn time expressions into limits: a pattern and a function each, in order."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.days import SPRING, find_festival
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words import rhythm_rules  # noqa: F401  (asked before the rules here)
from gongkai.lib.reading.words.due_table import (
    BEFORE_WORDS,
    DAY_REGEX,
    MINIMUM_WORDS,
    MONTH_REGEX,
    NUMBER_REGEX,
    PERIODS_BY_WORD,
    YEAR_REGEX,
    ReferenceYears,
    add_time_rule,
    make_iso_day,
    parse_whole_number,
)

# No limit: days before an event, and what a limit may become.
_PUBLIC_NOTICE_PERIOD_PATTERN = r"公示(?:期|时间)?(?:为)?"  # 公示7个工作日 says how long, not by when
# 采购活动开始前30日, 执行之日前3日: a condition, as 提前30日.
_DAYS_BEFORE_EVENT_PATTERN = rf"提前|(?:(?<=之日)|(?<=[{HAN}])(?<![提之年月季周日天旬末底初]))前(?!述|款|项)"
_NON_LIMIT_LOOKBEHIND = r"(?<![\d一二三四五六七八九十])(?<!最后)(?<![^提]前)(?<!延长)(?<!延期)(?<!缩短至)(?<!缩短为)"


def find_year(match: re.Match[str], reference: ReferenceYears, month: int) -> int | None:
    """Return the year of a matched date: printed, relative (明年), or that of the next such month; None if unknown."""
    printed, relative = match["year"], match["rel"]
    if printed:
        year = to_int(printed)
        return year if year is not None and year <= MAXYEAR else None
    if reference.year is None:
        return None
    if relative in ("明年", "次年", "翌年", "下年", "下一年"):
        return reference.year + 1
    return reference.year if relative in ("今年", "本年") else find_next_year(reference, month)


def find_next_year(reference: ReferenceYears, month: int) -> int | None:
    """Return the year of a month printed without one, None if the notice's year is unknown.

    It is the year that the notice is for (`of`), else that of its issue, or the next for a month more than three
    months before.
    """
    if reference.of or reference.year is None:
        return reference.of
    return reference.year if month >= reference.month or reference.month - month <= 3 else reference.year + 1


def _make_date_due(day: str | None, match: re.Match[str]) -> DueLimit | None:
    """Return the limit of an ISO day, with the matched words; None without a day."""
    return DueLimit("by_date", match.group(0).strip().lstrip("于在 "), date=day) if day else None


def _add_alternative(due: DueLimit | None, other_reading: str | None) -> DueLimit | None:
    """Return a limit, if there is one, with the doubt that another reading is possible."""
    return due and replace(due, doubt=f"“{due.text}”读作{due.date}，也可能指{other_reading}，请核对")


# --- every year by a day ---------------------------------------------------------------------------------------


@add_time_rule(
    rf"(?:(?P<every>每年度?|每年的|每一?年度)(?P<next>次年|下一?年|翌年)?(?P<m>{MONTH_REGEX})月(?:(?P<d>{DAY_REGEX})日|(?P<end>底|末|份|内))?{BEFORE_WORDS}?)"
)
def _read_each_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    if not (match["d"] or match["end"] or match.group(0).endswith("前")):
        return None
    return _make_yearly_due(match, "following" if match["next"] else "same")


@add_time_rule(
    rf"(?:次年|翌年|下一年度?)的?(?P<m>{MONTH_REGEX})月(?:(?P<d>{DAY_REGEX})日|(?P<end>底|末))?(?:{BEFORE_WORDS})"
)
def _read_each_following_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return _make_yearly_due(match, "following")


@add_time_rule(rf"(?:每年|每年度)年(?:底|末){BEFORE_WORDS}?|每年(?:底|末){BEFORE_WORDS}")
def _read_each_year_end(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("yearly_by", match.group(0), month_day="12-31", of_year="same")


def _make_yearly_due(match: re.Match[str], of_year: str) -> DueLimit | None:
    """Return the limit of a day or month of every year, None if there is no such month."""
    month = parse_whole_number(match["m"])
    if not 1 <= month <= 12:
        return None
    if match["d"]:
        day = parse_whole_number(match["d"])
        if not 1 <= day <= monthrange(2024, month)[1]:  # 3月0日 is no day: the year is kept, and asked
            text = f"“{match.group(0)}”中没有这一天，只记下每年，请核对"
            return DueLimit("recurring", match.group(0), period="year", doubt=text)
    elif match["end"] and not match.group(0).endswith("份前"):
        day = monthrange(2023, month)[1]
    else:  # 3月前: the last day of the month before
        month, day = (12, 31) if month == 1 else (month - 1, monthrange(2023, month - 1)[1])
    return DueLimit("yearly_by", match.group(0), month_day=f"{month:02d}-{day:02d}", of_year=of_year)


# --- starts, then days ------------------------------------------------------------------------------------------


@add_time_rule(
    rf"(?:从|自)?{YEAR_REGEX}?(?P<m>{MONTH_REGEX})月(?:(?P<d>{DAY_REGEX})日)?(?:起|开始)(?![^，。；]{{0,4}}?{NUMBER_REGEX}\s?个?(?:工作日|自然日|日|天|月|周)(?:之|以)?内)"
)
def _read_start_date(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    month, day = parse_whole_number(match["m"]), parse_whole_number(match["d"] or "1")
    year = find_year(match, reference.january, month)
    return DueLimit("ongoing", match.group(0), mode="起", starts=make_iso_day(year, month, day) if year else None)


#: 6月30日（周五）下班前, 6月30日下午5时前.
_TIME_OF_DAY = (
    r"(?:[（(](?:周|星期)[一二三四五六日天][）)]\s?)?(?:上午|下午|中午|晚上?)?(?:下班|\d{1,2}(?:[:：]\d{2}|[时点]半?))?"
)


@add_time_rule(
    rf"(?:不得?[晚迟]于|最[晚迟](?:不超过|于|在)?|至迟(?:于|在)?|限(?:于|在)?)\s?{YEAR_REGEX}?\s?(?P<m>{MONTH_REGEX})月\s?(?P<d>{DAY_REGEX})日(?!起|至|到|[-—–~～])"
)
@add_time_rule(
    rf"(?:于|在|截至|截止)?\s?{YEAR_REGEX}?\s?(?P<m>{MONTH_REGEX})月\s?(?P<d>{DAY_REGEX})日\s?{_TIME_OF_DAY}(?:{BEFORE_WORDS}|内|止|截止)"
)
def _read_day(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of a day and month, None without a year or such a day."""
    month = parse_whole_number(match["m"])
    year = find_year(match, reference, month)
    return _make_date_due(make_iso_day(year, month, parse_whole_number(match["d"])) if year else None, match)


@add_time_rule(
    rf"(?:于|在)?\s?{YEAR_REGEX}?\s?(?P<m>{MONTH_REGEX})月\s?(?P<part>上旬|上中旬|中旬|中下旬|下旬|底|末)(?:{BEFORE_WORDS}|内)?"
)
def _read_part_of_month(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of a third of a month (上旬, 中旬前); None if the month or its year is unknown."""
    month = parse_whole_number(match["m"])
    year = find_year(match, reference, month)
    if not year or not 1 <= month <= 12:
        return None
    day = {"上旬": 10, "上中旬": 20, "中旬": 20}.get(match["part"]) or monthrange(year, month)[1]
    due = _make_date_due(make_iso_day(year, month, day), match)
    begins = {"中旬": 10, "下旬": 20}.get(match["part"])  # 8月中旬前: the middle ten are over, or they have not begun
    return _add_alternative(due, make_iso_day(year, month, begins)) if begins and match[0].endswith("前") else due


@add_time_rule(rf"(?:于|在)?\s?{YEAR_REGEX}?\s?(?P<m>{MONTH_REGEX})月(?:份)?(?P<how>{BEFORE_WORDS}|内|份?完成)")
def _read_month(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of a month's last day, or with 前 of that of the month before; None without month or year."""
    month = parse_whole_number(match["m"])
    year = find_year(match, reference, month)
    if not year or not 1 <= month <= 12:
        return None
    if match["how"].endswith("前"):
        month_end = make_iso_day(year, month, monthrange(year, month)[1])
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        return _add_alternative(_make_date_due(make_iso_day(year, month, monthrange(year, month)[1]), match), month_end)
    return _make_date_due(make_iso_day(year, month, monthrange(year, month)[1]), match)


@add_time_rule(
    rf"(?m)^{YEAR_REGEX}?(?P<q>第?[一二三四1-4]季度|上半年|下半年)(?:工作|阶段|重点|完成|推进)?(?:目标|任务|计划|安排|进度|要求|内容|节点)?(?=[：:])"
)
@add_time_rule(
    rf"{YEAR_REGEX}?\s?(?P<q>第?[一二三四1-4]季度|上半年|下半年)(?:末|底|结束)?(?:{BEFORE_WORDS}|内|底|末|完成)"
)
def read_quarter_limit(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of a quarter: 第三季度末前, 上半年完成, 一季度目标：; 第三季度前 ends with the second."""
    text = match["q"]
    month = {"上半年": 6, "下半年": 12}.get(text) or 3 * parse_whole_number(text.strip("第季度"))
    year = find_year(match, reference.january, month)
    last = make_iso_day(year, month, monthrange(year, month)[1]) if year else None
    if not match.group(0).endswith("前") or re.search(r"末|底|结束", match.group(0)):
        return _make_date_due(last, match)
    month -= 3 if "季" in text else 6
    year, month = (year and year - 1, 12) if month <= 0 else (year, month)
    return _add_alternative(
        _make_date_due(make_iso_day(year, month, monthrange(year, month)[1]) if year else None, match), last
    )


@add_time_rule(r"(?m)^(?:\d{1,2}月?[-—–~～至])?(?P<m>\d{1,2})月份?(?=[：:])")
def _read_month_label(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the due at the end of a month that labels a line (3月：), or None."""
    month = parse_whole_number(match["m"])
    year = find_next_year(reference, month) if 1 <= month <= 12 else None
    return _make_date_due(make_iso_day(year, month, monthrange(year, month)[1]) if year else None, match)


@add_time_rule(
    rf"(?:于|在)?(?:{YEAR_REGEX}年?(?:底|末|终|内)|(?<![每次\d一二三四五六七八九十两半全])(?:本)?年(?:底|末|终|内(?!(?:{MINIMUM_WORDS})?{NUMBER_REGEX}\s?(?:次|场|期|轮)|(?:拟|计划|预计)[^，。；\n]{{1,12}}的)))(?:{BEFORE_WORDS}|完成)?"
)
def _read_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    year = find_year(match, reference.january, 12)
    return _make_date_due(make_iso_day(year, 12, 31) if year else None, match)


@add_time_rule(
    r"(?:于|在)?(?P<year>20\d\d)年(?:以|之)?前(?=[，,]?(?:要|须|应|力争|基本|全面|全部|初步|完成|建成|实现|达到|建立|出台|形成|取得))"
)
def _read_before_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    year = int(match["year"])
    return _add_alternative(_make_date_due(make_iso_day(year - 1, 12, 31), match), make_iso_day(year, 12, 31))


_FESTIVAL_DATES = {"元旦": "01-01", "五一": "05-01", "劳动节": "05-01", "国庆": "10-01", "国庆节": "10-01"}


def _get_day_before_festival(name: str, year: int | None) -> date | None:
    """Return the day before a festival, or None if the year is unknown."""
    first = _FESTIVAL_DATES.get(name)
    day = date.fromisoformat(f"{year}-{first}") if year and first else find_festival(SPRING, year or 0)
    return day and day - timedelta(days=1)


@add_time_rule(rf"{YEAR_REGEX}?的?(?P<f>元旦|春节|五一|劳动节|国庆节?)(?:假期|长假)?(?P<how>{BEFORE_WORDS})")
def _read_before_festival(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the day before a festival, with a doubt; None if its date is unknown."""
    name = match["f"]
    year = find_year(match, reference, int((_FESTIVAL_DATES.get(name) or "02-01")[:2]))
    day = _get_day_before_festival(name, year)
    printed = match["year"] or match["rel"]
    if day and year and not printed and day < (reference.issued or date(reference.year or year, reference.month, 1)):
        day = _get_day_before_festival(name, year + 1)  # of the next one: a limit never lies before its notice
    if day is None:
        return None
    due = DueLimit("by_date", match.group(0), date=day.isoformat())
    return replace(due, doubt=f"“{due.text}”按{name}前一天{due.date}读取，请核对")


# --- days and months from an event ------------------------------------------------------------------------------


@add_time_rule(
    rf"(?:(?P<least>不少于|不得少于|至少|不低于|{_DAYS_BEFORE_EVENT_PATTERN}|不短于|{_PUBLIC_NOTICE_PERIOD_PATTERN})|{_NON_LIMIT_LOOKBEHIND})(?P<n>{NUMBER_REGEX})\s?个?工作日(?:之?内|以内)?"
)
def _read_working_days(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("working_days", match.group(0), count=parse_whole_number(match["n"]), least=bool(match["least"]))


@add_time_rule(
    rf"(?P<least>不少于|不得少于|至少|不低于|不短于|{_DAYS_BEFORE_EVENT_PATTERN}|{_PUBLIC_NOTICE_PERIOD_PATTERN})(?P<n>{NUMBER_REGEX})\s?个?(?:自然|日历)?[日天](?!前)|(?<![月\d一二三四五六七八九十第])(?P<m>{NUMBER_REGEX})\s?个?(?:自然|日历)?[日天](?:之?内|以内)"
)
def _read_calendar_days(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    count = parse_whole_number(match["n"] or match["m"])
    return DueLimit("calendar_days", match.group(0), count=count, least=bool(match["least"]))


@add_time_rule(rf"(?<![\d一二三四五六七八九十第每])(?P<n>{NUMBER_REGEX})\s?(?:周|个?星期)(?:之?内|以内)")
def _read_weeks(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("calendar_days", match.group(0), count=7 * parse_whole_number(match["n"]))


@add_time_rule(r"(?<![上下每])半年(?:之?内|以内)")
def _read_half_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("months", match.group(0), count=6, after="")


@add_time_rule(rf"(?P<n>{NUMBER_REGEX})\s?个?月(?:之?内|以内)")
def _read_months(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    if "个" not in match.group(0):
        return None  # 6月内 is a month, not a number of months
    return DueLimit("months", match.group(0), count=parse_whole_number(match["n"]), after="")


# --- so many times, every so often -------------------------------------------------------------------------------

_PERIOD_WORD = r"(?P<p>半年|年|季|月|周|星期)"
_OCCURRENCE_WORD = r"(?:次|场|期|篇|条|批|轮|件|个|起|例|幅|堂)"


#: 一年内两次检查不合格的: what happens so often is a condition, no rhythm.
_REPEATED_EVENT_RE = re.compile(r"[^，。；\n]{0,16}的(?=[，,。；\n])")


@add_time_rule(
    rf"(?:每个?{_PERIOD_WORD}度?|(?:一|全)年度?|{YEAR_REGEX}(?:度)?(?=[^，。；]{{0,24}}{MINIMUM_WORDS})|年度?内|(?<!半)年度)"
    rf"[^，。；：\n]{{0,40}}?(?:(?P<least>{MINIMUM_WORDS})(?:要|应)?[^，。；\d]{{0,8}}?)?(?P<n>{NUMBER_REGEX})\s?(?:{_OCCURRENCE_WORD})(?:以上)?(?!工作日|月|级|方面|季度|区|县)"
)
def _read_times_each_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a count for each period; without 不少于 only of meetings or editions (次, 期), else None."""
    period = PERIODS_BY_WORD[match["p"] or "年"]
    least = bool(match["least"]) or match.group(0).endswith("以上")
    text = match.group(0)
    if not least and not text.endswith(("次", "场", "期", "轮")):
        return None
    if not least and text.startswith("一年") and _REPEATED_EVENT_RE.match(match.string, match.end()):
        return None
    return DueLimit("times", text, count=parse_whole_number(match["n"]), period=period, least=least)


@add_time_rule(
    rf"(?<!年)上(?:半年)?[、和]?下半年(?:各|分别)[^，。；\d]{{0,8}}?(?:(?P<least>{MINIMUM_WORDS})[^，。；\d]{{0,4}}?)?(?P<n>{NUMBER_REGEX})\s?{_OCCURRENCE_WORD}"
)
def _read_once_each_half_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit(
        "times", match[0], count=parse_whole_number(match["n"]), period="half_year", least=bool(match["least"])
    )


@add_time_rule(rf"{MINIMUM_WORDS}(?:要|应)?[^，。；\d]{{0,6}}?(?P<n>{NUMBER_REGEX})\s?(?:次|场|期|轮)")
def _read_minimum_times(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("times", match.group(0), count=parse_whole_number(match["n"]), period="unspecified", least=True)


@add_time_rule(
    r"每(?P<half>半年)|每个?(?P<p>年|季|月|周|星期)度?|按(?P<q>年|季|月|周)度?(?=公开|发布|更新|通报|报送|开展|公布|公示|调度|报告|汇总|统计|监测|检查|评估|推进|梳理)|逐(?P<r>季|月)"
)
def _read_recurring_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    word = "半年" if match["half"] else (match["p"] or match["q"] or match["r"])
    return DueLimit("recurring", match.group(0), period=PERIODS_BY_WORD[word])


@add_time_rule(r"(?<![不法约固特给规])定期(?![限间刊])")
def _read_unspecified_rhythm(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("recurring", match.group(0), period="unspecified")


# --- standing duties -----------------------------------------------------------------------------------------------


@add_time_rule(
    r"(?<![不未])及时(?![性率雨])|(?:动态|实时|即时|随时)(?:更新|调整|管理|公开|发布|完善|维护|公布|优化)(?!的)|第一时间|常态化(?:开展|推进|更新|公开|组织|检查|巡查|管理)|长期(?:坚持|公开|推进)|(?:全年|常年)(?:推进|开展|落实|坚持|更新|公开)(?!情况|进展)|(?<=[（(])(?:常态化|长期|全年|持续)(?:推进|坚持|进行)?(?=[）)])"
)
def _read_ongoing(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a lasting due, None within quotation marks."""
    before = match.string[max(0, match.start() - 80) : match.start()]
    if before.rfind("“") > before.rfind("”"):
        return None
    return DueLimit("ongoing", match.group(0), mode=match.group(0))


@add_time_rule(
    r"(?:(?<=^)|(?<=[，,；;。、\n：:]))(?:要|应|应当|并|还要|切实|需|须|确保|坚持)?(?P<w>持续)(?!性)(?=[^，。；、]{2})"
)
def _read_standing_duty(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("ongoing", match["w"], mode="持续")
