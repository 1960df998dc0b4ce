"""Rules for rhythms with a day: 每月10日前, 每季度末月25日前, 次月5日前, 每周五前."""

from calendar import monthrange
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import Due
from gongkai.lib.reading.words.due_table import BEFORE, DAY, MONTH, PERIODS, N, When, rule, whole

#: The last day of any month: what is later than a month has is its last day.
END = 31
_BY_DAY = rf"(?:的)?(?P<d>{DAY})(?:日|号)\s?(?:以?前|之前|{BEFORE}|内|止)?"
_BY_PART = rf"(?:月)?(?P<end>底|末){BEFORE}?|(?P<part>上旬|中旬|下旬)(?:{BEFORE}|内)?"
_LAST_DAYS_OF_PARTS = {"上旬": 10, "中旬": 20, "下旬": END}


def _read_day(match: re.Match[str]) -> int:
    found = match.groupdict()
    if found.get("part"):
        return _LAST_DAYS_OF_PARTS[found["part"]]
    return END if found.get("end") else whole(found.get("d") or "")


def _recurring_on(
    match: re.Match[str], period: str, day: int, month: int | None = None, of: str = "same"
) -> Due | None:
    if not 1 <= day <= END:
        return None
    return Due("recurring", match.group(0).strip(), period=period, day=day, month=month, of_period=of)


@rule(rf"每(?P<p>月|季|半年|年)度?(?:的)?前(?P<n>{N})\s?个?(?P<w>工作日|日|天)(?:之?内|以内)?")
def _first_days_of_month(match: re.Match[str], when: When) -> Due | None:
    period, count = PERIODS[match["p"]], whole(match["n"])
    if period != "year" and match["w"] == "工作日":
        return Due("recurring", match.group(0).strip(), period=period, of_period="same", workdays=count)
    if period == "year":
        words = f"“{match.group(0)}”只记下周期，没有记下是哪一天，请核对"
        return Due("recurring", match.group(0), period=period, doubt=words)
    return _recurring_on(match, period, count, 1)


_MONTH_LIST_ITEM = rf"{MONTH}(?:月(?:份|底|末|{DAY}日)?)?"


@rule(rf"每年(?:的)?{MONTH}月?(?:至|到|[-—－–~～])+{MONTH}月(?:份|底|末|内)?(?:每月|逐月)?{BEFORE}?")
def _months_of_every_year(match: re.Match[str], when: When) -> Due:
    words = f"“{match.group(0)}”只记下每年，没有记下是其间每月还是最后一月，请核对"
    return Due("recurring", match.group(0), period="year", doubt=words)


@rule(r"每年年?[初中]|每年(?P<half>上半年|下半年)")
def _half_of_every_year(match: re.Match[str], when: When) -> Due | None:
    if match["half"]:
        day = "06-30" if match["half"] == "上半年" else "12-31"
        return Due("yearly_by", match.group(0), month_day=day, of_year="same")
    return _only_yearly(match)


def _only_yearly(match: re.Match[str]) -> Due:
    words = f"“{match.group(0)}”只记下每年，没有记下是哪些月份，请核对"
    return Due("recurring", match.group(0), period="year", doubt=words)


#: Dates of a year at equal distances are dates of its halves or quarters: how many → the period, its months.
_REGULAR_INTERVALS = {2: ("half_year", 6), 4: ("quarter", 3)}
_MONTH_LIST_DATE = re.compile(rf"({MONTH})(?:月(?:(份|底|末)|({DAY})日)?)?")


def _month_and_day(month: str, end: str, day: str) -> tuple[int, int | None]:
    number = whole(month)
    if not day or not 1 <= number <= 12:
        return number, END if end in ("底", "末") else None
    return number, END if whole(day) >= monthrange(2023, number)[1] else whole(day)


