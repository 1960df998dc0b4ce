"""Parse dates in any spelling used on web pages. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import NUMERAL_CHARACTERS, to_int

_ASCII_TABLE = str.maketrans("０１２３４５６７８９－．／：　", "0123456789-./: ")
#: Units after a number that make it a quantity: 2.2日, 3-5个工作日, 2.2万元; but not 11-20项目公示.
_MEASURE_UNIT_PATTERN = (
    r"(?:日(?![报常])|天(?!然)|个(?![人体])|人(?:次|以|（|$|\s)|年(?!度)|项(?!目)|家(?!庭)|[月周万亿倍亩吨元米件次条篇级折岁度分秒户]|"
    r"千[米克瓦]|公[里斤顷]|平方|立方|小时|百分)"
)
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YEAR_PATTERN, _MONTH_PATTERN, _DAY_PATTERN = (
    r"(?P<y>(?:19|20)\d{2})",
    r"(?P<m>0?[1-9]|1[0-2])",
    r"(?P<d>0?[1-9]|[12]\d|3[01])",
)
_MONTH_NAME_PATTERN = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
#: Spellings with a year, most reliable first.
_DATE_WITH_YEAR_RE = re.compile(
    "|".join(
        re.sub(r"\?P<(\w+)>", lambda m, n=n: f"?P<{m[1]}{n}>", one)  # type: ignore[misc]
        for n, one in enumerate(
            (
                rf"(?<!\d){_YEAR_PATTERN}\s*年\s*{_MONTH_PATTERN}\s*月\s*{_DAY_PATTERN}\s*日?(?!\d)",
                rf"(?<![\d.]){_YEAR_PATTERN}\s*[-/.]\s*{_MONTH_PATTERN}\s*[-/.]\s*{_DAY_PATTERN}(?!\d)",
                rf"(?<![\d年/.-]){_DAY_PATTERN}\s*日?\s*[/|\s]\s*{_YEAR_PATTERN}\s*[-/.年]\s*{_MONTH_PATTERN}(?:\s*月)?(?!\s*[-/.月\d])",
                rf"(?<!\d){_YEAR_PATTERN}\s*年?[\s/|]+{_MONTH_PATTERN}\s*[-/.月]\s*{_DAY_PATTERN}(?!\d)",
                rf"(?<![\d年]){_MONTH_PATTERN}\s*[-/.月]\s*{_DAY_PATTERN}\s*日?\s*[,/|\s]\s*{_YEAR_PATTERN}(?![\d年-])",
                rf"(?<!\d){_YEAR_PATTERN}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
                rf"(?<![a-z]){_MONTH_NAME_PATTERN}\s+{_DAY_PATTERN}(?:st|nd|rd|th)?,?\s+{_YEAR_PATTERN}",
                rf"(?<!\d){_DAY_PATTERN}(?:st|nd|rd|th)?\s+{_MONTH_NAME_PATTERN},?\s+{_YEAR_PATTERN}",
                r"(?<![\d.-])(?P<s>[12]\d)[-/.](?P<m>0[1-9]|1[0-2])[-/.](?P<d>0[1-9]|[12]\d|3[01])(?![\d.-])",
            )
        )
    ),
    re.IGNORECASE,
)
#: Spellings without a year. Only a written-out month makes 日 a date: 2.2日 and 3-5日 are durations.
_DATE_WITHOUT_YEAR_RE = re.compile(
    r"(?<![\d.年/-])(?P<m>0?[1-9]|1[0-2])\s*(?:月\s*(?P<d>0?[1-9]|[12]\d|3[01])\s*日?(?![\d.%％/:-])|"
    rf"[-/.]\s*(?P<e>0?[1-9]|[12]\d|3[01])(?![\d.%％/:-])(?!{_MEASURE_UNIT_PATTERN}))"
)
_TIME_AGO_RE = re.compile(
    r"(\d+)\s*(秒钟?|分钟|个?小时|天|周|个?星期|个?月)\s*(?:以)?前|(刚刚|今天|今日|昨天|昨日|前天)"
)
_CHINESE_NUMERAL_DATE_RE = re.compile(
    rf"([{NUMERAL_CHARACTERS}○Ｏ]{{4}})\s*年\s*([{NUMERAL_CHARACTERS}]{{1,2}})\s*月\s*([{NUMERAL_CHARACTERS}]{{1,3}})\s*日"
)
#: Fast pre-check for dates with a year.
_POSSIBLE_YEAR_RE = re.compile(rf"\d{{4}}|\d\d[-/.－．／]\d\d|[{NUMERAL_CHARACTERS}○Ｏ]{{4}}\s*年")
#: Dates in URLs: t20190305_12.html, /2019/3/5/, /2019-03/05/, /2019/0305/, art/2019/3/5/art_1.html,
#: 20190305123456.html
_URL_DATE_PATTERNS = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d{1,3}(?:\D|$))"),
    re.compile(r"/((?:19|20)\d{2})[-/_]?(\d{1,2})[-/_](\d{1,2})(?=[/_.])"),
    re.compile(r"/((?:19|20)\d{2})[-/_](0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.])"),
)
_MAX_SEARCHED_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A date in a text: its position; `has_year` if its year was written, not inferred."""

    start: int
    end: int
    day: date
    has_year: bool = True


