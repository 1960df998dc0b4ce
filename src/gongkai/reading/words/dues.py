"""Words about time → limits as data.

Each rule is one pattern and one function; the first rule that claims words keeps them. What only names a year, a
manner or an occasion (2021年度报告, 适当方式, ……前) gives nothing.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from gongkai.reading.model import Due, OfWhich
from gongkai.reading.words.numbering import chinese_to_int

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_M = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_D = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?P<year>20\d\d|二[〇○零]\w{2})\s?年|(?P<rel>今年|本年|明年|次年|翌年|当年|下一?年)(?:度)?)"
_BEFORE = r"(?:以前|之前|前)"
_EVENT = (
    r"印发|出台|公布|发布|下发|施行|实施|形成|变更|收到|受理|作出|签发|制定|结束|之日|批准|通过|审定|完成"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A limit and where its words stand."""

    start: int
    end: int
    due: Due


@dataclass(frozen=True, slots=True)
class When:
    """What dates without a year are read against: the notice's year and month, where known."""

    year: int | None = None
    month: int = 1


Rule = Callable[[re.Match[str], When], Due | None]
RULES: list[tuple[re.Pattern[str], Rule]] = []


def rule(pattern: str) -> Callable[[Rule], Rule]:
    """Add a rule; earlier rules are asked first."""

    def add(function: Rule) -> Rule:
        RULES.append((re.compile(pattern), function))
        return function

    return add


def _int(text: str) -> int:
    return chinese_to_int(text) or 0


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _year(match: re.Match[str], when: When, month: int) -> int | None:
    """The printed year; a relative one from the notice's; none printed: the next such month."""
    printed, relative = match["year"], match["rel"]
    if printed:
        return int(printed) if printed.isdigit() else chinese_to_int(printed.replace("○", "〇"))
    if when.year is None:
        return None
    if relative in ("明年", "次年", "翌年", "下年", "下一年"):
        return when.year + 1
    return when.year if relative or month >= when.month or when.month - month <= 3 else when.year + 1


def _by(day: str | None, match: re.Match[str]) -> Due | None:
    return Due("by_date", match.group(0).strip(), date=day) if day else None


# --- every year by a day ---------------------------------------------------------------------------------------


@rule(
    rf"(?:(?P<every>每年度?|每年的|每一?年度)(?P<next>次年|下一?年|翌年)?(?P<m>{_M})月(?:(?P<d>{_D})日|(?P<end>底|末))?{_BEFORE}?)"
)
def _every_year_by(match: re.Match[str], when: When) -> Due | None:
    """每年1月31日前、每年3月底前."""
    if not (match["d"] or match["end"] or match.group(0).endswith("前")):
        return None
    return _yearly(match, "following" if match["next"] else "same")


@rule(rf"(?:次年|翌年|下一年度?)的?(?P<m>{_M})月(?:(?P<d>{_D})日|(?P<end>底|末))?(?:{_BEFORE})")
def _next_year_by(match: re.Match[str], when: When) -> Due | None:
    """次年1月底前: every year, in the year after."""
    return _yearly(match, "following")


@rule(rf"(?:每年|每年度)年(?:底|末){_BEFORE}?|每年(?:底|末){_BEFORE}")
def _every_year_end(match: re.Match[str], when: When) -> Due | None:
    return Due("yearly_by", match.group(0), month_day="12-31", of_year="same")


def _yearly(match: re.Match[str], of_year: str) -> Due | None:
    month = _int(match["m"])
    if not 1 <= month <= 12:
        return None
    if match["d"]:
        day = _int(match["d"])
    elif match["end"]:
        day = monthrange(2023, month)[1]
    else:  # 3月前: the last day of the month before
        month, day = (12, 31) if month == 1 else (month - 1, monthrange(2023, month - 1)[1])
    return Due("yearly_by", match.group(0), month_day=f"{month:02d}-{day:02d}", of_year=of_year)


# --- starts, then days ------------------------------------------------------------------------------------------


@rule(rf"(?:从|自)?{_YEAR}?(?P<m>{_M})月(?:(?P<d>{_D})日)?(?:起|开始)")
def _starts(match: re.Match[str], when: When) -> Due | None:
    """6月1日起: a standing duty with a first day."""
    month, day = _int(match["m"]), _int(match["d"] or "1")
    year = _year(match, When(when.year, 1), month)
    return Due("ongoing", match.group(0), mode="起", starts=_iso(year, month, day) if year else None)


