"""Rules for rhythms with a day: 每月10日前, 每季度末月25日前, 次月5日前, 每周五前."""

from calendar import monthrange
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words.due_table import (
    BEFORE_WORDS,
    DAY_REGEX,
    MONTH_REGEX,
    NUMBER_REGEX,
    PERIODS_BY_WORD,
    ReferenceYears,
    add_time_rule,
    parse_whole_number,
)

#: The last day of any month; later days mean the month's last one.
LAST_DAY_OF_MONTH = 31
# The grammar of rhythms is in docs/reading.md.
_WORKDAY_OR_DAY = r"工作日|自然日|日|天"
_MONTH_ORDINALS = {"首": 1, "第一个": 1, "第1个": 1, "第二个": 2, "第2个": 2, "第三个": 3, "第3个": 3}
_LAST_MONTH_WORDS = ("末", "最后一个", "最末一个", "最后")
_MONTH_ORDINAL = "|".join(sorted((*_MONTH_ORDINALS, *_LAST_MONTH_WORDS), key=len, reverse=True))
_MONTH_OF_PERIOD = rf"(?P<nth>{_MONTH_ORDINAL})(?:月(?:份)?(?:的)?|(?<=[末后])(?=\s?{DAY_REGEX}[日号]))\s?"
_DAY_OF_PERIOD = (
    rf"(?P<d>{DAY_REGEX})[日号]\s?(?:(?:{BEFORE_WORDS})?(?P<joint>[、和及至到~～—–-])(?P<d2>{DAY_REGEX})[日号])?\s?(?:{BEFORE_WORDS}|内|止)?"
    rf"|(?:(?P<back>最后|倒数第?|最末|末(?=个))|月?(?:[底末]|结束|终了)之?前)(?P<bn>{NUMBER_REGEX})?个?(?P<bw>{_WORKDAY_OR_DAY})"
    rf"(?:之?内|以内|{BEFORE_WORDS})?"
    rf"|(?:月)?(?P<end>底|末)(?:{BEFORE_WORDS})?|(?P<part>[上中下]旬)(?:{BEFORE_WORDS}|内)?"
    rf"|(?:前|头|第|(?=首个))(?P<n>{NUMBER_REGEX}|首)\s?个?(?P<w>{_WORKDAY_OR_DAY})(?:之?内|以内|{BEFORE_WORDS})?"
    rf"|(?P<week>首|第?[一二三四]个?|最后一个?)(?:周|星期)(?:[一二三四五六日天])?(?:内|{BEFORE_WORDS})?"
)
_AFTER_PERIOD = rf"(?:(?:结束|终了)(?:之?后|以后)?|之?后|以后)\s?(?P<an>{NUMBER_REGEX})\s?个?(?P<aw>{_WORKDAY_OR_DAY}|月)(?:之?内|以内)?"
_LAST_DAYS_OF_PARTS = {"上旬": 10, "中旬": 20, "下旬": LAST_DAY_OF_MONTH}
_LAST_DAY_BY_WEEK = {"首": 7, "一": 7, "二": 14, "三": 21, "四": 28}
_MONTHS_BY_PERIOD = {"month": 1, "quarter": 3, "half_year": 6}


def _add_doubt(due: DueLimit | None, reading: str) -> DueLimit | None:
    """Return the limit, if there is one, with a Chinese question whether `reading` is meant."""
    return due and replace(due, doubt=f"“{due.text}”按{reading}读取，请核对")


def _make_recurring_due(
    text: str, period: str, day: int, month: int | None = None, of_period: str = "same"
) -> DueLimit | None:
    """Return the due on a day of each period, None if there is no such day."""
    if not 1 <= day <= LAST_DAY_OF_MONTH:
        return None
    return DueLimit("recurring", text, period=period, day=day, month=month, of_period=of_period)


def _read_month_ordinal(text: str | None, period: str) -> int | None:
    """Return the number of the month of a period that is meant (首月: 1, 末月: the last), or None."""
    if text is None:
        return None
    return _MONTHS_BY_PERIOD[period] if text in _LAST_MONTH_WORDS else _MONTH_ORDINALS[text]


