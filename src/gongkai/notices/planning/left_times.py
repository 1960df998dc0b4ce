"""Words about time that no rule took: a few plain forms are read here, the rest is asked at the row. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gongkai.chinese.characters import HAN
from gongkai.notices.planning.drafting import DraftDuty, DraftMeasure, flag_of
from gongkai.notices.planning.limit_words import bare
from gongkai.notices.planning.rules import Rule
from gongkai.reading.tables.heads import DEADLINE_HEAD
from gongkai.reading.words.due_table import When

UNREAD = "没有读出时限"
_DONE = r"(?:内|前|之前|以前|底|末|中|完成|公开|公布|发布|更新|报送|办结|落实)*"
_CLAUSE = re.compile(r"[^，,。；;！：:\n（）()]+")
_QUARTER = re.compile(rf"(?:于|在)?第?(?P<which>[一二三四1-4](?:、[一二三四1-4])*)季度{_DONE}")
_HALF = re.compile(rf"(?:于|在)?(?:全年)?(?P<which>[上下])半年{_DONE}")
_TWICE = re.compile(r"(?:每)?半年(?:度)?[^，。；]{0,6}?(?:一次|1次|一报)|半年一[次报][^，。；]{0,6}")
_NUMERIC = re.compile(r"(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:日)?(?:之?前|以前)?")
_SLASH = re.compile(r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:之?前|以前)(?!\d)")
_HAO = re.compile(r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})号(?:之?前|以前)?")
_SPAN = re.compile(
    r"(?<![\d年])(?P<first>\d{1,2})月(?:(?P<begin>\d{1,2})[日号])?\s*(?:至|到|[—～~\-－–]{1,2})\s*(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号])?(?:期间)?"
)
#: Whatever may be a limit.
_TIME = re.compile(
    r"(?<!\d)\d{1,2}月(?:份|底|末|初|\d{1,2}[日号])?(?!\d)|20\d\d[-/.]\d{1,2}|(?<!\d)\d{1,2}[日号](?=之?前|以前)|第?[一二三四]季度|[上下]半年|半年一|[单双]月|隔月"
    rf"|每(?:年|个?季度?|个?月|周|旬|日|天|半年|学期|批)|[上中下]旬|[春秋清端国中元重劳][{HAN}]{{0,2}}节(?:假期?)?前|节假?日?前|汛期|[年月季周]度?[底末](?:前|之前)?|\d+个?(?:工作日|[日天周月])[之以]?内"
)
#: A mark under 三季度 or 上半年 says when.
_TICKS = frozenset("√✓✔☑●◎★▲■")
#: 从7月起每季度, 5月—10月每月: a rhythm of a part of the year.
_PART_OF_YEAR = re.compile(r"\d{1,2}月(?:份|\d{1,2}日)?(?:起|开始)|\d{1,2}月?\s*[—～~至到-]{1,2}\s*\d{1,2}月")
#: 长期任务, 每季度公开的事项: a heading that says how often or for how long.
_STANDING = re.compile(r"长期|持续|常态|每(?:月|季|半年|年|周)|按[月季]|定期")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def with_left_times(draft: DraftMeasure, when: When) -> DraftMeasure:
    """Return a row with the plain limits that its words still hold; words about time that nothing was made of are asked."""
    if draft.preamble or draft.dropped:
        return draft
    cells = [
        str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD.search(head) and str(cell).strip()
    ]
    made: list[DraftDuty] = []
    read: list[str] = []
    marked = [
        str(head)
        for head, cell in draft.extras.items()
        if set(str(cell).strip()) & _TICKS and len(str(cell).strip()) <= 2
    ]
    for duty in draft.duties:
        words = cells if cells and len(draft.duties) == 1 else [duty.text]
        rules = [] if duty.due else [rule for text in (*words, *marked) for rule in plain_limits(text, when)]
        made += [replace(duty, due=rule) for rule in rules] or [duty]
        read += [str(rule["text"]) for rule in rules]
    flags = [
        flag
        for flag in draft.flags
        if not (
            read and UNREAD in str(flag.get("message")) and any(text in str(flag["message"]) for text in read)
        )
    ]
    row = replace(draft, duties=tuple(made), flags=tuple(flags))
    doubts = [*_spans(read), *_left(row, cells)]
    there = {str(flag.get("message")) for flag in row.flags}
    asked = [flag_of({"field": "duties", "message": words}) for words in doubts if words not in there]
    return replace(row, flags=(*row.flags, *asked))


def plain_limits(text: str, when: When) -> Iterator[Rule]:
    """Yield the limits of clauses that are no more than a time (第三季度, 半年一次, 6月30号前), and of numeric days.

    >>> [rule["date"] for rule in plain_limits("公开结果，一、三季度末。", When(2027))]
    ['2027-03-31', '2027-09-30']
    """
    year = when.of or when.year
    if not year:
        return
    for clause in _CLAUSE.findall(text):
        words = clause.strip()
        if match := _QUARTER.fullmatch(words):
            numbers = [_NUMBERS.get(one) or int(one) for one in match["which"].split("、")]
            yield from (_by(_end(year, 3 * number), words) for number in numbers)
        elif match := _HALF.fullmatch(words):
            yield _by(_end(year, 6 if match["which"] == "上" else 12), words)
        elif _TWICE.fullmatch(words):
            yield {"kind": "times", "count": 1, "period": "half_year", "least": False, "text": words}
        elif (
            match := _NUMERIC.search(words)
            or _HAO.search(words)
            or _SLASH.search(words)
            or _SPAN.fullmatch(words)
        ):
            parts = match.groupdict()
            if day := _day(int(parts.get("year") or year), int(parts["month"]), parts["day"]):
                yield _by(day, match[0])


def _by(day: date, text: str) -> Rule:
    return {"kind": "by_date", "date": day.isoformat(), "text": text}


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(year: int, month: int, day: str | None) -> date | None:
    try:
        return date(year, month, int(day)) if day else _end(year, month)
    except ValueError:
        return None


def _spans(read: list[str]) -> Iterator[str]:
    for words in read:
        if _SPAN.fullmatch(words):
            yield f"“{words}”按最后一天读取，也可能指其间每期，请核对"


def _left(draft: DraftMeasure, cells: list[str]) -> Iterator[str]:
    """Yield a doubt for words about time of which nothing was made: of a cell of limits all of them, of a row without any limit its own."""
    taken = bare("；".join(str(duty.due.get("text") or "") for duty in draft.duties))
    if any(UNREAD in str(flag.get("message")) for flag in draft.flags):
        return
    for cell in cells:
        left = [match[0] for match in _TIME.finditer(bare(cell)) if match[0] not in taken]
        if left and bare(cell) not in taken:
            yield f"这句话没有用上：“{cell.strip()[:40]}”；其中的“{'、'.join(dict.fromkeys(left))}”{UNREAD}，请核对"
    rhythm = any(duty.due.get("kind") in {"recurring", "times"} for duty in draft.duties)
    for words in (draft.text, *cells):
        if rhythm and (match := _PART_OF_YEAR.search(words)) and match[0] not in taken:
            yield f"“{words.strip()[:40]}”按全年各期读取，只在“{match[0]}”的请修改时限，或者标为无误"
            return
    if cells or any(duty.due for duty in draft.duties):
        return
    for heading in (draft.item, draft.section):
        if match := _STANDING.search(heading):
            yield f"标题“{heading.strip()[:30]}”写有“{match[0]}”，这一行{UNREAD}，请核对"
            return
    for clause in _CLAUSE.findall(draft.text):
        if match := _TIME.search(clause):
            yield f"这句话没有用上：“{clause.strip()[:40]}”；其中的“{match[0]}”{UNREAD}，请核对"
            return
