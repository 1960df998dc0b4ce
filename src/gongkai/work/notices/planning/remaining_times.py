"""Read simple times that the reader left over; flag all other words about time. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import find_dues, find_unread_times
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, to_flag
from gongkai.work.notices.planning.rules import DueRule
from gongkai.work.notices.planning.shared_deadline_words import remove_spaces

NO_DEADLINE_FOUND_MESSAGE = "没有读出时限"
_COMPLETION_WORDS = r"(?:内|前|之前|以前|底|末|中|完成|公开|公布|发布|更新|报送|办结|落实)*"
_CLAUSE_PATTERN = re.compile(r"[^，,。；;！：:\n（）()]+")
_QUARTERS_PATTERN = re.compile(rf"(?:于|在)?第?(?P<which>[一二三四1-4](?:、[一二三四1-4])*)季度{_COMPLETION_WORDS}")
_HALF_YEAR_PATTERN = re.compile(rf"(?:于|在)?(?:全年)?(?P<which>[上下])半年{_COMPLETION_WORDS}")
_TWICE_A_YEAR_RE = re.compile(r"(?:每)?半年(?:度)?[^，。；]{0,6}?(?:一次|1次|一报)|半年一[次报][^，。；]{0,6}")
_NUMERIC_DATE_RE = re.compile(r"(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:日)?(?:之?前|以前)?")
_SLASH_DATE_RE = re.compile(r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:之?前|以前)(?!\d)")
_COLLOQUIAL_DATE_RE = re.compile(r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})号(?:之?前|以前)?")
_MONTH_SPAN_RE = re.compile(
    r"(?<![\d年])(?P<first>\d{1,2})月(?:(?P<begin>\d{1,2})[日号])?\s*(?:至|到|[—～~\-－–]{1,2})\s*(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号])?(?:期间)?"
)
# Any words that may be a deadline.
_TIME_WORDS_RE = re.compile(
    r"(?<!\d)\d{1,2}月(?:份|底|末|初|\d{1,2}[日号])?(?!\d)|20\d\d[-/.]\d{1,2}|(?<!\d)\d{1,2}[日号](?=之?前|以前)|第?[一二三四]季度|[上下]半年|半年一|[单双]月|隔月"
    rf"|每(?:年|个?季度?|个?月|周|旬|日|天|半年|学期|批)|[上中下]旬|[春秋清端国中元重劳][{HAN}]{{0,2}}节(?:假期?)?前|节假?日?前|汛期|[年月季周]度?[底末](?:前|之前)?|\d+个?(?:工作日|[日天周月])[之以]?内"
)
# A cell without content: —, /, 无.
_BLANK_CELL_RE = re.compile(r"[-—－–/／\\*_.。、]*|无|暂无|空")
# 招生前15个工作日: a condition in a sentence, an unread limit in a cell.
_DAYS_BEFORE_EVENT_PATTERN = re.compile(r"(?<!提)前\d{1,3}个?(?:工作日|[日天])")
# Words about time in the rest of a deadline cell.
_UNREAD_TIME_RE = re.compile(
    rf"{_TIME_WORDS_RE.pattern}|年中|[月季]中|最后一?个?(?:工作)?[日天周]|第[一二三四五六七八九十\d]个?(?:工作日|[周月])|同(?:上|前|左|第\d)|(?<!\d)\d{{1,2}}月?[、和及]"
)
# Occasions that are deadlines wherever they occur.
_DEADLINE_OCCASION_PATTERN = re.compile(
    rf"[春秋清端国中元重劳][{HAN}]{{0,2}}节(?:假期?)?前|(?:汛期?|[寒暑]假|开学|学期|高考|中考|招生|报名|换届|两会|[入供]暖季?|雨季|冬季?)(?:开始|结束)?(?:之?前|来临前)|提前\d{{1,2}}个?(?:工作日|[日天周月])|年中|[单双]月|隔月"
)
# A mark under 三季度 or 上半年 is a deadline.
_TICK_MARKS = frozenset("√✓✔☑●◎★▲■")
# 从7月起每季度, 5月—10月每月: recurrence in a part of the year.
_PART_OF_YEAR_RE = re.compile(r"\d{1,2}月(?:份|\d{1,2}日)?(?:起|开始)|\d{1,2}月?\s*[—～~至到-]{1,2}\s*\d{1,2}月")
# Headings that state recurrence or duration: 长期任务, 每季度公开的事项.
_STANDING_HEADING_RE = re.compile(r"长期|持续|常态|每(?:月|季|半年|年|周)|按[月季]|定期")
# Times next to a deadline: 半年一次, 7月（公布）; 3月份招聘会 and 5月15日开放日 are names.
_RECURRENCE_OR_DATE_RE = re.compile(
    r"半年一次|(?<![\d年])\d{1,2}月(?:份|底|末|初|\d{1,2}[日号])?(?=[、和及，前]|之前|以前|公[开布示]|发布|完成|报|$)|第?[一二三四]季度(?=[、和及前]|末|内|公[开布示]|发布|完成)"
)
_DAY_OR_MONTH_RE = re.compile(
    rf"(?:(?P<year>20\d\d)年)?(?P<month>\d{{1,2}})月(?:份|(?P<day>\d{{1,2}})[日号])?{_COMPLETION_WORDS}"
)
_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}


def apply_remaining_times(draft: DraftMeasure, reference: ReferenceYears) -> DraftMeasure:
    """Return a row with simple deadlines left in its text; flag other words about time."""
    if draft.preamble or draft.dropped:
        return draft
    cells = [
        str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head) and str(cell).strip()
    ]
    duties: list[DraftDuty] = []
    read: list[str] = []
    marked = [
        str(head)
        for head, cell in draft.extras.items()
        if set(str(cell).strip()) & _TICK_MARKS and len(str(cell).strip()) <= 2
    ]
    for duty in draft.duties:
        texts = cells if cells and len(draft.duties) == 1 else [duty.text]
        rules = (
            [] if duty.due else [rule for text in (*texts, *marked) for rule in find_plain_deadlines(text, reference)]
        )
        duties += [replace(duty, due=rule) for rule in rules] or [duty]
        read += [str(rule["text"]) for rule in rules]
    flags = [
        flag
        for flag in draft.flags
        if not (
            read
            and NO_DEADLINE_FOUND_MESSAGE in str(flag.get("message"))
            and any(text in str(flag["message"]) for text in read)
        )
        and not any(
            _HIGHER_LEVEL_REFERENCE_PATTERN.fullmatch(remove_spaces(cell))
            and f"“{cell.strip()}”{NO_DEADLINE_FOUND_MESSAGE}" in str(flag.get("message"))
            for cell in cells
        )
    ]
    row = replace(draft, duties=tuple(duties), flags=tuple(flags))
    doubts = [*_ask_about_spans(read), *_ask_about_times(row, cells, reference), *_ask_about_upper(row, cells)]
    existing = {str(flag.get("message")) for flag in row.flags}
    new_flags = [to_flag({"field": "duties", "message": doubt}) for doubt in doubts if doubt not in existing]
    return replace(row, flags=(*row.flags, *new_flags))


def find_plain_deadlines(text: str, reference: ReferenceYears) -> Iterator[DueRule]:
    """Yield deadlines of clauses that contain only a time (第三季度, 半年一次), and numeric dates.

    >>> [rule["date"] for rule in find_plain_deadlines("公开结果，一、三季度末。", ReferenceYears(2027))]
    ['2027-03-31', '2027-09-30']
    """
    year = reference.of or reference.year
    if not year:
        return
    for clause in _CLAUSE_PATTERN.findall(text):
        clause_text = clause.strip()
        if match := _QUARTERS_PATTERN.fullmatch(clause_text):
            numbers = [_CHINESE_DIGITS.get(numeral) or int(numeral) for numeral in match["which"].split("、")]
            yield from (_make_date_rule(_get_month_end(year, 3 * number), clause_text) for number in numbers)
        elif match := _HALF_YEAR_PATTERN.fullmatch(clause_text):
            yield _make_date_rule(_get_month_end(year, 6 if match["which"] == "上" else 12), clause_text)
        elif _TWICE_A_YEAR_RE.fullmatch(clause_text):
            yield {"kind": "times", "count": 1, "period": "half_year", "least": False, "text": clause_text}
        elif (
            match := _NUMERIC_DATE_RE.search(clause_text)
            or _COLLOQUIAL_DATE_RE.search(clause_text)
            or _SLASH_DATE_RE.search(clause_text)
            or _MONTH_SPAN_RE.fullmatch(clause_text)
        ):
            date_groups = match.groupdict()
            if day := _to_date(int(date_groups.get("year") or year), int(date_groups["month"]), date_groups["day"]):
                yield _make_date_rule(day, match[0])


def _make_date_rule(day: date, text: str) -> DueRule:
    return {"kind": "by_date", "date": day.isoformat(), "text": text}


def _get_month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _to_date(year: int, month: int, day: str | None) -> date | None:
    """Return the date, the month's last day without `day`, None if there is none."""
    try:
        return date(year, month, int(day)) if day else _get_month_end(year, month)
    except ValueError:
        return None


