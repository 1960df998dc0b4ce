"""Split deadlines: dated parts of a count, and lists of dates. Pure."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import read_limit
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, to_flag
from gongkai.work.notices.planning.rules import DueRule, normalize_rule


def split_counts(duties: Sequence[DraftDuty], reference: ReferenceYears) -> tuple[DraftDuty, ...]:
    """Return the duties; a count is split into one duty for each part that names its own time.

    A count without a period is then yearly. Parts that name persons (主要负责同志出席) stay in the count.
    """
    split_duties: list[DraftDuty] = []
    for duty in duties:
        dated_parts = list(_iterate_dated_parts(duty, reference)) or list(_iterate_printed_parts(duty, reference))
        if split_duties and duty.text.startswith("其中") and duty.due.get("kind") == "times":
            split_duties[-1] = _make_count_yearly(split_duties[-1])
        if split_duties and not dated_parts and (plain_split := _split_plain_part(split_duties[-1], duty, reference)):
            split_duties[-1:] = plain_split
            continue
        split_duties += [_make_count_yearly(duty) if dated_parts else duty, *dated_parts]
    return tuple(split_duties)


# 上半年不少于1次 after 全年2次.
_COUNT_PART_RE = re.compile(
    r"(?:其中[，,]?)?(?P<time>[上下]半年|第?[一二三四]季度|\d{1,2}月(?:底|份)?(?:前|以前)?)[^，,。；]{0,8}?(?:\d{1,2}|[一两二三四五六])[次场期个]"
)


def _split_plain_part(
    whole_duty: DraftDuty, duty: DraftDuty, reference: ReferenceYears
) -> tuple[DraftDuty, DraftDuty] | None:
    """Return (whole, part) for 全年2次,上半年不少于1次, else None."""
    match = _COUNT_PART_RE.match(duty.text)
    dues = read_limit(match["time"], reference) if match and whole_duty.due.get("kind") == "times" else []
    if len(dues) != 1 or dues[0].kind != "by_date":
        return None
    is_from_other_column = duty.due.get("kind") == "by_date" and str(duty.due.get("text")) not in duty.text
    total = replace(whole_duty, due=duty.due) if is_from_other_column else _make_count_yearly(whole_duty)
    return total, replace(duty, due=dues[0].to_json() | {"text": duty.text.strip("。；;. ")})


def _make_count_yearly(duty: DraftDuty) -> DraftDuty:
    """Return the duty; a count without a stated period becomes yearly."""
    has_no_period = duty.due.get("kind") == "times" and duty.due.get("period") == "unspecified"
    return replace(duty, due={**duty.due, "period": "year"}) if has_no_period else duty


# A part without 不少于: 全年不少于2次，其中上半年1次.
_INCLUDED_COUNT_PATTERN = re.compile(
    r"其中[，,]?(?P<time>[上下]半年|第?[一二三四]季度|\d{1,2}月(?:底|份)?前?)[^，,。；]{0,8}?(?P<count>\d{1,2}|[一两二三四五六])[次场期个]"
)


def _iterate_printed_parts(duty: DraftDuty, reference: ReferenceYears) -> Iterator[DraftDuty]:
    """Yield dated parts of a count that only the text contains."""
    for match in _INCLUDED_COUNT_PATTERN.finditer(duty.text) if duty.due.get("kind") == "times" else ():
        dues = read_limit(match["time"], reference)
        if len(dues) == 1 and dues[0].kind == "by_date":
            yield replace(duty, text=match[0], due=dues[0].to_json() | {"text": match[0]})


def _iterate_dated_parts(duty: DraftDuty, reference: ReferenceYears) -> Iterator[DraftDuty]:
    """Yield a duty for each part of a count (其中…不少于…次) whose name is a time."""
    for count_part in duty.due.get("of_which") or ():
        dues = read_limit(str(count_part["who"]), reference)
        if len(dues) != 1 or dues[0].kind not in {"by_date", "recurring"}:
            continue
        text = f"{count_part['who']}不少于{count_part['count']}次"
        due: DueRule = dues[0].to_json() | {"text": text}
        if dues[0].kind == "recurring":
            due = {"kind": "times", "count": count_part["count"], "period": dues[0].period, "least": True, "text": text}
        yield replace(duty, text=f"其中{text}", due=due)


_DAY_WORDS = r"(?:(?:的|[底末])?(?:(?P<day>\d{1,2})[日号]|(?P<part>[上中下])旬)?(?:之?[前内]|以前|底前|末前|[底末])?)"
# 双月25日前, 逢单月, 奇数月5日前; 每两个月.
_ODD_OR_EVEN_MONTHS_RE = re.compile(rf"(?:每|逢|每逢)?(?P<which>[单双]|奇数|偶数|每两个?|隔)月{_DAY_WORDS}")
# Months with a common day: 6、9、12月20日前, 3月、6月、9月底前.
_MONTH_LIST_PATTERN = re.compile(
    rf"(?<![\d年.])(?P<months>\d{{1,2}}月?(?:\s*[、,，和及]\s*\d{{1,2}}月?)*\s*[、,，和及]\s*\d{{1,2}}月)(?:份)?(?:的?{_DAY_WORDS})"
)
# 每月5日、20日.
_DAYS_OF_MONTH_PATTERN = re.compile(
    r"每个?月(?P<days>\d{1,2}[日号]?(?:[、,，和及]\d{1,2}[日号]?)*[、,，和及]\d{1,2}[日号])(?:之?前|以前)?"
)
# Up to this length a cell is the deadline as a whole.
_MAX_WHOLE_CELL_CHARACTERS = 24
# 一、三季度末.
_QUARTER_LIST_PATTERN = re.compile(r"第?(?P<which>[一二三四](?:[、和及][一二三四])+)季度(?:[末底内]|之?前)*")
# 4月15日、7月15日、10月15日前.
_DATE_LIST_PATTERN = re.compile(r"(?<![\d年])\d{1,2}月\d{1,2}日(?:[、，,和及]\d{1,2}月\d{1,2}日)+(?:之?前|以前)?")
_LAST_DAY_BY_TEN_DAY_PERIOD = {"上": 10, "中": 20, "下": 31}
# Warning of the reader on a cell that is read here.
_UNREAD_WARNING = "没有读出时限"


@dataclass(frozen=True)
class DeadlineList:
    """Several deadlines that are named together (3月底、9月底前), with the `text` that names them."""

    text: str
    rules: tuple[DueRule, ...]


def find_deadline_lists(text: str, reference: ReferenceYears) -> Iterator[DeadlineList]:
    """Yield the lists of deadlines in a text; without a known year only the days of every month.

    >>> [rule["date"] for found in find_deadline_lists("6、9、12月20日前", ReferenceYears(2027)) for rule in found.rules]
    ['2027-06-20', '2027-09-20', '2027-12-20']
    """
    year = reference.of or reference.year
    for match in _DAYS_OF_MONTH_PATTERN.finditer(text):
        days = [int(day) for day in re.findall(r"\d+", match["days"])]
        if all(1 <= day <= 31 for day in days):
            rules = [{"kind": "recurring", "period": "month", "day": day, "of_period": "same"} for day in days]
            yield _make_deadline_list(match[0], rules)
    for match in _QUARTER_LIST_PATTERN.finditer(text) if year else ():
        ends = [3 * (to_int(numeral) or 0) for numeral in re.findall("[一二三四]", match["which"])]
        yield _make_deadline_list(match[0], _make_month_end_rules(ends, year or 0))
    for match in _DATE_LIST_PATTERN.finditer(text) if year else ():
        dates = [
            _to_date(year or 0, int(one), int(day_of_month))
            for one, day_of_month in re.findall(r"(\d+)月(\d+)日", match[0])
        ]
        if all(dates):
            yield _make_deadline_list(match[0], [{"kind": "by_date", "date": day.isoformat()} for day in dates if day])
    for match in _ODD_OR_EVEN_MONTHS_RE.finditer(text) if year else ():
        first_month = 1 if match["which"] in {"单", "奇数"} else 2
        yield _make_deadline_list(
            match[0], _make_month_day_rules(range(first_month, 13, 2), match, year or 0, reference)
        )
    for match in _MONTH_LIST_PATTERN.finditer(text) if year else ():
        months = [int(month) for month in re.findall(r"\d+", match["months"])]
        if all(1 <= month <= 12 for month in months) and months == sorted(set(months)):
            yield _make_deadline_list(match[0], _make_month_day_rules(months, match, year or 0, reference))


def _to_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _make_month_end_rules(months: Sequence[int], year: int) -> list[DueRule]:
    ends = (date(year, month, monthrange(year, month)[1]) for month in months)
    return [{"kind": "by_date", "date": day.isoformat()} for day in ends]


def _make_deadline_list(text: str, rules: Sequence[DueRule]) -> DeadlineList:
    return DeadlineList(text, tuple({**rule, "text": text} for rule in rules))


def _make_month_day_rules(
    months: Sequence[int], match: re.Match[str], year: int, reference: ReferenceYears
) -> list[DueRule]:
    """Return a rule for each month, on the day in `match` or the last day, without days before the issue of the
    notice; none for a day 0.
    """
    of_month = int(match["day"] or _LAST_DAY_BY_TEN_DAY_PERIOD.get(match["part"] or "下", 31))
    if not of_month:
        return []
    days = [date(year, month, min(of_month, monthrange(year, month)[1])) for month in months]
    return [
        {"kind": "by_date", "date": day.isoformat()} for day in days if not reference.issued or day >= reference.issued
    ]


def split_listed_deadlines(draft: DraftMeasure, reference: ReferenceYears) -> DraftMeasure:
    """Return a row with one duty for each listed date; 隔月 is flagged."""
    cells = [str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head)]
    duties: list[DraftDuty] = []
    read = set[str]()
    existing_rules = [normalize_rule(duty.due) for duty in draft.duties]
    for duty in draft.duties:
        deadline_list = _find_list_of_duty(duty, cells if len(draft.duties) == 1 else [], reference)
        if (
            deadline_list is None or sum(normalize_rule(rule) in existing_rules for rule in deadline_list.rules) > 1
        ):  # read as lines of their own
            duties.append(duty)
            continue
        read.add(deadline_list.text)
        duties += [replace(duty, due=rule) for rule in deadline_list.rules]
    if not read:
        return draft
    flags = [flag for flag in draft.flags if not _is_answered(str(flag.get("message") or ""), read)]
    flags += [
        to_flag({"field": "duties", "message": f"“{text}”按双月读取，也可能从别的月份起算，请核对"})
        for text in read
        if re.search(r"隔月|每两", text)
    ]
    return replace(draft, duties=tuple(duties), flags=tuple(flags))


def _find_list_of_duty(duty: DraftDuty, cells: Sequence[str], reference: ReferenceYears) -> DeadlineList | None:
    """Return the list of dates that a duty names, if it has no deadline or only a part of them; else None."""
    due = duty.due
    taken = str(due.get("text") or "")
    for text in (duty.text, *cells):
        for deadline_list in find_deadline_lists(text, reference):
            if not deadline_list.rules or due.get("kind") == "yearly_by":
                continue
            if due.get("kind") == "times" and int(due.get("count") or 0) == len(deadline_list.rules) and taken in text:
                return _make_deadline_list(
                    text.strip() if len(text) <= _MAX_WHOLE_CELL_CHARACTERS else deadline_list.text, deadline_list.rules
                )
            if not due or (taken and (taken in deadline_list.text or deadline_list.text in taken)):
                return deadline_list
    return None


def _is_answered(warning: str, read: set[str]) -> bool:
    """Return true if a warning about an unread deadline quotes one of the texts read."""
    return _UNREAD_WARNING in warning and any(text in warning for text in read)
