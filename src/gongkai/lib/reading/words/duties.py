"""Split the text of a cell into duties: by numbered paragraph, limit and disclosure path."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import DueLimit, Duty
from gongkai.lib.reading.words.dues import FoundLimit, ReferenceYears, find_dues, read_limit
from gongkai.lib.reading.words.numbering import find_number, remove_number
from gongkai.lib.reading.words.paths import (
    PATH_LABEL_PATTERN,
    PrintedPaths,
    PublicationPlace,
    find_places,
    read_place_list,
)

_OPENING_BRACKETS, _CLOSING_BRACKETS = "（(〔[【“《", "）)〕]】”》"
_CLAUSE_MARKS = " \u3000，,；;"


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Facts of a notice that reading one duty needs: the reference years, and the paths printed elsewhere in it."""

    reference_years: ReferenceYears
    printed: PrintedPaths


#: Longer cells are not split into duties.
MAX_CELL_CHARACTERS = 20_000


def read_duties(text: str, context: ReadingContext) -> tuple[Duty, ...]:
    """Return the duties of a cell; an overlong cell becomes one unread duty."""
    if len(text) > MAX_CELL_CHARACTERS:
        return (Duty(text.strip()),)
    paragraphs = [line for line in text.split("\n") if line.strip()]
    duties: list[Duty] = []
    since = 0  # the first duty that no line of paths (公开路径：…) has followed yet
    for place, paragraph in enumerate(paragraphs):
        next_paragraph = paragraphs[place + 1] if place + 1 < len(paragraphs) else ""
        if _is_heading(paragraph, next_paragraph):
            continue
        paragraph_text = remove_number(paragraph)
        only = _read_places_only(paragraph_text, context)
        if only and duties:
            since = since if since < len(duties) else 0
            duties = [*duties[:since], *(_add_places(duty, only) for duty in duties[since:])]
            since = len(duties)
        elif paragraph_text:
            duties.extend(_read_paragraph(paragraph_text, context))
    return tuple(duties)


def _is_heading(paragraph: str, below: str) -> bool:
    """Return whether a paragraph is a short numbered heading of the one below."""
    number, deeper = find_number(paragraph), find_number(below)
    if number is None or PATH_LABEL_PATTERN.match(below.lstrip(_OPENING_BRACKETS + " ")):
        return False
    text = remove_number(paragraph).rstrip("。:：")
    short = len(text) <= 14 and not re.search(r"[，,；;、]", text)
    return short and (deeper is None or deeper.depth != number.depth) and bool(below)


def _read_places_only(text: str, context: ReadingContext) -> list[PublicationPlace]:
    """Return the places if a text contains nothing else, else []."""
    places = find_places(text, context.printed) if PATH_LABEL_PATTERN.search(text[:20]) else []
    rest = text
    for place in reversed(places):
        rest = rest[: place.start] + rest[place.end :]
    return places if places and len(rest.strip(" 。；，.")) <= 2 else []


def _add_places(duty: Duty, places: list[PublicationPlace]) -> Duty:
    """Return the duty with the paths and channels of the places added."""
    paths = dict.fromkeys((*duty.paths, *(path for place in places for path in place.paths)))
    channels = dict.fromkeys((*duty.channels, *(name for place in places for name in place.channels)))
    return replace(duty, paths=tuple(paths), channels=tuple(channels))


def _read_paragraph(text: str, context: ReadingContext) -> list[Duty]:
    """Return the duties of a paragraph; each gets the places named after it, or before all of them."""
    duties: list[Duty] = []
    begin, waiting = 0, list[PublicationPlace]()
    for place in find_places(text, context.printed):
        if not place.behind:
            continue
        text_before = text[begin : place.start].strip(_CLAUSE_MARKS)
        if len(text_before) > 1:
            duties += [_add_places(duty, [place]) for duty in _split_clauses(text_before, context)]
        elif duties:
            duties = [_add_places(duty, [place]) for duty in duties]
        else:
            waiting.append(place)  # a path in front holds for what follows
        begin = place.end
    text_after = text[begin:].strip(_CLAUSE_MARKS)
    if len(text_after) <= 1 and duties:
        return duties
    duties_after = [
        _add_places(duty, waiting) for duty in _split_clauses(text_after if len(text_after) > 1 else text, context)
    ]
    if len(duties) == len(duties_after) == 1 and duties[0].due is None and _is_only_limit(duties_after[0]):
        return [replace(duties[0], due=duties_after[0].due)]
    return duties + duties_after


def _is_only_limit(duty: Duty) -> bool:
    """Return true if a duty's text is hardly more than its limit."""
    rest = duty.text.replace(duty.due.text, "") if duty.due else duty.text
    return duty.due is not None and duty.due.kind != "ongoing" and len(rest) <= 6


def _split_clauses(text: str, context: ReadingContext) -> list[Duty]:
    """Return the duties of a text by its sentences and limits."""
    places = find_places(text, context.printed)
    dues = _drop_durations(_drop_dues_in_places(find_dues(text, context.reference_years), places))
    if len(dues) <= 1 and len(places) <= 1:
        return [_make_duty(text, dues, places)]
    duties: list[Duty] = []
    for start, end in _find_sentences(text):
        inside = _list_starting_between(dues, start, end)
        places_inside = _list_starting_between(places, start, end)
        duties.extend(_split_sentence(text, start, end, inside, places_inside))
    return _mark_two_deadlines(_drop_leading_name(duties))