def _ask_about_spans(read: list[str]) -> Iterator[str]:
    """Yield a question for each span of months."""
    for text in read:
        if _MONTH_SPAN_RE.fullmatch(text):
            yield f"“{text}”按最后一天读取，也可能指其间每期，请核对"


_SIMULTANEOUS_WITH_HIGHER_LEVEL_PATTERN = re.compile(
    r"与(?:国家|全国|上级|[省市州部]里?)级?[^，。；、]{0,6}?(?:同步|同时|一致)"
)

# 见市通知, 同市委, 按省厅通知执行.
_HIGHER_LEVEL_REFERENCE_PATTERN = re.compile(
    r"(?:详?见|同|按照?|依照?|随|参照)(?:国家|全国|上级|[省市州部厅局委])[^，。；、\d]{0,10}"
)


def _ask_about_upper(draft: DraftMeasure, cells: Iterable[str]) -> Iterator[str]:
    """Yield a question for a time that only the notice of a higher office gives (与市同步)."""
    for text in cells:
        if _HIGHER_LEVEL_REFERENCE_PATTERN.fullmatch(remove_spaces(text)):
            yield f"“{remove_spaces(text)}”的时限写在上级通知里，请对照上级通知补充日期或者周期，没有的标为无误"
            return
    for text in (*cells, draft.text):
        if match := _SIMULTANEOUS_WITH_HIGHER_LEVEL_PATTERN.search(remove_spaces(text)):
            yield f"“{match[0]}”的时限写在上级通知里，请对照上级通知补充日期或者周期，没有的标为无误"
            return