@rule(
    rf"(?:于|在|截至|截止)?\s?{_YEAR}?\s?(?P<m>{_M})月\s?(?P<d>{_D})日\s?(?:24时|17时|18时)?(?:{_BEFORE}|内|止|截止)"
)
def _by_day(match: re.Match[str], when: When) -> Due | None:
    """2021年7月31日前: that day is the last allowed."""
    month = _int(match["m"])
    year = _year(match, when, month)
    return _by(_iso(year, month, _int(match["d"])) if year else None, match)


@rule(rf"(?:于|在)?\s?{_YEAR}?\s?(?P<m>{_M})月\s?(?P<part>上旬|中旬|下旬|底|末)(?:{_BEFORE}|内)?")
def _by_part_of_month(match: re.Match[str], when: When) -> Due | None:
    """1月中旬 is the last of the ten days: the 20th; 6月底前 the last of the month."""
    month = _int(match["m"])
    year = _year(match, when, month)
    if not year or not 1 <= month <= 12:
        return None
    day = {"上旬": 10, "中旬": 20}.get(match["part"]) or monthrange(year, month)[1]
    return _by(_iso(year, month, day), match)


@rule(rf"(?:于|在)?\s?{_YEAR}?\s?(?P<m>{_M})月(?:份)?(?P<how>{_BEFORE}|内|份?完成)")
def _by_month(match: re.Match[str], when: When) -> Due | None:
    """7月前 is the end of June; 7月内 the end of July."""
    month = _int(match["m"])
    year = _year(match, when, month)
    if not year or not 1 <= month <= 12:
        return None
    if match["how"].endswith("前"):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return _by(_iso(year, month, monthrange(year, month)[1]), match)


@rule(rf"{_YEAR}?\s?(?P<q>第?[一二三四1-4]季度|上半年|下半年)(?:末|底|结束)?(?:{_BEFORE}|内|底|末|完成)")
def _by_quarter(match: re.Match[str], when: When) -> Due | None:
    """第三季度末前, 上半年完成."""
    text = match["q"]
    month = {"上半年": 6, "下半年": 12}.get(text) or 3 * _int(text.strip("第季度"))
    year = _year(match, When(when.year, 1), month)
    return _by(_iso(year, month, monthrange(year, month)[1]) if year else None, match)


@rule(
    rf"(?:于|在)?(?:{_YEAR}(?:底|末|内)|(?<![每次\d一二三四五六七八九十两半全])(?:本)?年(?:底|末|终|内))(?:{_BEFORE}|完成)?"
)
def _by_year(match: re.Match[str], when: When) -> Due | None:
    """2022年底前, 年底前, 年内."""
    year = _year(match, When(when.year, 1), 12)
    return _by(_iso(year, 12, 31) if year else None, match)


# --- days and months from an event ------------------------------------------------------------------------------


@rule(rf"(?P<least>不少于|不得少于|至少|不低于|提前|不短于)?(?P<n>{_N})\s?个?工作日(?:之?内|以内)?")
def _working_days(match: re.Match[str], when: When) -> Due | None:
    return Due("working_days", match.group(0), count=_int(match["n"]), least=bool(match["least"]))


@rule(
    rf"(?P<least>不少于|不得少于|至少|不低于|不短于|提前)(?P<n>{_N})\s?个?(?:自然|日历)?[日天](?!前)|(?<![月\d一二三四五六七八九十第])(?P<m>{_N})\s?个?(?:自然|日历)?[日天](?:之?内|以内)"
)
def _calendar_days(match: re.Match[str], when: When) -> Due | None:
    count = _int(match["n"] or match["m"])
    return Due("calendar_days", match.group(0), count=count, least=bool(match["least"]))


@rule(rf"(?P<n>{_N})\s?个?月(?:之?内|以内)")
def _months(match: re.Match[str], when: When) -> Due | None:
    if "个" not in match.group(0):
        return None  # 6月内 is a month, not a number of months
    return Due("months", match.group(0), count=_int(match["n"]), after="")


