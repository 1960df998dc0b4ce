"""Find time limits in text: apply the rules, add shares of counts and triggering events."""

from contextlib import suppress
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.typed_values import TypedValueError, parse_date
from gongkai.lib.reading.model import CountPart, DueLimit
from gongkai.lib.reading.words import due_rules, loose_rules  # noqa: F401  (fill the table of rules, in this order)
from gongkai.lib.reading.words.due_table import EVENT_WORDS, NUMBER_REGEX, TIME_RULES, ReferenceYears
from gongkai.lib.reading.words.limit_resolution import read_bare_limit, resolve_starting_event, resolve_years
from gongkai.lib.reading.words.loose_rules import ACTION_WORDS, compute_counted_day

__all__ = ["FoundLimit", "ReferenceYears", "find_dues", "find_unread_times", "read_heading_limit", "read_limit"]


#: Full-width digits, and the separators of a date.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．／－", "0123456789./-")


@dataclass(frozen=True, slots=True)
class FoundLimit:
    """A time limit with the start and end of its words in the text."""

    start: int
    end: int
    due: DueLimit


def find_dues(text: str, reference: ReferenceYears) -> list[FoundLimit]:
    """Return the time limits in a text in order, without overlaps."""
    limits: list[FoundLimit] = []
    text = text.translate(_HALF_WIDTH)
    claimed = bytearray(len(text))
    for pattern, function in TIME_RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(claimed[start:end]):
                continue
            if (due := function(match, reference)) is not None:
                several = due if isinstance(due, tuple) else (due,)
                limits.extend(FoundLimit(start, end, single_due) for single_due in several)
                claimed[start:end] = b"\x01" * (end - start)
    limits.sort(key=lambda one: one.start)
    attached = [
        _attach_event(text, count, reference) for count in _merge_counts_with_dates(text, _attach_shares(text, limits))
    ]
    dues = resolve_years([limit.due for limit in attached], reference)
    return [replace(limit, due=due) for limit, due in zip(attached, dues, strict=True)]


_TIME_EXPRESSION_RE = re.compile(
    rf"(?<![\d第])(?:{NUMBER_REGEX}|半)\s?个?(?:工作日|自然日|[日天周月年]|小时|季度|星期)(?:之?内|以内|之?前|以前|之?后)"
    rf"|前\s?{NUMBER_REGEX}\s?个?(?:工作日|自然日|小时|[日天周月])|(?:年|季|月|半年)度?(?:终了|结束)之?后|每逢|按[月季]度?(?=、|公|分)|次日|翌日|隔日"
    rf"|(?:公告|公示|公示期|公告期|期限)(?:为|时间)?\s?{NUMBER_REGEX}个?(?:自然|日历)?[日天]|次(?:月|季度)(?=[{HAN}\d]{{0,6}}前|公开|发布)"
    r"|当(?:日|天|月)(?=内|公开|发布|更新|报送|答复|办结|回复|公布|公示|反馈|报告|办理)|下个?月(?:初|中旬?|底|末)|岁末|年度内|"
    r"\d{1,2}月\d{1,2}日?(?=前|起|内|止)|\d{1,2}月(?=底|前|内|上旬|中旬|下旬)"
    r"|[今明后][天日](?=下班|之?内|以?前|上午|下午|中午|晚)|[本下]周(?:[一二三四五六日](?=以?前|下班)|(?=之?内|以?前|下班))"
    r"|\d{1,2}月(?:、\d{1,2}月)+|(?<!年)(?<!\d)\d{1,2}月份?(?=公开|发布|公布|组织|开展|召开|完成|集中|更新)"
    rf"|(?:立即|尽快|尽早|近期|近日|限期|年初|双月)(?={ACTION_WORDS}|前|一次|1次|各)"
    rf"|(?:全国|[省市县区])?(?:两会|人代会|党代会|开学|学期结束|汛期?|主汛期|高考|中考|[寒暑]假|节假日|重大节日|节日|招生|报名|换届|入冬|供暖季?|春耕|年报)(?:之|以)?前(?:夕)?(?={ACTION_WORDS}|[{HAN}]{{0,4}}(?:{ACTION_WORDS})|$)"
    rf"|(?:[寒暑]假|暑期|假期|“?十[三四五六]五”?(?:时期|期间?)?|任期)内?(?=(?:完成|实现|建成|基本|全面|全部))"
    r"|季度(?:末|底)前?|(?<!\d)(?:20\d\d\.)?\d{1,2}\.\d{1,2}(?=前)"
)


