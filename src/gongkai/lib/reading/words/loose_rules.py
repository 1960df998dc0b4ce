"""Rules for times without a word for an end: 上半年公开, 7月公布, 12月初. Applied last."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date

from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words.due_rules import find_next_year, find_year
from gongkai.lib.reading.words.due_table import (
    BEFORE_WORDS,
    MONTH_REGEX,
    PERIODS_BY_WORD,
    YEAR_REGEX,
    ReferenceYears,
    add_time_rule,
    make_iso_day,
    parse_whole_number,
)

#: Actions that are due at such a time.
ACTION_WORDS = (
    "公开|公布|发布|制定|完成|印发|组织|开展|召开|建立|更新|报送|上报|报告|编制|修订|出台|举办|启动|上线|建成|落实|实现|形成|推出|提交|开通|调整|清理|"
    "投入使用|投用|动工|开工|竣工|完工|通车|交付|验收|检查|评估|整改|解读|培训|征求|汇总|总结|部署|梳理|推进|集中|主动|全面|向社会|对外|面向|再次|各|分别|均"
)
_PHRASE_START = r"(?:(?<=^)|(?<=[，,；;。、\n：:（(和及]))(?:于|在)?"
_PART_OF_YEAR_PATTERN = r"(?:第?[一二三四1-4]季度|[上下]半年|年[中终底末]|半年|全年|\d{1,2}月(?:份)?)"
_LAST_MONTH_BY_PERIOD = {"上半年": 6, "半年": 6, "年中": 6, "下半年": 12}


def _make_doubtful_due(text: str, day: str | None) -> DueLimit | None:
    return DueLimit("by_date", text, date=day, doubt=f"“{text}”按{day}（含当日）前读取，请核对") if day else None


def _make_month_end_due(text: str, year: int | None, month: int) -> DueLimit | None:
    """Return a doubtful limit on the last day of a month, None if the month or year is unknown."""
    if not year or not 1 <= month <= 12:
        return None
    return _make_doubtful_due(text, make_iso_day(year, month, monthrange(year, month)[1]))


@add_time_rule(
    rf"(?m){_PHRASE_START}{YEAR_REGEX}?(?P<q>第?[一二三四1-4]季度|上半年|下半年|半年(?=[、，]{_PART_OF_YEAR_PATTERN})|年中)(?=(?:[、和及]{_PART_OF_YEAR_PATTERN})*(?:{ACTION_WORDS}))"
)
def _read_part_of_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    part = match["q"]
    month = _LAST_MONTH_BY_PERIOD.get(part) or 3 * parse_whole_number(part.strip("第季度"))
    return _make_month_end_due(match.group(0), find_year(match, reference.january, month), month)


@add_time_rule(
    rf"(?m){_PHRASE_START}{YEAR_REGEX}?(?P<m>{MONTH_REGEX})月份?(?=(?:[、和及]{MONTH_REGEX}月份?)*(?:{ACTION_WORDS}))"
)
def _read_month(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    month = parse_whole_number(match["m"])
    return _make_month_end_due(match.group(0), find_year(match, reference, month), month)


#: Words before a day that is a deadline although no word such as 前 follows it.
_DATE_LEAD = r"(?:(?<=^)|(?<=[，,；;。、\n：:（(和及])|(?<=请)|(?<=应)|(?<=须)|(?<=要)|(?<=前)|(?<=各))(?:于|在|截至|截止到?|务必于)?"


@add_time_rule(
    rf"(?m){_DATE_LEAD}{YEAR_REGEX}?(?P<m>{MONTH_REGEX})月\d{{1,2}}日?\s?(?:至|到|[-—–~～]{{1,2}})\s?(?P<d>\d{{1,2}})日(?=(?:{ACTION_WORDS}))"
)
@add_time_rule(
    rf"(?m){_DATE_LEAD}{YEAR_REGEX}?(?:\d{{1,2}}月\d{{1,2}}日?\s?(?:至|到|[-—–~～]{{1,2}})\s?)?(?:(?P<m>{MONTH_REGEX})月)(?P<d>\d{{1,2}})日"
    rf"(?:[（(](?:周|星期)[一二三四五六日天][）)])?(?:上午|下午)?(?=(?:{ACTION_WORDS}))"
)
def _read_doubtful_day(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a doubtful due on a day right before an action, or None."""
    month = parse_whole_number(match["m"])
    year = find_year(match, reference, month)
    day = make_iso_day(year, month, parse_whole_number(match["d"])) if year else None
    past = day and reference.issued and day < reference.issued.isoformat()
    return None if past else _make_doubtful_due(match.group(0), day)