# --- so many times, every so often -------------------------------------------------------------------------------

_PERIODS = {"年": "year", "半年": "half_year", "季": "quarter", "月": "month", "周": "week", "星期": "week"}
_PERIOD = r"(?P<p>半年|年|季|月|周|星期)"
_LEAST = r"(?:不少于|不得少于|至少|不低于|最少|应少于|以上)"
_TIMES = r"(?:次|场|期|篇|条|批|轮|件|个)"


@rule(
    rf"(?:每个?{_PERIOD}度?|(?:一|全)年度?|{_YEAR}(?:度)?(?=[^，。；]{{0,24}}{_LEAST})|年度内?)"
    rf"[^，。；：\n]{{0,40}}?(?:(?P<least>{_LEAST})(?:要|应)?[^，。；\d]{{0,8}}?)?(?P<n>{_N})\s?(?:{_TIMES})(?:以上)?(?!工作日|月|级|方面|季度|区|县)"
)
def _times(match: re.Match[str], when: When) -> Due | None:
    """每年不少于4次."""
    period = _PERIODS[match["p"] or "年"]
    least = bool(match["least"]) or match.group(0).endswith("以上")
    text = match.group(0)
    if not least and not text.endswith(("次", "场", "期", "轮")):
        return None
    return Due("times", text, count=_int(match["n"]), period=period, least=least)


@rule(rf"{_LEAST}(?:要|应)?[^，。；\d]{{0,6}}?(?P<n>{_N})\s?(?:次|场|期|轮)")
def _times_at_least(match: re.Match[str], when: When) -> Due | None:
    return Due("times", match.group(0), count=_int(match["n"]), period="unspecified", least=True)


@rule(
    r"每(?P<half>半年)|每个?(?P<p>年|季|月|周|星期)(?:度)?|按(?P<q>年|季|月|周)度?(?=公开|发布|更新|通报|报送|开展)|逐(?P<r>季|月)"
)
def _recurring(match: re.Match[str], when: When) -> Due | None:
    word = "半年" if match["half"] else (match["p"] or match["q"] or match["r"])
    return Due("recurring", match.group(0), period=_PERIODS[word])


@rule(r"(?<![不法约固特给规])定期(?![限间刊])")
def _regularly(match: re.Match[str], when: When) -> Due | None:
    return Due("recurring", match.group(0), period="unspecified")


# --- standing duties -----------------------------------------------------------------------------------------------


@rule(
    r"(?<![不未])及时(?![性率雨])|(?:动态|实时|即时|随时)(?:更新|调整|管理|公开|发布|完善|维护|公布|优化)(?!的)|第一时间|常态化(?:开展|推进|更新|公开|组织|检查|巡查|管理)|长期(?:坚持|公开|推进)"
)
def _ongoing(match: re.Match[str], when: When) -> Due | None:
    return Due("ongoing", match.group(0), mode=match.group(0))


@rule(
    r"(?:(?<=^)|(?<=[，,；;。、\n：:]))(?:要|应|应当|并|还要|切实|需|须|确保|坚持)?(?P<w>持续)(?!性)(?=[^，。；、]{2})"
)
def _lasting(match: re.Match[str], when: When) -> Due | None:
    """持续 as the manner of an order (持续深化…), not inside a noun (连续性稳定性可持续性)."""
    return Due("ongoing", match["w"], mode="持续")


# --- reading -------------------------------------------------------------------------------------------------------


def find_dues(text: str, when: When) -> list[Found]:
    """Return the limits in a text, in order, none over another."""
    taken: list[Found] = []
    claimed = bytearray(len(text))
    for pattern, function in RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(claimed[start:end]):
                continue
            if (due := function(match, when)) is not None:
                taken.append(Found(start, end, due))
                claimed[start:end] = b"\x01" * (end - start)
    taken.sort(key=lambda one: one.start)
    return [_with_context(text, one) for one in _with_parts(text, taken)]


_EVENT_WORDS = re.compile(_EVENT)
_SINCE = re.compile(r"[自从](?![治主查身行然动愿我觉信])")
_LEADING = re.compile(r"^(?:要|应当|应|须|需|并|在|于|自|从|的)+")
_TRAILING = re.compile(r"(?:之日起?|之后|以后|后|起|的)+$")
_OF_WHICH = re.compile(r"其中[，,：:]?(?P<who>[^。；;\n]{1,60})$")
_MUST = re.compile(r"(?:应当|应该|应|要|须)?$")