def find_unread_times(text: str, reference: ReferenceYears) -> list[str]:
    """Return the time expressions in a text that no rule can read."""
    claimed = bytearray(len(text))
    for limit in find_dues(text, reference):
        claimed[limit.start : limit.end] = b"\x01" * (limit.end - limit.start)
    return [
        match.group(0) for match in _TIME_EXPRESSION_RE.finditer(text) if not any(claimed[match.start() : match.end()])
    ]


_EVENT_WORD_RE = re.compile(EVENT_WORDS)
#: Whatever it is that days run from: 预算批复后20日内.
_AFTER_EVENT_RE = re.compile(rf"(?:[{HAN}]{{2}}|^[会事赛灾节])(?:之?后|以后|之日起?)$")
_SINCE_WORD_RE = re.compile(r"[自从](?![治主查身行然动愿我觉信])")
_LEADING_WORDS_RE = re.compile(r"^(?:要|应当|应|须|需|并|在|于|自|从|的)+")
_TRAILING_WORDS_RE = re.compile(r"(?:之日起?|之后|以后|后|起|的|原则上|一般|最长|最迟|至迟|不得?超过)+$")
_SHARE_CLAUSE_RE = re.compile(r"其中[，,：:]?(?P<who>[^。；;\n]{1,60})$")
_OBLIGATION_WORD_RE = re.compile(r"(?:应当|应该|应|要|须)?$")


def _attach_shares(text: str, limits_in_order: list[FoundLimit]) -> list[FoundLimit]:
    """Return the limits; the count of a share (其中…不少于3次) becomes a part of the count before it."""
    limits: list[FoundLimit] = []
    for limit in limits_in_order:
        previous = limits[-1] if limits else None
        between = text[previous.end : limit.start] if previous else ""
        match = _SHARE_CLAUSE_RE.search(between)
        if previous and match and previous.due.kind == limit.due.kind == "times":
            share_subject = _cut_share_subject(match["who"], text[previous.start : previous.end][:200])
            shares = (*previous.due.of_which, CountPart(share_subject, limit.due.count or 0))
            joined_text = text[previous.start : limit.end]
            limits[-1] = FoundLimit(previous.start, limit.end, replace(previous.due, of_which=shares, text=joined_text))
        else:
            limits.append(limit)
    return limits


_CLAUSE_MARK_RE = re.compile(r"[，,。；;、：:（）()\n]")


def _merge_counts_with_dates(text: str, limits_in_order: list[FoundLimit]) -> list[FoundLimit]:
    """Join a count without a period to the date right before it, if no mark such as a comma is between them.

    The joined limit keeps the date; with 12-31 it is the count in a year: 年底前2次 is twice a year.
    """
    limits: list[FoundLimit] = []
    for limit in limits_in_order:
        day = limits[-1] if limits else None
        loose = limit.due.kind == "times" and limit.due.period == "unspecified"
        if day and loose and day.due.kind == "by_date" and not _CLAUSE_MARK_RE.search(text[day.end : limit.start]):
            joined_text = text[day.start : limit.end]
            whole_year = str(day.due.date).endswith("-12-31")
            due = (
                replace(limit.due, period="year", text=joined_text)
                if whole_year
                else replace(day.due, text=joined_text)
            )
            limits[-1] = FoundLimit(day.start, limit.end, due)
        else:
            limits.append(limit)
    return limits


def _cut_share_subject(text: str, main: str) -> str:
    """Return the subject of a share (其中…), without final words that repeat the main clause."""
    who = _OBLIGATION_WORD_RE.sub("", text.strip("，, "))
    cut = next((n for n in range(2, len(who)) if who[n:] in main and len(who) - n >= 2), len(who))
    return who[:cut]