def _ask_about_times(draft: DraftMeasure, cells: list[str], reference: ReferenceYears) -> Iterator[str]:
    """Yield questions on unread deadline cells and other unused words about time."""
    if any(NO_DEADLINE_FOUND_MESSAGE in str(flag.get("message")) for flag in draft.flags):
        return
    yield from _ask_about_cells(draft, cells, reference)
    yield from _ask_about_missing_start(draft, cells)
    taken = [remove_spaces(str(duty.due.get("text"))) for duty in draft.duties if duty.due]
    if question := _ask_about_part_of_year(draft, cells):
        yield question
        return
    if taken or any(not _BLANK_CELL_RE.fullmatch(remove_spaces(cell)) for cell in cells):
        yield from _ask_about_unread_times(draft, taken, reference)
        return
    for heading in (draft.item, draft.section):
        if match := _STANDING_HEADING_RE.search(heading) or _DEADLINE_OCCASION_PATTERN.search(remove_spaces(heading)):
            yield f"标题“{heading.strip()[:30]}”写有“{match[0]}”，这一行{NO_DEADLINE_FOUND_MESSAGE}，请核对"
            return
    for text in (draft.text, *(str(cell) for cell in draft.beside.values())):
        for clause in _CLAUSE_PATTERN.findall(text):
            if match := _TIME_WORDS_RE.search(clause):
                yield f"这句话没有用上：“{clause.strip()[:40]}”；其中的“{match[0]}”{NO_DEADLINE_FOUND_MESSAGE}，请核对"
                return


