"""Resolve ambiguous limits: the event from which days count, the year of a date."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words.due_rules import find_next_year, read_quarter_limit
from gongkai.lib.reading.words.due_table import (
    PERIODS_BY_WORD,
    YEAR_REGEX,
    ReferenceYears,
    make_iso_day,
    parse_whole_number,
)

_DOCUMENT_WORDS = "通知|方案|要点|意见|清单|分工|文件|办法|计划|任务表|分工表|一览表"
_ISSUE_VERBS = "印发|下发|发布|发文|公布|实施|施行|出台"
_ISSUE_OF_THIS_DOCUMENT_RE = re.compile(
    rf"(?:本|此)[{HAN}]{{0,8}}?(?:{_DOCUMENT_WORDS})?(?:正式)?(?:{_ISSUE_VERBS})|即日"
)
_UNQUALIFIED_ISSUE_RE = re.compile(
    r"(?:正式)?(?:印发|下发|发文)|(?:工作)?(?:通知|要点|任务分工|分工方案|任务清单)(?:正式)?(?:印发|下发|发布)"
)
_RECEIPT_OF_NOTICE_RE = re.compile(r"(?:收|接)到(?:本|此)?(?:工作)?(?:通知|要点|文件)")
#: Papers that are made again and again, each with a day of its own.
_RECURRING_DOCUMENT_RE = re.compile(
    r"政策|文件|规划|目录|指引|标准|办法|规定|决定|预案|公报|制度|条例|细则|方案|意见|公告|公文"
)
#: Value of `Due.counts_from`.
COUNTS_FROM_ISSUE = "issue"


def resolve_starting_event(due: DueLimit, subject: str, sentence: str, reference: ReferenceYears) -> DueLimit:
    """Return the limit, counted from the notice's own issue if that is the event in its words.

    Args:
        due: the limit, with its event in `after`.
        subject: the words before 自 in the same clause (规范性文件自印发之日起…).
        sentence: the sentence before the limit's words.
        reference: the notice's dates.
    """
    event = due.after or ""
    if due.least or (subject.strip() and _RECURRING_DOCUMENT_RE.search(subject)):
        return due
    if _ISSUE_OF_THIS_DOCUMENT_RE.fullmatch(event):
        return _count_from_issue(due, "", reference)
    if _RECEIPT_OF_NOTICE_RE.fullmatch(event):
        return _count_from_issue(due, f"“{due.text}”从收到之日起算，暂按印发日期计算，请核对", reference)
    if not _UNQUALIFIED_ISSUE_RE.fullmatch(event):
        return due
    other = _RECURRING_DOCUMENT_RE.search(sentence)
    text = f"“{due.text}”按本通知的印发日期计算，也可能指前文“{other[0]}”的印发日期，请核对" if other else ""
    return _count_from_issue(due, text, reference)


def _count_from_issue(due: DueLimit, doubt: str, reference: ReferenceYears) -> DueLimit:
    """Return the due counted from the issue of the notice, with a doubt if that date is unknown."""
    if reference.issued is None:
        doubt = doubt or f"“{due.text}”从本通知印发之日起算，但没有读到印发日期，请填写"
    return replace(due, counts_from=COUNTS_FROM_ISSUE, doubt=doubt)


_YEAR_PATTERN = re.compile(YEAR_REGEX)


def resolve_years(dues: Sequence[DueLimit], reference: ReferenceYears) -> list[DueLimit]:
    """Return the limits of a text with the years of their dates resolved."""
    out: list[DueLimit] = []
    above: date | None = None
    for due in dues:
        if due.kind != "by_date" or not due.date:
            out.append(due)
            continue
        printed = bool(_YEAR_PATTERN.search(due.text))
        settled = due if printed else _mark_ambiguous_year(due, reference) if above is None else _carry_year(due, above)
        out.append(_mark_past_date(settled, reference))
        above = date.fromisoformat(str(settled.date)) if printed or above is not None else None
    return out


def _carry_year(due: DueLimit, above: date) -> DueLimit:
    """Return a limit without a printed year in the first year in which it does not precede the date `above`."""
    own_day = date.fromisoformat(str(due.date))
    year = above.year if own_day.month >= above.month else above.year + 1
    if own_day.year == year:
        return due
    is_february_end = own_day.month == 2 and own_day.day >= 28
    day = date(year + (own_day.month == 12), own_day.month % 12 + 1, 1) if is_february_end else None
    new_day = date.fromordinal(day.toordinal() - 1) if day else own_day.replace(year=year)
    text = f"“{due.text}”没有印出年份，按前面的年份读作{new_day}，请核对"
    return replace(due, date=new_day.isoformat(), doubt=due.doubt or text)


def _mark_ambiguous_year(due: DueLimit, reference: ReferenceYears) -> DueLimit:
    """Return a limit without a printed year with a doubt where two years are possible."""
    day, issued = date.fromisoformat(str(due.date)), reference.issued
    if reference.year is None:
        return due
    issue_day = issued or date(reference.year, reference.month, 1)
    sooner = _subtract_year(day)
    if reference.of and reference.of > reference.year and sooner >= issue_day:
        text = f"“{due.text}”没有印出年份，按本通知年度读作{day}，也可能是{sooner}，请核对"
    elif not reference.of and day.year > reference.year and day.month > 3:
        text = f"“{due.text}”没有印出年份，{sooner}已早于印发日期，读作{day}，请核对"
    else:
        return due
    return replace(due, doubt=due.doubt or text)


def _subtract_year(day: date) -> date:
    return date(day.year - 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _mark_past_date(due: DueLimit, reference: ReferenceYears) -> DueLimit:
    """Return the due, with a doubt if it is before the notice's issue."""
    past = bool(reference.issued) and str(due.date) < reference.issued.isoformat()  # type: ignore[union-attr]
    past = past or (bool(reference.year) and str(due.date)[:7] < f"{reference.year}-{reference.month:02d}")
    text = f"“{due.text}”（{due.date}）早于印发日期，可能不是时限，请核对"
    return replace(due, doubt=due.doubt or text) if past else due