def _with_parts(text: str, found: list[Found]) -> list[Found]:
    """Put `其中…不少于2次` to the count before it."""
    out: list[Found] = []
    for one in found:
        previous = out[-1] if out else None
        between = text[previous.end : one.start] if previous else ""
        match = _OF_WHICH.search(between)
        if previous and match and previous.due.kind == one.due.kind == "times":
            who = _who(match["who"], text[previous.start : previous.end][:200])
            parts = (*previous.due.of_which, OfWhich(who, one.due.count or 0))
            words = text[previous.start : one.end]
            out[-1] = Found(previous.start, one.end, replace(previous.due, of_which=parts, text=words))
        else:
            out.append(one)
    return out


def _who(words: str, main: str) -> str:
    """The words that say who, without what only repeats the main count (开展政策解读)."""
    who = _MUST.sub("", words.strip("，, "))
    cut = next((n for n in range(2, len(who)) if who[n:] in main and len(who) - n >= 2), len(who))
    return who[:cut]


def _with_context(text: str, one: Found) -> Found:
    """Give days and months the event they wait for: `自…之日起`, `…印发后`."""
    if one.due.kind not in ("months", "working_days", "calendar_days"):
        return one
    low = max(0, one.start - 80)
    begin = max(low, *(text.rfind(mark, low, one.start) + 1 for mark in "，。；;,：:\n"))
    words = text[begin : one.start]
    since = [match.end() for match in _SINCE.finditer(words)]
    if since:
        begin += since[-1] - 1
        words = words[since[-1] :]
    elif not _EVENT_WORDS.search(words):
        return one
    event = _TRAILING.sub("", _LEADING.sub("", words.strip()))
    if not event:
        return one
    due = replace(one.due, after=event, text=text[begin : one.end].strip())
    return Found(begin, one.end, due)


_BARE_DATE = re.compile(
    r"^(?:于|在|截至|截止)?(?:(?P<year>20\d\d)[年./-])?(?P<m>\d{1,2})(?:月|[./-])(?:(?P<d>\d{1,2})日?)?(?:份)?(?:完成|止)?$"
)
_BARE_YEAR = re.compile(r"^(?:(?P<year>20\d\d)年)?(?:年?底|年?末|全年完成|12月底)(?:完成)?$")
_BARE_WORDS = re.compile(
    r"全年|长期|常态化?|持续|动态|实时|立即|随时|适时|即时|按时|同步|立行立改|第一时间|按要求|按规定时限|按规定|法定时限"
)
_BARE_PERIOD = re.compile(r"^(?:按)?(?P<p>半年|年|季|月|周)(?:度)?(?:一次|1次|公开|更新)?$")


def read_limit(cell: str, when: When) -> list[Due]:
    """Read a cell of a column about time (完成时限): there even a bare 7月31日 or 全年 is a limit."""
    text = "".join(cell.split()).strip("。；;，,")
    if bare := _bare_limit(text, when):
        return [bare]
    found = [one.due for one in find_dues(text, when)]
    if not found and (word := _BARE_WORDS.search(text)):
        found = [Due("ongoing", text, mode=word.group(0))]
    return found


_BARE_QUARTER = re.compile(rf"^{_YEAR}?(?P<q>第?[一二三四1-4]季度|上半年|下半年)$")


def _bare_limit(text: str, when: When) -> Due | None:
    if match := _BARE_QUARTER.match(text):
        return _by_quarter(match, when)
    if match := _BARE_DATE.match(text):
        month = _int(match["m"])
        year = int(match["year"] or 0) or when.year
        if year and 1 <= month <= 12:
            day = int(match["d"] or monthrange(year, month)[1])
            return Due("by_date", text, date=iso) if (iso := _iso(year, month, day)) else None
    if match := _BARE_YEAR.match(text):
        year = int(match["year"] or 0) or when.year
        return Due("by_date", text, date=_iso(year, 12, 31)) if year else None
    if match := _BARE_PERIOD.match(text):
        return Due("recurring", text, period=_PERIODS[match["p"]])
    return None