def _read_each_date(dates: list[tuple[int, int | None]], text: str, *, before: bool) -> tuple[Due, ...] | None:
    last = dates[-1][1]
    bare = [day is None for _, day in dates]
    days = [(month, day or last or END) for month, day in dates]
    if days != sorted(set(days)) or not all(1 <= month <= 12 and 1 <= day <= END for month, day in days):
        return None
    if before and all(bare):
        if days[0][0] == 1:
            return None
        days = [(month - 1, END) for month, _ in days]
    asked = (all(bare) and not before) or (any(bare) and last not in {None, END})
    made = [
        Due(
            "yearly_by",
            text,
            month_day=f"{month:02d}-{min(day, monthrange(2023, month)[1]):02d}",
            of_year="same",
        )
        for month, day in days
    ]
    said = "、".join(f"{month}月{'底' if day == END else f'{day}日'}" for month, day in days)
    doubt = f"“{text}”按每年{said}前读取，请核对" if asked else ""
    return (replace(made[0], doubt=doubt), *made[1:])


@rule(
    rf"每年(?:的)?(?P<list>{_MONTH_LIST_ITEM}{BEFORE}?(?:[、，和及]{_MONTH_LIST_ITEM}{BEFORE}?)*[、，和及]{MONTH}月(?:份|底|末|{DAY}日)?)(?P<before>{BEFORE}?)"
)
def _months_of_year(match: re.Match[str], when: When) -> Due | tuple[Due, ...] | None:
    dates = [_month_and_day(*part) for part in _MONTH_LIST_DATE.findall(match["list"])]
    months, days = [month for month, _ in dates], {day for _, day in dates}
    period, size = _REGULAR_INTERVALS.get(len(months), ("", 0))
    even = period and 1 <= months[0] <= size and months == list(range(months[0], 13, size))
    end, day = match["list"].endswith(("底", "末")), dates[-1][1]
    if 0 in days:  # 3月0日 is no day
        return _only_yearly(match)
    if not even or not days <= {None, day}:
        before = bool(match["before"]) and not end and day is None
        return _read_each_date(dates, match.group(0).strip(), before=before) or _only_yearly(match)
    if day and not end:
        due = _recurring_on(match, period, day, months[0])
        words = f"按各该月{'月底' if day == END else f'{day}日'}前读取，请核对"
        return due and replace(due, doubt=f"“{due.text}”{words}" if None in days else "")
    if match["before"] and not end and months[0] > 1:  # 3月、9月前: the last day of the month before
        return _recurring_on(match, period, END, months[0] - 1)
    due = _recurring_on(match, period, END, months[0])
    if end or due is None:
        return due
    return replace(due, doubt=f"“{due.text}”按各该月月底前读取，请核对")


@rule(rf"每个?月(?:度)?\s?(?:的)?(?P<next>次月|下个?月|翌月)(?:{_BY_DAY}|{_BY_PART})")
def _month_next(match: re.Match[str], when: When) -> Due | None:
    return _recurring_on(match, "month", _read_day(match), of="following")


@rule(rf"每个?月(?:份|度)?\s?(?:{_BY_DAY}|{_BY_PART})")
def _month_day(match: re.Match[str], when: When) -> Due | None:
    return _recurring_on(match, "month", _read_day(match))


@rule(rf"(?<!每)(?:次月|下个?月|翌月)(?:{_BY_DAY}|底{BEFORE})")
def _next_month(match: re.Match[str], when: When) -> Due | None:
    return _recurring_on(match, "month", _read_day(match) or END, of="following")


_MONTH_ORDINALS = {
    "首": 1,
    "第一个": 1,
    "第1个": 1,
    "第二个": 2,
    "第2个": 2,
    "第三个": 3,
    "第3个": 3,
    "末": 3,
    "最后一个": 3,
    "最末一个": 3,
    "最后": 3,
}
_MONTH_ORDINAL = "|".join(sorted(_MONTH_ORDINALS, key=len, reverse=True))


@rule(
    rf"(?:[每各]个?|(?<![一二三四\d本上下该当]))(?P<p>季|半年)度?(?:的)?(?P<nth>{_MONTH_ORDINAL})(?:月(?:份)?(?:的)?|(?<=[末后])(?=\s?{DAY}[日号]))\s?(?:{_BY_DAY}|(?P<end>底|末){BEFORE}?)"
)
def _quarter_month(match: re.Match[str], when: When) -> Due | None:
    month = _MONTH_ORDINALS[match["nth"]]
    if match["p"] == "半年" and match["nth"].startswith(("末", "最")):
        month = 6
    return _recurring_on(match, PERIODS[match["p"]], _read_day(match), month)