def _drop_durations(dues: list[FoundLimit]) -> list[FoundLimit]:
    """Return the limits that are not minimum durations; all if there are no others."""
    limits = [due for due in dues if not _is_duration(due.due)]
    return limits or dues


def _is_duration(due: DueLimit | None) -> bool:
    """Return true for a minimum duration (公示不少于5日), which is no deadline."""
    days = due is not None and due.kind in ("working_days", "calendar_days")
    return days and bool(due and due.least and not due.after and not due.text.startswith(("提前", "前")))


def _drop_leading_name(duties: list[Duty]) -> list[Duty]:
    """Return the duties; a first one that is only a name is joined to the second."""
    first_duty, *other_duties = duties
    name = first_duty.due is None and not first_duty.paths and not first_duty.channels and len(first_duty.text) <= 16
    if not other_duties or not name or not first_duty.text.endswith("。") or re.search(r"[，,、；：]", first_duty.text):
        return duties
    return [replace(other_duties[0], text=first_duty.text + other_duties[0].text), *other_duties[1:]]


def _mark_two_deadlines(duties: list[Duty]) -> list[Duty]:
    """Return the duties, with a doubt on the last of several dates."""
    days = list(dict.fromkeys(duty.due.text for duty in duties if duty.due and duty.due.kind == "by_date"))
    dates = {duty.due.date for duty in duties if duty.due and duty.due.kind == "by_date"}
    if len(dates) < 2:
        return duties
    text = f"一段中有{len(days)}个时限（{'、'.join(days[:4])}），按{len(days)}项要求读取，请核对"
    last_place = max(n for n, duty in enumerate(duties) if duty.due and duty.due.kind == "by_date")
    due = duties[last_place].due
    assert due is not None
    duties[last_place] = replace(duties[last_place], due=replace(due, doubt=due.doubt or text))
    return duties


T = TypeVar("T", FoundLimit, PublicationPlace)


def _list_starting_between(sorted_by_start: list[T], start: int, end: int) -> list[T]:
    """Return the elements that start at `start` or later, before `end`."""
    first = bisect_left(sorted_by_start, start, key=lambda one: one.start)
    return sorted_by_start[first : bisect_left(sorted_by_start, end, key=lambda one: one.start)]


def _drop_dues_in_places(dues: list[FoundLimit], places: list[PublicationPlace]) -> list[FoundLimit]:
    """Return the dues that are not part of a publication path."""
    limits = []
    for due in dues:
        place = bisect_right(places, due.start, key=lambda p: p.start) - 1
        if place < 0 or not places[place].paths or places[place].end <= due.start:
            limits.append(due)
    return limits