def _attach_event(text: str, limit: FoundLimit, reference: ReferenceYears) -> FoundLimit:
    """Return a limit of days or months with the event from which it counts, if one is named before it."""
    if limit.due.kind not in ("months", "working_days", "calendar_days") or limit.due.text.startswith("前"):
        return limit
    low = max(0, limit.start - 80)
    begin = max(low, *(text.rfind(separator, low, limit.start) + 1 for separator in "，。；;,：:\n（("))
    clause_before = text[begin : limit.start]
    subject = ""
    since = [match.end() for match in _SINCE_WORD_RE.finditer(clause_before)]
    if since:
        subject = clause_before[: since[-1] - 1]
        begin += since[-1] - 1
        clause_before = clause_before[since[-1] :]
    elif not (_EVENT_WORD_RE.search(clause_before) or _AFTER_EVENT_RE.search(clause_before)):
        return limit
    event = _TRAILING_WORDS_RE.sub("", _LEADING_WORDS_RE.sub("", clause_before.strip()))
    if not event:
        return limit
    due = replace(limit.due, after=event, text=text[begin : limit.end].strip())
    sentence = text[max(0, *(text.rfind(separator, 0, begin) + 1 for separator in "。；;\n")) : begin]
    return FoundLimit(
        begin, limit.end, compute_counted_day(resolve_starting_event(due, subject, sentence, reference), event)
    )


_STANDING_DUTY_WORD_RE = re.compile(
    r"全年|常年|日常|即知即改|长期|常态化?|持续|动态|实时|立即|随时|适时|即时|按时(?!间|序)|同步|立行立改|变动即更|随变随[更改]|第一时间|按要求|按规定时限|按规定|法定时限"
)
#: 4月20日9:00-11:00: the hours of a meeting.
_MEETING_HOURS_RE = re.compile(
    r"(?<=日)(?:[（(](?:周|星期)[一二三四五六日天][）)])?(?:上午|下午|晚上?)?\d{1,2}[:：]\d{2}(?:[-—–~～至]{1,2}(?:上午|下午)?\d{1,2}[:：]\d{2})?$"
)
_NO_LATER_THAN_RE = re.compile(
    r"^(?:不(?:得)?[晚迟]于|最[晚迟](?:不超过|于|在)?|务必[于在]?|须[于在])(?=20\d\d|\d{1,2}月)"
)
#: 批复后20日
_DAYS_AFTER_EVENT_RE = re.compile(r"后\d{1,3}(?:个?工作日|日|天)$")
#: `2023.06—2023.09`, `3-5月`, `2025年3月至11月`, `第一季度—第三季度`: from when to when.
_DATE_RANGE_RE = re.compile(
    r"^(?:自|从)?(?P<first>(?:(?P<year>20\d\d)(?:年|[./-](?=\d)|$)?)?(?:[\d./月日旬上中下初底末起开始第一二三四五六七八九十季度半年-]*))"
    r"(?:[—－–~～至到]+|-(?!\d{1,2}(?:-\d{1,2})?$))(?P<last>[^—－–~～至到]{1,14})$"
)


def read_limit(cell: str, reference: ReferenceYears) -> list[DueLimit]:
    """Return the limits in a cell of a time column; there bare dates count, and a range ends with its last day."""
    whole = "".join(cell.translate(_HALF_WIDTH).split()).strip("。；;，,")
    with suppress(TypedValueError):
        if day := parse_date(re.sub("(?:之|以)?前$", "", whole)):
            return [DueLimit("by_date", whole, date=day.isoformat())]
    text = _NO_LATER_THAN_RE.sub("", _MEETING_HOURS_RE.sub("", whole))
    if bare := read_bare_limit(text, reference) or _read_range_end(text, reference):
        return resolve_years([bare], reference)
    if several := _read_listed_dates(text, reference):
        return several
    # 招生前15个工作日 is a condition in a sentence, but no day in a cell of limits: it stays unread and is asked.
    dues = [due.due for due in find_dues(text, reference) if not due.due.text.startswith("前")]
    if not dues and _DAYS_AFTER_EVENT_RE.search(text):
        dues = [replace(due.due, text=text) for due in find_dues(f"{text}内", reference)]
    if not dues and (word := _STANDING_DUTY_WORD_RE.search(text)):
        dues = [DueLimit("ongoing", text, mode=word.group(0))]
    return _add_standing_duty(text, dues)