def iterate_days(text: str, today: date, *, without_year: bool = False) -> Iterator[WrittenDay]:
    """Yield the dates in a text, in order.

    Args:
        text: any text; only its first 20,000 characters are read.
        today: reference day for dates without a year and for `3天前`.
        without_year: also read month and day alone (11-20), as in lists, with the latest possible year.
    """
    text = text[:_MAX_SEARCHED_CHARACTERS]
    if not without_year and not _POSSIBLE_YEAR_RE.search(text):
        return
    text = _write_arabic_dates(text.translate(_ASCII_TABLE))
    written_days = [
        written_day for match in _DATE_WITH_YEAR_RE.finditer(text) if (written_day := _read_full_date(match))
    ]
    if without_year:
        written_days += [
            written_day
            for match in _DATE_WITHOUT_YEAR_RE.finditer(text)
            if (written_day := _find_latest_day(match, today))
        ]
        written_days += [
            written_day for match in _TIME_AGO_RE.finditer(text) if (written_day := _compute_days_ago(match, today))
        ]
    accepted: list[WrittenDay] = []
    for written_day in sorted(written_days, key=lambda each: (not each.has_year, each.start)):
        if all(
            written_day.end <= accepted_day.start or written_day.start >= accepted_day.end for accepted_day in accepted
        ):
            accepted.append(written_day)
    yield from sorted(accepted, key=lambda each: each.start)


def find_first_day(text: str, today: date, *, without_year: bool = False) -> date | None:
    """Return the first date with a year, else the first without, or None."""
    written_days = list(iterate_days(text, today, without_year=without_year))
    return next((day.day for day in written_days if day.has_year), written_days[0].day if written_days else None)


def find_day_in_address(address: str) -> date | None:
    """Return the date in a URL, or None."""
    path = address.partition("//")[2].partition("/")[2]
    for pattern in _URL_DATE_PATTERNS:
        for match in pattern.finditer(f"/{path}"):
            made = _make_date(*match.groups())
            if made:
                return made
    return None


def _write_arabic_dates(text: str) -> str:
    """Replace dates such as 二〇二六年三月五日 by Arabic ones, padded to keep positions where possible."""
    if not _CHINESE_NUMERAL_DATE_RE.search(text):
        return text

    def said(match: "re.Match[str]") -> str:
        """Return the date in Arabic numerals, filled to its length."""
        year, month, day = (to_int(part) for part in match.groups())
        arabic_date = f"{year}年{month}月{day}日"
        return arabic_date.ljust(len(match[0])) if len(arabic_date) <= len(match[0]) else arabic_date

    return _CHINESE_NUMERAL_DATE_RE.sub(said, text)


def _read_full_date(match: "re.Match[str]") -> WrittenDay | None:
    """Return the date of a match of `_DATE_WITH_YEAR_RE`; None if there is no such day."""
    values = {name[0] if name[:-1] != "name" else "name": value for name, value in match.groupdict().items() if value}
    month = values.get("m") or _MONTH_NAMES.index(values["name"].lower()) + 1
    made = _make_date(values.get("y") or f"20{values['s']}", month, values["d"])
    return WrittenDay(match.start(), match.end(), made) if made else None


def _find_latest_day(match: "re.Match[str]", today: date) -> WrittenDay | None:
    """Return the latest day, at most tomorrow, of a date without a year; None if there is none."""
    for year in (today.year, today.year - 1):
        day = _make_date(year, match["m"], match["d"] or match["e"])
        if day and day <= today + timedelta(days=1):
            return WrittenDay(match.start(), match.end(), day, has_year=False)
    return None


def _compute_days_ago(match: "re.Match[str]", today: date) -> WrittenDay:
    """Return the day written as 3天前, 昨天 and the like; months count 30 days."""
    days_by_word = {"刚刚": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
    if match[3]:
        days = days_by_word[match[3]]
    else:
        unit = match[2].removeprefix("个")
        days = int(match[1]) * {"天": 1, "周": 7, "星期": 7, "月": 30}.get(unit, 0)
    return WrittenDay(match.start(), match.end(), today - timedelta(days=min(days, 36_500)), has_year=False)


def _make_date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