def _find_sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence; marks within brackets divide none."""
    cuts, depth = [0], 0
    for place, char in enumerate(text):
        if char in _OPENING_BRACKETS:
            depth += 1
        elif char in _CLOSING_BRACKETS:
            depth = max(0, depth - 1)
        elif depth == 0 and char in "。！；;" and place + 1 < len(text):
            cuts.append(place + 1)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _split_sentence(
    words: str, start: int, end: int, dues: list[FoundLimit], places: list[PublicationPlace]
) -> list[Duty]:
    """Return the duties of a sentence of `words`, one for each clause with a limit of its own."""
    cuts = [start]
    further = [due.start for due in dues[1:] if due.start != dues[0].start]  # dates of one rhythm stand together
    for clause_start in _find_clause_starts(words, start, further):
        if clause_start > cuts[-1]:
            cuts.append(clause_start)
    duties: list[Duty] = []
    for begin, stop in zip(cuts, [*cuts[1:], end], strict=True):
        own_limits = _list_starting_between(dues, begin, stop)
        places_after = _list_starting_between(places, begin, len(words))  # a bracket behind counts for what it follows
        text = words[begin:stop].strip(" ，,、")
        duties.append(_make_duty(text, own_limits[:1], places_after))
        duties.extend(_make_duty(text, [extra], places_after) for extra in own_limits[1:])
    return [duty for duty in duties if duty.text]


#: Maximum distance after a 、 of a limit whose clause begins there; after other marks there is none.
_MAX_LIMIT_DISTANCE = 12


def _find_clause_starts(text: str, start: int, places: list[int]) -> Iterator[int]:
    """Yield for each of these places of the text the start of the clause that contains it."""
    # Behind the last mark, and behind the last 、, that no bracket closed so far stands round; those before each open bracket.
    after_mark = after_pause = 0
    marks_before_brackets: list[tuple[int, int]] = []
    for place in places:
        for index, char in enumerate(text[start:place], start):
            if char in _OPENING_BRACKETS:
                marks_before_brackets.append((after_mark, after_pause))
            elif char in _CLOSING_BRACKETS:
                after_mark, after_pause = marks_before_brackets.pop() if marks_before_brackets else (0, 0)
            elif char == "、":
                after_pause = index + 1
            elif char in "，,；;。：:":
                after_mark = index + 1
        start = place
        yield max(after_mark, after_pause) if place - after_pause < _MAX_LIMIT_DISTANCE else after_mark


def _make_duty(text: str, dues: list[FoundLimit], places: list[PublicationPlace]) -> Duty:
    duty = Duty(text.strip(), due=dues[0].due if dues else None)
    return _add_places(duty, places)


def add_limit(duties: tuple[Duty, ...], cell: str, context: ReadingContext) -> tuple[tuple[Duty, ...], bool]:
    """Return the duties, and False if a cell of a time column contains unread words.

    The duties without a limit get that of the cell; if all have one, another limit becomes a further duty.
    """
    limits = read_limit(cell, context.reference_years)
    if not limits:
        return duties, not cell.strip()
    first_limit = limits[0]
    duties = tuple(replace(duty, due=None) if _is_duration(duty.due) else duty for duty in duties)
    if first_limit.kind == "by_date" and any(_is_count_without_period(duty.due) for duty in duties):
        duties = tuple(_add_end_to_count(duty, first_limit) for duty in duties)
    elif any(_refines_rhythm(first_limit, duty.due) or _is_in_month(first_limit, duty.due) for duty in duties):
        duties = tuple(
            replace(duty, due=first_limit)
            if _refines_rhythm(first_limit, duty.due) or _is_in_month(first_limit, duty.due)
            else duty
            for duty in duties
        )
    elif any(duty.due is None for duty in duties):
        duties = tuple(replace(duty, due=first_limit) if duty.due is None else duty for duty in duties)
    elif any(
        duty.due and (_refines_rhythm(duty.due, first_limit) or _is_in_month(duty.due, first_limit)) for duty in duties
    ):
        pass  # 4月 beside 4月15日前, 每月 beside 每月5日前
    elif not any(_is_same_due(duty.due, first_limit) for duty in duties):
        first_limit = _mark_conflict(duties, first_limit)
        new_duty = replace(duties[0], due=first_limit) if len(duties) == 1 else Duty(cell.strip(), due=first_limit)
        duties = (*duties, new_duty)
    further_duties = tuple(
        Duty(cell.strip(), due=due) for due in limits[1:] if not any(_is_same_due(x.due, due) for x in duties)
    )
    return (*duties, *further_duties), True


_MONTH_NAME_RE = re.compile(r"(?:20\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?")


def _is_in_month(due: DueLimit, column_due: DueLimit | None) -> bool:
    """Return true if a date is in the month that a time column names."""
    names_month = (
        column_due is not None
        and due.kind == column_due.kind == "by_date"
        and bool(_MONTH_NAME_RE.fullmatch(column_due.text))
    )
    return (
        names_month
        and column_due is not None
        and due.text != column_due.text
        and str(due.date)[:7] == str(column_due.date)[:7]
    )


def _mark_conflict(duties: tuple[Duty, ...], column_due: DueLimit) -> DueLimit:
    """Return the column's due, with a doubt if the text states another date."""
    due = duties[0].due if len(duties) == 1 else None
    if due is None or due.kind != "by_date" or column_due.kind != "by_date" or column_due.doubt:
        return column_due
    return replace(
        column_due, doubt=f"文中写“{due.text}”，时限写“{column_due.text}”，两个日期都已读入，请核对以哪个为准"
    )


def _refines_rhythm(column_due: DueLimit, due: DueLimit | None) -> bool:
    """Return true if two recurring limits have one period and only the first states its day."""
    alike = due is not None and due.kind == column_due.kind == "recurring" and due.period == column_due.period
    return alike and bool(column_due.day or column_due.workdays) and not (due and (due.day or due.workdays))


def _is_count_without_period(due: DueLimit | None) -> bool:
    return due is not None and due.kind == "times" and due.period == "unspecified"


def _add_end_to_count(duty: Duty, column_due: DueLimit) -> Duty:
    """Return a duty without a limit, or with a count without period, with the column's due.

    If the due is the end of a year, the count becomes one a year instead.
    """
    if duty.due is None or not _is_count_without_period(duty.due):
        return duty if duty.due else replace(duty, due=column_due)
    whole_year = str(column_due.date).endswith("-12-31")
    return replace(duty, due=replace(duty.due, period="year") if whole_year else column_due)


def _is_same_due(due: DueLimit | None, other: DueLimit) -> bool:
    """Return true if two limits differ at most in text and doubt."""
    return due is not None and replace(due, text="", doubt="") == replace(other, text="", doubt="")


def add_places(duties: tuple[Duty, ...], cell: str, context: ReadingContext) -> tuple[Duty, ...]:
    """Return the duties, each with the places that a cell of a path column names."""
    label = PATH_LABEL_PATTERN.match(cell)
    paths, channels = read_place_list(cell[label.end() :] if label else cell, context.printed)
    if not paths and not channels:
        return duties
    duties = duties or (Duty(cell.strip()),)
    return tuple(_add_places(duty, [PublicationPlace(0, 0, paths, channels)]) for duty in duties)