@add_time_rule(rf"{_PHRASE_START}一?(?P<p>半年|年|季|月|周|星期)度?(?:[一1]次|一(?=更新|公开|公布|通报|报告))")
def _read_once_a_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit:
    """Return a recurring due; 一季度一次 with a doubt, as it may be the first quarter."""
    quarter = "一季度" in match[0]  # 一季度一次 may be the first quarter
    doubt = f"“{match[0]}”按每季度一次读取，也可能指第一季度，请核对" if quarter else ""
    return DueLimit("recurring", match[0], period=PERIODS_BY_WORD[match["p"]], doubt=doubt)


@add_time_rule(
    r"(?<![\d一二三四五六七八九十每本当上下次个首末半])(?P<p>月|季|周)度?(?=(?:更新|调度|通报|报告|汇总|督查|检查|公示|会商|排名)(?!单|会|表|组|员|情况|制|分))"
)
def _read_short_rhythm(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    text = f"“{match[0]}”按每{match['p']}读取，请核对"
    return DueLimit("recurring", match[0], period=PERIODS_BY_WORD[match["p"][0]], doubt=text)


@add_time_rule(rf"(?<![\d.])(?:(?P<year>20\d\d)\.)?(?P<m>\d{{1,2}})\.(?P<d>\d{{1,2}})日?{BEFORE_WORDS}")
def _read_dotted_date(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a doubtful due of a date with dots (5.31前), None if there is no such day."""
    month = parse_whole_number(match["m"])
    year = int(match["year"] or 0) or find_next_year(reference, month)
    return _make_doubtful_due(
        match.group(0), make_iso_day(year, month, parse_whole_number(match["d"])) if year else None
    )


@add_time_rule(rf"(?:于|在)?{YEAR_REGEX}?(?P<m>{MONTH_REGEX})月(?P<part>初|中(?!旬))(?:{BEFORE_WORDS})?")
def _read_early_in_month(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the due on the 10th (初) or 20th (中), with a doubt; None if the month or its year is unknown."""
    month = parse_whole_number(match["m"])
    year = find_year(match, reference, month) if 1 <= month <= 12 else None
    day = make_iso_day(year, month, 10 if match["part"] == "初" else 20) if year else None
    return _make_doubtful_due(match.group(0), day)


@add_time_rule(rf"(?<![\d一二三四五六七八九十每个月])(?:本|当)?月(?:底|末){BEFORE_WORDS}")
def _read_this_month(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a doubtful due at the end of the month of issue, None if that is unknown."""
    if reference.issued is None:
        return None
    year, month = reference.issued.year, reference.issued.month
    return _make_month_end_due(match.group(0), year, month)


@add_time_rule(r"(?:从|自)?即日起(?![^，。；]{0,6}?(?:日|天|月|周)(?:之|以)?内)")
def _read_from_now_on(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    first = reference.issued.isoformat() if reference.issued else None
    return DueLimit("ongoing", match.group(0), mode="即日起", starts=first)


@add_time_rule(rf"(?<![部区划])分(?P<p>季|月|年)度?(?=(?:{ACTION_WORDS}))")
def _read_periods(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("recurring", match.group(0), period=PERIODS_BY_WORD[match["p"]])


def compute_counted_day(due: DueLimit, event: str) -> DueLimit:
    """Return a limit that counts from a printed date (自2027年3月1日起30个工作日内) as its last day.

    Any other limit is returned unchanged.
    """
    match = re.fullmatch(r"(20\d\d)年(\d{1,2})月(\d{1,2})日", "".join(event.split()))
    start = make_iso_day(*map(int, match.groups())) if match else None
    if start is None or not due.count or due.count > _MAX_DAYS:
        return due
    day = date.fromisoformat(start)
    if due.kind == "months":
        last_day = _add_months(day, due.count)
    elif due.kind == "calendar_days":
        last_day = date.fromordinal(day.toordinal() + due.count)
    else:
        last_day = _add_weekdays(day, due.count)
    day_limit = DueLimit("by_date", due.text, date=last_day.isoformat())
    if due.kind != "working_days":
        return day_limit
    return replace(day_limit, doubt=f"“{due.text}”按周一至周五推算到{last_day}，没有计节假日调休，请核对")


_MAX_DAYS = 999


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _add_weekdays(day: date, count: int) -> date:
    ordinal = day.toordinal()
    while count:
        ordinal += 1
        count -= date.fromordinal(ordinal).weekday() < 5
    return date.fromordinal(ordinal)