def _read_day_in(match: re.Match[str], period: str, of_period: str) -> DueLimit | tuple[DueLimit, ...] | None:
    """Return the limit of a day, part, week or working day of a period or of one of its months; None if impossible."""
    groups, text = match.groupdict(), match.group(0).strip()
    month = _read_month_ordinal(groups.get("nth"), period)
    last_month = month or (_MONTHS_BY_PERIOD[period] if period != "month" else None)
    if groups["d"]:
        return _read_numbered_days(text, period, groups, month, of_period)
    if groups["bw"]:
        return _read_from_end(text, period, groups, last_month, of_period)
    if groups["w"]:
        return _read_first_days(text, period, groups, month, of_period)
    if groups["week"]:
        day = _LAST_DAY_BY_WEEK.get(groups["week"].strip("第个"), LAST_DAY_OF_MONTH)
        due = _make_recurring_due(
            text, period, day, month or (last_month if day == LAST_DAY_OF_MONTH else 1), of_period
        )
        return _add_doubt(due, "当月最后一日前" if day == LAST_DAY_OF_MONTH else f"前{day}日内")
    day = _LAST_DAYS_OF_PARTS[groups["part"]] if groups["part"] else LAST_DAY_OF_MONTH
    if month or period == "month":
        return _make_recurring_due(text, period, day, month, of_period)
    return (
        _add_doubt(_make_recurring_due(text, period, day, last_month, of_period), "每期最后一个月")
        if groups["part"]
        else DueLimit("recurring", text, period=period)
    )


def _read_numbered_days(
    text: str, period: str, groups: dict[str, str | None], month: int | None, of_period: str
) -> DueLimit | tuple[DueLimit, ...] | None:
    """Return the limits of 5日前, 5日、20日前 and 10日至15日, None if no day is possible."""
    days = [parse_whole_number(groups[name] or "") for name in ("d", "d2") if groups[name]]
    if len(days) > 1 and str(groups["joint"]) not in "、和及":
        days = days[1:]
    dues = [due for day in days if (due := _make_recurring_due(text, period, day, month, of_period))]
    if not dues or month or period == "month":
        return tuple(dues) or None
    return _add_doubt(dues[0], "每期第一个月")


def _read_first_days(
    text: str, period: str, groups: dict[str, str | None], month: int | None, of_period: str
) -> DueLimit | None:
    """Return the limit of 前5个工作日, 首个工作日, 前3日; None for an impossible day."""
    if (count := 1 if groups["n"] == "首" else parse_whole_number(groups["n"] or "")) and groups["w"] != "工作日":
        return _make_recurring_due(text, period, count, month or 1, of_period)
    due = DueLimit("recurring", text, period=period, of_period=of_period, workdays=count)
    return due if (month or 1) == 1 else _add_doubt(due, "整期的前几个工作日")


def _read_from_end(
    text: str, period: str, groups: dict[str, str | None], last: int | None, of_period: str
) -> DueLimit | None:
    """Return the limit of 最后一个工作日, 月底前3日; None for an impossible day."""
    count = parse_whole_number(groups["bn"] or "") or 1
    if groups["bw"] == "工作日":
        due = DueLimit("recurring", text, period=period, of_period=of_period, workdays=-count)
        if last not in {None, _MONTHS_BY_PERIOD[period]}:
            return _add_doubt(due, "整期的最后几个工作日")
        single = groups["back"] and (count == 1 or str(groups["back"]).startswith("倒数"))
        return due if single else _add_doubt(due, f"每期倒数第{count}个工作日")
    if groups["back"] and count == 1:
        return _make_recurring_due(text, period, LAST_DAY_OF_MONTH, last, of_period)
    day = LAST_DAY_OF_MONTH - 1 - count
    return _add_doubt(
        _make_recurring_due(text, period, day, last, of_period),
        f"{'当月' if last is None else '每期最后一个月'}{day}日前",
    )


@add_time_rule(rf"[每各]个?(?P<p>月|季|半年)(?:份|度)?\s?(?:的)?(?P<nth>(?!))?(?:{_DAY_OF_PERIOD})")
@add_time_rule(
    rf"(?:[每各]个?|(?<![一二三四\d本上下次该当个]))(?P<p>季|半年)度?\s?(?:的)?{_MONTH_OF_PERIOD}(?:{_DAY_OF_PERIOD})"
)
def _read_day_of_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | tuple[DueLimit, ...] | None:
    return _read_day_in(match, PERIODS_BY_WORD[match["p"]], "same")


@add_time_rule(
    rf"(?:每个?月(?:度)?\s?(?:的)?)?(?:(?:次|下个?|翌)(?P<p>月)|(?:下一?个?|次)(?P<q>季)度?(?:的)?{_MONTH_OF_PERIOD})(?:{_DAY_OF_PERIOD})"
)
def _read_day_of_next_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | tuple[DueLimit, ...] | None:
    return _read_day_in(match, "quarter" if match["q"] else "month", "following")


