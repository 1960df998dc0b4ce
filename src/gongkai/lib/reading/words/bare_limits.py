"""Read limits that fill a whole cell of a time column: 7月31日, 2023.06, 三季度."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import Due
from gongkai.lib.reading.words.due_rules import by_quarter, next_year
from gongkai.lib.reading.words.due_table import PERIODS_BY_WORD, YEAR_REGEX, When, iso_day, whole


def bare_limit(text: str, when: When) -> Due | None:
    """Return the limit that a cell without blanks states in a bare form, or None."""
    for pattern, function in _BARE_FORMS:
        if (match := pattern.match(text)) and (due := function(match, when)):
            return due
    return None


def _read_month_of_each_year(match: re.Match[str], when: When) -> Due | None:
    month = min(max(whole(match["m"]), 1), 12)
    return Due("yearly_by", match[0], month_day=f"{month:02d}-{monthrange(2023, month)[1]}", of_year="same")


def _read_months_of_each_year(match: re.Match[str], when: When) -> Due | None:
    month = min(max(whole(match["m"]), 1), 12)
    day = f"{month:02d}-{monthrange(2023, month)[1]}"
    told = f"“{match[0]}”按每年{month}月底前读取，请核对"
    return Due("yearly_by", match[0], month_day=day, of_year="same", doubt=told)


def _read_month_of_year(match: re.Match[str], when: When) -> Due | None:
    return _last_day_of_month(match[0], int(match["year"]), whole(match["m"]), None)


def _read_date(match: re.Match[str], when: When) -> Due | None:
    if not match["d"] and match["before"] == "前":
        return None  # 7月前 ends in June: the rules for sentences say so, and ask
    month = whole(match["m"])
    return _last_day_of_month(match[0], int(match["year"] or 0) or next_year(when, month), month, match["d"])


def _last_day_of_month(text: str, year: int | None, month: int, day: str | None) -> Due | None:
    if not year or not 1 <= month <= 12:
        return None
    iso = iso_day(year, month, int(day or monthrange(year, month)[1]))
    return Due("by_date", text, date=iso) if iso else None


def _read_year(match: re.Match[str], when: When) -> Due | None:
    year = int(match["year"] or 0) or when.of or when.year
    return Due("by_date", match[0], date=iso_day(year, 12, 31)) if year else None


def _read_quarter(match: re.Match[str], when: When) -> Due | None:
    month = 3 * int(match["n"])
    return _last_day_of_month(match[0], int(match["year"] or 0) or next_year(when, month), month, None)


#: The day a spreadsheet counts from.
_SPREADSHEET_EPOCH = date(1899, 12, 30)


def _read_spreadsheet_day(match: re.Match[str], when: When) -> Due | None:
    day = _SPREADSHEET_EPOCH + timedelta(days=int(match[0]))
    if when.year is not None and abs(day.year - when.year) > 2:
        return None
    return Due(
        "by_date",
        match[0],
        date=day.isoformat(),
        doubt=f"“{match[0]}”像是表格里的日期数字，按{day}读取，请核对",
    )


def _read_rhythm(match: re.Match[str], when: When) -> Due | None:
    return Due("recurring", match[0], period=PERIODS_BY_WORD[match["p"]])


_BARE_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], When], Due | None]], ...] = (
    (re.compile(rf"^{YEAR_REGEX}?(?P<q>第?[一二三四1-4]季度|上半年|下半年)$"), by_quarter),
    (re.compile(r"^(?:(?P<year>20\d\d)年?)?[Qq](?P<n>[1-4])$"), _read_quarter),
    (re.compile(r"^[45]\d{4}$"), _read_spreadsheet_day),
    (re.compile(r"^每年(?P<m>\d{1,2})月(?:份)?$"), _read_month_of_each_year),
    (re.compile(r"^每年\d{1,2}月?[-—–~～至到]+(?P<m>\d{1,2})月(?:份|底)?$"), _read_months_of_each_year),
    (re.compile(r"^(?P<year>20\d\d)[./-](?P<m>\d{1,2})(?:月?(?:底前?)?)$"), _read_month_of_year),
    (
        re.compile(
            r"^(?:于|在|截至|截止)?(?:(?P<year>20\d\d)(?:年|[./-](?=\d{1,2}[./-]\d)))?(?P<m>\d{1,2}|(?:十[一二]?|[一二三四五六七八九])(?=月))(?:月|[./]|(?<=20\d\d-\d)-|(?<=20\d\d-\d\d)-)"
            r"(?:(?P<d>\d{1,2})日?)?(?:份)?(?P<before>底?前)?(?:完成|止)?$"
        ),
        _read_date,
    ),
    (re.compile(r"^(?:(?P<year>20\d\d)年)?(?:年?底|年?末|年度?内|全年完成|12月底)(?:完成)?$"), _read_year),
    (
        re.compile(r"^(?:按)?(?P<p>半年|年|季|月|周)(?:度)?(?:一次|1次|公开|更新|推进|落实|开展|报送)?$"),
        _read_rhythm,
    ),
)