@rule(rf"每个?(?P<p>季|半年)度?(?:的)?(?P<nth>{_MONTH_ORDINAL})月(?:份|内)?(?![\d底末])")
def _quarter_in_month(match: re.Match[str], when: When) -> Due | None:
    month = _MONTH_ORDINALS[match["nth"]]
    if match["p"] == "半年" and match["nth"].startswith(("末", "最")):
        month = 6
    due = _recurring_on(match, PERIODS[match["p"]], END, month)
    return due and replace(due, doubt=f"“{due.text}”按该月月底前读取，请核对")


@rule(r"每个?(?P<p>月|季|半年)度?(?:的)?(?:首|第一个?)(?:周|星期)(?:内)?")
def _first_week(match: re.Match[str], when: When) -> Due | None:
    due = _recurring_on(match, PERIODS[match["p"]], 7, 1)
    return due and replace(due, doubt=f"“{due.text}”按前7日内读取，请核对")


@rule(r"每年(?:的)?第?(?P<q>[一二三四1-4])季度(?:末|底)?(?:以?前|之前|内)?")
def _quarter_of_every_year(match: re.Match[str], when: When) -> Due | None:
    month = 3 * whole(match["q"])
    day = 31 if month in (3, 12) else 30
    return Due("yearly_by", match.group(0), month_day=f"{month:02d}-{day}", of_year="same")


@rule(rf"(?:下个?|次)季度?(?P<nth>首|第一个|第1个)月(?:份)?(?:{_BY_DAY}|(?P<end>底|末){BEFORE}?)")
def _next_quarter(match: re.Match[str], when: When) -> Due | None:
    return _recurring_on(match, "quarter", _read_day(match), 1, "following")


@rule(rf"每(?:个)?(?P<p>月|季|半年)度?(?:结束|终了)(?:之?后)?\s?(?P<n>{N})\s?个?工作日(?:之?内|以内)?")
def _workdays_after_end(match: re.Match[str], when: When) -> Due | None:
    period, count = PERIODS[match["p"]], whole(match["n"])
    return Due("recurring", match.group(0).strip(), period=period, of_period="following", workdays=count)


@rule(rf"每(?:个)?(?P<p>月|季|半年|年)度?(?:结束|终了)(?:之?后)?\s?(?P<n>{N})\s?个?(?:自然|日历)?[日天](?:之?内|以内)")
def _after_end(match: re.Match[str], when: When) -> Due | None:
    if match["p"] == "年":
        return Due(
            "yearly_by",
            match.group(0),
            month_day=f"01-{min(whole(match['n']), END):02d}",
            of_year="following",
        )
    return _recurring_on(match, PERIODS[match["p"]], whole(match["n"]), 1, "following")


@rule(
    rf"(?<![每上本下个])(?P<p>季|半年)度?(?:结束|终了)?(?:之?后|以后)\s?(?P<n>{N})\s?个?(?P<w>工作日|自然日|日|天)(?:之?内|以内)"
)
def _after_quarter(match: re.Match[str], when: When) -> Due | None:
    period, count = PERIODS[match["p"]], whole(match["n"])
    if match["w"] == "工作日":
        return Due("recurring", match.group(0), period=period, of_period="following", workdays=count)
    return _recurring_on(match, period, count, 1, "following")


@rule(rf"每(?P<p>季|半年)度?(?P<end>底|末){BEFORE}?|每(?P<q>季|半年)度?(?:结束){BEFORE}")
def _period_end(match: re.Match[str], when: When) -> Due | None:
    return Due("recurring", match.group(0), period=PERIODS[match["p"] or match["q"]])


_WEEKDAYS = "一二三四五六日"


@rule(rf"每个?(?:周|星期)(?P<w>[一二三四五六日天])\s?(?:\d{{1,2}}(?:时|点|:\d\d))?(?:下班)?(?:{BEFORE})?")
def _week_day(match: re.Match[str], when: When) -> Due | None:
    return Due("recurring", match.group(0), period="week", day=_WEEKDAYS.index(match["w"].replace("天", "日")) + 1)