@add_time_rule(rf"[每各]个?(?P<p>季|半年)度?(?:的)?(?P<nth>{_MONTH_ORDINAL})月(?:份|内)?(?![\d底末])")
def _read_month_of_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a due at the end of a month of each quarter or half-year (每季度首月), with a doubt."""
    period = PERIODS_BY_WORD[match["p"]]
    return _add_doubt(
        _make_recurring_due(match.group(0), period, LAST_DAY_OF_MONTH, _read_month_ordinal(match["nth"], period)),
        "该月月底前",
    )


@add_time_rule(rf"(?:每个?|(?<![每上本下当次个\d一二三四五六七八九十两]))(?P<p>月|季|半年|年)(?:份|度)?{_AFTER_PERIOD}")
def _read_after_period(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of days after the end of each period (每季度结束后10日内), of months only for a year, else None."""
    text, period, count = match.group(0).strip(), PERIODS_BY_WORD[match["p"]], parse_whole_number(match["an"])
    if not re.search(r"内|结束|终了", text):  # 3年后5月
        return None
    if period == "year":
        month = {"工作日": 0, "月": count}.get(match["aw"], 1)
        if not 1 <= month <= 12:
            return None
        day = monthrange(2023, month)[1] if match["aw"] == "月" else min(count, LAST_DAY_OF_MONTH)
        return DueLimit("yearly_by", text, month_day=f"{month:02d}-{day:02d}", of_year="following")
    if match["aw"] == "工作日":
        return DueLimit("recurring", text, period=period, of_period="following", workdays=count)
    return None if match["aw"] == "月" else _make_recurring_due(text, period, count, 1, "following")


@add_time_rule(r"每年度?(?:的)?前\d{1,2}\s?个?(?:工作日|日|天)(?:之?内|以内)?")
def _read_first_days_of_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit:
    return _make_yearly_due(match, "是哪一天")


_NUMBER_FROM_TWO_PATTERN = r"(?:[2-9]|1\d|[两二三四五六七八九十]{1,2})"


@add_time_rule(
    rf"(?:至少|不少于|原则上)?(?:每隔?{_NUMBER_FROM_TWO_PATTERN}\s?个?(?:工作日|自然日|[日天周月旬]|星期|季度?|学期|年度?)|每隔[一1]?个?[日天周月年]"
    r"|(?:每个?|逢)?[单双](?:月|周|数月)(?![刊向线])|(?:每|逢)[单双]|隔(?:[日天周月年]|季度?)|每(?:周|星期)[一二三四五六日天]\s?[至到—－-]\s?(?:周|星期)?[一二三四五六日天]|每?半个?月(?!内|以|之|板|形|球|刊)|每个?旬|每个?工作日|每[日天]|每个?学[期年])"
    rf"(?:(?:的)?{DAY_REGEX}[日号](?:{BEFORE_WORDS})?|[^，。；、\n]{{0,6}}?(?:至少)?(?:[一1]次))?"
)
def _read_interval(match: re.Match[str], reference: ReferenceYears) -> DueLimit:
    """Return the recurrence of every 3 or 6 months; any other interval becomes an unspecified one with a doubt."""
    text = match.group(0)
    if exact := re.search(r"每([三3六6])个月(?!\d)", text):
        return DueLimit("recurring", text, period="quarter" if exact[1] in "三3" else "half_year")
    words = f"“{text}”不是每周、每月、每季度这样的周期，暂按定期读取，请改为核查的周期"
    return DueLimit("recurring", text, period="unspecified", doubt=words)


_MONTH_LIST_ITEM = rf"{MONTH_REGEX}(?:月(?:份|底|末|{DAY_REGEX}日)?)?"


@add_time_rule(
    rf"每年(?:的)?{MONTH_REGEX}月?(?:至|到|[-—－–~～])+{MONTH_REGEX}月(?:份|底|末|内)?(?:每月|逐月)?{BEFORE_WORDS}?"
)
def _read_months_of_every_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit:
    return _make_yearly_due(match, "是其间每月还是最后一月")