def read_bare_limit(text: str, reference: ReferenceYears) -> DueLimit | None:
    """Return the limit of a cell without blanks that is only a time (2026年6月, 三季度, 每月), or None."""
    for pattern, function in _BARE_FORMS:
        if (match := pattern.match(text)) and (due := function(match, reference)):
            return due
    return None


def _read_month_of_each_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    month = min(max(parse_whole_number(match["m"]), 1), 12)
    return DueLimit("yearly_by", match[0], month_day=f"{month:02d}-{monthrange(2023, month)[1]}", of_year="same")


def _read_months_of_each_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return a yearly limit at the end of a month, with a doubt."""
    month = min(max(parse_whole_number(match["m"]), 1), 12)
    day = f"{month:02d}-{monthrange(2023, month)[1]}"
    text = f"“{match[0]}”按每年{month}月底前读取，请核对"
    return DueLimit("yearly_by", match[0], month_day=day, of_year="same", doubt=text)


def _read_month_of_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return _make_date_or_month_end(match[0], int(match["year"]), parse_whole_number(match["m"]), None)


def _read_date(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the due of a date; None for 7月前, which the rules for sentences read, and for an impossible date."""
    if not match["d"] and match["before"] == "前":
        return None  # 7月前 ends in June: the rules for sentences say so, and ask
    month = parse_whole_number(match["m"])
    return _make_date_or_month_end(
        match[0], int(match["year"] or 0) or find_next_year(reference, month), month, match["d"]
    )


def _make_date_or_month_end(text: str, year: int | None, month: int, day: str | None) -> DueLimit | None:
    """Return the limit of a day or of the month's end, None if there is no such day."""
    if not year or not 1 <= month <= 12:
        return None
    iso = make_iso_day(year, month, int(day or monthrange(year, month)[1]))
    return DueLimit("by_date", text, date=iso) if iso else None


def _read_year(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    year = int(match["year"] or 0) or reference.of or reference.year
    return DueLimit("by_date", match[0], date=make_iso_day(year, 12, 31)) if year else None


def _read_quarter(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    month = 3 * int(match["n"])
    return _make_date_or_month_end(match[0], int(match["year"] or 0) or find_next_year(reference, month), month, None)


#: The day a spreadsheet counts from.
_SPREADSHEET_EPOCH = date(1899, 12, 30)


def _read_spreadsheet_day(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    """Return the due of a spreadsheet's date number, with a doubt; None over two years from the notice's year."""
    day = _SPREADSHEET_EPOCH + timedelta(days=int(match[0]))
    if reference.year is not None and abs(day.year - reference.year) > 2:
        return None
    return DueLimit(
        "by_date", match[0], date=day.isoformat(), doubt=f"“{match[0]}”像是表格里的日期数字，按{day}读取，请核对"
    )


def _read_recurrence(match: re.Match[str], reference: ReferenceYears) -> DueLimit | None:
    return DueLimit("recurring", match[0], period=PERIODS_BY_WORD[match["p"]])


_BARE_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], ReferenceYears], DueLimit | None]], ...] = (
    (re.compile(rf"^{YEAR_REGEX}?(?P<q>第?[一二三四1-4]季度|上半年|下半年)$"), read_quarter_limit),
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
        _read_recurrence,
    ),
)