def _ask_about_cells(draft: DraftMeasure, cells: Iterable[str], reference: ReferenceYears) -> Iterator[str]:
    """Yield a question for each deadline cell of which nothing or only a part was read."""
    read_texts = sorted(
        {remove_spaces(str(duty.due.get("text") or "")) for duty in draft.duties}, key=len, reverse=True
    )
    for cell in cells:
        cell_text = remove_spaces(cell)
        if (
            _BLANK_CELL_RE.fullmatch(cell_text)
            or cell_text in "；".join(read_texts)
            or _is_read_day(cell_text, draft, reference)
        ):
            continue
        unread_text = cell_text
        for text in read_texts:
            unread_text = unread_text.replace(text, "；") if text else unread_text
        ahead = _DAYS_BEFORE_EVENT_PATTERN.findall(unread_text)
        unread_times = (
            ahead
            or [match[0] for match in _UNREAD_TIME_RE.finditer(unread_text)]
            or find_unread_times(unread_text, reference)
        )
        if unread_times:
            yield f"这句话没有用上：“{cell.strip()[:40]}”；其中的“{'、'.join(dict.fromkeys(unread_times))}”{NO_DEADLINE_FOUND_MESSAGE}，请核对"
        elif unread_text == cell_text and not any(read_texts):
            yield f"“{cell.strip()[:40]}”{NO_DEADLINE_FOUND_MESSAGE}，暂按年底前，请核对"


def _is_read_day(text: str, draft: DraftMeasure, reference: ReferenceYears) -> bool:
    """Return true if a cell is only a day or month equal to the row's deadline."""
    match = _DAY_OR_MONTH_RE.fullmatch(text)
    year = int(match["year"]) if match and match["year"] else reference.of or reference.year
    day = _to_date(year, int(match["month"]), match["day"]) if match and year else None
    return day is not None and any(duty.due.get("date") == day.isoformat() for duty in draft.duties if duty.due)


def _ask_about_missing_start(draft: DraftMeasure, cells: Iterable[str]) -> Iterator[str]:
    """Yield a question for days in a deadline cell without a start."""
    text = remove_spaces("；".join(cells))
    for duty in draft.duties:
        due = duty.due
        if due.get("kind") not in {"working_days", "calendar_days", "months"} or due.get("least"):
            continue
        if not (due.get("counts_from") or due.get("after")) and remove_spaces(str(due.get("text"))) in text:
            yield f"“{due.get('text')}”没有写明从哪一天起算的时限，暂按年底前，请核对"


def _find_unclaimed_times(clause: str, reference: ReferenceYears) -> list[str]:
    """Return recurrences and dates in a clause that no deadline read from it covers."""
    claimed = [(due.start, due.end) for due in find_dues(clause, reference)]
    return [
        match[0]
        for match in _RECURRENCE_OR_DATE_RE.finditer(clause)
        if not any(start < match.end() and match.start() < end for start, end in claimed)
    ]


def _ask_about_part_of_year(draft: DraftMeasure, cells: Iterable[str]) -> str:
    """Return a question if a recurrence applies only to a part of the year."""
    if not any(duty.due.get("kind") in {"recurring", "times"} for duty in draft.duties):
        return ""
    spans = {remove_spaces(str(duty.due.get("text"))) for duty in draft.duties if duty.due.get("kind") == "by_date"}
    for text in (draft.text, *cells):
        if (match := _PART_OF_YEAR_RE.search(text)) and remove_spaces(match[0]) not in spans:
            return f"“{text.strip()[:40]}”按全年各期读取，只在“{match[0]}”的请修改时限，或者标为无误"
    return ""


def _ask_about_unread_times(draft: DraftMeasure, read_texts: Sequence[str], reference: ReferenceYears) -> Iterator[str]:
    """Yield a question for an occasion in the text next to a deadline (初稿6月底前，中秋节前公布)."""
    joined_texts = "；".join(read_texts)
    hours = any("时限以小时计" in str(flag.get("message")) for flag in draft.flags)
    for clause in _CLAUSE_PATTERN.findall(draft.text):
        match = _DEADLINE_OCCASION_PATTERN.search(remove_spaces(clause))
        remaining = (
            [match[0]] if match else find_unread_times(clause, reference) or _find_unclaimed_times(clause, reference)
        )
        remaining = [text for text in remaining if not (hours and "小时" in text)]
        if remaining and remaining[0] not in joined_texts:
            yield f"这句话没有用上：“{clause.strip()[:40]}”；其中的“{remaining[0]}”{NO_DEADLINE_FOUND_MESSAGE}，请核对"
            return