@add_time_rule(r"每年年?[初中]|每年(?P<half>上半年|下半年)")
def _read_half_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a yearly due for a half of each year."""
    if match["half"]:
        day = "06-30" if match["half"] == "上半年" else "12-31"
        return DueLimit("yearly_by", match.group(0), month_day=day, of_year="same")
    return _make_yearly_due(match)


def _make_yearly_due(match: re.Match[str], lost: str = "是哪些月份") -> DueLimit:
    """Return a recurrence each year, with a Chinese doubt that names the `lost` part."""
    text = f"“{match.group(0)}”只记下每年，没有记下{lost}，请核对"
    return DueLimit("recurring", match.group(0), period="year", doubt=text)


#: Dates of a year at equal distances are dates of its halves or quarters: how many → the period, its months.
_REGULAR_INTERVALS = {2: ("half_year", 6), 4: ("quarter", 3)}
_MONTH_LIST_DATE_RE = re.compile(rf"({MONTH_REGEX})(?:月(?:(份|底|末)|({DAY_REGEX})日)?)?")


def _read_month_and_day(month: str, end: str, day: str) -> tuple[int, int | None]:
    """Return (month, day or None; the last day of a month as LAST_DAY_OF_MONTH)."""
    number = parse_whole_number(month)
    if not day or not 1 <= number <= 12:
        return number, LAST_DAY_OF_MONTH if end in ("底", "末") else None
    return number, LAST_DAY_OF_MONTH if parse_whole_number(day) >= monthrange(2023, number)[1] else parse_whole_number(
        day
    )


def _read_each_date(dates: list[tuple[int, int | None]], text: str, *, before: bool) -> tuple[DueLimit, ...] | None:
    """Return a limit for each (month, day) of a list in order, None for any other list.

    `before`: 前 follows months without days, which then end with the month before.
    """
    last_day = dates[-1][1]
    bare = [day is None for _, day in dates]
    days = [(month, day or last_day or LAST_DAY_OF_MONTH) for month, day in dates]
    if days != sorted(set(days)) or not all(1 <= month <= 12 and 1 <= day <= LAST_DAY_OF_MONTH for month, day in days):
        return None
    if before and all(bare):
        if days[0][0] == 1:
            return None
        days = [(month - 1, LAST_DAY_OF_MONTH) for month, _ in days]
    is_uncertain = (all(bare) and not before) or (any(bare) and last_day not in {None, LAST_DAY_OF_MONTH})
    dues = [
        DueLimit("yearly_by", text, month_day=f"{month:02d}-{min(day, monthrange(2023, month)[1]):02d}", of_year="same")
        for month, day in days
    ]
    name_list = "、".join(f"{month}月{'底' if day == LAST_DAY_OF_MONTH else f'{day}日'}" for month, day in days)
    doubt = f"“{text}”按每年{name_list}前读取，请核对" if is_uncertain else ""
    return (replace(dues[0], doubt=doubt), *dues[1:])


@add_time_rule(
    rf"每年(?:的)?(?P<list>{_MONTH_LIST_ITEM}{BEFORE_WORDS}?(?:[、，和及]{_MONTH_LIST_ITEM}{BEFORE_WORDS}?)*[、，和及]{MONTH_REGEX}月(?:份|底|末|{DAY_REGEX}日)?)(?P<before>{BEFORE_WORDS}?)"
)
def _read_months_of_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | tuple[DueLimit, ...] | None:
    """Return the limits of several months of every year; regular intervals become one limit."""
    dates = [_read_month_and_day(*groups) for groups in _MONTH_LIST_DATE_RE.findall(match["list"])]
    months, days = [month for month, _ in dates], {day for _, day in dates}
    period, size = _REGULAR_INTERVALS.get(len(months), ("", 0))
    is_regular = period and 1 <= months[0] <= size and months == list(range(months[0], 13, size))
    end, day = match["list"].endswith(("底", "末")), dates[-1][1]
    if 0 in days:
        return _make_yearly_due(match)  # 3月0日 is no day
    if not is_regular or not days <= {None, day}:
        is_before = bool(match["before"]) and not end and day is None
        return _read_each_date(dates, match.group(0).strip(), before=is_before) or _make_yearly_due(match)
    if day and not end:
        due = _make_recurring_due(match.group(0).strip(), period, day, months[0])
        text = f"按各该月{'月底' if day == LAST_DAY_OF_MONTH else f'{day}日'}前读取，请核对"
        return due and replace(due, doubt=f"“{due.text}”{text}" if None in days else "")
    if match["before"] and not end and months[0] > 1:  # 3月、9月前: the last day of the month before
        return _make_recurring_due(match.group(0).strip(), period, LAST_DAY_OF_MONTH, months[0] - 1)
    due = _make_recurring_due(match.group(0).strip(), period, LAST_DAY_OF_MONTH, months[0])
    if end or due is None:
        return due
    return replace(due, doubt=f"“{due.text}”按各该月月底前读取，请核对")


@add_time_rule(r"每年(?:的)?第?(?P<q>[一二三四1-4])季度(?:末|底)?(?:以?前|之前|内)?")
def _read_quarter(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    month = 3 * parse_whole_number(match["q"])
    day = 31 if month in (3, 12) else 30
    return DueLimit("yearly_by", match.group(0), month_day=f"{month:02d}-{day}", of_year="same")


_WEEKDAYS = "一二三四五六日"


@add_time_rule(
    rf"每个?(?:周|星期)(?P<w>[一二三四五六日天])(?![次回期轮遍场至到—－-])\s?(?:\d{{1,2}}(?:时|点|:\d\d))?(?:下班)?(?:{BEFORE_WORDS})?"
)
def _read_week_day(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("recurring", match.group(0), period="week", day=_WEEKDAYS.index(match["w"].replace("天", "日")) + 1)