_STANDING_WORD_RE = re.compile(
    r"(?P<year>(?:^|[，,；;])(?:20\d\d)?年内)?[并且均]*(?P<word>持续|长期|常态化|全年(?=推进|开展|落实|更新))"
)


def _add_standing_duty(text: str, dues: list[DueLimit]) -> list[DueLimit]:
    """Return the dues with a standing duty if the text contains 长期坚持 or the like."""
    match = _STANDING_WORD_RE.search(text)
    if match is None or not dues or any(due.kind != "by_date" for due in dues):
        return dues
    standing = DueLimit("ongoing", match[0].strip("，,；;"), mode=match["word"])
    return [*(due for due in dues if not (match["year"] and "年内" in due.text)), standing]


_ONCE_EACH_PERIOD_RE = re.compile(r"(?<=[月度年])各?[1一]次$")


def _read_listed_dates(text: str, reference: ReferenceYears) -> list[DueLimit]:
    """Return the limits of a list of dates, each due once, [] for other texts."""
    date_texts = re.split(r"[、，,；;]", re.sub(r"(?:各?(?:更新|公开|公布|发布|完成))?(?:[1一]次)?$", "", text))
    dues = (
        [read_bare_limit(_ONCE_EACH_PERIOD_RE.sub("", date_text), reference) for date_text in date_texts]
        if 1 < len(date_texts) <= 12
        else []
    )
    dated = [due for due in dues if due and due.kind == "by_date"]
    if len(dated) < 2 or len(dated) != len(dues):
        return []
    first_due, *other_dues = resolve_years(dated, reference)
    doubt = first_due.doubt or f"“{text[:30]}”按每期各完成一次读取，请核对"
    return [replace(first_due, doubt=doubt), *other_dues]


#: `一季度`, `（一）动员阶段（2025年3月—4月）`: the heading, or what stands in brackets behind it, is nothing but a time.
_BRACKET_CONTENT_RE = re.compile(r"[（(](?P<inner>[^（）()]{2,20})[）)][。：:]?$")


def read_heading_limit(heading: str, reference: ReferenceYears) -> DueLimit | None:
    """Return the limit that a heading states, alone or in brackets at its end, or None."""
    match = _BRACKET_CONTENT_RE.search(heading)
    for words in (heading, match["inner"] if match else ""):
        text = "".join(words.split()).strip("。：:")
        if (
            due := read_bare_limit(text, reference)
            or _read_range_end(text, reference)
            or _read_whole_text(text, reference)
        ):
            return resolve_years([due], reference)[0]
    return None


def _read_whole_text(text: str, reference: ReferenceYears) -> DueLimit | None:
    """Return the limit whose words are the whole text, or None."""
    dues = [limit.due for limit in find_dues(text, reference) if (limit.start, limit.end) == (0, len(text))]
    return dues[0] if len(dues) == 1 else None


def _read_range_end(text: str, reference: ReferenceYears) -> DueLimit | None:
    """Return the limit at the last day of a range, with a doubt; None if the text is no range."""
    match = _DATE_RANGE_RE.match(text)
    if match is None or not re.search(r"[\d月]|[一二三四]季|半年", match["first"]):
        return None
    last_text, year = match["last"], match["year"] or ""
    end_text = f"{year}年{last_text}" if year and not re.match(r"20\d\d|次年|翌年|长期", last_text) else last_text
    if re.fullmatch(r"20\d\d年?", end_text):
        end_text = f"{end_text.rstrip('年')}年底"
    due = read_bare_limit(end_text, reference) or next((limit.due for limit in find_dues(end_text, reference)), None)
    doubt = f"“{text}”按最后一天{due.date}读取，也可能指其间每期，请核对" if due and due.date else ""
    return due and replace(due, text=text, doubt=doubt)
